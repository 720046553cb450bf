"""A capture in segments: when a file has grown large or old enough, a new one goes on with the next number."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from monitor.capture.alive import Alive
from monitor.capture.segments import AFTER, NEXT, SEGMENT, SERIES, segment_name, siblings
from monitor.capture.writer import CaptureWriter
from monitor.errors import CaptureError, UsageError
from monitor.model import Event

RETRY_S = 10.0
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?", re.IGNORECASE)


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """When a segment ends, and how many are kept. size, keep_size: bytes. age: seconds. None: without a limit."""

    size: int | None = None
    age: float | None = None
    keep: int | None = None
    keep_size: int | None = None

    def __bool__(self) -> bool:
        return self.size is not None or self.age is not None

    def arguments(self) -> list[str]:
        """The same as command-line arguments, for a child process."""
        keep = str(self.keep) if self.keep is not None else None if self.keep_size is None else f"{self.keep_size}b"
        named = (
            ("--max-size", None if self.size is None else f"{self.size}b"),
            ("--max-age", None if self.age is None else f"{self.age}s"),
            ("--keep", keep),
        )
        return [word for name, value in named if value is not None for word in (name, value)]


def bytes_of(text: str) -> int:
    """A size such as 500M or 2.5G in bytes, in powers of 1024; UsageError for anything else."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text} is no size: write 500k, 200M or 5G.")
    return int(float(found[1]) * _UNITS[found[2].lower()])


class RotatingWriter:
    """Like `CaptureWriter`, for one thread, over as many files as it takes. `segment` is the number of the current one.

    Segments past `keep` or `keep_size` are removed, oldest first; the one before the current always stays.
    """

    def __init__(self, path: Path, rotation: Rotation, meta: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.segment = 1
        self._rotation = rotation
        # Equal keys: the same secret is the same pseudonym in every segment.
        self._meta = {"key": secrets.token_hex(32), **(meta or {}), SERIES: secrets.token_hex(8)}
        self._alive = Alive()
        self._files = [path]
        self._began = time.monotonic()
        self._not_before = 0.0
        self._current = self._begin(path, 0)

    def _begin(self, path: Path, after: int) -> CaptureWriter:
        meta = {**self._meta, SEGMENT: str(self.segment), AFTER: str(after)}
        return CaptureWriter(path, meta, after=after, carried=self._alive.events(), written=self._alive.feed)

    @property
    def pending(self) -> int:
        """How many events wait for a commit."""
        return self._current.pending

    @property
    def last_seq(self) -> int:
        """The number of the last committed event."""
        return self._current.last_seq

    def append(self, event: Event) -> None:
        """Take an event."""
        self._current.append(event)

    def extend(self, events: Sequence[Event]) -> None:
        """Take events."""
        self._current.extend(events)

    def commit(self) -> int:
        """Write what is pending, then go on in a new file if this one has had enough; returns the last number.

        CaptureError if the file cannot be written. That no new file can be begun is no error: the old one goes on.
        """
        last = self._current.commit()
        now = time.monotonic()
        if now >= self._not_before and self._is_full(now):
            try:
                self._rotate(last)
                self._began = now
            except CaptureError:
                self._not_before = now + RETRY_S
        return last

    def _is_full(self, now: float) -> bool:
        age, size = self._rotation.age, self._rotation.size
        return (age is not None and now - self._began > age) or (size is not None and self._current.size() > size)

    def _rotate(self, last: int) -> None:
        number = self.segment + 1
        while (path := segment_name(self.path, number)).exists():
            number += 1
        old, before, self.segment = self._current, self.segment, number
        try:
            self._current = self._begin(path, last)
        except CaptureError:
            self.segment = before
            raise
        with contextlib.suppress(CaptureError):
            old.set_meta(NEXT, path.name)
            old.close()
        self._files.append(path)
        self._prune()

    def _prune(self) -> None:
        keep, size = self._rotation.keep, self._rotation.keep_size
        while len(self._files) > 2 and (
            (keep is not None and len(self._files) > keep) or (size is not None and _total(self._files) > size)
        ):
            remove(self._files.pop(0))

    def close(self) -> None:
        """Commit what is pending and make the last file whole."""
        self._current.close()

    def discard(self) -> None:
        """Remove every file."""
        for path in self._files:
            remove(path)


def _total(files: Sequence[Path]) -> int:
    return sum(size_of(path) for path in files)


def size_of(path: Path) -> int:
    """Bytes of a capture file and its log."""
    total = 0
    for name in (path, path.with_name(path.name + "-wal")):
        with contextlib.suppress(OSError):
            total += os.stat(name).st_size
    return total


def remove(path: Path) -> None:
    """Remove a capture file and its log."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def check_name(path: Path) -> None:
    """UsageError where the segments of a new capture could not be told from other files by this name."""
    if not path.suffix:
        raise UsageError(f"{path.name} has no suffix, which segments need: call it {path.name}.syncmon.")
    others = [one for one in siblings(path) if one != path]
    if others:
        raise UsageError(f"{others[0]} is a segment of an older capture. Choose another name than {path.name}.")
