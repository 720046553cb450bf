"""Which place in the messages of an unknown protocol tells their type: the one whose value parts the shapes best.

The measure: of the entropy of all shape features (a feature: this path holds that JSON type), the share that is gone
once the place's value is known, less what that many values would explain by chance (Miller and Madow's correction). 1:
each value has one shape of its own. 0: the shapes do not depend on it. To that come small preferences: for the names
that protocols use, for places further out, for fewer values. Identifiers, counters and moments are never types.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from monitor.formats.looks import kind_of_key
from monitor.formats.schema import kinds_of
from monitor.formats.shape import Budget, Shape

NAMES = ("type", "event", "op", "action", "method", "t", "kind", "cmd", "msg", "msg_type", "command", "topic", "name")
"""Keys that protocols use for it; the earlier, the more usual."""

ENOUGH = 6
"""Messages from which a place without such a name may be found."""
MAX_TYPES = 64
PARTS_WELL = 0.6
_NAME = re.compile(r"[\w./:@#$+-]{1,64}")
_DEEPEST = 3
_MAX_FEATURES = 160

Path = tuple[str | int, ...]
"""Keys, or places of lists, from the outside in; empty where the message itself is the type."""


class Discriminator(msgspec.Struct, frozen=True):
    """The place that tells the type, and how well it parts the shapes, 0 to 1."""

    path: Path
    explained: float

    def type_of(self, value: Any) -> str | None:
        """The type of a message, None where it has none there."""
        for step in self.path:
            if type(step) is int:
                value = value[step] if type(value) is list and len(value) > step else None
            else:
                value = value.get(step) if type(value) is dict else None
        return name_of(value)

    @property
    def words(self) -> str:
        """The path as it is written: `payload.kind`, `[0]`."""
        return words(self.path)


def words(path: Path) -> str:
    """A path as it is written."""
    text = ""
    for step in path:
        text += f"[{step}]" if type(step) is int else f".{step}" if text else str(step)
    return text


def name_of(value: Any) -> str | None:
    """A value as a type's name, None where it cannot be one."""
    if type(value) is str:
        return value if _NAME.fullmatch(value) and kind_of_key(value) in (None, "hex") else None
    return str(value) if type(value) is int and 0 <= value < 10_000 else None


def infer(values: Sequence[Any]) -> Discriminator | None:
    """The place that tells the type of these messages, None where no place does."""
    found = [_Candidate(path, values) for path in _places(values)]
    features = _features(values)
    best = max(
        ((one.score(features), one) for one in found if one.possible),
        key=lambda pair: (pair[0], -len(pair[1].path), words(pair[1].path)),
        default=None,
    )
    if best is None or best[0] <= 0:
        return None
    return Discriminator(best[1].path, max(0.0, min(1.0, best[1].explained)))


class _Candidate:
    """A place, and what its values are in each of the messages."""

    def __init__(self, path: Path, values: Sequence[Any]) -> None:
        self.path = path
        self.names = [Discriminator(path, 0).type_of(value) for value in values]
        self.count = len(values)
        self.classes = Counter(self.names)
        self.explained = 0.0
        self.by_number = any(type(_at(value, path)) is int for value in values)

    @property
    def usual(self) -> bool:
        """Whether protocols use its name for the type."""
        return bool(self.path) and self.path[-1] in NAMES and not self.by_number

    @property
    def possible(self) -> bool:
        """Whether most messages have it, with few values that repeat."""
        have, different = self.count - self.classes[None], len(self.classes) - (None in self.classes)
        if have < 0.8 * self.count or not 0 < different <= MAX_TYPES:
            return False
        if self.usual and len(self.path) == 1:
            return self.count < 10 or 2 * different <= have
        if not self.path or self.path == (0,):
            return 2 * different <= have
        return self.count >= ENOUGH and different > 1 and 2 * different <= have and not self._counts()

    def _counts(self) -> bool:
        """Whether the numbers only go up: a counter."""
        if not self.by_number:
            return False
        numbers = [int(name) for name in self.names if name is not None]
        return len(set(numbers)) > 3 and all(before <= after for before, after in pairwise(numbers))

    def score(self, features: list[tuple[str, list[bool]]]) -> float:
        """How well it tells the type; not above 0 where it does not."""
        self.explained = _explained(self.names, self.classes, features, words(self.path))
        near = 0.02 * len(self.path) + 0.002 * len(self.classes)
        if self.usual:
            nested = 0.15 if len(self.path) > 1 else 0.3
            liking = nested - 0.01 * NAMES.index(str(self.path[-1]))
            if len(self.path) > 1 and self.explained < PARTS_WELL:
                return 0.0
            return self.explained + liking - near
        if not self.path:
            return 0.2
        return self.explained - near if self.explained >= PARTS_WELL else 0.0


def _at(value: Any, path: Path) -> Any:
    for step in path:
        if type(step) is int:
            value = value[step] if type(value) is list and len(value) > step else None
        else:
            value = value.get(step) if type(value) is dict else None
    return value


def _places(values: Sequence[Any]) -> list[Path]:
    """The places at which scalars stand in at least four fifths of the messages."""
    counts: Counter[Path] = Counter()
    for value in values:
        counts.update(_scalars(value, (), 0))
    return sorted((path for path, count in counts.items() if count * 5 >= len(values) * 4), key=words)[:60]


def _scalars(value: Any, path: Path, depth: int) -> Iterator[Path]:
    if type(value) is dict and depth < _DEEPEST:
        for key, inner in list(value.items())[:40]:
            if type(key) is str:
                yield from _scalars(inner, (*path, key), depth + 1)
    elif type(value) is list and depth < 2:
        for index, inner in enumerate(value[:4]):
            yield from _scalars(inner, (*path, index), depth + 1)
    elif type(value) is str or type(value) is int:
        yield path


# ── features of shapes ────────────────────────────────────────────────────────────────────────────────────────────────


def _features(values: Sequence[Any]) -> list[tuple[str, list[bool]]]:
    """The features that some messages have and others do not: their path, and which messages have it."""
    found: dict[tuple[str, str], list[bool]] = defaultdict(lambda: [False] * len(values))
    for index, value in enumerate(values):
        for feature in _shape(value, "", 0):
            if feature in found or len(found) < 4 * _MAX_FEATURES:
                found[feature][index] = True
    varying = [(path, have) for (path, _), have in found.items() if 0 < sum(have) < len(have)]
    varying.sort(key=lambda one: -_entropy(sum(one[1]), len(one[1])))
    return varying[:_MAX_FEATURES]


def _shape(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if type(value) is dict:
        yield path, "object"
        if depth < _DEEPEST:
            for key, inner in list(value.items())[:60]:
                if type(key) is str and kind_of_key(key) is None:
                    yield from _shape(inner, f"{path}.{key}" if path else key, depth + 1)
    elif type(value) is list:
        yield path, "array"
        if depth < 2:
            for index, inner in enumerate(value[:6]):
                yield from _shape(inner, f"{path}[{index}]", depth + 1)
    else:
        one = Shape()
        one.add(value, Budget())
        yield path, "".join(kinds_of(one))


def _explained(
    names: list[str | None], classes: Counter[str | None], features: list[tuple[str, list[bool]]], own: str
) -> float:
    """The share of the features' entropy that the classes explain, beyond chance."""
    count, total, gained = len(names), 0.0, 0.0
    chance = (len(classes) - 1) / (2 * count * math.log(2))
    for path, have in features:
        if path == own:
            continue
        whole = _entropy(sum(have), count)
        with_it = Counter(name for name, has in zip(names, have, strict=True) if has)
        rest = sum(number / count * _entropy(with_it[name], number) for name, number in classes.items())
        total += whole
        gained += max(0.0, whole - rest - chance)
    return gained / total if total else 0.0


def _entropy(part: int, whole: int) -> float:
    if part <= 0 or part >= whole:
        return 0.0
    share = part / whole
    return -share * math.log2(share) - (1 - share) * math.log2(1 - share)
