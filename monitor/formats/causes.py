"""Messages as causes: how they are named, and which of them say something about a type."""

from __future__ import annotations

from collections.abc import Callable

from monitor.formats.model import Trigger, TypeKey
from monitor.formats.triggers import ROOTS, Cause
from monitor.model import Direction

_ARROWS = {"in": "◀", "out": "▶", None: "·"}
_SHORT = {"fetch-stream": "stream"}


def said(channel: str, way: Direction | None, kind: str) -> str:
    """A message as a cause: `◀ socket turn-complete`; the answer to a request has its name, and needs no channel."""
    return f"{_ARROWS[way]} {kind}" if channel == "fetch" else f"{_ARROWS[way]} {_SHORT.get(channel, channel)} {kind}"


def rooted(triggers: tuple[Trigger, ...]) -> bool:
    """Whether most of it follows what a person did: input here, a reload there."""
    shares = [max((one.share for one in triggers if one.kind == kind and one.lift >= 3), default=0) for kind in ROOTS]
    return sum(shares) >= 0.7


def own_causes(key: TypeKey) -> Callable[[Cause], bool]:
    """Which causes are not: those of other sites, its own type, and the request that it answers."""
    return lambda cause: (
        cause.site != key[0]
        or (cause.kind == "message" and cause.name == said(key[1], key[2], key[4]))
        or (cause.kind == "request" and key[1] == "fetch" and cause.name == key[4])
    )
