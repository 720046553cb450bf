"""Engine.IO and Socket.IO in text: a digit for the transport, a digit for the protocol, then JSON.

An Engine.IO packet is `0` open, `1` close, `2` ping, `3` pong, `4` message, `5` upgrade, `6` noop; long polling joins
several with 0x1E. A message of Socket.IO goes on with `0` connect, `1` disconnect, `2` event, `3` ack, `4` error, `5`
and `6` the same as 2 and 3 with binary parts that follow, then `n-` parts, `/namespace,`, an id, and the data.
The type of an event is its name; the value is {"namespace", "id", "data"}, what is not there left out.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode import generic
from monitor.decode.parse import UNSET, json_value
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "socket.io"
_URL = re.compile(r"[?&]EIO=\d")
_OPENS = re.compile(r'0\{"sid"|40(?:/[^,]*,)?\{"sid"|42(?:/[^,\[]*,)?\d*\["')
_ENGINE = ("open", "close", "ping", "pong", "message", "upgrade", "noop")
_SOCKET = ("connect", "disconnect", "event", "ack", "error", "event", "ack")
_PACKET = re.compile(r"([0-6])(?:\d+-)?(?:(/[^,\[{]*)(?:,|$))?(\d*)(?=[\[{\"]|$)")


class SocketIo(Stateless):
    """Socket.IO by address, or by packets that nothing else looks like."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A bare digit proves nothing without the address."""
        if _URL.search(facts.url):
            return 95
        return 80 if facts.channel == "socket" and item.text and _OPENS.match(item.text) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read the packets of a frame or of a polling body."""
        if item.text is None:
            return _binary(item) if item.data else None
        found = [_packet(part) for part in item.text.split("\x1e")]
        if None in found:
            return None
        messages = tuple(message for message in found if message is not None)
        return Decoded(layers=(*(one for one in item.layers if one != "json"), NAME), messages=messages)


def _packet(text: str) -> Message | None:
    """One Engine.IO packet, None where it is none."""
    digit, rest = text[:1], text[1:]
    if digit == "b":
        return Message(protocol=NAME, type="binary", value={"base64": rest})
    if not digit or digit not in "0123456":
        return None
    if digit == "4":
        return _message(rest)
    value = json_value(rest) if rest.startswith("{") else rest
    if value is UNSET or (rest and digit in "16"):
        return None
    return Message(protocol=NAME, type=_ENGINE[int(digit)], value={"data": value} if rest else None)


def _message(text: str) -> Message:
    """A message of Engine.IO: Socket.IO's, or the application's own."""
    match = _PACKET.match(text)
    data = json_value(text[match.end() :]) if match and match.end() < len(text) else None
    if match is None or data is UNSET:
        inner = json_value(text)
        value: Any = text if inner is UNSET else inner
        return Message(protocol=NAME, type=generic.type_of(value) or "message", value={"data": value})
    digit, namespace, number = match.groups()
    kind = _SOCKET[int(digit)]
    if kind == "event" and isinstance(data, list) and data and isinstance(data[0], str):
        kind = data[0]
    told = {"namespace": namespace, "id": int(number) if 0 < len(number) < 16 else None, "data": data}
    value = {key: one for key, one in told.items() if one is not None}
    return Message(protocol=NAME, type=kind, value=value)


def _binary(item: Item) -> Decoded:
    message = Message(protocol=NAME, type="binary", value=None if item.value is UNSET else item.value)
    return Decoded(layers=item.layers + (NAME,), messages=(message,))


PROTOCOL = SocketIo()
