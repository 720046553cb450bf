"""WebChannel, which Firestore listens and writes over: numbered arrays down a long response, numbered forms up.

A chunk of the response is `[[3, [{"documentChange": {…}}]]]`: each array is one message, or several. Its type is the
key of the object in it (`documentChange`, `targetChange`, `filter`, …), `noop` and `close` where it says so, `open` for
the `["c", SESSION, …]` that begins a session. A request is a form of `count`, `ofs` and `reqN___data__`: each
`reqN` is a message, its type the first key that tells what is asked. The value is {"number", "data"}.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "webchannel"
URL = re.compile(r"/google\.[\w.]+/[A-Z]\w+/channel(?:[?#]|$)|[?&]VER=8&(?:[^#]*&)?(?:RID|SID|AID)=")
_FIELD = re.compile(r"req(\d{1,9})___data__")
_ASKS = ("addTarget", "removeTarget", "writes", "streamToken", "labels", "database")


class WebChannel(Stateless):
    """By address, or by a form of its fields."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """An array of numbered arrays proves nothing without the address."""
        if facts.channel not in ("fetch", "fetch-stream"):
            return 0
        if type(item.value) is dict and any(_FIELD.fullmatch(key) for key in list(item.value)[:100]):
            return 90
        return 90 if URL.search(facts.url) and _numbered(item.value) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one chunk of a response, or one form."""
        if type(item.value) is dict:
            messages = [
                _message(int(match[1]), one, asked=True)
                for key, one in item.value.items()
                if (match := _FIELD.fullmatch(key))
            ]
            return Decoded(layers=item.layers + (NAME,), messages=tuple(messages)) if messages else None
        if not _numbered(item.value):
            return None
        messages = []
        for number, inner in item.value:
            whole = not inner or type(inner[0]) is str
            messages += [_message(number, inner)] if whole else [_message(number, one) for one in inner]
        layers = item.layers if NAME in item.layers else item.layers + (NAME,)
        return Decoded(layers=layers, messages=tuple(messages))


def _numbered(value: Any) -> bool:
    """Whether it is an array of [number, array] pairs."""
    return (
        type(value) is list
        and bool(value)
        and all(type(one) is list and len(one) == 2 and type(one[0]) is int and type(one[1]) is list for one in value)
    )


def _message(number: int, data: Any, asked: bool = False) -> Message:
    return Message(protocol=NAME, type=_type(data, asked), value={"number": number, "data": data})


def _type(data: Any, asked: bool) -> str | None:
    if type(data) is list:
        word = data[0] if data and type(data[0]) is str else None
        return "open" if word == "c" else word
    if type(data) is not dict:
        return None
    if asked:
        return next((key for key in _ASKS if key in data), None)
    inner = data.get("__data__") if "__data__" in data else data
    first = next(iter(inner), None) if type(inner) is dict else None
    return next((key for key in ("error", "writeResults") if type(inner) is dict and key in inner), first)


PROTOCOL = WebChannel()
