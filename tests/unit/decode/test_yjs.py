from __future__ import annotations

import pytest

from monitor.decode.yjs import read_message
from tests.unit.decode.streams_of import frame, opened, recorded, run


def test_a_whole_conversation() -> None:
    messages = run(opened("wss://x/room"), *recorded("yjs"))
    known = [m for m in messages if m.protocol == "yjs"]
    assert len(messages) - len(known) <= 1
    assert {m.type for m in known} == {"sync/step1", "sync/step2", "sync/update", "awareness"}
    assert not any(m.also for m in known)
    told = [m.value["states"][0] for m in known if m.type == "awareness"]
    assert {"name": "Ada", "color": "#ff0000"} in [one["state"].get("user") for one in told if one["state"]]
    assert told[-1]["state"] is None


def test_a_socket_joined_in_its_middle_is_known_by_one_update() -> None:
    assert {m.protocol for m in run(opened("wss://x/y"), *recorded("yjs")[6:])} == {"yjs"}


def test_hocuspocus_names_the_document() -> None:
    name = b"\x06room-1"
    data = next(one.data or b"" for one in recorded("yjs") if (one.data or b"")[:1] == b"\x01")
    message = read_message(name + data)
    assert message
    assert (message.type, message.value["document"]) == ("awareness", "room-1")
    told = [read_message(name + one) for one in (b"\x02\x00\x02tk\x031.0", b"\x08\x01", b"\x07\x03bye", b"\x05\x02hi")]
    assert [one.type for one in told if one] == ["auth/token", "sync-status", "close", "stateless"]


def test_short_messages() -> None:
    told = [read_message(one) for one in (b"\x00\x00\x01\x00", b"\x03", b"\x02\x00\x02no")]
    assert [one.type for one in told if one] == ["sync/step1", "query-awareness", "auth/denied"]
    assert told[2] is not None
    assert told[2].value == {"reason": "no"}


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\x00\x03\x00", b"\x01\x02\x01\x01", b"\x00\x00\x01\x00\x00", b"\xff\xff"]
)
def test_what_is_no_message(data: bytes) -> None:
    assert read_message(data) is None


def test_one_short_message_alone_proves_nothing() -> None:
    assert run(opened("wss://x/y"), frame(b"\x00\x00\x01\x00"))[0].protocol == "raw"
