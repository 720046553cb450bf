"""JSON-RPC 2.0, alone or in batches, on any channel.

The type is the method, and of an answer the method that was asked with its id, or `result` or `error` where the
question was not seen. The value is as it was sent.
"""

from __future__ import annotations

from typing import Any

from monitor.decode.limits import MAX_SEEN
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "jsonrpc"


class JsonRpcSession(Session):
    """One connection: which method was asked with which id, by the side that asked."""

    def __init__(self) -> None:
        self._asked: dict[tuple[Any, str], str] = {}

    def read(self, item: Item) -> Decoded | None:
        """Read a call, an answer, or a batch of them."""
        batch = item.value if type(item.value) is list else [item.value]
        if not batch or not all(_is_rpc(one) for one in batch):
            return None
        messages = tuple(Message(protocol=NAME, type=self._type(one, item.dir), value=one) for one in batch)
        return Decoded(layers=item.layers + (NAME,), messages=messages)

    def _type(self, value: dict[str, Any], direction: Any) -> str:
        method, number = value.get("method"), repr(value.get("id"))
        if type(method) is not str:
            other = "in" if direction == "out" else "out"
            return self._asked.pop((other, number), "error" if "error" in value else "result")
        if "id" in value:
            if len(self._asked) >= MAX_SEEN:
                del self._asked[next(iter(self._asked))]
            self._asked[direction, number] = method
        return method


class JsonRpc(Protocol):
    """By the version that every message tells."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """The key is enough."""
        first = item.value[0] if type(item.value) is list and item.value else item.value
        return 85 if _is_rpc(first) else 0

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return JsonRpcSession()


def _is_rpc(value: Any) -> bool:
    return type(value) is dict and value.get("jsonrpc") == "2.0"


PROTOCOL = JsonRpc()
