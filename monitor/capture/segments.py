"""Which files are one capture: `x.syncmon`, `x.002.syncmon`, `x.003.syncmon`, …, told by the series that they share.

Each segment is a capture of its own: it begins with the events of what was still alive when it was begun, under the
numbers they had before, and `after` in its head is the last number of the segment before it.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from monitor.capture.opening import open_database
from monitor.errors import CaptureError

SERIES, AFTER, SEGMENT, NEXT = "series", "after", "segment", "next"

_NAME = re.compile(r"(?P<stem>.+?)(?:\.(?P<number>\d{3,}))?(?P<suffix>\.[^.]+)", re.DOTALL)


def first_name(path: Path) -> Path:
    """The name of the first segment, by the name of any."""
    found = _NAME.fullmatch(path.name)
    return path.with_name(found["stem"] + found["suffix"]) if found else path


def segment_name(first: Path, number: int) -> Path:
    """The name of a segment; the first, 1, has the capture's own."""
    return first if number == 1 else first.with_name(f"{first.stem}.{number:03d}{first.suffix}")


def siblings(path: Path) -> list[Path]:
    """The files beside it, and itself, whose names are those of segments of one capture, in order."""
    return [one for _, one in _numbered(path)]


def _numbered(path: Path) -> list[tuple[int, Path]]:
    first = first_name(path)
    try:
        names = [entry.name for entry in first.parent.iterdir()]
    except OSError:
        return []
    found = [(name, parts) for name in names if (parts := _NAME.fullmatch(name))]
    return sorted(
        (int(parts["number"] or 1), first.with_name(name))
        for name, parts in found
        if (parts["stem"], parts["suffix"]) == (first.stem, first.suffix)
    )


def head(database: sqlite3.Connection) -> dict[str, str]:
    """The facts in the head of a capture."""
    return dict(database.execute("SELECT key, value FROM meta").fetchall())


def open_segments(path: Path) -> list[tuple[Path, sqlite3.Connection, dict[str, str]]]:
    """The segments of the capture that the file belongs to, in order; the file alone where it was never rotated.

    A first segment that was removed may still be named. CaptureError where the file itself cannot be opened.
    """
    named = path if path.exists() else next(filter(_is_segment, siblings(path)), path)
    database = open_database(named)
    facts = head(database)
    if SERIES not in facts:
        return [(named, database, facts)]
    opened = [(named, database, facts)]
    opened += [other for one in siblings(path) if one != named and (other := _open(one, facts[SERIES])) is not None]
    return sorted(opened, key=lambda part: int(part[2].get(SEGMENT, "1")))


def next_segment(path: Path, facts: dict[str, str]) -> tuple[Path, sqlite3.Connection, dict[str, str]] | None:
    """The segment that follows the one with this path and head, if it was begun."""
    here = int(facts.get(SEGMENT, "1"))
    for number, one in _numbered(path):
        if number > here and (found := _open(one, facts[SERIES])) is not None:
            return found
    return None


def _is_segment(path: Path) -> bool:
    try:
        database = open_database(path)
    except CaptureError:
        return False
    found = SERIES in head(database)
    database.close()
    return found


def _open(path: Path, series: str) -> tuple[Path, sqlite3.Connection, dict[str, str]] | None:
    try:
        database = open_database(path)
    except CaptureError:
        return None
    facts = head(database)
    if facts.get(SERIES) == series:
        return path, database, facts
    database.close()
    return None
