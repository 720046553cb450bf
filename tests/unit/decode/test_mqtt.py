from __future__ import annotations

import pytest

from monitor import model
from monitor.model import Message
from tests.unit.decode.streams_of import frame, opened, recorded, run

CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"
CONNECT_5 = b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"
PUBLISH = b"\x30\x0c\x00\x03a/b" + b'{"x":1}'


def read(*frames: bytes, subprotocol: str = "mqtt") -> list[Message]:
    handshake = model.SocketHandshake(time=1.0, connection="ws", subprotocol=subprotocol)
    return run(handshake, *map(frame, frames))


def test_packets_of_a_frame() -> None:
    messages = read(CONNECT, b"\x20\x02\x00\x00\xc0\x00", PUBLISH + b"\xd0\x00")
    assert [m.type for m in messages] == ["connect", "connack", "pingreq", "publish", "pingresp"]
    assert messages[3].value == {"topic": "a/b", "payload": {"x": 1}}


def test_a_quality_of_service_brings_a_packet_id() -> None:
    (message,) = read(b"\x32\x0e\x00\x03a/b\x00\x07" + b'{"x":1}')
    assert message.value == {"topic": "a/b", "qos": 1, "id": 7, "payload": {"x": 1}}


def test_version_five_has_properties() -> None:
    _, message = read(CONNECT_5, b"\x30\x0f\x00\x03a/b\x02\x01\x01" + b'{"x":1}')
    assert message.value == {"topic": "a/b", "properties": {"payload_format": 1}, "payload": {"x": 1}}


def test_payloads_that_are_not_json() -> None:
    assert read(b"\x30\x07\x00\x01ahey!")[0].value == {"topic": "a", "payload": "hey!"}
    assert read(b"\x30\x05\x00\x01a\x00\xff")[0].value == {"topic": "a", "payload": None}


@pytest.mark.parametrize("version", [4, 5])
def test_a_whole_conversation_is_read_with_the_subprotocol_and_without(version: int) -> None:
    for subprotocol in ("mqtt", ""):
        handshake = model.SocketHandshake(time=1.0, connection="ws", subprotocol=subprotocol)
        messages = run(opened("wss://x/y"), handshake, *recorded(f"mqtt{version}"))
        assert {m.protocol for m in messages} == {"mqtt"}
        assert not any(m.notes for m in messages)
        assert [m.type for m in messages[:5]] == ["connect", "connack", "subscribe", "suback", "publish"]
        assert messages[0].value["client"] == "tab-a"
        assert messages[0].value["will"]["topic"] == "gone"
        assert messages[4].value["payload"] == {"id": "n1", "text": "Hello"}
        assert messages[7].value["payload"] is None
        assert messages[2].value["topics"] == [{"topic": "room/+/notes", "qos": 1}]
        assert (messages[4].value.get("properties") is not None) is (version == 5)


@pytest.mark.parametrize("version", [4, 5])
def test_a_socket_joined_in_its_middle_is_known_after_some_frames(version: int) -> None:
    messages = run(opened("wss://x/y"), *recorded(f"mqtt{version}")[2:])
    assert [m.protocol for m in messages].index("mqtt") <= 3
    assert {m.protocol for m in messages[3:]} == {"mqtt"}
    assert messages[4].value["payload"] == {"id": "n1", "text": "Hello"}


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_packets_are_cut_and_joined_over_frames(version: int, size: int) -> None:
    frames = [one for one in recorded(f"mqtt{version}") if one.dir == "in"]
    whole = b"".join(one.data or b"" for one in frames)
    cut = [whole[at : at + size] for at in range(0, len(whole), size)]
    connect = recorded(f"mqtt{version}")[0]
    handshake = model.SocketHandshake(time=1.0, connection="ws", subprotocol="mqtt")
    assert run(handshake, connect, *map(frame, cut)) == run(handshake, connect, *frames)


def test_a_rest_that_is_missing_is_told() -> None:
    gap = model.Gap(time=1.0, reason="x", connection="ws")
    handshake = model.SocketHandshake(time=1.0, connection="ws", subprotocol="mqtt")
    (message,) = run(handshake, frame(b"\x30\x20\x00\x03a/b{"), gap, frame(PUBLISH))
    assert message.value["payload"] == {"x": 1}
    assert message.notes == ("the rest of a packet is missing before this one",)


def test_an_alias_stands_for_its_topic() -> None:
    named = b"\x30\x09\x00\x01t\x03\x23\x00\x05hi"
    again = b"\x30\x08\x00\x00\x03\x23\x00\x05yo"
    _, _, message = read(CONNECT_5, named, again)
    assert message.value == {"topic": "t", "properties": {"topic_alias": 5}, "payload": "yo"}
    _, message = read(CONNECT_5, again)
    assert message.notes == ("the topic of alias 5 was told before the recording",)


def test_what_follows_whole_packets_and_is_none_is_told() -> None:
    messages = read(PUBLISH + b"\x00\x00")
    assert [m.type for m in messages] == ["publish", None]
    assert messages[1].notes


@pytest.mark.parametrize("data", [b"\x00\x00\xff", b"\x30\xff\xff\xff\xff\xff"])
def test_what_is_no_packet_is_read_generically(data: bytes) -> None:
    assert read(data)[0].protocol in ("raw", "text")


def test_one_publish_alone_proves_nothing() -> None:
    assert read(PUBLISH, subprotocol="")[0].protocol == "headed"
    assert read(CONNECT, subprotocol="other")[0].protocol == "raw"
