"""Captures for the tests of the commands."""

from __future__ import annotations

from pathlib import Path

from monitor.capture.writer import CaptureWriter
from monitor.model import Event, Frame, Gap, Mark, Recording, Request, SocketOpened

HOSTILE = "\x1b[31mred\x1b[0m \x9b2J \u202eevil \x07\x08 \ud800"
SECRET = "hunter2Xq81ZZtop"
EVENTS: list[Event] = [
    Recording(time=1767520800.0, state="attached", browser="Chromium/156"),
    SocketOpened(time=1767520801.0, tab="A", connection="w1", url=f"wss://x.example/ws?verify={SECRET}"),
    Frame(time=1767520801.5, tab="A", connection="w1", dir="in", size=18, text='{"type":"hello","n":1}'),
    Frame(time=1767520802.0, tab="B", connection="w1", dir="out", size=30, text=HOSTILE),
    Mark(time=1767520803.0, text=HOSTILE),
    Request(time=1767520804.0, tab="A", connection="r1", method="POST", url="https://x.example/api",
            headers={"Authorization": f"Bearer {SECRET}"}),
    Gap(time=1767520805.0, reason="too fast", count=7),
]  # fmt: skip


def make_capture(path: Path, events: list[Event] | None = None) -> Path:
    """A finished capture of these events."""
    writer = CaptureWriter(path)
    for event in EVENTS if events is None else events:
        writer.append(event)
    writer.close()
    return path
