"""Engine.IO and Socket.IO: a digit for the transport, a digit for the protocol, then JSON, then binary parts.

An Engine.IO packet is `0` open, `1` close, `2` ping, `3` pong, `4` message, `5` upgrade, `6` noop; long polling joins
several (see polling.py) and writes a binary one as `b` and base64. A message of Socket.IO goes on with `0` connect, `1`
disconnect, `2` event, `3` ack, `4` error, `5` and `6` the same as 2 and 3 with binary parts that follow, then the
number of the parts and `-`, `/namespace,`, an id, and the data.
The type of an event is its name, of an ack `ack/NAME` where the event was seen; the value is {"namespace", "id",
"data"}, what is not there left out. A message with binary parts is complete with the last of them; each then stands as
{"base64"} where its placeholder was.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from monitor.decode import generic
from monitor.decode.limits import MAX_DEPTH, MAX_HELD, MAX_MESSAGES, MAX_SEEN, MORE, more
from monitor.decode.parse import UNSET, json_value
from monitor.decode.polling import SEPARATOR, packets
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "socket.io"
_URL = re.compile(r"[?&]EIO=\d")
_OPENS = re.compile(r'0\{"sid"|40(?:/[^,]*,)?\{"sid"|42(?:/[^,\[]*,)?\d*\["|45\d+-(?:/[^,\[]*,)?\d*\["')
_ENGINE = ("open", "close", "ping", "pong", "message", "upgrade", "noop")
_SOCKET = ("connect", "disconnect", "event", "ack", "error", "event", "ack")
_PACKET = re.compile(r"([0-6])(?:(\d{1,4})-)?(?:(/[^,\[{]*)(?:,|$))?(\d*)(?=[\[{\"]|$)")
_MAX_PARTS = 256


class _Waiting:
    """A message whose binary parts are on their way."""

    def __init__(self, message: Message, due: int) -> None:
        self.message = message
        self.due = due
        self.parts: list[bytes] = []

    def whole(self) -> Message:
        """The message with its parts in their places."""
        value = dict(self.message.value)
        value["data"] = _filled(value.get("data"), self.parts)
        missing = self.due - len(self.parts)
        notes = (f"{missing} of its {self.due} binary parts not seen",) if missing > 0 else ()
        return Message(protocol=NAME, type=self.message.type, value=value, notes=notes)


class SocketIoSession(Session):
    """One connection: of each direction the message that waits for its parts, and events that may be acknowledged."""

    def __init__(self) -> None:
        self._waiting: dict[Any, _Waiting] = {}
        self._asked: dict[tuple[Any, Any, int], str] = {}

    def read(self, item: Item) -> Decoded | None:
        """Read the packets of a frame or of a polling body."""
        if item.bytes is not None:
            found = self._part(item.bytes, item.dir)
            if found is not None:
                return Decoded(layers=(NAME,), messages=tuple(found))
        if item.text is None:
            return _binary(item) if item.bytes else None
        messages: list[Message] = []
        some, left = packets(item.text, MAX_MESSAGES)
        for text in some:
            read = self._packet(text, item.dir)
            if read is None:
                return None
            messages.extend(read)
        if left:
            item.notes += (more(left.count(SEPARATOR) + (left[-1] != SEPARATOR)) if SEPARATOR in left else MORE,)
        return Decoded(layers=(*(one for one in item.layers if one != "json"), NAME), messages=tuple(messages))

    def lost(self, reason: str) -> None:
        """Packets are missing, so may binary parts be."""
        self._waiting.clear()

    def end(self) -> list[Message]:
        """Messages whose parts did not all come."""
        left = [one.whole() for one in self._waiting.values()]
        self._waiting.clear()
        return left

    def _packet(self, text: str, direction: Any) -> list[Message] | None:
        """The messages that one Engine.IO packet completes, None where it is none."""
        digit, rest = text[:1], text[1:]
        if digit == "b":
            return self._base64(rest.removeprefix("4") if len(rest) % 4 == 1 else rest, direction)
        if not digit or digit not in "0123456":
            return None
        if digit == "4":
            return self._message(rest, direction)
        value = json_value(rest) if rest.startswith("{") else rest
        if value is UNSET or (rest and digit in "16"):
            return None
        return [Message(protocol=NAME, type=_ENGINE[int(digit)], value={"data": value} if rest else None)]

    def _message(self, text: str, direction: Any) -> list[Message]:
        """A message of Engine.IO: Socket.IO's, or the application's own."""
        match = _PACKET.match(text)
        data = json_value(text[match.end() :]) if match and match.end() < len(text) else None
        if match is None or data is UNSET:
            inner = json_value(text)
            value: Any = text if inner is UNSET else inner
            return [Message(protocol=NAME, type=generic.type_of(value) or "message", value={"data": value})]
        digit, parts, namespace, number = match.groups()
        told = {"namespace": namespace, "id": int(number) if 0 < len(number) < 16 else None, "data": data}
        value = {key: one for key, one in told.items() if one is not None}
        message = Message(protocol=NAME, type=self._type(int(digit), value, direction), value=value)
        due = int(parts or 0)
        left = [self._waiting.pop(direction).whole()] if direction in self._waiting else []
        if digit in "56" and 0 < due <= _MAX_PARTS:
            self._waiting[direction] = _Waiting(message, due)
            return left
        return [*left, message]

    def _type(self, digit: int, value: dict[str, Any], direction: Any) -> str:
        kind, data, number = _SOCKET[digit], value.get("data"), value.get("id")
        namespace = value.get("namespace")
        if kind == "event" and isinstance(data, list) and data and isinstance(data[0], str):
            kind = data[0]
            if number is not None:
                if len(self._asked) >= MAX_SEEN:
                    del self._asked[next(iter(self._asked))]
                self._asked[direction, namespace, number] = kind
        elif kind == "ack" and number is not None:
            other = "in" if direction == "out" else "out"
            asked = self._asked.pop((other, namespace, number), None)
            return f"ack/{asked}" if asked else kind
        return kind

    def _base64(self, text: str, direction: Any) -> list[Message]:
        try:
            data = base64.b64decode(text, validate=True)
        except ValueError:
            data = None
        found = None if data is None else self._part(b"\x04" + data, direction)
        return [Message(protocol=NAME, type="binary", value={"base64": text})] if found is None else found

    def _part(self, data: bytes, direction: Any) -> list[Message] | None:
        """What a binary part completes, None where none was waited for. Before version 4 a 0x04 stands before it."""
        waiting = self._waiting.get(direction)
        if waiting is None:
            return None
        waiting.parts.append(data[1:] if data[:1] == b"\x04" else data)
        if len(waiting.parts) < waiting.due and sum(map(len, waiting.parts)) < MAX_HELD // 4:
            return []
        del self._waiting[direction]
        return [waiting.whole()]


class SocketIo(Protocol):
    """Socket.IO by address, or by packets that nothing else looks like."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A bare digit proves nothing without the address."""
        if _URL.search(facts.url):
            return 95
        return 80 if facts.channel == "socket" and item.text and _OPENS.match(item.text) else 0

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return SocketIoSession()


def _filled(value: Any, parts: list[bytes], depth: int = 0) -> Any:
    """The value with its placeholders replaced by what came for them."""
    if depth > MAX_DEPTH:
        return value
    if type(value) is list:
        return [_filled(one, parts, depth + 1) for one in value]
    if type(value) is not dict:
        return value
    if value.get("_placeholder") is True:
        number = value.get("num")
        if not isinstance(number, int) or not 0 <= number < len(parts):
            return value
        return {"base64": base64.b64encode(parts[number]).decode()}
    return {key: _filled(one, parts, depth + 1) for key, one in value.items()}


def _binary(item: Item) -> Decoded:
    message = Message(protocol=NAME, type="binary", value=None if item.value is UNSET else item.value)
    return Decoded(layers=item.layers + (NAME,), messages=(message,))


PROTOCOL = SocketIo()
