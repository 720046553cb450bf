"""Which protocols there are, and which of them a payload belongs to.

Every module of this package that has a `PROTOCOL` is one; nothing else names them. `use` adds the user's own.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache

import monitor.decode as package
from monitor.decode.parse import UNSET
from monitor.decode.protocol import ENOUGH, Facts, Item, Protocol

_active: tuple[Protocol, ...] | None = None


def protocols() -> tuple[Protocol, ...]:
    """All protocols: the user's, then ours in the order of their file names."""
    return _active or shipped()


def use(own: Iterable[Protocol]) -> None:
    """Add the user's protocols, instead of those that were added before; one of the same name replaces ours."""
    global _active
    added = {one.name: one for one in own}
    _active = (*added.values(), *(one for one in shipped() if one.name not in added))


@cache
def shipped() -> tuple[Protocol, ...]:
    """Our own protocols."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    found = (getattr(importlib.import_module(f"{package.__name__}.{name}"), "PROTOCOL", None) for name in names)
    return tuple(one for one in found if isinstance(one, Protocol))


def choose(facts: Facts, item: Item, tally: dict[str, int] | None = None) -> Protocol | None:
    """The protocol that is surest of a connection and item, or None where none is sure enough.

    tally: scores below `ENOUGH`, by protocol, that add up over the items of a connection; an item that carries
    something and that a protocol does not know takes away what it had.
    """
    best, top = None, ENOUGH - 1
    weighed: dict[str, int] = {}
    for protocol in protocols():
        score = protocol.score(facts, item)
        if score <= 0:
            continue
        if score < ENOUGH and tally is not None:
            score = weighed[protocol.name] = score + tally.get(protocol.name, 0)
        if score > top:
            best, top = protocol, score
    if tally is not None:
        if tally and not neutral(item):
            tally.clear()
        tally.update(weighed)
    return best


def rivals(facts: Facts, item: Item, chosen: Protocol) -> tuple[Protocol, ...]:
    """The other protocols that are as sure of an item as the chosen one."""
    score = chosen.score(facts, item)
    return tuple(one for one in protocols() if one is not chosen and 0 < score == one.score(facts, item))


def neutral(item: Item) -> bool:
    """Whether an item speaks neither for nor against a protocol: `[]`, `{}`, `0`, `ping` and their like."""
    if item.value is UNSET:
        return item.text is not None and len(item.text) <= 4
    return not item.value
