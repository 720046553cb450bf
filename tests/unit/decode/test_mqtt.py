from __future__ import annotations

import pytest

from monitor import model
from monitor.model import Message
from tests.unit.decode.streams_of import frame, run

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
    assert message.value == {"topic": "a/b", "payload": {"x": 1}}


def test_version_five_has_properties() -> None:
    _, message = read(CONNECT_5, b"\x30\x0f\x00\x03a/b\x02\x01\x01" + b'{"x":1}')
    assert message.value == {"topic": "a/b", "payload": {"x": 1}}


def test_payloads_that_are_not_json() -> None:
    assert read(b"\x30\x07\x00\x01ahey!")[0].value == {"topic": "a", "payload": "hey!"}
    assert read(b"\x30\x05\x00\x01a\x00\xff")[0].value == {"topic": "a", "payload": None}


def test_a_packet_that_goes_on_is_noted() -> None:
    assert read(b"\x30\x20\x00\x03a/b{")[0].notes


@pytest.mark.parametrize("data", [b"\x30", b"\x00\x00\xff", b"\x30\xff\xff\xff\xff\xff"])
def test_what_is_no_packet_is_read_generically(data: bytes) -> None:
    assert read(data)[0].protocol in ("raw", "text")


def test_without_the_subprotocol_it_is_not_taken() -> None:
    assert read(CONNECT, subprotocol="")[0].protocol == "raw"
