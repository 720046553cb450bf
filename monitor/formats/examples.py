"""Which messages of a type are kept as examples: the smallest, and one of the usual size; few, and not too large."""

from __future__ import annotations

from typing import Any

from monitor.formats.model import Example
from monitor.formats.values import plain

LARGEST = 16_384
"""Bytes of a message that is kept whole; of a larger one, long strings and lists are shortened."""
_TEXT, _ITEMS, _NAMES, _DEPTH = 200, 3, 60, 12


class Examples:
    """A few messages of one type."""

    __slots__ = ("_count", "_kept", "_smallest")

    def __init__(self) -> None:
        self._count = 0
        self._smallest: tuple[int, Example] | None = None
        self._kept: list[tuple[int, Example]] = []

    def add(self, seq: int, size: int, value: Any) -> None:
        """One more message; those at powers of two are kept as possibly typical, the last six of them."""
        self._count += 1
        if self._smallest is None or size < self._smallest[0]:
            self._smallest = size, _kept(seq, size, value)
        if self._count & (self._count - 1) == 0:
            self._kept.append((size, _kept(seq, size, value)))
            del self._kept[:-6]

    def told(self, median: float) -> tuple[Example, ...]:
        """A typical message, of about the median size, and the smallest where that is another one."""
        if self._smallest is None or not self._kept:
            return ()
        typical = min(self._kept, key=lambda one: (abs(one[0] - median), one[1].seq))[1]
        small = self._smallest[1]
        if small.seq == typical.seq or small.value == typical.value:
            return (typical,)
        return (typical, Example(seq=small.seq, value=small.value, which="smallest", cut=small.cut))


def _kept(seq: int, size: int, value: Any) -> Example:
    if size <= LARGEST:
        return Example(seq=seq, value=plain(value))
    return Example(seq=seq, value=shortened(value), cut=True)


def shortened(value: Any, depth: int = 0) -> Any:
    """A value with the beginnings of its long strings and lists."""
    if depth > _DEPTH:
        return "…"
    if type(value) is str:
        return value if len(value) <= _TEXT else value[:_TEXT] + "…"
    if type(value) is dict:
        return {str(key): shortened(inner, depth + 1) for key, inner in list(value.items())[:_NAMES]}
    if type(value) is list or type(value) is tuple:
        return [shortened(inner, depth + 1) for inner in value[:_ITEMS]]
    return shortened(plain(value), depth + 1) if isinstance(value, bytes) else plain(value)
