"""What events decode to, knowing what came before them on their connection, in whatever order they are looked at.

A piece of a stream seldom says by itself what it is part of. So what came before on its connection is read and decoded
first, from its opening on; where that is too much, what opened it and the last of it. What was read is kept, and goes
on when a later event is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from threading import Lock

from monitor.capture.reader import Capture
from monitor.decode import Decoder, decode_alone
from monitor.model import Chunk, Decoded, Event, Frame

BACK = 200_000
"""Events of the file, of whatever connection, that are looked through for what came before."""
MOST, MOST_BYTES = 2_000, 8 << 20
"""Events of a connection, and bytes of them, that are decoded for one that is asked for."""
OPENING = 500
"""Events of the file, from a connection's first on, that may tell what it is."""
KEPT, KEPT_EACH = 64, 4_000
"""Connections that are kept, and what events of each decoded to."""
TOO_MUCH = "too much came before it on its connection to be read for one message"
_KINDS = frozenset({"frame", "sse", "chunk", "body", "request-body", "socket-closed", "failed"})


class Contexts:
    """Decodes events of one capture; threads may share it."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._known: dict[str, _Talk] = {}
        self._turn = Lock()

    def decoded(self, events: Sequence[Event]) -> list[Decoded | None]:
        """What each of the events is, in their order."""
        with self._turn:
            found: dict[int, Decoded | None] = {}
            asked = sorted(
                (event for event in events if _connection(event)), key=lambda one: (_connection(one), one.seq)
            )
            for connection, those in groupby(asked, _connection):
                found |= self._talk(connection).decoded([*those])
        return [found[event.seq] if event.seq in found else self._alone(event) for event in events]

    def _talk(self, connection: str) -> _Talk:
        talk = self._known.pop(connection, None) or _Talk(self._capture, connection)
        self._known[connection] = talk
        if len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        return talk

    def _alone(self, event: Event) -> Decoded | None:
        return decode_alone(event, self._capture.url(event))


def _connection(event: Event) -> str:
    """The connection whose earlier events may tell what this one is; empty where there is none."""
    connection: str = getattr(event, "connection", None) or ""
    return connection if event.kind in _KINDS else ""


class _Talk:
    """One connection: what its events are, as far as they were read."""

    def __init__(self, capture: Capture, connection: str) -> None:
        self._capture, self._connection = capture, connection
        self._begin()

    def _begin(self) -> None:
        self._decoder = Decoder()
        self._found: dict[int, Decoded | None] = {}
        self._until = 0
        self._joined = False  # whether what was read reaches without a hole to what is read next

    def decoded(self, events: Sequence[Event]) -> dict[int, Decoded | None]:
        """What these events are, which are in order."""
        for event in events:
            if event.seq not in self._found:
                self._read_to(event)
        return {event.seq: self._found.get(event.seq) for event in events}

    def _read_to(self, event: Event) -> None:
        if isinstance(event, Frame) and event.text is not None and self._connection in self._decoder.alone():
            self._found[event.seq] = self._decoder.feed(event)
            return
        if event.seq <= self._until:
            self._begin()
        if not self._until:
            self._open(event.seq)
        self._feed_last(max(self._until, event.seq - BACK), event.seq - 1, whole=event.seq - BACK <= self._until)
        self._feed([event])

    def _open(self, seq: int) -> None:
        """Read what tells of the connection; where it was opened before the recording, nothing does."""
        first = self._capture.opening(self._connection)
        if first is not None and first < seq:
            self._joined = True
            self._feed_last(first - 1, min(first + OPENING, seq - 1), whole=True)

    def _feed_last(self, after: int, until: int, *, whole: bool) -> None:
        """Read the last of a stretch; where that is not all there was, this is a gap. whole: none is before it."""
        events, all_of_it = self._capture.of_connection(self._connection, after, until, MOST, MOST_BYTES)
        if self._joined and not (whole and all_of_it):
            self._decoder.connections.use(self._connection).mark_lost(TOO_MUCH)
            self._joined = False
        self._feed(events)

    def _feed(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, Chunk) and not self._joined:
                self._decoder.connections.use(self._connection).expected = event.offset
                self._joined = True
            self._found[event.seq] = self._decoder.feed(event)
            self._until = event.seq
        while len(self._found) > KEPT_EACH:
            del self._found[next(iter(self._found))]
