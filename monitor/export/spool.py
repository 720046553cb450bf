"""A heap of pieces on disk, for formats that write in another order than that of the capture; memory stays small.

Each entry has a moment to sort by, a head, and any number of pieces; all of it lies in a private temporary database,
which SQLite deletes by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

_DDL = """
CREATE TABLE entries (id INTEGER PRIMARY KEY, started REAL NOT NULL, head BLOB NOT NULL);
CREATE TABLE pieces (entry INTEGER NOT NULL, list TEXT NOT NULL, n INTEGER NOT NULL, content NOT NULL,
                     PRIMARY KEY (entry, list, n)) WITHOUT ROWID;
"""
_PAGE = 500
_HELD = 2000


class Spool:
    """Entries with pieces. `list` tells the pieces of one entry apart: messages, parts of a body."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _DDL)
        self._waiting: list[tuple[int, str, int, str | bytes]] = []
        self._number = 0

    def head(self, entry: int, started: float, head: bytes) -> None:
        """Put down the head of an entry."""
        self._database.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (entry, started, head))

    def add(self, entry: int, name: str, content: str | bytes) -> None:
        """Append a piece to a list of an entry."""
        self._number += 1
        self._waiting.append((entry, name, self._number, content))
        if len(self._waiting) >= _HELD:
            self._flush()

    def forget(self, entry: int, name: str) -> None:
        """Throw away the pieces of a list: something whole takes their place."""
        self._flush()
        self._database.execute("DELETE FROM pieces WHERE entry = ? AND list = ?", (entry, name))

    def _flush(self) -> None:
        self._database.executemany("INSERT INTO pieces VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def heads(self) -> Iterator[tuple[int, bytes]]:
        """Number and head of every entry, in the order of their moments."""
        self._flush()
        cursor = self._database.execute("SELECT id, head FROM entries ORDER BY started, id")
        while page := cursor.fetchmany(_PAGE):
            yield from page

    def pieces(self, entry: int, name: str) -> Iterator[str | bytes]:
        """The pieces of a list of an entry, in the order in which they were added."""
        self._flush()
        sql = "SELECT content FROM pieces WHERE entry = ? AND list = ? ORDER BY n"
        cursor = self._database.execute(sql, (entry, name))
        while page := cursor.fetchmany(_PAGE):
            yield from (row[0] for row in page)

    def has(self, entry: int, name: str) -> bool:
        """Whether a list of an entry has pieces."""
        self._flush()
        sql = "SELECT 1 FROM pieces WHERE entry = ? AND list = ? LIMIT 1"
        return self._database.execute(sql, (entry, name)).fetchone() is not None

    def close(self) -> None:
        """Throw all of it away."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
