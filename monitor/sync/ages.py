"""How long before its arrival one message was stamped, by the field that is believed to be its type's stamp."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from monitor.decode.moments import scan
from monitor.model import Chunk, Decoded, Event, Frame, Message, Push, SseMessage
from monitor.sites.address import host_of
from monitor.sync.channel_views import LatencyView, Range
from monitor.sync.clocks import Interval
from monitor.sync.estimates import bounds


def age_of(
    event: Event, decoded: Decoded | None, url: str | None, latencies: Sequence[LatencyView]
) -> tuple[Range, LatencyView] | None:
    """How long it was on its way, and by which field; None where that is not known from both sides.

    url: of its connection, or the origin that was pushed to.
    """
    arrived = isinstance(event, Frame | Chunk | SseMessage | Push) and event.dir == "in"
    if not arrived or decoded is None:
        return None
    host = host_of(url or str(getattr(event, "origin", "")))
    known = [one for one in latencies if one.believed and one.offset.middle is not None and one.host == host]
    for message in decoded.messages if known else ():
        found = scan(message.value, event.time).moments
        view = _of_type(message, (one for one in known if one.field in found))
        if view is not None:
            away = event.time - found[view.field][1].at + view.zone_s
            return _within(away, view), view
    return None


def _of_type(message: Message, latencies: Iterable[LatencyView]) -> LatencyView | None:
    """What is known of the message's type."""
    name = message.type or message.protocol
    return next((one for one in latencies if one.type == name and one.protocol == message.protocol), None)


def _within(away: float, view: LatencyView) -> Range:
    low, high = view.offset.low_s, view.offset.high_s
    found = bounds(away, view.step_s, Interval(-inf if low is None else low, inf if high is None else high))
    return Range(low_s=found[0], high_s=found[1])
