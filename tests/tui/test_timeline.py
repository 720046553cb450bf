"""The lanes of the timeline say what is known, and nothing of the time before the recording."""

from __future__ import annotations

from msgspec.structs import replace

from monitor.sync.snapshot import Lane
from monitor.tui.paint.timeline import lines
from monitor.tui.picture import Picture
from monitor.tui.source import Update
from monitor.tui.theme import Palette
from tests.tui import fakes


def _lane(ago: float) -> str:
    base = fakes.in_sync()
    recording = replace(base.recording, started=base.now - ago)
    snapshot = replace(base, recording=recording, lanes=(Lane(tab="A"),))
    return lines(Picture(update=Update(snapshot=snapshot)), 66, Palette(None))[0].plain


def test_before_the_recording_there_is_no_lane() -> None:
    assert _lane(15.0) == " A   " + " " * 45 + "─" * 15
    assert _lane(0.0) == " A   " + " " * 60
    assert _lane(100.0) == " A   " + "─" * 60
