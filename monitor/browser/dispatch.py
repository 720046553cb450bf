"""How a message of the browser reaches the part that takes it: decoded, and with the moment that it is of; pure.

A message either has a stamp of its own (`stamped`), or is given one by its arrival (`arrived`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from monitor.browser.output import decode
from monitor.browser.parts import Parts
from monitor.browser.sessions import Session

P = TypeVar("P")

# Takes parameters as they came, and when that was; raises ValueError, KeyError or TypeError for odd ones.
Handler = Callable[[Session, msgspec.Raw, float], None]
# Takes what they are: the session that spoke, the decoded parameters, the moment.
Take = Callable[[Session, P, float], object]


def stamped(parts: Parts, struct: type, take: Take[Any]) -> Handler:
    """The handler of a message with `timestamp`, and perhaps with `wallTime` too, which tells how both clocks stand."""

    def handler(one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params: Any = decode(raw, struct)
        mono = parts.lateness.stamped(one.session, params.timestamp, arrival)
        if (wall := getattr(params, "wall_time", None)) is not None:
            parts.clock.learn(wall, params.timestamp)
        take(one, params, mono)

    return handler


def arrived(parts: Parts, struct: type[P], take: Take[P]) -> Handler:
    """The handler of a message without a stamp."""

    def handler(one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params = decode(raw, struct)
        take(one, params, parts.clock.arrived(one.session, arrival))

    return handler
