from __future__ import annotations

from typing import Any

import pytest

from monitor import model
from tests.unit.decode.streams_of import frame, opened, run

URL = "wss://example.org/graphql"


@pytest.mark.parametrize("subprotocol", ["graphql-transport-ws", "graphql-ws"])
def test_the_subprotocol_decides(subprotocol: str) -> None:
    handshake = model.SocketHandshake(time=1.0, connection="ws", subprotocol=subprotocol)
    (message,) = run(opened(URL), handshake, frame({"type": "ka"}))
    assert (message.protocol, message.type) == ("graphql-ws", "ka")


def test_the_subprotocol_may_stand_in_the_headers() -> None:
    headers = {"Sec-WebSocket-Protocol": "graphql-ws"}
    handshake = model.SocketHandshake(time=1.0, connection="ws", headers=headers)
    assert run(handshake, frame({"type": "data", "id": "1"}))[0].protocol == "graphql-ws"


@pytest.mark.parametrize(
    ("value", "protocol"),
    [
        ({"type": "connection_init"}, "graphql-ws"),
        ({"id": "1", "type": "subscribe", "payload": {"query": "subscription { a }"}}, "graphql-ws"),
        ({"id": "1", "type": "next", "payload": {"data": {}}}, "graphql-ws"),
        ({"type": "next", "payload": 1}, "json"),
        ({"type": "subscribe"}, "json"),
    ],
)
def test_without_it_only_telling_messages_count(value: Any, protocol: str) -> None:
    assert run(opened(URL), frame(value))[0].protocol == protocol


def test_what_is_no_message_is_read_generically() -> None:
    handshake = model.SocketHandshake(time=1.0, connection="ws", subprotocol="graphql-ws")
    assert [m.protocol for m in run(handshake, frame([1]), frame({"a": 1}), frame("x"))] == ["json", "json", "text"]
