"""WAMP in JSON: arrays that begin with the number of their kind, `[36, subscription, publication, {}, […], {…}]`.

The type is the kind's name, the value {"message", "topic"}: the array, and the topic or procedure that it is about,
which an event, an invocation or an answer names only by number. https://wamp-proto.org/wamp_latest_ietf.html
"""

from __future__ import annotations

from typing import Any

from monitor.decode.limits import MAX_SEEN
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "wamp"
_KINDS: dict[int, tuple[str, str]] = {
    1: ("hello", "so"), 2: ("welcome", "io"), 3: ("abort", "os"), 4: ("challenge", "so"), 5: ("authenticate", "so"),
    6: ("goodbye", "os"), 8: ("error", "iios"), 16: ("publish", "ios"), 17: ("published", "ii"),
    32: ("subscribe", "ios"), 33: ("subscribed", "ii"), 34: ("unsubscribe", "ii"), 35: ("unsubscribed", "i"),
    36: ("event", "iio"), 48: ("call", "ios"), 49: ("cancel", "io"), 50: ("result", "io"), 64: ("register", "ios"),
    65: ("registered", "ii"), 66: ("unregister", "ii"), 67: ("unregistered", "i"), 68: ("invocation", "iio"),
    69: ("interrupt", "io"), 70: ("yield", "io"),
}  # fmt: skip
"""By number: the name, and what must follow (i an id, s a string, o an object)."""
_CARRY = frozenset((8, 16, 36, 48, 50, 68, 70))
"""Those that may go on with arguments: an array, then an object."""
_TYPES = {"i": int, "s": str, "o": dict}
_SUBPROTOCOL = "wamp.2.json"
_ROLES = frozenset(("publisher", "subscriber", "caller", "callee", "broker", "dealer"))


class WampSession(Session):
    """One session: what the numbers of requests, subscriptions and registrations stand for."""

    def __init__(self) -> None:
        self._asked: dict[int, str] = {}
        self._names: dict[tuple[int, int], str] = {}

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = item.value
        kind = kind_of(value)
        if kind is None:
            return None
        topic = self._topic(value)
        told = {"message": value} if topic is None else {"message": value, "topic": topic}
        message = Message(protocol=NAME, type=kind, value=told)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))

    def _topic(self, value: list[Any]) -> str | None:
        """The topic or procedure that a message is about."""
        number = value[0]
        if number in (16, 32, 48, 64):
            self._keep(self._asked, value[1], value[3])
            return str(value[3])
        if number in (33, 65):
            name = self._asked.pop(value[1], None)
            if name is not None:
                self._keep(self._names, (number, value[2]), name)
            return name
        if number in (36, 68):
            name = self._names.get((33 if number == 36 else 65, value[2 if number == 68 else 1]))
            if number == 68 and name is not None:
                self._keep(self._names, (68, value[1]), name)
            return name
        if number == 70 or (number == 8 and value[1] == 68):
            return self._names.pop((68, value[2 if number == 8 else 1]), None)
        if number in (17, 50, 8):
            return self._asked.get(value[2 if number == 8 else 1])
        return None

    def _keep(self, where: dict[Any, str], key: Any, name: str) -> None:
        if len(where) >= MAX_SEEN:
            del where[next(iter(where))]
        where[key] = name


class Wamp(Protocol):
    """By subprotocol, by the messages that open a session, or by several messages of its kinds."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """An array that could be one of its messages is a hint; hello and welcome tell roles."""
        if facts.subprotocol == _SUBPROTOCOL:
            return 95
        value = item.value
        if facts.channel != "socket" or kind_of(value) is None:
            return 0
        if value[0] in (1, 2):
            roles = value[2].get("roles")
            return 85 if type(roles) is dict and roles and roles.keys() <= _ROLES else 0
        return 20

    def open(self, facts: Facts) -> Session:
        """A session from its beginning."""
        return WampSession()


def kind_of(value: Any) -> str | None:
    """The name of a message's kind, None where it is no message of WAMP."""
    if type(value) is not list or not value or type(value[0]) is not int or value[0] not in _KINDS:
        return None
    number = value[0]
    name, shape = _KINDS[number]
    rest = value[1:]
    room = len(shape) + (2 if number in _CARRY else 1 if number in (34, 35, 66, 67) else 0)
    if not len(shape) <= len(rest) <= room:
        return None
    if not all(type(one) is _TYPES[what] for one, what in zip(rest, shape, strict=False)):
        return None
    extra = rest[len(shape) :]
    if number in _CARRY and not all(type(one) is kind for one, kind in zip(extra, (list, dict), strict=False)):
        return None
    return name


PROTOCOL = Wamp()
