"""Matrix's client API over fetch: `/sync` and what is done to rooms.

The type is `sync`, or of a room what the address names, with the event's type after a slash: `send/m.room.message`.
https://spec.matrix.org/latest/client-server-api/
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from monitor.decode.parse import UNSET
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "matrix"
_URL = re.compile(r"/_matrix/client/(?:r\d|v\d|unstable)[^?#]*")
_ROOMS = frozenset(("join", "invite", "leave", "knock"))
_SYNC = re.compile(r"/sync$")
_ROOM = re.compile(r"/rooms/([^/]+)/([a-z_]+)(?:/([^/]+))?")


class MatrixSession(Session):
    """One request and its answer: the address tells what they are."""

    def __init__(self, url: str) -> None:
        found = _URL.search(url)
        path = found[0] if found else ""
        room = _ROOM.search(path)
        self._room = unquote(room[1]) if room else None
        if room:
            detail = room[3] if room[2] in ("send", "state") else None
            self._type = f"{room[2]}/{unquote(detail)}" if detail else room[2]
        else:
            self._type = "sync" if _SYNC.search(path) or not path else path.rstrip("/").rpartition("/")[2]

    def read(self, item: Item) -> Decoded | None:
        """Read one body."""
        if item.value is UNSET:
            return None
        message = Message(protocol=NAME, type=self._type, value=item.value)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))


class Matrix(Protocol):
    """By address, or by the shape of a sync's answer."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """`next_batch` and the rooms that were joined."""
        if facts.channel not in ("fetch", "fetch-stream") or type(item.value) is not dict:
            return 0
        if _URL.search(facts.url):
            return 90
        rooms = item.value.get("rooms")
        known = "next_batch" in item.value and type(rooms) is dict and rooms.keys() <= _ROOMS and rooms
        return 80 if known else 0

    def open(self, facts: Facts) -> Session:
        """One request or answer."""
        return MatrixSession(facts.url)


PROTOCOL = Matrix()
