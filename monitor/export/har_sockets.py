"""Sockets as HAR entries: each is spooled when it is closed, and its messages as they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from monitor.export import har_parts as parts
from monitor.export.har_pages import Pages
from monitor.export.plain import encode
from monitor.export.spool import Spool
from monitor.model import Event, Frame, SocketClosed, SocketError, SocketHandshake, SocketOpened

SocketEvent = SocketOpened | SocketHandshake | Frame | SocketError | SocketClosed


class Socket(msgspec.Struct):
    """A socket, from the first that is known of it."""

    number: int
    first: Event
    connection: str
    page: str | None
    last: float
    url: str | None = None
    late: bool = False
    guess: bool = False
    initiator: str | None = None
    wanted: bool = False
    asked: SocketHandshake | None = None
    answered: SocketHandshake | None = None
    closed: SocketClosed | None = None
    notes: list[str] = []


class Sockets:
    """The sockets that are open. numbers: of the entries, from the first on."""

    def __init__(self, spool: Spool, pages: Pages, numbers: Iterator[int]) -> None:
        self._spool, self._pages, self._numbers = spool, pages, numbers
        self._sockets: dict[str, Socket] = {}

    def get(self, connection: str) -> Socket | None:
        """The open socket of that name."""
        return self._sockets.get(connection)

    def end(self) -> None:
        """The capture is over: what is still open is complete as far as it goes."""
        for one in list(self._sockets.values()):
            self._close(one)

    def feed(self, event: SocketEvent, wanted: bool) -> None:
        """Take an event of a socket."""
        one = self._sockets.get(event.connection)
        if one is None:
            page = self._pages.of(event)
            one = Socket(next(self._numbers), event, event.connection, page, event.time, notes=[])
            self._sockets[event.connection] = one
        one.last = max(one.last, event.time)
        one.wanted = one.wanted or wanted
        if isinstance(event, Frame):
            if wanted:
                self._spool.add(one.number, "frames", encode(parts.message(event)))
        elif isinstance(event, SocketError):
            told = {"type": "error", "time": event.time, "opcode": -1, "data": event.message}
            self._spool.add(one.number, "frames", encode(told))
        else:
            self._about(one, event)

    def _about(self, one: Socket, event: SocketOpened | SocketHandshake | SocketClosed) -> None:
        if isinstance(event, SocketOpened):
            one.url, one.guess = event.url or one.url, event.url_is == "guess"
            one.late, one.initiator = one.late or event.late, event.initiator or one.initiator
        elif isinstance(event, SocketHandshake):
            one.answered, one.asked = (event, one.asked) if event.status is not None else (one.answered, event)
        else:
            one.closed = event
            self._close(one)

    def _close(self, one: Socket) -> None:
        self._sockets.pop(one.connection, None)
        if one.wanted:
            self._spool.head(one.number, one.first.time, encode(self._socket(one)))

    def _socket(self, one: Socket) -> dict[str, Any]:
        notes = one.notes
        if one.late:
            notes.insert(0, "It was open before the recording began: its handshake and earlier messages are not here.")
        if one.url is None or one.guess:
            notes.append("Its address is not known." if one.url is None else "Its address is a guess.")
        entry = parts.entry(one.first, one.page, one.connection, "websocket", one.initiator)
        url = one.url or parts.NOWHERE
        entry["request"], entry["response"] = parts.handshake(url, one.asked, one.answered)
        if one.closed is not None:
            entry["_webSocketClose"] = {"timestamp": one.closed.time} | _why(one.closed)
        else:
            notes.append("It was still open when the recording ended.")
        entry |= parts.times(one.first, one.answered, one.closed, one.last) | parts.comment(notes)
        return entry


def _why(closed: SocketClosed) -> dict[str, Any]:
    return {"derived": True, "reason": closed.because or ""} if closed.derived else {}
