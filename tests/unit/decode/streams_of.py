"""Events and payloads that the decoder's tests share."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import msgspec

from monitor import model
from monitor.decode import Decoder
from monitor.model import Decoded, Event, Message

RECORDED = Path(__file__).with_name("recorded")
CHATGPT = "https://chatgpt.com/backend-api/f/conversation"
CLAUDE = "https://claude.ai/api/organizations/o1/chat_conversations/c9/completion"
SOCKET = "wss://ws.chatgpt.com/p24/ws/user/user-1?verify=1-a"


def frame(value: Any, connection: str = "ws", dir: model.Direction = "in") -> model.Frame:  # noqa: A002
    """A text frame of a JSON value, or of a text as it is, or a binary frame of bytes."""
    if isinstance(value, bytes):
        return model.Frame(time=1.0, connection=connection, dir=dir, opcode=2, size=len(value), data=value)
    text = value if isinstance(value, str) else json.dumps(value)
    return model.Frame(time=1.0, connection=connection, dir=dir, size=len(text), text=text)


def recorded(name: str) -> list[model.Frame]:
    """Frames of a recording, as the protocol's own library made them (recorded/make.mjs)."""
    told = msgspec.json.decode((RECORDED / f"{name}.json").read_bytes())["frames"]
    return [frame(one["text"] if "text" in one else base64.b64decode(one["base64"]), dir=one["dir"]) for one in told]


def opened(url: str = SOCKET, connection: str = "ws", late: bool = False) -> model.SocketOpened:
    """A socket."""
    return model.SocketOpened(time=1.0, connection=connection, url=url, late=late)


def response(url: str, mime: str = "text/event-stream", connection: str = "r") -> model.Response:
    """The head of a response."""
    return model.Response(time=1.0, connection=connection, url=url, status=200, mime=mime)


def chunk(piece: str | bytes, connection: str = "r", offset: int = 0) -> model.Chunk:
    """A piece of a body."""
    if isinstance(piece, bytes):
        return model.Chunk(time=1.0, connection=connection, size=len(piece), offset=offset, data=piece)
    return model.Chunk(time=1.0, connection=connection, size=len(piece.encode()), offset=offset, text=piece)


def body(content: str | bytes, connection: str = "r", state: Any = "whole") -> model.Body:
    """A whole body."""
    if isinstance(content, bytes):
        return model.Body(time=1.0, connection=connection, size=len(content), data=content, state=state)
    return model.Body(time=1.0, connection=connection, size=len(content), text=content, state=state)


def finished(connection: str = "r", where: Any = "chunks") -> model.Finished:
    """The end of a response."""
    return model.Finished(time=1.0, connection=connection, body=where)


def sse(*events: Any, name: str | None = None) -> str:
    """A text of server-sent events; an event is its data, or (name, data)."""
    text = ""
    for event in events:
        own, data = event if isinstance(event, tuple) else (name, event)
        text += f"event: {own}\n" if own else ""
        text += f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"
    return text


def run(*events: Event, decoder: Decoder | None = None) -> list[Message]:
    """All messages that a decoder finds in events."""
    return [message for decoded in decode(*events, decoder=decoder) for message in decoded.messages]


def decode(*events: Event, decoder: Decoder | None = None) -> list[Decoded]:
    """What a decoder says of each event that it says something of."""
    decoder = decoder or Decoder()
    return [decoded for event in events if (decoded := decoder.feed(event)) is not None]


ANSWER = sse(
    ("delta_encoding", '"v1"'),
    (
        "delta",
        {
            "p": "",
            "o": "add",
            "v": {
                "message": {
                    "id": "a1",
                    "author": {"role": "assistant"},
                    "content": {"content_type": "text", "parts": [""]},
                    "status": "in_progress",
                },
                "conversation_id": "c1",
            },
            "c": 0,
        },
    ),
    ("delta", {"p": "/message/content/parts/0", "o": "append", "v": "Hel"}),
    ("delta", {"v": "lo ünïverse"}),
    {"type": "message_marker", "conversation_id": "c1", "message_id": "a1", "marker": "m", "event": "first"},
    (
        "delta",
        {
            "p": "",
            "o": "patch",
            "v": [
                {"p": "/message/status", "o": "replace", "v": "finished_successfully"},
                {"p": "/message/end_turn", "o": "replace", "v": True},
            ],
        },
    ),
    {"type": "message_stream_complete", "conversation_id": "c1"},
    "[DONE]",
)
"""A whole answer of ChatGPT's in delta v1."""

CLAUDE_ANSWER = sse(
    ("message_start", {"type": "message_start", "message": {"uuid": "a1", "parent_uuid": "h1", "model": "claude-x"}}),
    ("ping", {"type": "ping"}),
    (
        "content_block_start",
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    ),
    (
        "content_block_delta",
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi "}},
    ),
    (
        "content_block_delta",
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "thére"}},
    ),
    ("content_block_stop", {"type": "content_block_stop", "index": 0}),
    ("message_delta", {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
    ("message_limit", {"type": "message_limit", "message_limit": {"type": "within_limit"}}),
    ("message_stop", {"type": "message_stop"}),
)
"""A whole answer of Claude's."""
