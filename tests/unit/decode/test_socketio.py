from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Message
from tests.unit.decode.streams_of import body, frame, opened, response, run

URL = "wss://example.org/socket.io/?EIO=4&transport=websocket"


def read(text: str | bytes) -> list[Message]:
    return run(opened(URL), frame(text))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('0{"sid":"x"}', "open", {"data": {"sid": "x"}}),
        ("2", "ping", None),
        ("3probe", "pong", {"data": "probe"}),
        ("40", "connect", {}),
        ('40/admin,{"token":"t"}', "connect", {"namespace": "/admin", "data": {"token": "t"}}),
        ("41/admin,", "disconnect", {"namespace": "/admin"}),
        ('42["evt",{"a":1}]', "evt", {"data": ["evt", {"a": 1}]}),
        ('42/ns,7["evt",{}]', "evt", {"namespace": "/ns", "id": 7, "data": ["evt", {}]}),
        ('437["ok"]', "ack", {"id": 7, "data": ["ok"]}),
        ('451-["file",{"_placeholder":true,"num":0}]', "file", {"data": ["file", {"_placeholder": True, "num": 0}]}),
        ('42[1,"not a name"]', "event", {"data": [1, "not a name"]}),
        ("4hello", "message", {"data": "hello"}),
        ('4{"type":"own"}', "own", {"data": {"type": "own"}}),
        ("bAAEC", "binary", {"base64": "AAEC"}),
    ],
)
def test_packets(text: str, kind: str, value: Any) -> None:
    (message,) = read(text)
    assert (message.protocol, message.type, message.value) == ("socket.io", kind, value)


def test_a_polling_body_holds_several() -> None:
    url = "https://example.org/socket.io/?EIO=4&transport=polling"
    messages = run(response(url, "text/plain"), body('42["a"]\x1e42["b"]\x1e2'))
    assert [m.type for m in messages] == ["a", "b", "ping"]


def test_binary_parts_are_named() -> None:
    assert read(b"\x00\xff")[0].type == "binary"


@pytest.mark.parametrize("text", ["hello", "7", "", '1{"a":1}'])
def test_what_is_no_packet_is_read_generically(text: str) -> None:
    assert all(m.protocol != "socket.io" for m in read(text))


@pytest.mark.parametrize(("text", "protocol"), [('42["evt"]', "socket.io"), ("2", "text"), ("42", "text")])
def test_without_the_address_only_telling_packets_count(text: str, protocol: str) -> None:
    assert run(opened("wss://example.org/ws"), frame(text))[0].protocol == protocol
