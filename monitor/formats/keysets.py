"""Objects that no value names: kinds of message that have no key in common, as in `{"chat": …}` and `{"presence": …}`.

Keys that nearly all messages have tell nothing. Of the others, those that stand together belong to one kind; where
that makes a few kinds that come again and again, and nearly each message belongs to one, they are types.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from monitor.formats.looks import kind_of_key

ENOUGH = 6
MAX_KINDS = 12
_MAX_KEYS = 60
_NAMED = 3  # keys that a type's name has
_COMMON = 0.9


class KeySets(msgspec.Struct, frozen=True):
    """Which kind a key belongs to, by the kind's name."""

    kinds: dict[str, str]

    def type_of(self, value: Any) -> str | None:
        """The type of a message, None where none of its keys tells."""
        if type(value) is not dict:
            return None
        return next((kind for key in value if type(key) is str and (kind := self.kinds.get(key)) is not None), None)

    @property
    def words(self) -> str:
        """How it is told."""
        return "its keys"


def infer_keysets(values: Sequence[Any]) -> KeySets | None:
    """The kinds of these objects by their keys, None where there are no such kinds."""
    found = [keys for value in values if type(value) is dict and (keys := _keys(value))]
    if len(found) < ENOUGH or len(found) < _COMMON * len(values):
        return None
    counts = Counter(key for keys in found for key in keys)
    telling = [[key for key in keys if counts[key] < _COMMON * len(found)] for keys in found]
    if sum(bool(keys) for keys in telling) < _COMMON * len(found):
        return None
    groups = _groups(telling)
    often = Counter(groups[keys[0]] for keys in telling if keys)
    if not 2 <= len(often) <= MAX_KINDS or min(often.values()) < 2:
        return None
    names = {group: _name([key for key in groups if groups[key] == group], counts) for group in often}
    return KeySets({key: names[group] for key, group in groups.items()})


def _keys(value: dict[Any, Any]) -> list[str]:
    """The keys of an object, empty where there are too many or they are data."""
    keys = [key for key in value if type(key) is str and kind_of_key(key) is None]
    return keys if len(keys) == len(value) <= _MAX_KEYS else []


def _groups(sets: Sequence[Sequence[str]]) -> dict[str, str]:
    """Keys that stand together, by one of them."""
    above: dict[str, str] = {}

    def top(key: str) -> str:
        while above.setdefault(key, key) != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    for keys in sets:
        for key in keys:
            above[top(key)] = top(keys[0])
    return {key: top(key) for key in above}


def _name(keys: Sequence[str], counts: Counter[str]) -> str:
    """A kind's name: its most frequent keys. Keys belong to one kind only, so no two kinds share a name."""
    first = sorted(keys, key=lambda key: (-counts[key], key))[:_NAMED]
    return first[0] if len(keys) == 1 else f"{{{', '.join(first)}{', …' if len(keys) > _NAMED else ''}}}"
