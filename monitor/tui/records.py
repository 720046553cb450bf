"""The messages of a capture file, by row: their numbers in memory, everything else fetched when it is looked at.

Three readers of the file never wait for each other: one lists what comes (`grow`), one fetches what is looked at, one
searches. A slow search or a huge payload never holds up a key press.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING, TypeVar

from monitor.capture.reader import Capture
from monitor.decode import Decoder
from monitor.model import Event
from monitor.tui.contexts import Contexts
from monitor.tui.listing import WINDOW, Listing
from monitor.tui.rows import make_row
from monitor.tui.sifting import Sifting, nearest
from monitor.tui.source import Detail, Row

if TYPE_CHECKING:
    from monitor.capture.filter import Query

T = TypeVar("T")

BEFORE = 40
FIRST, FIRST_S = 200, 0.1
"""Rows and seconds after which a search shows what it has and goes on in the background."""
_LOOK_S = 0.05


class CaptureMessages:
    """The rows of one capture file that a filter lets through; filters may ask for decoded content.

    Raises CaptureError where the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._capture, self._searched = Capture(path), Capture(path, Decoder)
        self._growing = Capture(path)
        self._listing = Listing(self._growing)
        self._contexts = Contexts(self._capture)
        self._fetcher = ThreadPoolExecutor(1, "syncmon-rows")
        self._searcher = ThreadPoolExecutor(1, "syncmon-search")
        self._sifting: Sifting | None = None
        self._over = Flag()
        self._wanted = self._asked = 0
        self._newest = 0
        self._ready: dict[int, Row] = {}

    @property
    def total(self) -> int:
        """How many messages there are."""
        return len(self._listing.numbers)

    @property
    def matching(self) -> int:
        """How many of them the filter lets through."""
        return len(self._seqs)

    @property
    def searching(self) -> float | None:
        """0…1 while the filter has not looked at every message, else None."""
        sifting = self._sifting
        return None if sifting is None else sifting.progress

    def grow(self, most: int = WINDOW) -> int:
        """Take in what was appended, so many events at most; how many there were. Called by one thread."""
        took = self._listing.grow(most)
        if took and (sifting := self._sifting) is not None:
            sifting.grow()
        return took

    def seq_at(self, row: int) -> int:
        """The number of the event at that row."""
        return self._seqs[row]

    def row_of(self, seq: int) -> int:
        """The row of that event, or of the first one after it."""
        return bisect_left(self._seqs, seq)

    async def select(self, query: Query | None) -> int:
        """Filter from now on; what is not found at once is looked for in a thread of its own."""
        self._wanted = wanted = self._wanted + 1
        if query is None:
            self._sifting = None
            return self.total
        return await self._run(lambda: self._select(query, wanted), self._searcher)

    async def selected(self) -> int:
        """Wait until the filter has looked at every message. Raises what it fails with."""
        while (sifting := self._sifting) and not sifting.whole and not self._over.is_set():  # noqa: ASYNC110 - a thread's
            await asyncio.sleep(_LOOK_S)
        if sifting is not None and sifting.problem is not None:
            raise sifting.problem
        return self.matching

    async def rows(self, start: int, stop: int) -> list[Row]:
        """The rows."""
        seqs = self._seqs[start:stop].tolist()
        return await self._run(lambda: self._rows(self._capture.page(seqs)), self._fetcher)

    def make_ready(self) -> None:
        """Make the newest rows, as many as were asked for; called beside `grow`, when it is time to show them."""
        seqs = self._seqs[-self._newest :].tolist() if self._newest else []
        known = self._ready
        made = {row.seq: row for row in self._rows(self._capture.page([seq for seq in seqs if seq not in known]))}
        self._ready = {seq: row for seq in seqs if (row := known.get(seq) or made.get(seq)) is not None}

    def at_hand(self, newest: int) -> dict[int, Row]:
        """The rows, by number, that are made; from now on the newest so many are made as they come."""
        self._newest = newest
        seqs, found = self._seqs, {}
        for seq, row in self._ready.items():
            at = bisect_left(seqs, seq)
            if at < len(seqs) and seqs[at] == seq:
                found[at] = row
        return found

    async def detail(self, seq: int) -> Detail | None:
        """One event whole, with what came just before it."""
        return await self._run(lambda: self._detail(seq), self._fetcher)

    async def find(self, text: str, row: int, step: int) -> int | None:
        """The nearest row that holds the text; None also where another text is asked for meanwhile."""
        self._asked = asked = self._asked + 1
        return await self._run(lambda: self._find(text, row, step, asked), self._searcher)

    async def known(self) -> dict[str, tuple[str, ...]]:
        """The values that filters may ask for, by field; who looks at rows or searches does not wait for that."""
        from monitor.capture.complete import known_values

        def ask() -> dict[str, tuple[str, ...]]:
            with Capture(self._capture.path) as capture:
                return known_values(capture)

        return await asyncio.to_thread(ask)

    def close(self) -> None:
        """Wait for the last question, and stop."""
        self._over.set()
        for thread in (self._fetcher, self._searcher):
            thread.shutdown(cancel_futures=True)
        for capture in (self._capture, self._searched, self._growing):
            capture.close()

    async def _run(self, ask: Callable[[], T], thread: ThreadPoolExecutor) -> T:
        return await asyncio.get_running_loop().run_in_executor(thread, ask)

    @property
    def _seqs(self) -> array[int]:
        sifting = self._sifting
        return self._listing.numbers if sifting is None else sifting.numbers

    def _select(self, query: Query, wanted: int) -> int:
        sifting = Sifting(self._searched, self._listing, query)
        late = time.monotonic() + FIRST_S
        while not sifting.whole and len(sifting.numbers) < FIRST and time.monotonic() < late:
            sifting.go_on()
        if sifting.problem is not None:
            raise sifting.problem
        if self._wanted == wanted:
            self._sifting = sifting
            self._searcher.submit(self._go_on, sifting)
        return len(sifting.numbers)

    def _go_on(self, sifting: Sifting) -> None:
        """Find one piece more; whatever was asked for meanwhile comes first. Ends where another filter was set."""
        if self._sifting is not sifting or self._over.is_set():
            return
        if sifting.whole:
            sifting.grow()  # by what was listed before this filter was known
            return
        sifting.go_on()
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._searcher.submit(self._go_on, sifting)

    def _rows(self, events: Sequence[Event]) -> list[Row]:
        decoded = self._contexts.decoded(events)
        return [make_row(event, what, self._capture.url(event)) for event, what in zip(events, decoded, strict=True)]

    def _detail(self, seq: int) -> Detail | None:
        event = self._capture.get(seq)
        if event is None:
            return None
        listed = self._listing.numbers
        at = bisect_left(listed, seq)
        before = self._rows(self._capture.page(listed[max(0, at - BEFORE) : at].tolist()))
        (decoded,) = self._contexts.decoded([event])
        return Detail(event=event, decoded=decoded, url=self._capture.url(event), before=tuple(before))

    def _find(self, text: str, row: int, step: int, asked: int) -> int | None:
        from monitor.capture.filter import parse

        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        query = parse(text if text.startswith("/") and text.rstrip("i").endswith("/") else f'"{quoted}"')

        def goes_on() -> bool:
            return self._asked == asked and not self._over.is_set()

        return nearest(self._searched, query, self._seqs, row, step, goes_on)
