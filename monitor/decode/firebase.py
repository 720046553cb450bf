"""Firebase's Realtime Database: `{"t": "d", "d": {…}}` over a socket, `put` and `patch` over its event stream.

`t` is `c` for control, where `d.t` tells which (h hello, r reset, s shutdown, e error, o and p ping), or `d` for data:
`d.a` is the action, `d.r` the request's number, which the answer repeats, `d.b` the body. The type is `c/h`, `d/q`; an
answer has its question's, or `d/answer` where the question was not seen. A long message comes in several frames after
one that is their number; they are joined. The client's `0` is a keep-alive.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.limits import MAX_PAYLOAD, MAX_SEEN
from monitor.decode.parse import UNSET, json_value
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "firebase"
_URL = re.compile(r"^wss?://[^/]+/\.ws\?")
_COUNT = re.compile(r"[1-9]\d{0,3}")
_ACTION = re.compile(r"[a-z]{1,8}")
_CONTROL = frozenset("hrseopn")
_STREAM = frozenset(("put", "patch"))
_STREAM_URL = re.compile(r"^https?://[^/]*\.(?:firebaseio\.com|firebasedatabase\.app)/")


class _Side:
    """The frames of one direction that are to be joined."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.due = 0
        self.size = 0


class FirebaseSession(Session):
    """One connection: the questions by number, and a message that is in several frames."""

    def __init__(self) -> None:
        self._asked: dict[int, str] = {}
        self._sides: dict[Any, _Side] = {}

    def read(self, item: Item) -> Decoded | None:
        """Read one frame, or one event of the stream."""
        if item.name is not None:
            return _streamed(item)
        text = item.text or ""
        side = self._sides.setdefault(item.dir, _Side())
        if side.due:
            return self._part(side, text, item)
        if text == "0":
            return Decoded(layers=(NAME,), messages=(Message(protocol=NAME, type="keep-alive"),))
        if _COUNT.fullmatch(text):
            side.due = int(text)
            return Decoded(layers=(NAME,))
        return self._message(item.value, item.layers)

    def lost(self, reason: str) -> None:
        """Frames are missing: a message that is not whole never will be."""
        self._sides.clear()

    def _part(self, side: _Side, text: str, item: Item) -> Decoded | None:
        if not side.parts and _message(item.value):
            side.due = 0
            return self._message(item.value, item.layers)
        side.parts.append(text)
        side.size += len(text)
        side.due -= 1
        if side.due and side.size <= MAX_PAYLOAD:
            return Decoded(layers=(NAME,))
        whole, side.parts, side.due, side.size = "".join(side.parts), [], 0, 0
        found = self._message(json_value(whole), ("json",))
        if found is None:
            note = "several frames that do not make up a message"
            return Decoded(layers=(NAME,), messages=(Message(protocol=NAME, value=whole[:1000], notes=(note,)),))
        return found

    def _message(self, value: Any, layers: tuple[str, ...]) -> Decoded | None:
        if not _message(value):
            return None
        message = Message(protocol=NAME, type=self._type(value), value=value)
        return Decoded(layers=layers + (NAME,), messages=(message,))

    def _type(self, value: dict[str, Any]) -> str:
        kind, data = value["t"], value["d"]
        if kind == "c":
            return f"c/{data['t']}"
        number, action = data.get("r"), data.get("a")
        if type(action) is not str:
            asked = self._asked.pop(number, None) if type(number) is int else None
            return asked or "d/answer"
        if type(number) is int:
            if len(self._asked) >= MAX_SEEN:
                del self._asked[next(iter(self._asked))]
            self._asked[number] = f"d/{action}"
        return f"d/{action}"


class Firebase(Protocol):
    """By address, or by its envelope."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """The envelope is telling only with what stands in it."""
        if item.name is not None:
            if _STREAM_URL.match(facts.url):
                return 90
            value = item.value
            known = item.name in _STREAM and type(value) is dict and value.keys() == {"path", "data"}
            return 75 if known and str(value["path"]).startswith("/") else 0
        if facts.channel != "socket":
            return 0
        if _URL.match(facts.url):
            return 95
        return 80 if _message(item.value) else 0

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return FirebaseSession()


def _message(value: Any) -> bool:
    """Whether a value is the envelope, with what belongs in it."""
    if type(value) is not dict or value.keys() != {"t", "d"} or type(value["d"]) is not dict:
        return False
    data = value["d"]
    if value["t"] == "c":
        return type(data.get("t")) is str and data["t"] in _CONTROL and "d" in data
    if value["t"] != "d" or not data.keys() <= {"r", "a", "b", "error"}:
        return False
    action = data.get("a")
    asks = type(action) is str and _ACTION.fullmatch(action) is not None and "b" in data
    answers = "a" not in data and type(data.get("r")) is int and type(data.get("b")) is dict and "s" in data["b"]
    return asks or answers


def _streamed(item: Item) -> Decoded:
    value = item.text if item.value is UNSET else item.value
    message = Message(protocol=NAME, type=item.name, value=value)
    return Decoded(layers=item.layers + (NAME,), messages=(message,))


PROTOCOL = Firebase()
