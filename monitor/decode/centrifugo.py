"""Centrifugo in JSON: one or several lines of `{"id": 1, "connect": {…}}` or `{"push": {"channel": "c", "pub": {…}}}`.

The type is the command's key, of a push `push/pub` and its like; `{}` is a ping from the server and the client's pong.
Its one-way transports send pushes without the envelope. The protocol before version 2 names a command by `method`
and a push by `result.type`, both numbers; it is known by address only.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.parse import UNSET, json_value
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "centrifugo"
_URL = re.compile(r"/connection/(?:uni_)?(?:websocket|sockjs|sse|http_stream|webtransport)(?:[/?#]|$)")
_COMMANDS = (
    "connect", "subscribe", "unsubscribe", "publish", "presence", "presence_stats", "history", "ping", "send", "rpc",
    "refresh", "sub_refresh",
)  # fmt: skip
_PUSHES = ("pub", "join", "leave", "unsubscribe", "message", "subscribe", "connect", "disconnect", "refresh")
_METHODS = (*_COMMANDS[:7], "ping", "send", "rpc", "refresh", "sub_refresh")
_OLD_PUSHES = ("pub", "join", "leave", "unsubscribe", "message", "subscribe")
_MAX_LINES = 10_000


class CentrifugoSession(Session):
    """One connection: the old protocol's answers are named by the command that was asked."""

    def __init__(self) -> None:
        self._asked: dict[int, str] = {}

    def read(self, item: Item) -> Decoded | None:
        """Read the lines of one frame."""
        values = lines(item)
        if not values or not all(type(one) is dict or one is None for one in values):
            return None
        types = [self._type(one, item.dir) for one in values]
        if None in types:
            return None
        messages = tuple(Message(protocol=NAME, type=t, value=v) for t, v in zip(types, values, strict=True))
        layers = item.layers if item.value is not UNSET else item.layers + ("json",)
        return Decoded(layers=layers + (NAME,), messages=messages)

    def _type(self, value: dict[str, Any] | None, direction: Any) -> str | None:
        if not value:
            return "pong" if direction == "out" else "ping"
        push = value.get("push")
        if type(push) is dict:
            return f"push/{_push(push) or 'message'}"
        found = next((key for key in _COMMANDS if type(value.get(key)) is dict), None)
        if found or "error" in value:
            return found or "error"
        return self._old(value) or (f"push/{_push(value)}" if _push(value) else None)

    def _old(self, value: dict[str, Any]) -> str | None:
        """A message of the first protocol."""
        number, result = value.get("id"), value.get("result")
        if type(number) is int and type(result) is not dict:
            method = value.get("method", 0)
            name = _METHODS[method] if type(method) is int and 0 <= method < len(_METHODS) else None
            if name and ("params" in value or "method" in value) and len(self._asked) < 4096:
                self._asked[number] = name
                return name
            return None
        if type(result) is not dict:
            return None
        if type(number) is int:
            return self._asked.pop(number, "result")
        kind = result.get("type", 0)
        return f"push/{_OLD_PUSHES[kind]}" if type(kind) is int and 0 <= kind < len(_OLD_PUSHES) else None


class Centrifugo(Protocol):
    """By address, or by a push, or by answers that only its server gives."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A command is a hint: anyone could call a key `subscribe`."""
        if _URL.search(facts.url):
            return 95
        if facts.channel != "socket":
            return 0
        values = lines(item)
        if not values or not all(type(one) is dict for one in values):
            return 0
        return min(_told(one) for one in values if one) if any(values) else 0

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return CentrifugoSession()


def lines(item: Item) -> list[Any]:
    """The values of a frame's lines, none where one is not JSON."""
    if item.value is not UNSET:
        return [item.value]
    text = item.text or ""
    if "\n" not in text or text[:1] != "{":
        return [None] if text == "null" else []
    values = [json_value(line) for line in text.split("\n", _MAX_LINES) if line.strip()]
    return [] if UNSET in values else values


def _push(value: dict[str, Any]) -> str | None:
    return next((key for key in _PUSHES if type(value.get(key)) is dict), None)


def _told(value: dict[str, Any]) -> int:
    """How much a message tells without an address."""
    push, number = value.get("push"), value.get("id")
    if type(push) is dict and len(value) == 1:
        told = _push(push)
        body = push[told] if told else {}
        return 75 if told in ("pub", "join", "leave") and ("data" in body or "info" in body) else 30 if told else 0
    if type(number) is not int or len(value) != 2:
        return 0
    key = next(key for key in value if key != "id")
    body = value[key]
    if key not in _COMMANDS or type(body) is not dict:
        return 0
    if key == "connect" and "client" in body and "version" in body:
        return 80
    named = type(body.get("channel")) is str
    return 30 if key in ("connect", "rpc", "send") or named or key in ("subscribe", "refresh") or not body else 0


PROTOCOL = Centrifugo()
