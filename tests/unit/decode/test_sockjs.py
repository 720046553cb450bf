from __future__ import annotations

import json

from tests.unit.decode.streams_of import decode, frame, opened, run

URL = "wss://example.org/sockjs/123/abcdef/websocket"


def test_frames_without_messages() -> None:
    messages = run(opened(URL), frame("o"), frame("h"), frame('c[3000,"Go away!"]'))
    assert [(m.protocol, m.type) for m in messages] == [
        ("sockjs", "open"),
        ("sockjs", "heartbeat"),
        ("sockjs", "close"),
    ]
    assert messages[2].value == [3000, "Go away!"]


def test_messages_are_unwrapped_and_detected_again() -> None:
    inner = [json.dumps({"msg": "added", "collection": "c"}), "plain"]
    _, decoded = decode(opened(URL), frame("o"), frame("a" + json.dumps(inner)))
    assert decoded.layers == ("sockjs", "json")
    assert [(m.protocol, m.type) for m in decoded.messages] == [("json", "added"), ("text", None)]
    phoenix = json.dumps([json.dumps(["1", "2", "t", "join", {}])])
    assert run(opened(URL), frame(phoenix, dir="out"))[0].protocol == "phoenix"


def test_it_is_known_by_a_frame_of_strings() -> None:
    assert run(opened("wss://x/y"), frame('a["{\\"type\\":\\"t\\"}"]'))[0].type == "t"
    assert run(opened("wss://x/y"), frame("o"))[0].protocol == "text"


def test_odd_frames_are_read_generically() -> None:
    frames = [frame("x"), frame("a[1]"), frame('{"a":1}'), frame(b"\x00\xff"), frame("a{")]
    assert [m.protocol for m in run(opened(URL), *frames)] == ["text", "text", "json", "raw", "text"]


def test_an_array_in_bytes_is_read_generically() -> None:
    messages = run(opened("wss://x/000/abcdefgh/websocket"), frame("o"), frame(b"\x82\x62hi\x01"))
    assert [m.protocol for m in messages] == ["sockjs", "msgpack"]
