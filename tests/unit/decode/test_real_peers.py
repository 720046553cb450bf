"""What real libraries said to each other, as tests/fixtures/protocols/record.py recorded it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from monitor import model
from monitor.decode import Decoder
from monitor.model import Event, Message

FOLDER = Path(__file__).parents[2] / "fixtures" / "protocols"
PLAIN = {"json", "text", "headed", "sse", "raw"}
TYPES: dict[str, tuple[set[str], list[str]]] = {
    "socketio": (
        {"socket.io"},
        ["open", "connect", "connect", "ask", "ack/ask", "file", "copy", "ack/file", "connect", "connect", "connect",
         "welcome", "connect", "welcome", "bye", "disconnect"],
    ),
    "python-socketio": (
        {"socket.io"},
        ["open", "connect", "connect", "file", "copy", "ack/file", "ping", "pong", "ping", "pong"],
    ),
    "graphql-ws": (
        {"graphql-ws"},
        ["connection_init", "connection_ack", "subscribe", "next", "next", "complete",
         "connection_init", "connection_ack", "subscribe", "next", "complete",
         "connection_init", "connection_ack", "subscribe", "error"],
    ),
    "graphql-sse": ({"graphql", "text"}, ["Count", "next", "next", "complete", "next", "next", "complete", "Count"]),
    "trpc": (
        {"trpc"},
        ["connectionParams", "query/greet", "mutation/add", "query/fail", "error/fail", "data/greet", "data/add",
         "subscription/room.onMessage", "started/room.onMessage", "data/room.onMessage", "data/room.onMessage",
         "stopped/room.onMessage", "subscription.stop/room.onMessage"] + ["ping", "pong"] * 3,
    ),
    "trpc-http": (
        {"trpc"},
        ["data/greet", "error/fail", "call/add", "data/add", "connected", "data/room.onMessage", "data/room.onMessage",
         "return"],
    ),
    "stomp": ({"stomp"}, ["CONNECT", "CONNECTED", "SUBSCRIBE", "MESSAGE", "SEND", "SEND", "DISCONNECT", "RECEIPT"]),
    "stomp-sockjs": (
        {"stomp", "sockjs", "json"},
        ["open", "CONNECT", "CONNECTED", "SUBSCRIBE", "SEND", "MESSAGE", "SEND", "DISCONNECT", "RECEIPT"],
    ),
    "sockjs": ({"sockjs", "json"}, ["open", "hello", "hello", "seen"]),
    "wamp": (
        {"wamp"},
        ["hello", "welcome", "subscribe", "subscribed", "register", "registered", "publish", "call", "event",
         "invocation", "yield", "result", "call", "error", "goodbye", "goodbye"],
    ),
    "centrifugo": (
        {"centrifugo"},
        ["connect", "subscribe"] * 2 + ["publish"] * 2 + ["rpc", "error", "push/pub", "push/pub", "ping", "pong"],
    ),
    "phoenix": (
        {"phoenix"}, ["phx_join", "phx_reply", "shout", "phx_reply", "new_msg", "heartbeat", "phx_reply"],
    ),
    "supabase": (
        {"supabase", "phoenix"}, ["phx_join", "phx_reply", "broadcast/cursor", "postgres_changes/INSERT"] * 2,
    ),
    "ably": (
        {"ably"},
        ["connected", "attach", "attached", "message", "ack", "message", "heartbeat", "heartbeat", "close", "closed"],
    ),
    "ddp": (
        {"ddp"},
        ["server_id", "connect", "connected", "sub", "added", "ready", "method", "result", "updated", "changed", "ping",
         "pong"],
    ),
    "strawberry": (
        {"graphql-ws", "graphql"},
        ["connection_init", "subscribe", "connection_ack", "next", "next", "complete", "Hello", "data"],
    ),
}  # fmt: skip
"""By peer: the protocols that its messages may have, and all their types in order, as far as they do not repeat."""


def peer(name: str) -> list[dict[str, Any]]:
    """The connections of a recording."""
    connections: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text())["connections"]
    return connections


def events(connection: dict[str, Any], number: int, hints: bool = True, start: int = 0) -> list[Event]:
    """A connection of a recording as events."""
    own: dict[str, Any] = {"time": 1.0, "connection": f"c{number}"}
    if connection["kind"] == "socket":
        url = connection["url"] if hints else "wss://example.org/ws"
        head: list[Event] = [model.SocketOpened(**own, url=url, late=start > 0)]
        if hints and connection["subprotocol"]:
            head.append(model.SocketHandshake(**own, subprotocol=connection["subprotocol"]))
        return head + [_frame(own, direction, one) for direction, one in connection["frames"][start:]]
    sent = [one for direction, one in connection["frames"] if direction == "out"]
    url = connection["url"] if hints else "https://example.org/api"
    mime = connection["mime"] if hints else ""
    headers = {"content-type": connection.get("out_mime", "")}
    return [
        model.Request(**own, method=connection["method"], url=url, headers=headers, text=sent[0] if sent else None),
        model.Response(**own, url=url, status=200, mime=mime),
        *(model.Chunk(**own, size=len(one.encode()), text=one) for way, one in connection["frames"] if way == "in"),
        model.Finished(**own, body="chunks"),
    ]


def _frame(own: dict[str, Any], direction: model.Direction, one: Any) -> model.Frame:
    if isinstance(one, dict):
        return model.Frame(**own, dir=direction, opcode=2, data=base64.b64decode(one["base64"]))
    return model.Frame(**own, dir=direction, text=one)


def read(name: str, hints: bool = True, start: int = 0) -> list[Message]:
    """What a decoder finds in a recording."""
    decoder = Decoder()
    every = [event for number, one in enumerate(peer(name)) for event in events(one, number, hints, start)]
    return [message for event in every if (decoded := decoder.feed(event)) for message in decoded.messages]


@pytest.mark.parametrize("name", TYPES)
def test_every_message_of_a_real_peer_is_named(name: str) -> None:
    protocols, types = TYPES[name]
    found = [message for message in read(name) if message.protocol not in ("json", "text") or message.type]
    assert {message.protocol for message in found} <= protocols
    if name != "strawberry":
        assert [message.type for message in found] == types
    assert set(types) <= {message.type for message in found}
    assert not [message.notes for message in found if message.notes]


@pytest.mark.parametrize("name", TYPES)
def test_with_nothing_known_or_joined_in_the_middle_it_is_never_another(name: str) -> None:
    protocols, _ = TYPES[name]
    for start in range(1 + max(len(one["frames"]) for one in peer(name))):
        for hints in (True, False):
            assert {message.protocol for message in read(name, hints, start)} <= protocols | PLAIN, start


@pytest.mark.parametrize("name", ["socketio-polling", "python-socketio-polling"])
def test_a_message_and_its_parts_come_in_different_polls(name: str) -> None:
    found = {message.type: message for message in read(name)}
    assert {"open", "connect", "file", "copy"} <= found.keys()
    assert {"ack", "ack/file"} & found.keys()
    parts = [{"base64": "AP8B"}, {"base64": "dGV4dA=="}]
    assert found["copy"].value["data"] == ["copy", {"name": "c", "parts": parts}]
    assert found["file"].value["data"] == ["file", {"base64": "AP8B"}]
    assert {message.protocol for message in read(name, hints=False)} <= {"socket.io", "text", "json"}


def test_binary_parts_are_the_same_over_a_socket() -> None:
    for name in ("socketio", "python-socketio"):
        (copy,) = (message for message in read(name) if message.type == "copy")
        assert copy.value["data"][1]["parts"] == [{"base64": "AP8B"}, {"base64": "dGV4dA=="}]


def test_a_length_that_a_server_counted_wrong_does_no_harm() -> None:
    (message,) = (message for message in read("stomp") if message.type == "MESSAGE")
    assert (message.value["headers"]["content-length"], message.value["body"]) == ("13", {"text": "hé"})
    assert [message.value["body"] for message in read("stomp") if message.type == "SEND"][1] == "a\0b"


def test_topics_of_wamp_are_looked_up() -> None:
    topics = [str(message.value.get("topic")).removeprefix("com.example.") for message in read("wamp")]
    assert topics[2:10] == ["topic", "topic", "add", "add", "topic", "add", "topic", "add"]


def test_a_kernel_in_json() -> None:
    (plain, _) = peer("jupyter")
    decoder = Decoder()
    decoded = [one for event in events(plain, 0) if (one := decoder.feed(event))]
    assert {message.protocol for one in decoded for message in one.messages} == {"jupyter"}
    types = [one.type for one in decoded]
    assert types[0] == "execute_request"
    assert {"status", "stream", "execute_result", "execute_reply"} <= set(types)


def test_recordings_hold_nothing_of_the_machine() -> None:
    for path in FOLDER.glob("*.json"):
        text = path.read_text()
        assert not any(f"/{one}/" in text for one in ("root", "home", "tmp", "work"))
