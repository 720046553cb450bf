"""Capture files for tests, written as the recorder writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from monitor.capture.writer import CaptureWriter
from monitor.model import Event, Frame, Recording, TargetAttached
from tests.tui.fakes import NOW


def write(path: Path, events: Iterable[Event], *, ended: bool = True) -> Path:
    """A capture of these events, between the recorder's own."""
    writer = CaptureWriter(path)
    writer.append(Recording(time=NOW - 1, state="started"))
    writer.append(Recording(time=NOW - 1, state="attached", browser="Chromium 156", endpoint="127.0.0.1:9222"))
    writer.append(TargetAttached(time=NOW - 1, tab="A", target="T1", type="page", url="https://x.test/", title="X"))
    for number, event in enumerate(events):
        writer.append(event)
        if number % 5000 == 4999:
            writer.commit()
    if ended:
        writer.append(Recording(time=NOW + 10_000_000, state="stopped"))
    writer.commit()
    writer.close()
    return path


def frames(count: int) -> list[Event]:
    """Frames of one socket, numbered in their text."""
    return [
        Frame(
            time=NOW + number / 100, tab="A", target="T1", connection="w1", dir="in", text=f'{{"n":{number}}}', size=9
        )
        for number in range(count)
    ]
