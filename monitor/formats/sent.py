"""Decoded messages as they were on the wire: without what decoders add, and with what they found within as messages.

A stream-item of the celsius socket carries server-sent events: each is a message of its own, `… › delta`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from monitor.model import Decoded, Message, Request

_ADDED = {"celsius": ("state", "stream"), "chatgpt": ("state",), "claude": ("state",)}


class Sent(NamedTuple):
    """One message: its type as the protocol has it, and its value. inner: it was carried within another one."""

    protocol: str
    type: str | None
    value: Any
    inner: bool = False


def as_sent(message: Message) -> Iterator[Sent]:
    """The message, and those that it carried."""
    value = message.value
    yield Sent(message.protocol, message.type, _bare(message.protocol, message.type, value))
    if message.protocol == "celsius" and type(value) is dict and type(value.get("stream")) is list:
        for one in value["stream"]:
            if type(one) is dict:
                kind = one.get("type") or "?"
                yield Sent("celsius", f"{message.type} › {kind}", _bare("chatgpt", kind, one.get("value")), True)


def _bare(protocol: str, kind: str | None, value: Any) -> Any:
    """A value without what the decoder added."""
    added = _ADDED.get(protocol)
    if added is None or type(value) is not dict:
        return value
    if protocol == "chatgpt" and kind == "delta" and "delta" in value:
        return value["delta"]
    if protocol == "chatgpt" and kind == "done" and value.keys() <= {"state"}:
        return "[DONE]"
    if not any(name in value for name in added):
        return value
    return {name: inner for name, inner in value.items() if name not in added}


def query_of(event: Request) -> Decoded:
    """A request without a body, as a message: the parts of its query."""
    try:
        value = dict(parse_qsl(urlsplit(event.url).query, keep_blank_values=True, max_num_fields=200))
    except ValueError:
        value = {}
    return Decoded(layers=("http",), messages=(Message(protocol="http", value=value),))


def parts_of(sent: list[Sent], size: int) -> list[int]:
    """What each message has of the bytes they came in, by the length of its JSON."""
    outer = sum(not one.inner for one in sent)
    if outer == 1:
        return [0 if one.inner else size for one in sent]
    lengths = [0 if one.inner else _length(one.value) for one in sent]
    total = max(1, sum(lengths))
    shares = [size * length // total for length in lengths]
    if shares:
        shares[0] += size - sum(shares)
    return shares


def _length(value: Any) -> int:
    try:
        return len(msgspec.json.encode(value)) + 1
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.EncodeError):
        return 64
