"""Writes the report of a capture beside the dashboard: the document as it would be exported now, secrets hidden."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.capture.reader import Capture
from monitor.model import Event
from monitor.sites.profile import Profile
from monitor.tui.aside import Aside
from monitor.tui.source import Draft


class DraftWriter(Aside[Draft]):
    """The report of one capture file. live: it may still grow."""

    def __init__(self, path: Path, profiles: Sequence[Profile] = (), *, live: bool) -> None:
        super().__init__(path, Draft(progress=0.0), name="syncmon-report", live=live)
        self._profiles = tuple(profiles)

    def begin(self) -> None:
        """Begin with nothing read; what that takes is imported now, and not while the dashboard opens."""
        from monitor.report.build import Reading

        self._reading = Reading(self._path.name, self._profiles)

    def feed(self, event: Event) -> None:
        """Take the next event."""
        self._reading.feed(event)

    def tell(self, capture: Capture, progress: float | None, *, final: bool) -> Draft:
        """The document as it stands."""
        from monitor.export.passages import learned
        from monitor.report.build import hidden, labelled
        from monitor.report.markdown import markdown
        from monitor.report.model import Report

        columns = tuple(labelled(list(self._reading.columns(final=final))))
        report = hidden(Report(title="Realtime sync comparison", sites=columns), learned(capture).value)
        return Draft(text="\n".join(markdown(report)), progress=progress)

    def failed(self, problem: str) -> Draft:
        """What was written when reading ended."""
        return Draft(text=self._latest.text, problem=problem)
