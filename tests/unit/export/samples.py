"""A capture with secrets in it, for the tests of every format."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import export
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.decode import Decoder
from monitor.model import Chunk, Frame, Gap, Mark, Recording, Request, Response, SocketOpened

SECRET = "hunter2Xq81ZZtop"
EVENTS = [
    Recording(time=1767520800.0, state="attached", browser="Chromium/156"),
    SocketOpened(time=1767520801.0, tab="A", connection="w1", url=f"wss://x.example/ws?verify={SECRET}"),
    Frame(time=1767520801.123456, mono=5.5, tab="A", target="T", connection="w1", dir="in", size=30,
          text=json.dumps({"type": "hello", "auth_token": SECRET})),
    Frame(time=1767520802.0, tab="B", connection="w1", dir="out", opcode=2, size=3, data=b"\xff\x00\x01"),
    Mark(time=1767520803.0, text="\ud800 odd \0"),
    Request(time=1767520804.0, tab="A", connection="r1", method="POST", url="https://x.example/api",
            headers={"Authorization": f"Bearer {SECRET}"}, text=f"a=1&password={SECRET}", size=40),
    Response(time=1767520805.0, tab="A", connection="r1", url="https://x.example/api", status=200, mime="text/plain"),
    Chunk(time=1767520806.0, tab="A", connection="r1", text=f'{{"token":"{SECRET[:6]}'),
    Chunk(time=1767520807.0, tab="A", connection="r1", text=f'{SECRET[6:]}","x":1}}', offset=20),
    Gap(time=1767520808.0, reason="the renderer was too fast", count=7),
    Frame(time=1767520809.0, tab="A", connection="w1", dir="in", text="=cmd|'/c calc'!A1"),
]  # fmt: skip


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Capture]:
    """The events above, recorded."""
    writer = CaptureWriter(tmp_path / "a.syncmon")
    for event in EVENTS:
        writer.append(event)
    writer.close()
    with Capture(writer.path, Decoder) as opened:
        yield opened


def exported(capture: Capture, form: str = "jsonl", query: str = "", redact: bool = True) -> str:
    out = io.StringIO()
    count = export.find(form).export(capture, parse(query) if query else None, out, redact)
    assert out.getvalue().count("\n") == count + 1
    return out.getvalue()


def objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]
