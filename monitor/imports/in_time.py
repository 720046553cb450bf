"""Events that come in any order, given back by their time; kept on disk, so that memory stays small."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from monitor.capture.rows import Row, from_row, safe_row, to_row
from monitor.capture.schema import COLUMNS
from monitor.model import Event

_BATCH = 2000


def in_time(events: Iterable[Event]) -> Iterator[Event]:
    """All events, sorted by time; those of one time stay as they came. Nothing is given before all were taken."""
    database = sqlite3.connect("", isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute(f"CREATE TABLE events ({', '.join(COLUMNS)})")
        batch: list[tuple[Event, int]] = []
        for number, event in enumerate(events, 1):
            batch.append((event, number))
            if len(batch) >= _BATCH:
                _write(database, batch)
        _write(database, batch)
        cursor = database.execute(f"SELECT {', '.join(COLUMNS)} FROM events ORDER BY time, seq")
        while page := cursor.fetchmany(_BATCH):
            yield from (from_row((0, *row[1:])) for row in page)
    finally:
        database.close()


def _write(database: sqlite3.Connection, batch: list[tuple[Event, int]]) -> None:
    marks = ", ".join("?" * len(COLUMNS))
    for event, number in batch:
        try:
            database.execute(f"INSERT INTO events VALUES ({marks})", to_row(event, number))
        except (UnicodeEncodeError, OverflowError, sqlite3.Error, TypeError):
            database.execute(f"INSERT INTO events VALUES ({marks})", _safe(event, number))
    batch.clear()


def _safe(event: Event, number: int) -> Row:
    return safe_row(event, number)
