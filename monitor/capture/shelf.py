"""The captures of a folder: what each one holds, in how many files, and which may go."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from monitor.capture.facts import FACTS, Facts, read
from monitor.capture.reader import PAGE, Capture, Part
from monitor.capture.rotation import remove, size_of
from monitor.capture.rows import from_row
from monitor.capture.schema import SELECT, SUFFIX
from monitor.capture.segments import first_name
from monitor.errors import CaptureError, NotACapture

# A capture that was not closed and written to within this time may still be growing.
GROWING_S = 24 * 3600.0
_NEXT = f"SELECT {SELECT} FROM events WHERE seq > ? ORDER BY seq LIMIT ?"


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """One capture of a folder.

    files: its segments, in order. began, ended: epoch seconds of the first and last event, None where it has none.
    sites: hosts of the pages. closed: its recorder came to a clean end. problem: why it cannot be read.
    """

    files: tuple[Path, ...]
    size: int
    touched: float
    began: float | None = None
    ended: float | None = None
    events: int = 0
    tabs: int = 0
    gaps: int = 0
    sites: tuple[str, ...] = ()
    closed: bool = False
    problem: str | None = None

    @property
    def path(self) -> Path:
        """The first file, which stands for all."""
        return self.files[0]

    def may_grow(self, now: float) -> bool:
        """Whether a recorder may still write to it."""
        return not self.closed and now - self.touched < GROWING_S


def shelf(folder: Path) -> list[Held]:
    """The captures of a folder, the newest last; files that are no captures are left out."""
    seen: set[Path] = set()
    found: list[Held] = []
    for path in sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: (first_name(path), path)):
        if path in seen:
            continue
        with contextlib.suppress(NotACapture):
            held = _look(path)
            seen.update(held.files)
            found.append(held)
    return sorted(found, key=lambda held: held.began or held.touched)


def _look(path: Path) -> Held:
    try:
        with Capture(path) as capture:
            return _told(capture)
    except NotACapture:
        raise
    except CaptureError as error:
        return Held(files=(path,), size=size_of(path), touched=_touched([path]), problem=str(error))


def _told(capture: Capture) -> Held:
    files = tuple(part.path for part in capture.parts)
    facts = [_facts(part) for part in capture.parts]
    return Held(
        files=files,
        size=sum(map(size_of, files)),
        touched=_touched(files),
        began=min((one.began for one in facts if one.began is not None), default=None),
        ended=max((one.ended for one in facts if one.ended is not None), default=None),
        events=sum(one.events for one in facts),
        tabs=len(set().union(*(one.tabs for one in facts))),
        gaps=sum(one.gaps for one in facts),
        sites=tuple(sorted(set().union(*(one.sites for one in facts)))),
        closed=next((one.state for one in reversed(facts) if one.state), "") == "stopped",
    )


def _facts(part: Part) -> Facts:
    """What the head of the file says, and what was written after that: all of it, in a file of an older version."""
    found = read(part.meta.get(FACTS))
    found.until = max(found.until, part.after)
    while rows := part.rows(_NEXT, (found.until, PAGE)):
        found.feed([from_row(row) for row in rows], rows[-1][0])
    return found


def _touched(files: Iterable[Path]) -> float:
    latest = 0.0
    for path in files:
        for name in (path, path.with_name(path.name + "-wal")):
            with contextlib.suppress(OSError):
                latest = max(latest, name.stat().st_mtime)
    return latest


def to_prune(held: Iterable[Held], older: float | None, larger: int | None, now: float | None = None) -> list[Held]:
    """What may go: what ended more than `older` seconds ago, then the oldest until at most `larger` bytes are left.

    What may still be growing stays.
    """
    now = time.time() if now is None else now
    by_age = sorted(held, key=lambda one: one.ended or one.touched)
    going = [one for one in by_age if older is not None and now - (one.ended or one.touched) > older]
    going = [one for one in going if not one.may_grow(now)]
    left = sum(one.size for one in by_age) - sum(one.size for one in going)
    for one in by_age:
        if larger is not None and left > larger and one not in going and not one.may_grow(now):
            going.append(one)
            left -= one.size
    return going


def throw_away(held: Held) -> None:
    """Remove a capture with all its files."""
    for path in held.files:
        remove(path)
