"""What is known of an application's messages at one moment, frozen: what commands, exports and the screen read.

One `TypeFormat` is one row: a (site, channel, direction, protocol, type). Times are event times, seconds since the
epoch; lengths of time are seconds. Values are as they were on the wire: whoever shows them hides the secrets.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from monitor.model import Channel, Direction
from monitor.sync.channel_views import LatencyView

TypeKey = tuple[str, Channel, Direction | None, str, str]
"""Site, channel, direction, protocol, type: what one row is about."""


class _Frozen(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Field(_Frozen, frozen=True):
    """One field of a type, in the order in which the fields were first seen, parents before what is in them.

    path: such as `payload.items[].id`; `{uuid}` and `{*}` stand for keys that are data. A list message starts `[]`, or
    `[0]` where the places differ. name: its last part. depth: how many fields it is in.
    types: JSON types, the most frequent first; `integer` only where no fraction was seen.
    presence: the share of the objects it may be in that have it. count: how often it was seen.
    format: `uuid`, `date-time`, `unix-time-ms`, `token`, … where all values are of it.
    values: those there are, where they are few and repeat; one alone is a constant.
    minimum, maximum: of its numbers. example: one value, None for objects and lists.
    """

    path: str
    name: str
    depth: int = 0
    types: tuple[str, ...] = ()
    presence: float = 1.0
    count: int = 0
    format: str | None = None
    values: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    example: Any = None


class Example(_Frozen, frozen=True):
    """One message as it was. which: a typical one, or the smallest. cut: long strings and lists of it are shortened."""

    seq: int
    value: Any
    which: Literal["typical", "smallest"] = "typical"
    cut: bool = False


class Trigger(_Frozen, frozen=True):
    """What tends to come before a type's messages.

    what: in words, with the tab in front where it is always the same one: `A POST /api/turn`. kind: what sort of event.
    share: of the type's onsets (messages in close succession are one) that follow it within `window_s`; lift: how many
    times more that is than at any moment. median_s: the distance. count: onsets that follow it, of `of`.
    tab: where it happened, None where in several. same_tab: the share that came to the tab where it happened.
    key: the type, where it is a message.
    """

    what: str
    kind: Literal["message", "request", "input", "action", "navigation", "visibility", "connection"]
    share: float
    lift: float
    median_s: float
    window_s: float
    count: int
    of: int
    tab: str | None = None
    same_tab: float = 0.0
    key: TypeKey | None = None


class Reply(_Frozen, frozen=True):
    """The messages that answer a type's messages.

    by: `connection` (a response), `turn` (each comes just after one), else the field that repeats the id.

    to: the type that is answered, or that answers, as `role` says this one does.
    """

    role: Literal["answers", "answered-by"]
    to: TypeKey
    count: int
    by: str = "connection"
    its: str = ""
    median_s: float = 0.0
    p95_s: float = 0.0


class Sequence(_Frozen, frozen=True):
    """A field that counts up. gaps: numbers that were passed over. repeats: messages with the number before."""

    path: str
    first: int
    last: int
    steps: int
    gaps: int = 0
    repeats: int = 0
    shared: bool = False
    """It counts the messages of several types of one connection."""


class Link(_Frozen, frozen=True):
    """A field whose values are those of another type's field. share: of its values, estimated."""

    path: str
    to: TypeKey
    its: str
    share: float


class TypeFormat(_Frozen, frozen=True):
    """One type of message.

    bytes and sizes: on the wire; where several messages came in one piece, their part of it.
    period_s: where it repeats on a period, with the jitter (the median deviation from it).
    tabs: those that had it. addresses: of the connections that carried it, with identifiers as `{id}`.
    schema: JSON Schema 2020-12; every message seen is valid by it. fields: the same as a list.
    inferred_by: the path whose value is the type, where the protocol is not known and the values told.
    filter: finds its messages, in the filter language; empty where none can.
    """

    site: str
    channel: Channel
    dir: Direction | None
    protocol: str
    type: str
    count: int = 0
    bytes: int = 0
    min_size: int = 0
    median_size: int = 0
    max_size: int = 0
    first: float = 0.0
    last: float = 0.0
    period_s: float | None = None
    jitter_s: float | None = None
    tabs: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    schema: dict[str, Any] = {}
    fields: tuple[Field, ...] = ()
    examples: tuple[Example, ...] = ()
    preceded_by: tuple[Trigger, ...] = ()
    replies: tuple[Reply, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    links: tuple[Link, ...] = ()
    inferred_by: str | None = None
    notes: tuple[str, ...] = ()
    filter: str = ""

    @property
    def key(self) -> TypeKey:
        """What it is the row of."""
        return (self.site, self.channel, self.dir, self.protocol, self.type)

    @property
    def rate(self) -> float | None:
        """Messages a second between the first and the last, None where that tells nothing."""
        return (self.count - 1) / (self.last - self.first) if self.count > 2 and self.last > self.first else None


class FormatsReport(_Frozen, frozen=True):
    """All of them, by site, channel, direction, protocol and type.

    left_out: messages that no row counts, since there were too many types. latencies: of those that have a stamp,
    where they were asked for.
    """

    types: tuple[TypeFormat, ...] = ()
    messages: int = 0
    left_out: int = 0
    latencies: tuple[LatencyView, ...] = ()
    started: float = 0.0
    ended: float = 0.0

    def latency(self, one: TypeFormat) -> LatencyView | None:
        """How long those of a row were on their way, from the host that sent most; None where no stamp tells it."""
        key = (one.site, one.channel, one.protocol, one.type)
        told = [view for view in self.latencies if (view.site, view.channel, view.protocol, view.type) == key]
        believed = [view for view in told if view.believed and one.dir == "in"]
        return max(believed, key=lambda view: view.count, default=None)
