"""Finds the events of a capture that match a query, and goes on where it stopped when the file has grown.

SQL alone answers exact queries. Others are narrowed by SQL and settled by `Query.matches`; those about decoded content
read every event in order, since what a payload means may depend on those before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from monitor.capture import schema
from monitor.capture.addresses import Addresses
from monitor.capture.filter import define_functions
from monitor.capture.rows import from_row
from monitor.errors import FilterError

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture, Part

WINDOW = 2000


class Search:
    """A query on one capture. `position` is the number of the last event it has judged."""

    def __init__(self, capture: Capture, query: Query | None, after: int = 0) -> None:
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

    def read(self) -> list[int]:
        """The numbers of all matches among the events that were appended since the last call, ascending."""
        last = self._capture.last_seq()
        found = [seq for seq in self._matches(last) if seq > self._floor]
        self.position = max(self.position, last)
        return found

    def _matches(self, last: int) -> Iterator[int]:
        query = self._query
        if query is None:
            return (
                seq
                for part, low, high in self._capture.stretches(self.position, last)
                for seq in part.numbers(low, high)
            )
        if query.needs_decoding:
            return self._decoded(query, last)
        return self._by_sql(query, last) if query.exact else self._settled(query, last)

    def _by_sql(self, query: Query, last: int) -> Iterator[int]:
        where, values = query.sql()
        sql = f"SELECT seq FROM events WHERE seq > ? AND seq <= ? AND ({where}) ORDER BY seq"
        for part, low, high in self._windows(last):
            yield from (row[0] for row in part.rows(sql, (low, high, *values)))

    def _settled(self, query: Query, last: int) -> Iterator[int]:
        where, values = query.sql()
        sql = (
            f"SELECT {schema.SELECT}, {schema.ADDRESS} FROM events"
            f" WHERE seq > ? AND seq <= ? AND ({where}) ORDER BY seq"
        )
        for part, low, high in self._windows(last):
            for row in part.rows(sql, (low, high, *values)):
                if query.matches(from_row(row), None, row[-1]):
                    yield row[0]

    def _windows(self, last: int) -> Iterator[tuple[Part, int, int]]:
        """The stretch to search, in pieces: whoever else uses the connection waits for one statement only."""
        for part, begin, end in self._capture.stretches(self.position, last):
            for low in range(begin, end, WINDOW):
                yield part, low, min(low + WINDOW, end)

    def _decoded(self, query: Query, last: int) -> Iterator[int]:
        for event in self._capture.events(self.position, last):
            url = self._addresses.feed(event)
            decoded = self._decoder.feed(event)
            if query.matches(event, decoded, url):
                yield event.seq
