"""Values behind a short head, and what is none."""

from __future__ import annotations

import gzip
import json
import random
import struct
from typing import Any

import msgspec
import pytest

from monitor.model import Message
from tests.laws import share
from tests.unit.decode.streams_of import frame, opened, run

URL = "wss://example.org/ws"
SAID: dict[str, Any] = {"room": "a", "text": "hello there"}
JSON = json.dumps(SAID).encode()
PACKED = msgspec.msgpack.encode(SAID)


def only(payload: str | bytes) -> Message:
    (message,) = run(opened(URL), frame(payload))
    return message


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b"\x01" + JSON, "head=1"),
        (b"\x00\x07" + JSON, "head=7"),
        (b"\x07\x00\x00\x00" + JSON, "head=7"),
        (b"\x02" + struct.pack(">I", len(JSON)) + JSON, "head=2"),
        (struct.pack("<I", len(JSON)) + b"\x05" + JSON, "head=5"),
        (struct.pack(">I", len(JSON)) + JSON, None),
        (struct.pack(">I", len(JSON) + 4) + JSON, None),
        (b"\xff\xfe\x00\x01" + b"\x00" * 8 + JSON, None),
        (b"\x03" + gzip.compress(JSON), "head=3"),
        (b"\x03" + PACKED, "head=3"),
        ("CHAT " + JSON.decode(), "CHAT"),
        ("room/say:" + JSON.decode(), "room/say"),
        ("17 " + JSON.decode(), "17"),
    ],
)
def test_the_value_and_the_type_in_its_head(payload: str | bytes, kind: str | None) -> None:
    found = only(payload)
    assert (found.protocol, found.type, found.value) == ("headed", kind, SAID)


def test_what_names_the_value_is_its_type_and_the_head_is_told() -> None:
    found = only(b"\x05" + json.dumps({"type": "say", "text": "hi"}).encode())
    assert found.type == "say"
    assert found.notes == ("hint: 1 byte stands before it: 05",)
    assert only('42["say",{"text":"hi"}]'.replace("42[", "7 [")).type == "say"


@pytest.mark.parametrize("pack", [">I", "<I", ">H", "<H"])
def test_several_records_in_one_frame(pack: str) -> None:
    bodies = [json.dumps({"type": name, "n": 1}).encode() for name in ("say", "gone", "say")]
    found = run(opened(URL), frame(b"".join(struct.pack(pack, len(one)) + one for one in bodies)))
    assert [(one.protocol, one.type) for one in found] == [("headed", name) for name in ("say", "gone", "say")]


def test_records_after_varints() -> None:
    body = json.dumps({"type": "say", "text": "x" * 300}).encode()
    record = bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body
    assert [one.type for one in run(opened(URL), frame(record * 2))] == ["say", "say"]


@pytest.mark.parametrize(
    "payload",
    [
        b"\x01" + JSON[:-1],  # cut off
        b"\x01" + JSON + b"\xff",  # more behind it
        b"\x01{}",
        b"\x01[1, 2]",
        b"\x01" * 40 + JSON,  # too far in
        b"\xff\x81\x01\x02",
        "see {this}",
        "a[1]",
        "hello [world]",
        "that was {fun}",
    ],
)
def test_what_is_not_read_to_its_end_or_could_be_chance_is_no_value(payload: str | bytes) -> None:
    assert "headed" not in {message.protocol for message in run(opened(URL), frame(payload))}


def test_noise_has_no_head() -> None:
    source = random.Random(11)
    for _ in range(share(2000)):
        found = run(opened(URL), frame(source.randbytes(source.randrange(200))))
        assert "headed" not in {message.protocol for message in found}
