"""Finds out the message formats of a capture beside the dashboard, from when they are first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.capture.reader import Capture
from monitor.decode import Decoder
from monitor.formats.collect import Formats
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
        """Begin with nothing read."""
        self._formats, self._decoder = Formats(self._profiles), Decoder()

    def feed(self, event: Event) -> None:
        """Take the next event."""
        self._formats.feed(event, self._decoder.feed(event))

    def tell(self, capture: Capture, progress: float | None, *, final: bool) -> Study:
        """What is known by now."""
        if final:
            self._formats.settle()
        return Study(report=self._formats.report(), progress=progress)

    def failed(self, problem: str) -> Study:
        """What was known when reading ended."""
        return Study(report=self._latest.report, problem=problem)
