from __future__ import annotations

from tests.unit.decode.streams_of import frame, opened, run
from tests.unit.decode.true_streams import STREAMS, messages

URL = "wss://example.org/connection/websocket"
NEWS = next(one for one in STREAMS if one.name == "centrifugo")


def test_commands_pushes_and_pings() -> None:
    types = [message.type for message in messages(NEWS, hints=True)]
    assert types == [
        "connect", "connect", "subscribe", "subscribe", "push/pub", "push/pub", "ping", "pong", "error",
    ]  # fmt: skip


def test_the_protocol_before() -> None:
    frames = [
        frame({"id": 1, "params": {"token": "t"}}, dir="out"),
        frame({"id": 1, "result": {"client": "c", "version": "2"}}),
        frame({"id": 2, "method": 1, "params": {"channel": "c"}}, dir="out"),
        frame({"result": {"channel": "c", "data": {"data": 1}}}),
        frame({"result": {"type": 1, "channel": "c", "data": {}}}),
        frame({"id": 9, "result": {}}),
    ]
    types = [m.type for m in run(opened(URL), *frames)]
    assert types == ["connect", "connect", "subscribe", "push/pub", "push/join", "result"]


def test_the_one_way_transports() -> None:
    url = "wss://example.org/connection/uni_websocket"
    found = run(
        opened(url), frame({"connect": {"client": "c"}}), frame({"channel": "c", "pub": {"data": 1}}), frame("null")
    )
    assert [m.type for m in found] == ["connect", "push/pub", "ping"]


def test_other_values_are_read_generically() -> None:
    frames = [frame([1]), frame("hello"), frame({"id": 1, "what": {}}), frame('{"a":1}\n{')]
    assert [m.protocol for m in run(opened(URL), *frames)] == ["json", "text", "json", "text"]
