"""The words of a filter that ask what a payload decodes to: its types, its layers, and what is in its values.

SQL knows nothing of that, but for payloads that mean what is written in them: what is looked for must stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from monitor.capture.patterns import Pattern, Range, holds
from monitor.capture.terms import ANYTHING, Candidate, Where
from monitor.capture.written import in_name, in_value

_DEEPEST = 100


class _Decoding:
    decoding = True

    def where(self) -> Where:
        return ANYTHING

    def as_written(self) -> Where:
        return ANYTHING


class Type(_Decoding):
    """A message's type matches, whole or from one of its slashes on: `turn-*` finds `message/turn-complete`."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern

    def as_written(self) -> Where:
        return in_name(self.pattern)

    def matches(self, it: Candidate) -> bool:
        types = [message.type for message in it.decoded.messages if message.type] if it.decoded else []
        return any(self.pattern.whole(tail) for name in types for tail in _tails(name))


def _tails(name: str) -> Iterator[str]:
    yield name
    yield from (name[at + 1 :] for at, letter in enumerate(name) if letter == "/")


class Layer(_Decoding):
    """A layer or the protocol of a message matches."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern

    def matches(self, it: Candidate) -> bool:
        if it.decoded is None:
            return False
        names = (*it.decoded.layers, *(message.protocol for message in it.decoded.messages))
        return any(self.pattern.whole(name) for name in names)


class Path(_Decoding):
    """A leaf of a message's value matches; lists are looked through, `*` is any key."""

    def __init__(self, path: Iterable[str], pattern: Pattern, numbers: Range | None) -> None:
        self.path, self.pattern, self.numbers = tuple(path), pattern, numbers

    def as_written(self) -> Where:
        return in_value(self.pattern, self.numbers)

    def matches(self, it: Candidate) -> bool:
        values = [message.value for message in it.decoded.messages] if it.decoded else []
        return any(holds(leaf, self.pattern, self.numbers) for value in values for leaf in leaves(value, self.path))


def leaves(value: Any, path: tuple[str, ...], depth: int = 0) -> Iterator[Any]:
    """The scalars at a path of a decoded value; with no path left, every scalar below."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list | tuple):
        step = path[0] if path else ""
        chosen = [value[int(step)]] if step.isdecimal() and len(step) < 10 and int(step) < len(value) else value
        rest = path[1:] if step == "*" or chosen is not value else path
        for inner in chosen:
            yield from leaves(inner, rest, depth + 1)
    elif isinstance(value, dict):
        every = not path or path[0] == "*"
        for inner in value.values() if every else [value[path[0]]] if path[0] in value else []:
            yield from leaves(inner, path[1:], depth + 1)
    elif not path:
        yield value
