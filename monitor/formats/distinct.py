"""Which values a field had, in a bounded space: the smallest hashes, which tell how many there were and what is shared.

A bottom-k sketch: two sketches that keep the smallest `SIZE` hashes of their values agree on those that both had.
https://en.wikipedia.org/wiki/Count-distinct_problem
"""

from __future__ import annotations

from hashlib import blake2b
from heapq import heappushpop

SIZE = 64
_SPACE = 1 << 64


class Distinct:
    """The distinct strings of a field."""

    __slots__ = ("_heap", "hashes")

    def __init__(self) -> None:
        self.hashes: set[int] = set()
        self._heap: list[int] = []

    def add(self, text: str) -> None:
        """One more value, which may have been there before."""
        self._add(int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()))

    def merge(self, other: Distinct) -> None:
        """Those of another one too."""
        for number in other.hashes:
            self._add(number)

    def _add(self, number: int) -> None:
        if number in self.hashes:
            return
        if len(self._heap) < SIZE:
            self.hashes.add(number)
            self._heap.append(-number)
            if len(self._heap) == SIZE:
                self._heap.sort()
        elif number < -self._heap[0]:
            self.hashes.remove(-heappushpop(self._heap, -number))
            self.hashes.add(number)

    @property
    def full(self) -> bool:
        """Whether there were more values than are kept."""
        return len(self.hashes) >= SIZE

    def count(self) -> float:
        """How many there were: exact up to `SIZE`, then estimated."""
        return (SIZE - 1) * _SPACE / max(self.hashes) if self.full else float(len(self.hashes))

    def shared(self, other: Distinct) -> float:
        """The share of its values that the other one had too, estimated."""
        limit = min(max(one.hashes, default=0) if one.full else _SPACE for one in (self, other))
        mine = {number for number in self.hashes if number <= limit}
        return len(mine & other.hashes) / len(mine) if mine else 0.0
