"""Reads a capture, in one file or in segments: whole, by page, by number, or following it while it grows.

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
from monitor.capture.rows import Row, from_row
from monitor.capture.segments import AFTER, NEXT, SERIES, next_segment, open_segments
from monitor.capture.talks import Talk, Talks
from monitor.errors import CaptureError
from monitor.model import Decoded, Event

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.search import Search

PAGE = 1000


class Decodes(Protocol):
    """What decodes a whole capture: fed every event in order, like `monitor.decode.Decoder`.

    alone: connections, now, whose text frames stand for themselves: none changes how a later event is decoded, and
    what each decodes to is what is written in it. Such frames need not be fed, until a few thousand events later.
    """

    def feed(self, event: Event) -> Decoded | None: ...

    def alone(self) -> Sequence[str]: ...


class Part:
    """One file of a capture: its events have numbers past `after`; those up to it repeat earlier ones."""

    def __init__(self, path: Path, database: sqlite3.Connection, meta: dict[str, str], *, is_first: bool) -> None:
        self.path = path
        self.meta = meta
        self.begins = int(meta.get(AFTER, "0"))
        self.after = 0 if is_first else self.begins
        self._database = database
        self._defined: set[str] = set()
        self._talks = Talks(database)
        # One thread at a time: SQLite holds its own lock while it calls our functions, which need Python's: a deadlock.
        self._turn = Lock()

    def rows(self, sql: str, values: Sequence[object] = (), talks: Sequence[Talk] = (), until: int = 0) -> list[Row]:
        """What a statement yields; CaptureError where the file turns out to be damaged.

        talks: the questions about addresses that it asks, of events up to `until`.
        """
        try:
            with self._turn:
                self._talks.keep(talks, until)
                return self._database.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise CaptureError(f"{self.path} cannot be read: {error}.") from error

    def define(self, name: str, function: Callable[..., object], arguments: int) -> None:
        with self._turn:
            if name not in self._defined:
                self._database.create_function(name, arguments, function, deterministic=True)  # type: ignore[arg-type]
                self._defined.add(name)

    def last_seq(self) -> int:
        return int(self.rows("SELECT max(seq) FROM events")[0][0] or 0)

    def numbers(self, after: int, until: int) -> Iterator[int]:
        """The numbers of its events with after < seq <= until: without holes past `begins`."""
        if after < self.begins:
            sql = "SELECT seq FROM events WHERE seq > ? AND seq <= ? ORDER BY seq"
            yield from (row[0] for row in self.rows(sql, (after, min(until, self.begins))))
        yield from range(max(after, self.begins) + 1, until + 1)

    def is_followed(self) -> bool:
        """Whether the recorder said that it went on in another file."""
        return SERIES in self.meta and bool(self.rows("SELECT 1 FROM meta WHERE key = ?", (NEXT,)))

    def close(self) -> None:
        with self._turn:
            self._database.close()


class Capture:
    """A capture, opened for reading, with all its segments where it has several; no file is ever changed.

    decoder: makes what decodes the events, for queries about decoded content (`type:…`, `value.…:…`).
    Raises NotACapture, NewerCapture or CaptureError. May be used from several threads.
    """

    def __init__(self, path: Path, decoder: Callable[[], Decodes] | None = None) -> None:
        self.path = path
        self.decoder = decoder
        self._functions: list[tuple[str, Callable[..., object], int]] = []
        self._growing = Lock()
        self._parts = [Part(*opened, is_first=number == 0) for number, opened in enumerate(open_segments(path))]
        self.meta: dict[str, str] = self._parts[0].meta

    @property
    def parts(self) -> tuple[Part, ...]:
        """The files that are known by now, in order; one that the recorder went on in is found by `last_seq`."""
        return tuple(self._parts)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """What a statement yields in each file, one after the other; CaptureError where one turns out to be damaged."""
        return [row for part in self._parts for row in part.rows(sql, values)]

    def define(self, name: str, function: Callable[..., object], arguments: int) -> None:
        """Give SQL a function of our own; the same arguments must always yield the same result."""
        with self._growing:
            self._functions.append((name, function, arguments))
            for part in self._parts:
                part.define(name, function, arguments)

    def _grow(self) -> bool:
        """Open the file that the recorder went on in, if it did."""
        with self._growing:
            last = self._parts[-1]
            if not last.is_followed() or (opened := next_segment(last.path, last.meta)) is None:
                return False
            part = Part(*opened, is_first=False)
            for name, function, arguments in self._functions:
                part.define(name, function, arguments)
            self._parts.append(part)
            return True

    def stretches(self, after: int, until: int) -> Iterator[tuple[Part, int, int]]:
        """The files that hold after < seq <= until, each with its own part of that."""
        parts = self._parts
        for number, part in enumerate(parts):
            end = parts[number + 1].after if number + 1 < len(parts) else until
            low, high = max(after, part.after), min(until, end)
            if low < high:
                yield part, low, high

    def _part_of(self, seq: int) -> Part:
        return next((part for part in reversed(self._parts) if part.after < seq), self._parts[0])

    def last_seq(self) -> int:
        """The number of the last event, 0 in an empty capture."""
        while self._grow():
            pass
        last = self._parts[-1]
        return max(last.after, last.last_seq())

    def get(self, seq: int) -> Event | None:
        return next(iter(self.page([seq])), None)

    def page(self, seqs: Sequence[int]) -> list[Event]:
        """The events of these numbers, in that order; numbers that do not exist are left out."""
        found: dict[int, Event] = {}
        wanted: dict[Part, list[int]] = {}
        for seq in seqs:
            wanted.setdefault(self._part_of(seq), []).append(seq)
        for part, numbers in wanted.items():
            for start in range(0, len(numbers), PAGE):
                some = numbers[start : start + PAGE]
                marks = ",".join("?" * len(some))
                for row in part.rows(f"SELECT {schema.SELECT} FROM events WHERE seq IN ({marks})", some):
                    found[row[0]] = from_row(row)
        return [found[seq] for seq in seqs if seq in found]

    def read_after(self, seq: int, limit: int = PAGE) -> list[Event]:
        """Up to `limit` events after `seq`: call it again and again to follow a file that grows."""
        sql = f"SELECT {schema.SELECT} FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
        while True:
            parts = self._parts
            for number, part in enumerate(parts):
                if number + 1 < len(parts) and parts[number + 1].after <= seq:
                    continue
                if rows := part.rows(sql, (max(seq, part.after), limit)):
                    return [from_row(row) for row in rows]
            # Whoever went on elsewhere had written all of this file before.
            if not self._grow():
                return []

    def events(self, after: int = 0, until: int | None = None, kinds: Collection[str] | None = None) -> Iterator[Event]:
        """The events with after < seq <= until in order, those of `kinds` only; what comes later is not waited for."""
        end = self.last_seq() if until is None else until
        where = "" if kinds is None else f" AND kind IN ({','.join('?' * len(kinds))})"
        sql = f"SELECT {schema.SELECT} FROM events WHERE seq > ? AND seq <= ?{where} ORDER BY seq LIMIT {PAGE}"
        for part, low, high in self.stretches(after, end):
            while page := part.rows(sql, (low, high, *(kinds or ()))):
                low = page[-1][0]
                yield from map(from_row, page)

    def opening(self, connection: str) -> int | None:
        """The number of the first event that tells a connection's address, None where there is none."""
        sql = "SELECT min(seq) FROM events WHERE connection = ? AND url IS NOT NULL"
        return min((row[0] for row in self.rows(sql, (connection,)) if row[0] is not None), default=None)

    def of_connection(self, connection: str, after: int, until: int, most: int, room: int) -> tuple[list[Event], bool]:
        """The last events of a connection with after < seq <= until, in order, and whether that is all of them.

        most: how many at most. room: the bytes that their payloads may have together; one there is in any case.
        """
        sql = "SELECT seq, size FROM events WHERE seq > ? AND seq <= ? AND connection = ? ORDER BY seq DESC LIMIT ?"
        found: list[int] = []
        for part, low, high in reversed([*self.stretches(after, until)]):
            for seq, size in part.rows(sql, (low, high, connection, most + 1 - len(found))):
                room -= size or 0
                if found and (room < 0 or len(found) == most):
                    return self.page(found[::-1]), False
                found.append(seq)
        return self.page(found[::-1]), True

    def search(self, query: Query | None, after: int = 0) -> Search:
        """A search that can be continued as the file grows."""
        from monitor.capture.search import Search

        return Search(self, query, after)

    def seqs(self, query: Query | None = None) -> Sequence[int]:
        """The numbers of the events that match, ascending."""
        if query is None:
            return self._all()
        return self.search(query).read()

    def _all(self) -> Sequence[int]:
        last = self.last_seq()
        begins = self._parts[0].begins
        return range(1, last + 1) if begins == 0 else [*self._parts[0].numbers(0, begins), *range(begins + 1, last + 1)]

    def count(self, query: Query | None = None) -> int:
        return len(self.seqs(query))

    def url(self, event: Event) -> str | None:
        """The event's own address, or the latest known one of its connection."""
        part = self._part_of(event.seq)
        found = part.rows(f"SELECT {schema.ADDRESS} FROM events WHERE seq = ?", (event.seq,))
        return found[0][0] if found else None

    def close(self) -> None:
        for part in self._parts:
            part.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
