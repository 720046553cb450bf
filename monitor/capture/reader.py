"""Reads a capture file: whole, by page, by number, or following it while it grows.

No read holds a transaction open for longer than one page, so a reader never keeps the writer's log from being folded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from monitor.capture import schema
from monitor.capture.opening import open_database
from monitor.capture.rows import Row, from_row
from monitor.errors import CaptureError
from monitor.model import Decoded, Event

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.search import Search

PAGE = 1000


class Decodes(Protocol):
    """What decodes a whole capture: fed every event in order, like `monitor.decode.Decoder`."""

    def feed(self, event: Event) -> Decoded | None: ...


class Capture:
    """A capture file, opened for reading; the file is never changed.

    decoder: makes what decodes the events, for queries about decoded content (`type:…`, `value.…:…`).
    Raises NotACapture, NewerCapture or CaptureError. May be used from several threads.
    """

    def __init__(self, path: Path, decoder: Callable[[], Decodes] | None = None) -> None:
        self.path = path
        self.decoder = decoder
        self._database = open_database(path)
        self._defined: set[str] = set()
        # One thread at a time: SQLite holds its own lock while it calls our functions, which need Python's: a deadlock.
        self._turn = Lock()
        self.meta: dict[str, str] = dict(self.rows("SELECT key, value FROM meta"))

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """What a statement yields; CaptureError where the file turns out to be damaged."""
        try:
            with self._turn:
                return self._database.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise CaptureError(f"{self.path} cannot be read: {error}.") from error

    def define(self, name: str, function: Callable[..., object], arguments: int) -> None:
        """Give SQL a function of our own; the same arguments must always yield the same result."""
        with self._turn:
            if name not in self._defined:
                self._database.create_function(name, arguments, function, deterministic=True)  # type: ignore[arg-type]
                self._defined.add(name)

    def last_seq(self) -> int:
        """The number of the last event, 0 in an empty capture."""
        found = self.rows("SELECT max(seq) FROM events")
        return int(found[0][0] or 0)

    def get(self, seq: int) -> Event | None:
        return next(iter(self.page([seq])), None)

    def page(self, seqs: Sequence[int]) -> list[Event]:
        """The events of these numbers, in that order; numbers that do not exist are left out."""
        found: dict[int, Event] = {}
        for start in range(0, len(seqs), PAGE):
            some = seqs[start : start + PAGE]
            marks = ",".join("?" * len(some))
            for row in self.rows(f"SELECT {schema.SELECT} FROM events WHERE seq IN ({marks})", some):
                found[row[0]] = from_row(row)
        return [found[seq] for seq in seqs if seq in found]

    def read_after(self, seq: int, limit: int = PAGE) -> list[Event]:
        """Up to `limit` events after `seq`: call it again and again to follow a file that grows."""
        sql = f"SELECT {schema.SELECT} FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
        return [from_row(row) for row in self.rows(sql, (seq, limit))]

    def events(self, after: int = 0, until: int | None = None, kinds: Collection[str] | None = None) -> Iterator[Event]:
        """The events with after < seq <= until in order, those of `kinds` only; what comes later is not waited for."""
        end = self.last_seq() if until is None else until
        where = "" if kinds is None else f" AND kind IN ({','.join('?' * len(kinds))})"
        sql = f"SELECT {schema.SELECT} FROM events WHERE seq > ? AND seq <= ?{where} ORDER BY seq LIMIT {PAGE}"
        while page := self.rows(sql, (after, end, *(kinds or ()))):
            after = page[-1][0]
            yield from map(from_row, page)

    def search(self, query: Query | None, after: int = 0) -> Search:
        """A search that can be continued as the file grows."""
        from monitor.capture.search import Search

        return Search(self, query, after)

    def seqs(self, query: Query | None = None) -> Sequence[int]:
        """The numbers of the events that match, ascending."""
        if query is None:
            return range(1, self.last_seq() + 1)
        return self.search(query).read()

    def count(self, query: Query | None = None) -> int:
        return len(self.seqs(query))

    def url(self, event: Event) -> str | None:
        """The event's own address, or the latest known one of its connection."""
        found = self.rows(f"SELECT {schema.ADDRESS} FROM events WHERE seq = ?", (event.seq,))
        return found[0][0] if found else None

    def close(self) -> None:
        with self._turn:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
