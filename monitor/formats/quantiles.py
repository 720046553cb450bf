"""Quantiles of positive numbers in a bounded space: logarithmic buckets, exact minimum and maximum, mergeable.

A quantile is right within 2 %. Numbers from a microsecond to a terabyte take about a thousand buckets at most.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

GROWTH = 1.04
SMALLEST = 1e-6
LARGEST = 1e12
_LOG = math.log(GROWTH)
_ZERO = math.floor(math.log(SMALLEST) / _LOG) - 1


class Quantiles:
    """How a quantity is spread."""

    __slots__ = ("buckets", "count", "high", "low", "total")

    def __init__(self, values: Iterable[float] = ()) -> None:
        self.count = 0
        self.low = math.inf
        self.high = -math.inf
        self.total = 0.0
        self.buckets: dict[int, int] = {}
        for value in values:
            self.add(value)

    def add(self, value: float) -> None:
        """One more; what is below a millionth counts as that."""
        self.count += 1
        self.total += value
        self.low, self.high = min(self.low, value), max(self.high, value)
        bucket = bucket_of(value)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1

    def merge(self, other: Quantiles) -> None:
        """Those of another one too."""
        self.count += other.count
        self.total += other.total
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        for bucket, number in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + number

    def quantile(self, share: float) -> float:
        """The value that `share` of all are not above; 0 where there are none."""
        if not self.count:
            return 0.0
        rank, seen = max(1, math.ceil(share * self.count)), 0
        if rank in (1, self.count):
            return self.low if rank == 1 else self.high
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= rank:
                return min(self.high, max(self.low, _middle(bucket)))
        return self.high

    def up_to(self, marks: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
        """For each mark of `edges`, rising: how many are not above it, and the sum with those above it counted as it.

        The numbers are exact, the sums right within 2 %.
        """
        found, number, total, at = [], 0, 0.0, 0
        waiting = sorted(self.buckets)
        for last, most in marks:
            while at < len(waiting) and waiting[at] <= last:
                many = self.buckets[waiting[at]]
                number += many
                total += _middle(waiting[at]) * many
                at += 1
            found.append((number, total + most * (self.count - number)))
        return found

    def between(self, least: float, most: float) -> int:
        """How many are about in a range, as far as the buckets tell."""
        first, last = bucket_of(least), bucket_of(most)
        return sum(number for bucket, number in self.buckets.items() if first <= bucket <= last)


def bucket_of(value: float) -> int:
    """The bucket of a value: above the edge below it, not above its own."""
    if value <= SMALLEST:
        return _ZERO
    return math.ceil(round(math.log(min(value, LARGEST)) / _LOG, 6))


def edge(value: float) -> float:
    """The upper edge of a value's bucket."""
    return float(GROWTH ** bucket_of(value))


def edges(values: Sequence[float]) -> tuple[tuple[int, float], ...]:
    """The marks of these values: the buckets they are in, and these buckets' edges."""
    return tuple((bucket_of(value), edge(value)) for value in values)


def _middle(bucket: int) -> float:
    return 0.0 if bucket == _ZERO else float(2 * GROWTH**bucket / (1 + GROWTH))
