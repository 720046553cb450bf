"""Events that come in any order, given back by their time; kept on disk, so that memory stays small."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from monitor.capture.rows import from_row, safe_row, to_row
from monitor.capture.schema import COLUMNS
from monitor.model import Event


def in_time(events: Iterable[Event]) -> Iterator[Event]:
    """All events, sorted by time; those of one time stay as they came. Nothing is given before all were taken."""
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute(f"CREATE TABLE events ({', '.join(COLUMNS)})")
        insert = f"INSERT INTO events VALUES ({', '.join('?' * len(COLUMNS))})"
        database.execute("BEGIN")
        for number, event in enumerate(events, 1):
            try:
                database.execute(insert, to_row(event, number))
            except (UnicodeEncodeError, OverflowError, sqlite3.Error, TypeError):
                database.execute(insert, safe_row(event, number))
        for row in database.execute(f"SELECT {', '.join(COLUMNS)} FROM events ORDER BY time, seq"):
            yield from_row((0, *row[1:]))
    finally:
        database.close()
