"""Finds out the message formats of a capture beside the dashboard, from when they are first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from monitor.capture.reader import Capture
from monitor.model import Event
from monitor.sites.profile import Profile
from monitor.tui.aside import Aside
from monitor.tui.source import Study


class FormatsReader(Aside[Study]):
    """The formats of one capture file. live: it may still grow."""

    def __init__(self, path: Path, profiles: Sequence[Profile] = (), *, live: bool) -> None:
        super().__init__(path, Study(progress=0.0), name="syncmon-formats", live=live)
        self._profiles = tuple(profiles)

    def begin(self) -> None:
        """Begin with nothing read; what that takes is imported now, and not while the dashboard opens."""
        from monitor.formats.collect import Formats
        from monitor.sync.analysis import Analysis

        self._formats, self._analysis = Formats(self._profiles), Analysis(self._profiles)

    def feed(self, event: Event) -> None:
        """Take the next event."""
        self._formats.feed(event, self._analysis.feed(event))

    def tell(self, capture: Capture, progress: float | None, *, final: bool) -> Study:
        """What is known by now."""
        if final:
            self._formats.settle()
        report = msgspec.structs.replace(self._formats.report(), latencies=self._analysis.latencies.views()[1])
        return Study(report=report, progress=progress)

    def failed(self, problem: str) -> Study:
        """What was known when reading ended."""
        return Study(report=self._latest.report, problem=problem)
