"""Whether messages come on a period: from the intervals within each connection, robustly; bursts are no rhythm.

A period is the median interval. It is told where nearly all intervals are like it from three on (a timer), or three
quarters of eight or more on one connection (a poll that waits for its answer), and these make up most of the time that
was watched: messages in quick succession now and then have many like intervals too, but little time in them.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from statistics import median

from monitor.formats.quantiles import Quantiles

SHORTEST_S = 0.2
KEPT = 128
_SERIES = 256
_FEW = 6


class Rhythm:
    """The intervals of one type of message."""

    __slots__ = ("_all", "_last", "_longest", "_recent")

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[float, int]] = OrderedDict()  # when, and how many intervals
        self._longest = 0
        self._recent: deque[float] = deque(maxlen=KEPT)
        self._all = Quantiles()

    def add(self, series: str, time: float) -> None:
        """A message came in this series: on a connection, or to a tab."""
        before, number = self._last.pop(series, (None, 0))
        self._last[series] = time, number + (before is not None)
        self._longest = max(self._longest, number + 1)
        if before is None:
            if len(self._last) > _SERIES:
                self._last.popitem(last=False)
        elif time >= before:
            self._recent.append(time - before)
            self._all.add(time - before)

    def period(self) -> tuple[float, float] | None:
        """The period and the median deviation from it, in seconds; None where there is none."""
        intervals = list(self._recent)
        if len(intervals) < 3:
            return None
        middle = median(intervals)
        if middle < SHORTEST_S:
            return None
        jitter = median(abs(interval - middle) for interval in intervals)
        if not (_ticks(intervals, middle, jitter) or (self._longest > 8 and _polls(intervals, middle))):
            return None
        alike = [interval for interval in intervals if abs(interval - middle) <= 0.25 * middle]
        lately = sum(alike) >= 0.6 * sum(intervals)
        always = self._all.between(0.7 * middle, 1.4 * middle) >= 0.6 * self._all.count
        return (middle, jitter) if lately and always else None


def _ticks(intervals: list[float], middle: float, jitter: float) -> bool:
    """Whether a timer made them: hardly any jitter, and where there are few, none that is far off."""
    if len(intervals) < _FEW:
        return all(abs(interval - middle) <= max(0.015 * middle, 0.03) for interval in intervals)
    close = sum(abs(interval - middle) <= 0.06 * middle for interval in intervals)
    return jitter <= 0.012 * middle and close >= 0.9 * len(intervals)


def _polls(intervals: list[float], middle: float) -> bool:
    return sum(abs(interval - middle) <= 0.15 * middle for interval in intervals) >= 0.75 * len(intervals)
