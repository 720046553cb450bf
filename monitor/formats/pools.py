"""Messages without a type: held until there are enough of them to see which place in them tells it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec

from monitor.formats.infer import MAX_TYPES, Discriminator, infer
from monitor.formats.model import TypeKey
from monitor.formats.row import Sample
from monitor.formats.triggers import Near
from monitor.model import Direction

HELD = 100  # messages
HELD_BYTES = 1 << 20

PoolKey = tuple[str, str, str, str]  # site, channel, protocol, name of the place


class Held(msgspec.Struct, frozen=True):
    """A message whose type is not known yet, and what came before it."""

    sample: Sample
    way: Direction | None
    before: tuple[Near, ...]


class Pool:
    """The messages without a type of one place and protocol; of each direction, what tells their type."""

    def __init__(self) -> None:
        self.held: list[Held] | None = []
        self.size = 0
        self.rules: dict[Direction | None, Discriminator | None] = {}
        self.types: dict[Direction | None, set[str]] = defaultdict(set)

    def settle(self) -> dict[Direction | None, Discriminator | None]:
        """What tells the type, as far as the held messages tell."""
        values: dict[Direction | None, list[Any]] = defaultdict(list)
        for one in self.held or ():
            values[one.way].append(one.sample.value)
        found = {way: infer(ones) for way, ones in values.items()}
        known = next((rule for rule in found.values() if rule is not None and rule.path), None)
        for way, ones in values.items():  # both sides speak alike, also where one of them says one thing only
            if found[way] is None and known is not None and all(known.type_of(value) is not None for value in ones):
                found[way] = known
        return found

    def type_of(self, key: PoolKey, sample: Sample, way: Direction | None) -> TypeKey:
        """The type of one of its messages, once it is known what tells it; beyond `MAX_TYPES` there is one for all."""
        rule, types = self.rules.get(way), self.types[way]
        found = rule.type_of(sample.value) if rule else None
        if found is not None and found not in types and len(types) >= MAX_TYPES:
            found = None
        if found is not None:
            types.add(found)
        return type_key(key, way, found)


def type_key(pool: PoolKey, way: Direction | None, kind: str | None) -> TypeKey:
    """The row of a type in a pool; kind: None where nothing tells it. What is stored or broadcast keeps its name."""
    site, channel, protocol, name = pool
    if channel in ("storage", "broadcast"):
        return (site, channel, way, protocol, name if kind is None else f"{name}/{kind}")  # type: ignore[return-value]
    return (site, channel, way, protocol, name if kind is None else kind)  # type: ignore[return-value]
