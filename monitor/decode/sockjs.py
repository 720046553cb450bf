"""SockJS: a letter for the frame, and messages as strings in an array, which are unwrapped and detected again.

`o` open, `h` heartbeat, `a["…"]` messages, `c[3000,"…"]` close; the client sends `["…"]`.
"""

from __future__ import annotations

import re

from monitor.decode.limits import MAX_MESSAGES, more
from monitor.decode.parse import UNSET, json_value
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.decode.talk import Talk
from monitor.model import Decoded, Message

NAME = "sockjs"
_URL = re.compile(r"^(wss?://.*)/\d{3}/[^/?#]+/(?:websocket|xhr\w*|eventsource)(?:[?#]|$)")
_BARE = {"o": "open", "h": "heartbeat"}


class SockJsSession(Session):
    """One connection, with the conversation that is wrapped in it."""

    def __init__(self, facts: Facts) -> None:
        match = _URL.match(facts.url)
        self._inner = Talk(Facts(channel=facts.channel, url=match[1] if match else ""))

    def read(self, item: Item) -> Decoded | None:
        """Unwrap one frame."""
        text = item.text
        if not text:
            return None
        if text in _BARE:
            return Decoded(layers=(NAME,), messages=(Message(protocol=NAME, type=_BARE[text]),))
        value = json_value(text[1:]) if text[:1] in ("a", "c") else item.value
        if type(value) is not list:
            return None
        if text[0] == "c":
            return Decoded(layers=(NAME,), messages=(Message(protocol=NAME, type="close", value=value),))
        if not all(type(one) is str for one in value):
            return None
        inner = [self._inner.read(_wrapped(one, item)) for one in value[:MAX_MESSAGES]]
        if len(value) > MAX_MESSAGES:
            item.notes += (more(len(value) - MAX_MESSAGES),)
        messages = tuple(message for one in inner for message in one.messages)
        return Decoded(layers=max((one.layers for one in inner), key=len, default=(NAME,)), messages=messages)

    def settle(self) -> None:
        """A frame is through."""
        self._inner.settle()

    def lost(self, reason: str) -> None:
        """Frames are missing."""
        self._inner.lost(reason)

    def end(self) -> list[Message]:
        """The connection ended."""
        return self._inner.end()


class SockJs(Protocol):
    """By address, or by a frame that holds strings."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A single letter proves nothing without the address."""
        if facts.channel != "socket":
            return 0
        if _URL.match(facts.url):
            return 90
        value = json_value(item.text[1:]) if item.text and item.text.startswith('a["') else UNSET
        return 75 if type(value) is list and all(type(one) is str for one in value) else 0

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return SockJsSession(facts)


def _wrapped(text: str, outer: Item) -> Item:
    item = peel(text, outer.dir)
    item.layers = (NAME, *item.layers)
    return item


PROTOCOL = SockJs()
