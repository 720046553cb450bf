from __future__ import annotations

from typing import Any

import pytest

from monitor import model
from monitor.decode import decode_alone
from monitor.model import Message
from tests.unit.decode.streams_of import body, chunk, decode, finished, frame, opened, response, run

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


def test_binary_parts_are_put_where_they_belong() -> None:
    head = '452-/up,3["file",{"name":"a","parts":[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]}]'
    frames = [frame(head), frame("2", dir="out"), frame(b"\x00\xff"), frame(b"hello")]
    decoded = decode(opened(URL), *frames, frame('43/up,3["ok"]', dir="out"))
    assert [[m.type for m in one.messages] for one in decoded] == [[], ["ping"], [], ["file"], ["ack/file"]]
    assert decoded[3].messages[0].value == {
        "namespace": "/up",
        "id": 3,
        "data": ["file", {"name": "a", "parts": [{"base64": "aGVsbG8="}, {"base64": "AP8="}]}],
    }


def test_binary_parts_of_polling_and_of_the_version_before() -> None:
    url = "https://example.org/socket.io/?EIO=4&transport=polling"
    text = '451-["file",{"_placeholder":true,"num":0}]\x1ebAP8=\x1e42["after"]'
    messages = run(response(url, "text/plain"), body(text))
    assert [m.type for m in messages] == ["file", "after"]
    assert messages[0].value["data"][1] == {"base64": "AP8="}
    old = run(opened(URL.replace("4", "3")), frame('451-["f",{"_placeholder":true,"num":0}]'), frame(b"\x04\x00\xff"))
    assert old[0].value["data"][1] == {"base64": "AP8="}


def test_parts_that_do_not_come_are_told() -> None:
    head = frame('451-["file",{"_placeholder":true,"num":0}]')
    (message,) = run(opened(URL), head, model.SocketClosed(time=2.0, connection="ws"))
    assert (message.type, message.notes) == ("file", ("1 of its 1 binary parts not seen",))
    messages = run(opened(URL), head, frame('42["next"]'))
    assert [(m.type, m.notes) for m in messages] == [("file", ("1 of its 1 binary parts not seen",)), ("next", ())]


def test_a_binary_message_with_no_event_is_named() -> None:
    assert read(b"\x00\xff")[0].type == "binary"


def test_a_polling_body_with_lengths_and_one_that_is_posted() -> None:
    url = "https://example.org/socket.io/?EIO=3&transport=polling"
    text = '10:0{"sid":1}2:4018:42["😀",{"a":"ü"}]'
    messages = run(response(url, "text/plain"), *(chunk(one.encode()) for one in (text[:7], text[7:])), finished())
    assert [m.type for m in messages] == ["open", "connect", "😀"]
    sent = model.Request(time=1.0, connection="p", method="POST", url=url.replace("3", "4"), text='42["a",1]\x1e3')
    assert [(m.type, m.value) for m in run(sent)] == [("a", {"data": ["a", 1]}), ("pong", None)]


@pytest.mark.parametrize("text", ["hello", "7", "", '1{"a":1}'])
def test_what_is_no_packet_is_read_generically(text: str) -> None:
    assert all(m.protocol != "socket.io" for m in read(text))


@pytest.mark.parametrize(("text", "protocol"), [('42["evt"]', "socket.io"), ("2", "text"), ("42", "text")])
def test_without_the_address_only_telling_packets_count(text: str, protocol: str) -> None:
    assert run(opened("wss://example.org/ws"), frame(text))[0].protocol == protocol


def test_alone_the_head_of_a_message_is_named() -> None:
    decoded = decode_alone(frame('42["a"]'))
    assert decoded
    assert decoded.type == "a"
    decoded = decode_alone(frame('451-["file",{"_placeholder":true,"num":0}]'))
    assert decoded
    assert (decoded.type, decoded.messages[0].notes) == ("file", ("1 of its 1 binary parts not seen",))
