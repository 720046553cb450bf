"""Azure Web PubSub in JSON, which carried ChatGPT's answers before the celsius socket.

The type is `type`, with `event` or `data.type` after a slash where there is one. A `http.response.body` holds a piece
of an answer's server-sent events in base64, a stream for each `response_id`; its value has `stream` and `state` as a
stream-item of celsius has.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from monitor.decode.chatgpt_delta import DeltaSession
from monitor.decode.limits import MAX_TOPICS
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.decode.sse import SseReader, sse_items
from monitor.model import Decoded, Message

NAME = "webpubsub"
_SUBPROTOCOL = ".webpubsub.azure.v1"
_BODY = "http.response.body"


class WebPubSubSession(Session):
    """One connection, with the answers that stream in it."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[SseReader, DeltaSession]] = {}
        self._lost: str | None = None

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = item.value
        if type(value) is not dict or type(value.get("type")) is not str:
            return None
        data = value.get("data")
        layers = item.layers + (NAME,)
        told = value.get("event") or (data.get("type") if type(data) is dict else None)
        kind = f"{value['type']}/{told}" if type(told) is str else value["type"]
        if type(data) is not dict or data.get("type") != _BODY or type(data.get("body")) is not str:
            return Decoded(layers=layers, messages=(Message(protocol=NAME, type=kind, value=value),))
        stream, state, notes = self._piece(
            str(data.get("response_id")), data["body"], data.get("more_body") is not False
        )
        message = Message(protocol=NAME, type=kind, value={**value, "stream": stream, "state": state}, notes=notes)
        return Decoded(layers=layers + ("base64", "sse"), messages=(message,))

    def lost(self, reason: str) -> None:
        """Messages are missing: so may pieces of every answer be."""
        self._lost = reason
        for _, session in self._answers.values():
            session.lost(reason)

    def _piece(self, answer: str, body: str, more: bool) -> tuple[list[dict[str, Any]], Any, tuple[str, ...]]:
        """What a piece of an answer completes: messages, the state after them, and what is not known."""
        try:
            data = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            return [], None, ("the body is not base64",)
        reader, session = self._answer(answer)
        events = reader.feed(data) + ([] if more else reader.finish())
        stream: list[dict[str, Any]] = []
        notes: dict[str, None] = {}
        for one in sse_items(events):
            decoded = session.read(one)
            for message in decoded.messages if decoded else ():
                stream.append({"type": message.type, "value": message.value})
                notes.update(dict.fromkeys(message.notes))
        session.settle()
        if not more:
            self._answers.pop(answer, None)
        return stream, session.state, tuple(notes)

    def _answer(self, name: str) -> tuple[SseReader, DeltaSession]:
        if name not in self._answers:
            if len(self._answers) >= MAX_TOPICS:
                del self._answers[next(iter(self._answers))]
            session = DeltaSession()
            if self._lost:
                session.lost(self._lost)
            self._answers[name] = SseReader(), session
        return self._answers[name]


class WebPubSub(Protocol):
    """By subprotocol only."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """`json.webpubsub.azure.v1` and `json.reliable.webpubsub.azure.v1`."""
        return 95 if facts.subprotocol.startswith("json.") and facts.subprotocol.endswith(_SUBPROTOCOL) else 0

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return WebPubSubSession()


PROTOCOL = WebPubSub()
