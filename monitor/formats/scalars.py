"""What the strings and the numbers of one place were: how many, which while they are few, their formats and bounds.

Both take values one by one (`add`) or what another place had (`merge`), in any order to the same end.
"""

from __future__ import annotations

import math

from monitor.formats.distinct import Distinct
from monitor.formats.looks import IDS, formats_of, still

MAX_VALUES = 24
LONGEST_VALUE = 80


class Texts:
    """The strings of a place. values: how often each came, None once there are too many; empty: how many were."""

    __slots__ = ("count", "distinct", "empty", "first", "formats", "values")

    def __init__(self) -> None:
        self.count = 0
        self.empty = 0
        self.first: str | None = None
        self.formats: tuple[str, ...] | None = None
        self.values: dict[str, int] | None = {}
        self.distinct: Distinct | None = None

    def add(self, text: str) -> None:
        """One more string."""
        self.count += 1
        if self.values is not None and text in self.values:
            self.values[text] += 1
            return
        if self.values is not None:
            if len(self.values) >= MAX_VALUES or len(text) > LONGEST_VALUE:
                self.values = None
            else:
                self.values[text] = 1
        if not text:
            self.empty += 1
            return
        if self.first is None:
            self.first = text[:200]
        self.formats = formats_of(text) if self.formats is None else still(self.formats, text) if self.formats else ()
        self._remember(text)

    def _remember(self, text: str) -> None:
        """Keep which ones there were, as long as all look like ids."""
        if self.formats and not IDS.isdisjoint(self.formats) and len(text) <= 256:
            if self.distinct is None and self.count - self.empty <= 1:
                self.distinct = Distinct()
            if self.distinct is not None:
                self.distinct.add(text)
        else:
            self.distinct = None

    def merge(self, other: Texts) -> None:
        """Those of another place too."""
        mine = self.count > self.empty
        theirs = other.count > other.empty
        self.count += other.count
        self.empty += other.empty
        self.first = self.first if self.first is not None else other.first
        self.values = _joined(self.values, other.values)
        if not mine:
            self.formats, self.distinct = other.formats, _copy(other.distinct)
        elif theirs:
            self.formats = tuple(name for name in self.formats or () if name in (other.formats or ()))
            if self.distinct is not None and other.distinct is not None and self.formats:
                self.distinct.merge(other.distinct)
            else:
                self.distinct = None

    @property
    def format(self) -> str | None:
        """The most telling format of all of them that are not empty."""
        return self.formats[0] if self.formats else None


def _joined(one: dict[str, int] | None, other: dict[str, int] | None) -> dict[str, int] | None:
    if one is None or other is None:
        return None
    both = dict(one)
    for value, number in other.items():
        both[value] = both.get(value, 0) + number
    return both if len(both) <= MAX_VALUES else None


def _copy(distinct: Distinct | None) -> Distinct | None:
    if distinct is None:
        return None
    made = Distinct()
    made.merge(distinct)
    return made


class Numbers:
    """The numbers of a place."""

    __slots__ = ("fractions", "high", "low", "whole")

    def __init__(self) -> None:
        self.whole = 0
        self.fractions = 0
        self.low: int | float = math.inf
        self.high: int | float = -math.inf

    def add(self, number: int | float) -> None:
        """One more."""
        if type(number) is int:
            self.whole += 1
        else:
            self.fractions += 1
        self.low = min(self.low, number)
        self.high = max(self.high, number)

    def merge(self, other: Numbers) -> None:
        """Those of another place too."""
        self.whole += other.whole
        self.fractions += other.fractions
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
