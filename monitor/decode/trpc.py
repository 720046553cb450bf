"""tRPC over WebSockets: `{"id": 1, "method": "subscription", "params": {"path": "p", "input": …}}` and its answers.

The type of a question is `subscription/PATH` and its like, that of an answer `data/PATH`, `started/PATH`,
`stopped/PATH`, without the path where the question was not seen. `PING` and `PONG` are text.
Over fetch the paths stand in the address (`/trpc/a.b,c?batch=1`): what is sent is `call/PATH`, an answer `data/PATH` or
`error/PATH`; of a subscription's events `connected`, `ping`, `return` and `serialized-error` keep their names.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from monitor.decode.limits import MAX_SEEN
from monitor.decode.parse import UNSET
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "trpc"
_URL = re.compile(r"^https?://[^?#]*/trpc/([\w.,%~-]+)(?:[?#]|$)")
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


class TrpcHttpSession(Session):
    """One request, of one path or a batch of them."""

    def __init__(self, url: str) -> None:
        found = _URL.search(url)
        self._paths = unquote(found[1]).split(",") if found else []

    def read(self, item: Item) -> Decoded | None:
        """Read what is sent, an answer, or an event of a subscription."""
        value = item.value
        if not self._paths:
            return None
        if item.name is not None:
            known = item.name != "message"
            kind = item.name if known else f"data/{self._paths[0]}"
            return _decoded(item, [(kind, item.text or None if value is UNSET else value)])
        if item.dir == "out":
            return None if value is UNSET else _decoded(item, self._asked(value))
        batch = value if type(value) is list else [value]
        if len(batch) != len(self._paths) or not all(_is_answer(one) for one in batch):
            return None
        kinds = ("error" if "error" in one else "data" for one in batch)
        types = (f"{kind}/{path}" for kind, path in zip(kinds, self._paths, strict=True))
        return _decoded(item, list(zip(types, batch, strict=True)))

    def _asked(self, value: Any) -> list[tuple[str, Any]]:
        if len(self._paths) > 1 and type(value) is dict:
            return [(f"call/{path}", value.get(str(number))) for number, path in enumerate(self._paths)]
        return [(f"call/{self._paths[0]}", value)]


class Trpc(Protocol):
    """By what is asked: a method of tRPC's and a path."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """An answer tells with its type; with `jsonrpc` beside it, it is still tRPC's."""
        first = item.value[0] if type(item.value) is list and item.value else item.value
        if facts.channel != "socket":
            return (
                80
                if _URL.search(facts.url) and (item.name is not None or item.dir == "out" or _is_answer(first))
                else 0
            )
        if type(first) is not dict:
            return 0
        if first.get("method") in _METHODS and "id" in first:
            return 90 if _path(first) is not None else 20 if first["method"] == "subscription.stop" else 0
        if first.get("method") == "connectionParams":
            return 60 if first.keys() == {"method", "data"} else 0
        result = first.get("result")
        if "id" not in first or type(result) is not dict or not result.keys() <= {"type", "data", "id"}:
            return 0
        if result.get("type") not in _RESULTS or (result["type"] == "data") != ("data" in result):
            return 0
        return 86 if first.get("jsonrpc") == "2.0" else 60

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return TrpcSession() if facts.channel == "socket" else TrpcHttpSession(facts.url)


def _is_answer(value: Any) -> bool:
    """Whether it is an answer over fetch: a result with data, or an error."""
    return type(value) is dict and (type(value.get("result")) is dict or type(value.get("error")) is dict)


def _decoded(item: Item, found: list[tuple[str, Any]]) -> Decoded:
    messages = tuple(Message(protocol=NAME, type=kind, value=value) for kind, value in found)
    return Decoded(layers=item.layers + (NAME,), messages=messages)


def _path(value: dict[str, Any]) -> str | None:
    params = value.get("params")
    path = params.get("path") if type(params) is dict else None
    return path if type(path) is str and path else None


def _under(kind: str, path: str | None) -> str:
    return f"{kind}/{path}" if path else kind


PROTOCOL = Trpc()
