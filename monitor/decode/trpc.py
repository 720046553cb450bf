"""tRPC over WebSockets: `{"id": 1, "method": "subscription", "params": {"path": "p", "input": …}}` and its answers.

The type of a question is `subscription/PATH` and its like, that of an answer `data/PATH`, `started/PATH`,
`stopped/PATH`, without the path where the question was not seen. `PING` and `PONG` are text.
"""

from __future__ import annotations

from typing import Any

from monitor.decode.limits import MAX_SEEN
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "trpc"
_METHODS = ("query", "mutation", "subscription", "subscription.stop")
_RESULTS = ("data", "started", "stopped")


class TrpcSession(Session):
    """One connection: the path that was asked with each id."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}

    def read(self, item: Item) -> Decoded | None:
        """Read a message or a batch of them."""
        if item.text in ("PING", "PONG"):
            return Decoded(layers=(NAME,), messages=(Message(protocol=NAME, type=item.text.lower()),))
        batch = item.value if type(item.value) is list else [item.value]
        types = [self._type(one) for one in batch]
        if not batch or None in types:
            return None
        messages = tuple(Message(protocol=NAME, type=t, value=v) for t, v in zip(types, batch, strict=True))
        return Decoded(layers=item.layers + (NAME,), messages=messages)

    def _type(self, value: Any) -> str | None:
        if type(value) is not dict:
            return None
        method, number = value.get("method"), repr(value.get("id"))
        if method in _METHODS:
            path = _path(value)
            if path is not None:
                if len(self._asked) >= MAX_SEEN:
                    del self._asked[next(iter(self._asked))]
                self._asked[number] = path
            return _under(method, path or self._asked.get(number))
        if method in ("reconnect", "connectionParams"):
            return str(method)
        result = value.get("result")
        if type(result) is dict or "error" in value:
            kind = result.get("type", "data") if type(result) is dict else "error"
            return _under(kind, self._asked.get(number)) if type(kind) is str else None
        return None


class Trpc(Protocol):
    """By what is asked: a method of tRPC's and a path."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """An answer tells with its type; with `jsonrpc` beside it, it is still tRPC's."""
        first = item.value[0] if type(item.value) is list and item.value else item.value
        if facts.channel != "socket" or type(first) is not dict:
            return 0
        if first.get("method") in _METHODS and "id" in first:
            return 90 if _path(first) is not None else 20 if first["method"] == "subscription.stop" else 0
        result = first.get("result")
        if "id" not in first or type(result) is not dict or not result.keys() <= {"type", "data", "id"}:
            return 0
        if result.get("type") not in _RESULTS or (result["type"] == "data") != ("data" in result):
            return 0
        return 86 if first.get("jsonrpc") == "2.0" else 60

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return TrpcSession()


def _path(value: dict[str, Any]) -> str | None:
    params = value.get("params")
    path = params.get("path") if type(params) is dict else None
    return path if type(path) is str and path else None


def _under(kind: str, path: str | None) -> str:
    return f"{kind}/{path}" if path else kind


PROTOCOL = Trpc()
