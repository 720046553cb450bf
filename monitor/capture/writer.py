"""Appends events to a new capture file: buffered in memory, committed in batches, safe from a kill at any moment.

What `commit` has returned from survives the death of the process. A commit that fails (a full disk) changes nothing:
the events committed before stay readable, the buffer is kept, and `commit` may be called again. A file that is taken
away meanwhile is told as such a failure, and written anew.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter, le
from pathlib import Path
from threading import Lock

from monitor import __version__
from monitor.capture import anew, schema
from monitor.capture.facts import FACTS, Facts
from monitor.capture.rows import Row, frame_cells, safe_row, to_row
from monitor.errors import CaptureError
from monitor.model import Event

_LARGE = 1 << 20
# How often the facts in the head of the file are brought up to date; what came after them is counted by who asks.
FACTS_S = 5.0
LOOK_S = 1.0  # how often it is looked whether the file is still there
SYNCHRONOUS = "NORMAL"
"""How SQLite waits for the disk: a capture survives a kill of any process, and loses at most its end in a power cut."""
_time, _mono = attrgetter("time"), attrgetter("mono")


class CaptureWriter:
    """One new capture file and its only writer.

    meta: facts for the file's head, beside `version`, `created` and `key` (the random key of its pseudonyms).
    keep_order: the events come in the order of the capture; else each commit puts its own in the order of their times.
    after: the number before the first event's. carried: events with numbers up to it that the file begins with.
    written: called with every event that was committed and its number.
    Threads may share it: `append` never waits for a `commit`.
    """

    def __init__(
        self,
        path: Path,
        meta: Mapping[str, str] | None = None,
        *,
        keep_order: bool = False,
        after: int = 0,
        carried: Iterable[tuple[int, Event]] = (),
        written: Callable[[int, Event], None] | None = None,
    ) -> None:
        self.path = path
        self._keep_order = keep_order
        self._events: list[Event] = []
        self._writing = 0
        self._seq = after
        self._facts = Facts(until=after)
        self._told_facts = 0.0
        self._written = written
        self._buffer = Lock()
        self._file = Lock()
        self._looked, self._taken_away = time.monotonic(), False
        _make_file(path)
        try:
            self._database = _make_database(path, {**_head(), **(meta or {})})
            with self._transaction():
                self._write_rows([_checked_row(event, seq) for seq, event in carried])
        except sqlite3.Error as error:
            raise _cannot_write(path, error) from error

    @property
    def pending(self) -> int:
        """How many events are appended and not yet committed."""
        with self._buffer:
            return len(self._events) + self._writing

    @property
    def last_seq(self) -> int:
        """The number of the last committed event."""
        return self._seq

    def append(self, event: Event) -> None:
        """Take an event; its own `seq` is ignored. Nothing is written before `commit`."""
        with self._buffer:
            self._events.append(event)

    def extend(self, events: Sequence[Event]) -> None:
        """Take events, as `append` does."""
        with self._buffer:
            self._events.extend(events)

    def commit(self) -> int:
        """Write what is pending in one transaction; returns the last `seq`.

        CaptureError if the file cannot be written: then nothing of this batch is in it and all of it is still pending.
        """
        with self._file:
            self._look()
            events = self._take()
            try:
                if events:
                    events = events if self._keep_order else in_order(events)
                    self._insert(events)
                    self._seq += len(events)
                    self._facts.feed(events, self._seq)
                    self._tell(events)
            except BaseException as error:
                self._put_back(events)
                if isinstance(error, sqlite3.Error):
                    raise _cannot_write(self.path, error) from error
                raise
            with self._buffer:
                self._writing = 0
            return self._seq

    def _look(self) -> None:
        """Tell, once, that the file was taken away; and write it anew."""
        if self._taken_away:
            self._write_anew()
        elif time.monotonic() - self._looked > LOOK_S:
            self._looked = time.monotonic()
            self._taken_away = not self.path.exists()
            if self._taken_away:
                raise CaptureError(f"{self.path} was taken away while it is being recorded: it is written anew.")

    def _write_anew(self) -> None:
        try:
            anew.copy(self._database, self.path)
            self._database = _open_database(self.path)
        except (OSError, sqlite3.Error) as error:
            raise CaptureError(f"{self.path} was taken away, and cannot be written anew: {error}.") from error
        self._taken_away = False

    def _keep_facts(self) -> None:
        """Bring the head up to date, in the transaction of a commit."""
        self._told_facts = time.monotonic()
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (FACTS, self._facts.written()))

    def _tell(self, events: list[Event]) -> None:
        if self._written is not None:
            for seq, event in enumerate(events, self._seq - len(events) + 1):
                self._written(seq, event)

    def size(self) -> int:
        """Bytes of the file as it will be when its log is folded in."""
        pages: int = self._database.execute("PRAGMA page_count").fetchone()[0]
        size: int = self._database.execute("PRAGMA page_size").fetchone()[0]
        return pages * size

    def _take(self) -> list[Event]:
        with self._buffer:
            events, self._events = self._events, []
            self._writing = len(events)
        return events

    def _put_back(self, events: list[Event]) -> None:
        with self._buffer:
            self._events = events + self._events
            self._writing = 0

    def _insert(self, batch: list[Event]) -> None:
        first = self._seq + 1
        try:
            with self._transaction():
                for start in range(0, len(batch), schema.TOGETHER):
                    self._write_events(batch[start : start + schema.TOGETHER], first + start)
        except (UnicodeEncodeError, OverflowError, sqlite3.IntegrityError, TypeError):
            with self._transaction():
                self._write_rows([_checked_row(event, seq) for seq, event in enumerate(batch, first)])

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            yield
            if time.monotonic() - self._told_facts > FACTS_S:
                self._keep_facts()
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def _write_events(self, events: Sequence[Event], first: int) -> None:
        # SQLite copies what it is given before it writes it: large payloads go one by one.
        cells = frame_cells(events, first) if len(events) == schema.TOGETHER else None
        if cells is not None and sum(map(len, cells[schema.FRAME_CELLS - 1 :: schema.FRAME_CELLS])) < _LARGE:
            self._database.execute(schema.INSERT_FRAMES, cells)
            return
        rows = [to_row(event, seq) for seq, event in enumerate(events, first)]
        if len(rows) == schema.TOGETHER and sum(len(row[-1]) for row in rows if row[-1] is not None) < _LARGE:
            self._database.execute(schema.INSERT_TOGETHER, list(chain.from_iterable(rows)))
        else:
            self._write_rows(rows)

    def _write_rows(self, rows: Sequence[Row]) -> None:
        self._database.executemany(schema.INSERT, rows)

    def set_meta(self, key: str, value: str) -> None:
        """Add or replace a fact in the head of the file."""
        try:
            self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
        except sqlite3.Error as error:
            raise _cannot_write(self.path, error) from error

    def close(self) -> None:
        """Commit what is pending and fold the write-ahead log in, so that the capture is one plain file."""
        try:
            if self._taken_away or not self.path.exists():
                self._write_anew()
            self.commit()
        finally:
            try:
                self._keep_facts()
                self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._database.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.Error:
                pass  # someone still reads it, or the disk is full: the file and its log are whole all the same
            self._database.close()


def in_order(events: list[Event]) -> list[Event]:
    """The events by time; equal times keep their order.

    An event without a stamp from Chrome is dated when it reached us, later than it was: it is not put behind events of
    its own connection that came after it.
    """
    times = list(map(_time, events))
    if None not in map(_mono, events):
        return events if all(map(le, times, times[1:])) else sorted(events, key=_time)
    earliest: dict[str, float] = {}
    keys = times
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        key = event.time
        connection: str | None = getattr(event, "connection", None)
        if connection is not None:
            known = earliest.get(connection)
            if known is not None and event.mono is None and known < key:
                key = known
            if known is None or key < known:
                earliest[connection] = key
        keys[index] = key
    return [events[index] for index in sorted(range(len(events)), key=keys.__getitem__)]


def _checked_row(event: Event, seq: int) -> Row:
    """The plain row if SQLite takes it, else the safe one."""
    try:
        row = to_row(event, seq)
    except (UnicodeEncodeError, OverflowError, TypeError):
        return safe_row(event, seq)
    return row if all(_fits(cell) for cell in row) and event.time == event.time else safe_row(event, seq)


def _fits(cell: object) -> bool:
    if isinstance(cell, str):
        return cell.isascii() or cell.encode("utf-8", "replace").decode("utf-8") == cell
    return not isinstance(cell, int) or -(1 << 63) <= cell < 1 << 63


def _head() -> dict[str, str]:
    created = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"version": __version__, "created": created, "key": secrets.token_hex(32)}


def _make_file(path: Path) -> None:
    try:
        anew.make_file(path)
    except FileExistsError as error:
        raise CaptureError(f"{path} exists already. Choose another name: a capture is never overwritten.") from error
    except FileNotFoundError as error:
        raise CaptureError(f"{path.parent} does not exist, so {path.name} cannot be made there.") from error
    except OSError as error:
        raise CaptureError(f"{path} cannot be made: {error.strerror or error}.") from error


def _open_database(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    database.execute("PRAGMA journal_mode = WAL")
    return database


def _make_database(path: Path, meta: Mapping[str, str]) -> sqlite3.Connection:
    database = _open_database(path)
    database.executescript(f"BEGIN;{schema.DDL}COMMIT;")
    database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    return database


def _cannot_write(path: Path, error: sqlite3.Error) -> CaptureError:
    if "full" in str(error):
        return CaptureError(f"{path}: the disk is full. What was committed before is safe; free some space to go on.")
    return CaptureError(f"{path} cannot be written: {error}.")
