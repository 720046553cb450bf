"""Messages without a type: held until there are enough of them to see which place in them tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

from monitor.decode.protocol import Facts, Item
from monitor.decode.registry import choose, neutral
from monitor.formats.commands import Command, infer_command
from monitor.formats.infer import MAX_TYPES, Discriminator, infer
from monitor.formats.keysets import KeySets, infer_keysets
from monitor.formats.model import TypeKey
from monitor.formats.row import Sample
from monitor.formats.triggers import Near
from monitor.model import Direction

HELD = 100  # messages
HELD_BYTES = 1 << 20

Rule = Discriminator | Command | KeySets

PoolKey = tuple[str, str, str, str]  # site, channel, protocol, name of the place


class Held(msgspec.Struct, frozen=True):
    """A message whose type is not known yet, and what came before it."""

    sample: Sample
    way: Direction | None
    before: tuple[Near, ...]


def by_address(url: str, message: Held) -> tuple[str, str] | None:
    """Protocol and type of a message that says too little for itself, where its socket's address tells; else None."""
    facts, item = Facts(channel="socket", url=url), Item(value=message.sample.value, dir=message.way)
    protocol = choose(facts, item) if neutral(item) else None
    read = protocol.open(facts).read(item) if protocol is not None else None
    kind = read.messages[0].type if read is not None and len(read.messages) == 1 else None
    return (read.messages[0].protocol, kind) if read is not None and kind is not None else None


class Pool:
    """The messages without a type of one place and protocol; of each direction, what tells their type."""

    def __init__(self) -> None:
        self.held: list[Held] | None = []
        self.size = 0
        self.rules: dict[Direction | None, Rule | None] = {}
        self.types: dict[Direction | None, set[str]] = defaultdict(set)

    def hold(self, message: Held) -> bool:
        """Keep a message until its type is known; False where it is."""
        if self.held is None:
            return False
        self.held.append(message)
        self.size += message.sample.size
        return True

    def give(self, connection: str) -> list[Held]:
        """The messages of one connection, which belong elsewhere: they are held here no more."""
        theirs = [one for one in self.held or () if one.sample.place.connection == connection]
        if theirs and self.held is not None:
            self.held = [one for one in self.held if one.sample.place.connection != connection]
            self.size -= sum(one.sample.size for one in theirs)
        return theirs

    def settle(self) -> dict[Direction | None, Rule | None]:
        """What tells the type, as far as the held messages tell."""
        values: dict[Direction | None, list[Any]] = defaultdict(list)
        for one in self.held or ():
            values[one.way].append(one.sample.value)
        found: dict[Direction | None, Rule | None] = {way: _rule(ones) for way, ones in values.items()}
        known = next((rule for rule in found.values() if _telling(rule)), None)
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


def _rule(values: Sequence[Any]) -> Rule | None:
    """What tells the type of these messages: a place in them, or else a word, or else which keys they have."""
    return infer(values) or infer_command(values) or infer_keysets(values)


def _telling(rule: Rule | None) -> bool:
    """Whether a rule may hold for the other direction too; that a message is its own type is no such rule."""
    return rule is not None and not (isinstance(rule, Discriminator) and not rule.path)


def type_key(pool: PoolKey, way: Direction | None, kind: str | None) -> TypeKey:
    """The row of a type in a pool; kind: None where nothing tells it. What is stored or broadcast keeps its name."""
    site, channel, protocol, name = pool
    if channel in ("storage", "broadcast"):
        return (site, channel, way, protocol, name if kind is None else f"{name}/{kind}")  # type: ignore[return-value]
    return (site, channel, way, protocol, name if kind is None else kind)  # type: ignore[return-value]
