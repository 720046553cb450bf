from __future__ import annotations

import csv
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
from monitor.errors import UsageError
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


def test_the_first_line_names_versions_browser_and_start(capture: Capture) -> None:
    first = objects(exported(capture))[0]
    assert first["syncmon"] == 1
    assert first["browser"] == "Chromium/156"
    assert first["start"] == "2026-01-04T10:00:00.000000Z"
    assert first["gaps"] == 1
    assert first["redacted"] is True


def test_an_object_has_what_the_event_has(capture: Capture) -> None:
    frame = objects(exported(capture, redact=False))[3]
    assert frame == {
        "seq": 3, "time": "2026-01-04T10:00:01.123456Z", "mono": 5.5, "tab": "A", "target": "T", "kind": "frame",
        "channel": "socket", "dir": "in", "connection": "w1", "url": f"wss://x.example/ws?verify={SECRET}", "size": 30,
        "opcode": 1, "text": json.dumps({"type": "hello", "auth_token": SECRET}), "decoded": frame["decoded"],
    }  # fmt: skip
    assert frame["decoded"] == {
        "type": "hello",
        "layers": ["json"],
        "value": {"type": "hello", "auth_token": SECRET},
    }
    binary, mark, request = objects(exported(capture, redact=False))[4:7]
    assert binary["base64"] == "/wAB"
    assert "text" not in binary
    assert mark["text"] == "\ud800 odd \0"
    assert request["method"] == "POST"
    assert request["headers"] == {"Authorization": f"Bearer {SECRET}"}
    gap = objects(exported(capture))[10]
    assert (gap["kind"], gap["reason"], gap["count"]) == ("gap", "the renderer was too fast", 7)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_no_planted_secret_leaves_by_default(capture: Capture, form: str) -> None:
    text = exported(capture, form)
    assert SECRET not in text
    assert SECRET[6:] not in text
    assert SECRET in exported(capture, form, redact=False)


def test_equal_secrets_have_one_pseudonym(capture: Capture) -> None:
    lines = objects(exported(capture))
    token = json.loads(str(lines[3]["text"]))["auth_token"]
    assert lines[6]["headers"] == {"Authorization": f"Bearer {token}"}
    assert str(lines[3]["url"]).endswith(f"verify={token}")
    assert str(lines[6]["text"]).endswith(f"password={token}")


def test_filters_see_what_the_whole_capture_means(capture: Capture) -> None:
    assert [line.get("seq") for line in objects(exported(capture, query="url:ws kind:frame tab:B"))] == [None, 4]
    assert [line.get("seq") for line in objects(exported(capture, query="type:hello"))] == [None, 3]


def test_csv_has_no_formulas_and_no_nul(capture: Capture) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(capture, "csv"))))
    assert len(rows) == len(EVENTS)
    assert rows[10]["text"] == "'=cmd|'/c calc'!A1"
    assert rows[4]["text"] == "? odd \ufffd"
    assert rows[3]["base64"] == "/wAB"
    assert rows[2]["type"] == "hello"


def test_formats_are_found_by_their_files() -> None:
    assert {"csv", "jsonl"} <= set(export.names())
    assert "redact" not in export.names()
    assert export.find("jsonl").suffix == ".jsonl"
    assert export.find("jsonl").about.startswith("JSON Lines")
    for name in ("nothing", "redact", "../x"):
        with pytest.raises(UsageError, match="There is no export format"):
            export.find(name)
