"""What an unknown payload is read as: typed JSON, a form, text, or raw bytes.

The type of a JSON message is the value of the most telling key at its top; `KEYS` is the order in which they tell.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.parse import UNSET
from monitor.decode.protocol import Item
from monitor.model import Decoded, Message

KEYS = ("type", "event", "op", "action", "method", "t", "kind", "cmd", "msg")
_NAME = re.compile(r"[\w./:@#$+-]{1,100}")


def type_of(value: Any) -> str | None:
    """The value of the most telling key of a JSON object, None where there is none that looks like a name."""
    if type(value) is dict:
        for key in KEYS:
            name = value.get(key)
            if type(name) is str and _NAME.fullmatch(name):
                return name
    return None


def read(item: Item, batches: bool = False) -> Decoded:
    """Read an item with no protocol. batches: an array of typed objects is that many messages."""
    if item.value is not UNSET:
        return _json(item, batches)
    if item.text is not None:
        protocol = "text" if item.name is None else "sse"
        message = Message(protocol=protocol, type=_event_name(item), value=item.text)
        return Decoded(layers=item.layers + ("text",), messages=(message,))
    return Decoded(layers=item.layers + ("raw",), messages=(Message(protocol="raw"),) if item.data else ())


def _json(item: Item, batches: bool) -> Decoded:
    value = item.value
    protocol = "json" if item.name is None else "sse"
    if batches and type(value) is list and value:
        types = [type_of(one) for one in value]
        if None not in types:
            messages = tuple(
                Message(protocol=protocol, type=name, value=one) for name, one in zip(types, value, strict=True)
            )
            return Decoded(layers=item.layers, messages=messages)
    message = Message(protocol=protocol, type=_event_name(item) or type_of(value), value=value)
    return Decoded(layers=item.layers, messages=(message,))


def _event_name(item: Item) -> str | None:
    return item.name if item.name and item.name != "message" else None
