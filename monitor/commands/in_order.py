"""Lines in the order of time, though some are known a moment late: each is held until nothing earlier is to come."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from math import inf

HOLD_S = 0.6  # what happened is told, and judged, within this


class InOrder:
    """Prints what it is given, by its time; equal times in the order given."""

    def __init__(self) -> None:
        self._held: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()

    def add(self, time: float, show: Callable[[], object]) -> None:
        """Hold a line of this time, seconds since the epoch."""
        heapq.heappush(self._held, (time, next(self._numbers), show))

    def release(self, now: float = inf) -> None:
        """Show what is old enough at this time; without one, all."""
        while self._held and self._held[0][0] <= now - HOLD_S:
            heapq.heappop(self._held)[2]()
