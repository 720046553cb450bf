"""Which events had an address that holds something: worked out once for each address of a file, and kept as it grows.

An event's address is its own, or the latest known one of its connection. A table in memory beside the file has, for
each connection, from which event on that address matches and from which on it does not; SQL asks that table with one
look, and never our functions.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from typing import NamedTuple

KEPT = 128  # more than a filter can ask
_PAGE = 5000
_JUDGED = 1000
_URLS = (
    "SELECT seq, connection, url FROM events NOT INDEXED"
    " WHERE seq > ? AND seq <= ? AND url IS NOT NULL ORDER BY seq LIMIT ?"
)


class Talk(NamedTuple):
    """A question about addresses. table: where its answers are kept, one name for one question."""

    table: str
    holds: Callable[[str], bool]

    def where(self) -> str:
        """The SQL condition on `events`, 0 or 1; true of no event that the table was not `kept` for."""
        return (
            f"CASE WHEN NOT EXISTS (SELECT 1 FROM temp.{self.table}) THEN 0"
            f" WHEN events.connection IS NOT NULL THEN IFNULL((SELECT t.holds FROM temp.{self.table} AS t"
            " WHERE t.connection = events.connection AND t.since <= events.seq - (events.url IS NULL)"
            " ORDER BY t.since DESC LIMIT 1), 0) WHEN events.url IS NOT NULL THEN EXISTS"
            f" (SELECT 1 FROM temp.{self.table} AS t WHERE t.connection = x'' AND t.since = events.seq) ELSE 0 END"
        )


def talk(kind: str, source: str, holds: Callable[[str], bool]) -> Talk:
    """The question whether an address holds what `kind` and `source` say."""
    name = hashlib.sha256(f"{kind} {source}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Talk(f"talks_{name}", holds)


class _Answers:
    """What is known of one question: up to which event, and of which connections the address matches by then."""

    def __init__(self) -> None:
        self.until = 0
        self.matching: set[str] = set()
        self.judged: dict[str, bool] = {}

    def judge(self, holds: Callable[[str], bool], url: str) -> bool:
        if url not in self.judged:
            if len(self.judged) >= _JUDGED:
                self.judged.clear()
            self.judged[url] = holds(url)
        return self.judged[url]

    def turns(
        self, holds: Callable[[str], bool], rows: Iterable[tuple[int, str | None, str]]
    ) -> list[tuple[object, ...]]:
        """The rows of the table that these addresses make."""
        found: list[tuple[object, ...]] = []
        for seq, connection, url in rows:
            matches = self.judge(holds, url)
            if connection is None:
                if matches:
                    found.append((b"", seq, 1))
            elif matches != (connection in self.matching):
                found.append((connection, seq, int(matches)))
                (self.matching.add if matches else self.matching.discard)(connection)
        return found


class Talks:
    """The answers kept for one file; whoever calls holds the connection for itself."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._answers: dict[str, _Answers] = {}

    def keep(self, asked: Iterable[Talk], until: int) -> None:
        """See to it that the questions are answered for every event up to that number."""
        for one in asked:
            answers = self._answers.pop(one.table, None) or self._begin(one.table)
            self._answers[one.table] = answers  # the last to be thrown away
            while answers.until < until:
                rows = self._database.execute(_URLS, (answers.until, until, _PAGE)).fetchall()
                turns = answers.turns(one.holds, rows)
                self._database.executemany(f"INSERT INTO temp.{one.table} VALUES (?, ?, ?)", turns)
                answers.until = rows[-1][0] if len(rows) == _PAGE else until

    def _begin(self, table: str) -> _Answers:
        while len(self._answers) >= KEPT:
            oldest = next(iter(self._answers))
            del self._answers[oldest]
            self._database.execute(f"DROP TABLE temp.{oldest}")
        if not self._answers:
            self._database.execute("PRAGMA temp_store = MEMORY")
        self._database.execute(
            f"CREATE TABLE temp.{table} (connection, since INTEGER, holds INTEGER, PRIMARY KEY (connection, since))"
            " WITHOUT ROWID"
        )
        return _Answers()
