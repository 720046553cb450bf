"""Claim: how long the dashboard lets a reader of a long capture wait, beside a Textual application that shows lines."""

from __future__ import annotations

import re
import select
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.bench.opening import LONG, QUICK, START, first_by_sql, write
from tests.bench.screen import Screen
from tests.bench.table import Line, Table, timed

JUMPS = 10
QUIET_S, LISTED_S, LATE_S = 0.3, 4.0, 30.0
TIME = rb"\d\d:\d\d:\d\d\.\d{3} "
SCREENFUL = 20  # rows that were drawn, of the 30 or so that fit
FEW = 2  # so many messages at least match
WORD = "needle"
PAGE_UP = b"\x1b[5~"
BARE = "a bare Textual application"

Found = dict[str, list[float]]


def measure(repeats: int, *, quick: bool) -> Table:
    """Open the same capture in a new dashboard each time, and press keys."""
    messages = QUICK if quick else LONG
    found: Found = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.syncmon"
        write(path, messages)
        for _ in range(repeats):
            _bare(found)
            _ours(path, messages, found)
        floor = timed({"sql": partial(first_by_sql, path, WORD)}, repeats)["sql"]
    found["filter: sqlite3, LIKE, first 50 rows"] = [seconds * 1000 for seconds in floor]
    return _table(messages, found)


class _Timed(Screen):
    """A terminal that says how long a key took."""

    def rest(self) -> None:
        """Let it draw what it still draws."""
        self.for_s(QUIET_S)

    def for_s(self, seconds: float) -> None:
        """Read what is drawn for so long."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if select.select([self._master], [], [], left)[0]:
                self.draw()

    def took(self, keys: bytes, pattern: bytes, least: int = 1) -> float:
        """Milliseconds from the keys until so many that match were drawn."""
        self.plain, seen = b"", b""
        began = time.perf_counter()
        self.press(keys)
        while len(re.findall(pattern, seen)) < least:
            self.plain = b""
            self.draw()
            seen += self.plain
            assert time.perf_counter() - began < LATE_S, f"{keys!r} drew no {pattern!r}, but {seen[-500:]!r}"
        return (time.perf_counter() - began) * 1000


def _bare(found: Found) -> None:
    screen = _Timed(["-m", "tests.bench.bare_screen"])
    try:
        found[f"first rows: {BARE}"].append(screen.took(b"", rb"line \d+ ", SCREENFUL))
        screen.for_s(1)
        for _ in range(JUMPS):
            for key in (b"G", b"g"):
                screen.rest()
                found[f"jump: {BARE}, each line anew"].append(screen.took(key, rb"line \d+ ", SCREENFUL))
    finally:
        screen.end()


def _ours(path: Path, messages: int, found: Found) -> None:
    first, last = _second(START), _second(START + 1 + (messages - 4) / 100)
    screen = _Timed(["-m", "monitor", str(path)])
    try:
        found["first rows: syncmon FILE"].append(screen.took(b"", TIME, SCREENFUL))
        screen.for_s(LISTED_S)  # the list is whole; the analysis goes on
        screen.press(b"G")
        screen.rest()
        for _ in range(JUMPS):
            for key, second in ((b"g", first), (b"G", last)):
                found["jump: syncmon, g and G"].append(screen.took(key, second))
                screen.rest()
        screen.press(PAGE_UP)  # the cursor, to the first row that is seen
        screen.rest()
        for _ in range(2 * JUMPS):
            found["jump: syncmon, a page back, never seen"].append(screen.took(PAGE_UP, TIME, SCREENFUL))
            screen.rest()
        screen.type(b"f" + WORD.encode())
        screen.for_s(1)
        found["filter: syncmon, first rows"].append(screen.took(b"\r", TIME, FEW))
    finally:
        screen.end()


def _second(at: float) -> bytes:
    """How the rows of a second begin."""
    return datetime.fromtimestamp(at, UTC).strftime(r"%H:%M:%S\.").encode() + rb"\d{3}"


def _table(messages: int, found: Found) -> Table:
    floors = {"first rows": f"first rows: {BARE}", "jump": f"jump: {BARE}, each line anew",
              "filter": "filter: sqlite3, LIKE, first 50 rows"}  # fmt: skip
    order = sorted(found, key=lambda name: (list(floors).index(name.split(":")[0]), name not in floors.values()))
    lines = []
    for name in order:
        floor = floors[name.split(":")[0]]
        paired = found[floor] if len(found[floor]) == len(found[name]) else None
        lines.append(Line(what=name, unit="ms", figures=found[name], floor=None if name == floor else paired))
    return Table(
        title="The dashboard on a long capture",
        how=(
            f"`syncmon FILE` in a terminal of 220 × 50, on a capture of {messages:,} events in the page cache, from"
            " the start of the process or the press of a key until the rows were drawn. The analysis reads the same"
            " file meanwhile, in a process of its own. The bare application shows fifty lines of text."
        ),
        lines=tuple(lines),
        notes=("The filter is a text; its search goes on behind the first rows.",),
    )
