"""What an unknown payload is read as: typed JSON, a form, text, or raw bytes.

The type of a JSON message is the value that best names it: of the most telling key at its top (`KEYS` is the order in
which they tell), else of one within an envelope's usual inner object, else a number under such a key (`op=10`), else
the only key there is where it holds an object. In a frame, an array that begins with a name is a message of that name,
and several lines of JSON are as many messages.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.limits import MAX_MESSAGES
from monitor.decode.parse import UNSET, json_value
from monitor.decode.protocol import Item
from monitor.model import Decoded, Message

KEYS = (
    "type", "event", "op", "action", "method", "$type", "@type", "eventType", "event_type", "messageType",
    "message_type", "msgType", "msg_type", "eventName", "event_name", "t", "kind", "cmd", "command", "operation",
    "_type", "__typename", "evt", "ev", "e", "msg",
)  # fmt: skip
"""From the surest to the vaguest."""
INNER = ("header", "headers", "meta", "data", "payload", "message", "body", "params", "d")
"""Where an envelope keeps what it carries, and so its name."""
PACKED = ("msgpack", "cbor")
"""Layers that hold what JSON can hold; they name a message that has no other protocol."""
_NUMBERED = ("type", "op", "opcode", "action", "event", "kind", "cmd", "command", "code", "t")
_NAME = re.compile(r"[\w./:@#$+-]{1,100}")
_WORD = re.compile(r"[A-Za-z_$@][\w./:@#$+-]{0,99}")
_MAX_NUMBER = 1000


def type_of(value: Any) -> str | None:
    """What best names a JSON object, None where nothing in it looks like a name."""
    if type(value) is not dict:
        return None
    found = _named(value)
    if found is None:
        inner = (_named(value[key]) for key in INNER if type(value.get(key)) is dict)
        found = next((name for name in inner if name), None)
    return found or _numbered(value) or _only(value)


def name_of(value: Any) -> str | None:
    """What names a frame: as `type_of`, and an array by the name it begins with, before or after a number."""
    if type(value) is list and 2 <= len(value) <= 8:
        first, second = value[0], value[1]
        if type(first) is int and type(second) is str and len(value) > 2:
            first = second
        return first if type(first) is str and _WORD.fullmatch(first) else None
    return type_of(value)


def read(item: Item, batches: bool = False) -> Decoded:
    """Read an item with no protocol. batches: it is a frame, where an array of typed objects is that many messages."""
    if item.value is not UNSET:
        return _json(item, batches)
    if (batches or item.name is not None) and item.text and item.text[0] in "{[" and "\n" in item.text:
        lines = _lines(item)
        if lines is not None:
            return lines
    if item.text is not None:
        protocol = "text" if item.name is None else "sse"
        message = Message(protocol=protocol, type=_event_name(item), value=item.text)
        return Decoded(layers=item.layers + ("text",), messages=(message,))
    return Decoded(layers=item.layers + ("raw",), messages=(Message(protocol="raw"),) if item.data else ())


def _lines(item: Item) -> Decoded | None:
    """A frame of several lines, each of them JSON; None where one is not."""
    parts = [line for line in (item.text or "").split("\n", MAX_MESSAGES) if line.strip()]
    if len(parts) < 2:
        return None
    values = [json_value(line) if line[0] in "{[" else UNSET for line in parts]
    if UNSET in values:
        return None
    protocol, name = ("json", None) if item.name is None else ("sse", _event_name(item))
    messages = tuple(Message(protocol=protocol, type=name or name_of(value), value=value) for value in values)
    return Decoded(layers=item.layers + ("ndjson", "json"), messages=messages)


def _named(value: dict[str, Any]) -> str | None:
    """The value of the most telling key."""
    for key in KEYS:
        name = value.get(key)
        if type(name) is str and _NAME.fullmatch(name):
            return name
    return None


def _numbered(value: dict[str, Any]) -> str | None:
    """A small number under a telling key, with the key."""
    for key in _NUMBERED:
        number = value.get(key)
        if type(number) is int and 0 <= number < _MAX_NUMBER:
            return f"{key}={number}"
    return None


def _only(value: dict[str, Any]) -> str | None:
    """The only key, where it names the object that it holds."""
    if len(value) != 1:
        return None
    ((key, inner),) = value.items()
    return key if type(inner) is dict and key not in INNER and _WORD.fullmatch(key) else None


def _json(item: Item, batches: bool) -> Decoded:
    value = item.value
    packed = item.layers[-1] if item.layers and item.layers[-1] in PACKED else "json"
    protocol = packed if item.name is None else "sse"
    if batches and type(value) is list and 0 < len(value) <= MAX_MESSAGES:
        types = [type_of(one) for one in value]
        if None not in types:
            messages = tuple(
                Message(protocol=protocol, type=name, value=one) for name, one in zip(types, value, strict=True)
            )
            return Decoded(layers=item.layers, messages=messages)
    kind = name_of(value) if batches else type_of(value)
    message = Message(protocol=protocol, type=_event_name(item) or kind, value=value)
    return Decoded(layers=item.layers, messages=(message,))


def _event_name(item: Item) -> str | None:
    return item.name if item.name and item.name != "message" else None
