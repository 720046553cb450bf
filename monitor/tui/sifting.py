"""One filter on the list: finds its rows piece by piece, first those of one screen, and goes on as the list grows.

Whoever changes the filter or leaves ends a search by no longer asking for it; no piece takes long.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from monitor.errors import SyncmonError
from monitor.tui.listing import Listing

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture

_NAMES_KIND = re.compile(r"(^|[\s(-])kind:", re.IGNORECASE)
NEAR, FAR = 2_000, 16_000
"""How many events a search for the next one looks at first, and at most at once."""


class Sifting:
    """The rows that one filter lets through.

    numbers: of the events found so far, ascending. whole: it has looked at everything; then it grows with the list.
    problem: what it ended with, such as a regular expression that took too long on a message.
    """

    def __init__(self, capture: Capture, listing: Listing, query: Query) -> None:
        self._listing = listing
        self._any_kind = bool(_NAMES_KIND.search(query.text))
        self._search = capture.search(query)
        self._end = listing.grown
        self._pages = self._search.pages(self._end)
        self._lock = Lock()
        self.whole = False
        self.problem: SyncmonError | None = None
        self.numbers = array("q")

    @property
    def progress(self) -> float | None:
        """0…1 in hundredths while it has not looked at everything, else None."""
        return None if self.whole else min(1.0, round(self._search.position / max(1, self._end), 2))

    def go_on(self) -> None:
        """Look at one piece more."""
        try:
            page = next(self._pages, None)
            self.numbers.extend(self._kept(page or ()))
            if page is None:
                with self._lock:
                    self._catch_up()
                    self.whole = True
        except SyncmonError as problem:
            self.problem, self.whole = problem, True

    def grow(self) -> None:
        """The list has grown; nothing is to be done about it while the search goes on."""
        try:
            with self._lock:
                if self.whole and self.problem is None:
                    self._catch_up()
        except SyncmonError as problem:
            self.problem = problem

    def _catch_up(self) -> None:
        self.numbers.extend(self._kept(self._search.read(self._listing.grown)))

    def _kept(self, seqs: Iterable[int]) -> list[int]:
        listed = self._listing.flags
        return [seq for seq in seqs if self._any_kind or listed[seq]]


def nearest(
    capture: Capture, query: Query, numbers: Sequence[int], row: int, step: int, goes_on: Callable[[], bool]
) -> int | None:
    """The nearest row that matches, going from `row` by `step` (1 or -1), around the end if need be.

    numbers: of the events in the rows. goes_on: asked between two pieces whether somebody still waits for it.
    """
    search = capture.search(query)
    for low, high in _around(numbers, row, step):
        if not goes_on():
            return None
        found = search.between(low, high)
        for seq in found if step > 0 else reversed(found):
            at = bisect_left(numbers, seq)
            if at < len(numbers) and numbers[at] == seq:
                return at
    return None


def _around(numbers: Sequence[int], row: int, step: int) -> Iterator[tuple[int, int]]:
    """Stretches (low, high] of events from beside a row to the end, and from the other end to the row again."""
    if not numbers:
        return
    here, end, width = numbers[min(row, len(numbers) - 1)], numbers[-1], NEAR
    before = here - 1
    for low, high in ((here, end), (0, here)) if step > 0 else ((0, before), (before, end)):
        while low < high:
            if step > 0:
                until = min(low + width, high)
                yield low, until
                low = until
            else:
                begin = max(low, high - width)
                yield begin, high
                high = begin
            width = min(2 * width, FAR)
