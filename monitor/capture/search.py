"""Finds the events of a capture that match a query, and goes on where it stopped when the file has grown.

SQL alone answers exact queries. Others are narrowed by SQL and settled by `Query.matches`. Those about decoded content
read the events in order, since what a payload means may depend on those before it; only what the decoder says stands
for itself is narrowed there too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.capture import schema
from monitor.capture.addresses import Addresses
from monitor.capture.filter import define_functions
from monitor.capture.rows import from_row
from monitor.capture.terms import ANYTHING
from monitor.capture.times import CaptureAnchors
from monitor.errors import FilterError

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture, Part
    from monitor.model import Event

WINDOW = 2000
WIDEST = 1 << 18
QUICK_S, SLOW_S = 0.02, 0.08  # CPU: a statement that takes less may look at more events the next time, and the reverse


class Search:
    """A query on one capture. `position` is the number of the last event it has judged."""

    def __init__(self, capture: Capture, query: Query | None, after: int = 0) -> None:
        query = query and query.bound(CaptureAnchors(capture))
        self._capture = capture
        self._query = query
        self._floor = after
        self.position = after
        if query is not None and query.needs_decoding:
            if capture.decoder is None:
                raise FilterError("This filter asks for decoded content, which is not to be had here.")
            self._decoder = capture.decoder()
            self._addresses = Addresses()
            self.position = 0
        if query is not None:
            define_functions(capture)

    def read(self, until: int | None = None) -> list[int]:
        """The numbers of all matches among the events that were appended since the last call, ascending.

        until: the number of the last event to look at, where that is not the last there is.
        """
        return [seq for page in self.pages(until) for seq in page]

    def pages(self, until: int | None = None) -> Iterator[list[int]]:
        """The same, piece by piece as they are found; whoever stops in between can go on with another call."""
        last = self._capture.last_seq() if until is None else until
        if self._query is None:
            for part, low, high in self._capture.stretches(self.position, last):
                self.position = high
                yield list(part.numbers(low, high))
            self.position = max(self.position, last)
            return
        width = WINDOW
        for part, begin, end in self._capture.stretches(self.position, last):
            low = begin
            while low < end:
                high, started = min(low + width, end), time.thread_time()
                found = [seq for seq in self._matches(self._query, part, low, high) if seq > self._floor]
                self.position = max(self.position, high)
                if not self._query.needs_decoding:
                    width = _next_width(width, time.thread_time() - started)
                low = high
                yield found
        self.position = max(self.position, last)

    def between(self, low: int, high: int) -> list[int]:
        """The matches of low < seq <= high, wherever the search is; not where it asks for decoded content."""
        query = self._query
        assert query is not None
        assert not query.needs_decoding
        stretches = self._capture.stretches(low, high)
        return [seq for part, begin, end in stretches for seq in self._matches(query, part, begin, end)]

    def _matches(self, query: Query, part: Part, low: int, high: int) -> Iterator[int]:
        if query.needs_decoding:
            return self._decoded(query, part, low, high)
        return self._by_sql(query, part, low, high) if query.exact else self._settled(query, part, low, high)

    def _by_sql(self, query: Query, part: Part, low: int, high: int) -> Iterator[int]:
        where, values = query.sql()
        # One row in place of many, at each of which other threads would have their turn.
        some = f"SELECT seq FROM events WHERE seq > ? AND seq <= ? AND ({where}) ORDER BY seq"
        sql = f"SELECT group_concat(seq) FROM ({some})"
        found = part.rows(sql, (low, high, *values), query.talks, high)[0][0]
        yield from sorted(map(int, found.split(","))) if found else ()

    def _settled(self, query: Query, part: Part, low: int, high: int) -> Iterator[int]:
        where, values = query.sql()
        sql = (
            f"SELECT {schema.SELECT}, {schema.ADDRESS} FROM events"
            f" WHERE seq > ? AND seq <= ? AND ({where}) ORDER BY seq"
        )
        for row in part.rows(sql, (low, high, *values), query.talks, high):
            if query.matches(from_row(row), None, row[-1]):
                yield row[0]

    def _decoded(self, query: Query, part: Part, low: int, high: int) -> Iterator[int]:
        for event in self._worth_decoding(query, part, low, high):
            url = self._addresses.feed(event)
            decoded = self._decoder.feed(event)
            if query.matches(event, decoded, url):
                yield event.seq

    def _worth_decoding(self, query: Query, part: Part, low: int, high: int) -> Iterator[Event]:
        """The events that may match, and those whose like may tell the decoder something."""
        alone = self._decoder.alone()
        where = query.as_written()
        if not alone or where == ANYTHING:
            return self._capture.events(low, high)
        some = ",".join("?" * len(alone))
        sql = (
            f"SELECT {schema.SELECT} FROM events WHERE seq > ? AND seq <= ? AND CASE WHEN kind = 'frame'"
            f" AND connection IN ({some}) AND typeof(payload) = 'text' THEN ({where.sql}) ELSE 1 END ORDER BY seq"
        )
        return map(from_row, part.rows(sql, (low, high, *alone, *where.values), where.talks, high))


def _next_width(width: int, took: float) -> int:
    """How many events the next statement may look at: whoever else uses the connection waits for one statement only."""
    if took < QUICK_S:
        return min(2 * width, WIDEST)
    return max(width // 2, WINDOW) if took > SLOW_S else width
