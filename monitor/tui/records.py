"""The messages of a capture file, by row: an index of numbers in memory, everything else fetched when it is looked at.

The follower adds numbers as it reads (`grow`), the dashboard asks for rows; one thread does all the asking, so that a
slow search or a huge payload never holds up a key press.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from monitor.capture.reader import Capture
from monitor.decode import Decoder, decode_alone
from monitor.model import Event
from monitor.tui.rows import make_row
from monitor.tui.source import Detail, Row

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.search import Search

T = TypeVar("T")

# What the list shows when no filter asks for a kind by name: what carried something, and what interrupted it.
LISTED = frozenset(
    {"frame", "sse", "chunk", "body", "request", "request-body", "push", "storage", "database", "cookie",
     "broadcast", "worker-message", "worker-event", "push-state", "push-watch", "socket-control", "socket-error",
     "socket-closed", "failed", "navigation", "gap", "fault", "mark", "action", "recording", "target-crashed"}
)  # fmt: skip
BEFORE = 40
FIRST, FIRST_S = 200, 0.15
"""Rows and seconds after which a search shows what it has and goes on in the background."""
_NAMES_KIND = re.compile(r"(^|[\s(-])kind:", re.IGNORECASE)


class CaptureMessages:
    """The rows of one capture file that a filter lets through."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._thread = ThreadPoolExecutor(1, "syncmon-rows")
        self._lock = Lock()
        self._listed = array("q")
        self._is_listed = bytearray(1)
        self._found: array[int] | None = None
        self._search: Search | None = None
        self._any_kind = False
        self._newest = 0
        self._ready: dict[int, Row] = {}

    @property
    def total(self) -> int:
        """How many messages there are."""
        return len(self._listed)

    @property
    def matching(self) -> int:
        """How many of them the filter lets through."""
        return len(self._seqs)

    def grow(self, events: Iterable[Event]) -> None:
        """Take in what was appended; called by the follower."""
        for event in events:
            listed = event.kind in LISTED
            self._is_listed.extend(bytes(event.seq - len(self._is_listed) + 1))
            if listed:
                self._is_listed[event.seq] = 1
                self._listed.append(event.seq)
        with self._lock:
            if self._search is not None and self._found is not None:
                self._found.extend(self._fresh(self._search))

    def seq_at(self, row: int) -> int:
        """The number of the event at that row."""
        return self._seqs[row]

    def row_of(self, seq: int) -> int:
        """The row of that event, or of the first one after it."""
        return bisect_left(self._seqs, seq)

    async def select(self, query: Query | None) -> int:
        """Filter from now on; a search through a big file takes its time, in its own thread."""
        return await self._run(lambda: self._select(query))

    async def rows(self, start: int, stop: int) -> list[Row]:
        """The rows, each decoded by itself."""
        seqs = self._seqs[start:stop].tolist()
        return await self._run(lambda: [self._row(event) for event in self._capture.page(seqs)])

    def make_ready(self) -> None:
        """Make the newest rows, as many as were asked for; called by the follower when there is something to show."""
        with self._lock:
            seqs = self._seqs[-self._newest :].tolist() if self._newest else []
        known = self._ready
        made = {event.seq: self._row(event) for event in self._capture.page([seq for seq in seqs if seq not in known])}
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
        return await self._run(lambda: self._detail(seq))

    async def find(self, text: str, row: int, step: int) -> int | None:
        """The nearest row that holds the text."""
        return await self._run(lambda: self._find(text, row, step))

    async def known(self) -> dict[str, tuple[str, ...]]:
        """The values that filters may ask for, by field."""
        from monitor.capture.complete import known_values

        return await self._run(lambda: known_values(self._capture))

    def close(self) -> None:
        """Wait for the last question, and stop."""
        self._thread.shutdown(cancel_futures=True)

    async def _run(self, ask: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, ask)

    @property
    def _seqs(self) -> array[int]:
        return self._listed if self._found is None else self._found

    def _select(self, query: Query | None) -> int:
        if query is None:
            with self._lock:
                self._search = self._found = None
            return len(self._listed)
        search = self._capture.search(query)
        any_kind = bool(_NAMES_KIND.search(query.text))
        found, pages = array("q"), search.pages(self._grown)
        late = time.monotonic() + FIRST_S
        whole = True
        for page in pages:
            found.extend(self._kept(page, any_kind))
            if len(found) >= FIRST and time.monotonic() > late:
                whole = False
                break
        with self._lock:
            self._any_kind, self._search, self._found = any_kind, search if whole else None, found
            if whole:
                found.extend(self._fresh(search))
        if not whole:
            self._thread.submit(self._go_on, search, pages, found)
        return len(found)

    def _go_on(self, search: Search, pages: Iterator[list[int]], found: array[int]) -> None:
        """Find one piece more; whatever was asked for meanwhile comes first. Ends where another filter was set."""
        page = next(pages, None)
        with self._lock:
            if self._found is not found:
                return
            if page is None:
                self._search = search
                found.extend(self._fresh(search))
                return
            found.extend(self._kept(page, self._any_kind))
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._thread.submit(self._go_on, search, pages, found)

    def _fresh(self, search: Search) -> list[int]:
        return self._kept(search.read(self._grown), self._any_kind)

    @property
    def _grown(self) -> int:
        """The number of the last event that was taken in; the file may have more, whose turn will come."""
        return len(self._is_listed) - 1

    def _kept(self, seqs: Iterable[int], any_kind: bool) -> list[int]:
        return [seq for seq in seqs if any_kind or self._is_listed[seq]]

    def _row(self, event: Event) -> Row:
        url = self._capture.url(event)
        return make_row(event, decode_alone(event, url), url)

    def _detail(self, seq: int) -> Detail | None:
        event = self._capture.get(seq)
        if event is None:
            return None
        at = bisect_left(self._listed, seq)
        before = self._capture.page(self._listed[max(0, at - BEFORE) : at].tolist())
        url = self._capture.url(event)
        return Detail(event=event, decoded=decode_alone(event, url), url=url,
                      before=tuple(self._row(one) for one in before))  # fmt: skip

    def _find(self, text: str, row: int, step: int) -> int | None:
        from monitor.capture.filter import parse

        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        query = parse(text if text.startswith("/") and text.rstrip("i").endswith("/") else f'"{quoted}"')
        hits = set(self._capture.search(query).read())
        seqs = self._seqs
        for away in range(1, len(seqs) + 1):
            at = (row + step * away) % len(seqs)
            if seqs[at] in hits:
                return at
        return None


def open_messages(capture: Capture) -> CaptureMessages:
    """The messages of a capture, whose filters may ask for decoded content."""
    if capture.decoder is None:
        capture.decoder = Decoder
    return CaptureMessages(capture)
