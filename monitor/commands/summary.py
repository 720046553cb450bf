"""What is said at the end of a recording without a screen: how much there was, and who was behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.commands.divergence import table

if TYPE_CHECKING:
    from monitor.sync.snapshot import Snapshot


def summary(found: Snapshot, path: Path) -> Iterator[str]:
    """The lines of the summary."""
    from monitor.tui.words import count, duration

    recording = found.recording
    lasted = duration(found.now - recording.started) if recording.started else "00:00:00"
    counts = [count(len(found.tabs), "tab"), count(recording.events, "event"), count(recording.gaps, "gap")]
    yield f"── {' · '.join([*counts, lasted])} ── {path}"
    if recording.problem:
        yield f"⚠ {recording.problem}" + (f" ({recording.hint})" if recording.hint else "")
    yield from table(found)
