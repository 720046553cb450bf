from __future__ import annotations

import json

from monitor.capture.reader import Capture
from monitor.export.jsonl import record
from monitor.export.passages import Passage
from monitor.model import Decoded, Frame, Message
from tests.unit.export.samples import SECRET, capture, exported, objects

__all__ = ["capture"]


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


def test_equal_secrets_have_one_pseudonym(capture: Capture) -> None:
    lines = objects(exported(capture))
    token = json.loads(str(lines[3]["text"]))["auth_token"]
    assert lines[6]["headers"] == {"Authorization": f"Bearer {token}"}
    assert str(lines[3]["url"]).endswith(f"verify={token}")
    assert str(lines[6]["text"]).endswith(f"password={token}")


def test_filters_see_what_the_whole_capture_means(capture: Capture) -> None:
    assert [line.get("seq") for line in objects(exported(capture, query="url:ws kind:frame tab:B"))] == [None, 4]
    assert [line.get("seq") for line in objects(exported(capture, query="type:hello"))] == [None, 3]


def test_what_a_decoder_could_not_know_is_told() -> None:
    messages = (
        Message(protocol="a", value=1, notes=("half", "late")),
        Message(protocol="a", notes=("half",), also=("b",)),
    )
    frame = Frame(time=1.0, connection="w", dir="in", text="x")
    told = record(Passage(frame, None, Decoded(layers=("text",), messages=messages)))["decoded"]
    assert (told["notes"], told["also"]) == (["half", "late"], ["b"])
