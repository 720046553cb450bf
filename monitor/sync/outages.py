"""A line of connections and its breaks, as they are kept while a recording is read, and as they are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from monitor.sync.backoff import fit
from monitor.sync.channel_views import OutageView, ReconnectView
from monitor.sync.network import Connection


@dataclass(slots=True)
class Outage:
    """From a break to the next established connection. waits: seconds before each attempt.

    place: the id of the last message, which a browser names by itself when an EventSource connects again.
    """

    at: float
    seq: int
    because: str
    quiet: float
    waits: list[float] = field(default_factory=list)
    end: float | None = None
    resubscribed: int = 0
    resumed_with: str | None = None
    repeated: int = 0
    asked: list[str] = field(default_factory=list)
    place: str = ""


@dataclass(slots=True)
class Line:
    """The connections of one tab to one endpoint.

    hello: the shapes of what a page says first, its values, and its numbers. resumed: the values by which it went on
    after a break; a session has the same one each time. asked: when the attempt under
    way began, with a request for the socket's address.
    """

    tab: str
    channel: str
    url: str
    opened: int = 0
    down: float | None = None
    asked: float | None = None
    out: Outage | None = None  # the one that lasts, in the document that had the connection
    outages: list[Outage] = field(default_factory=list)
    hello: set[int] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    resumed: set[str] = field(default_factory=set)
    numbers: set[tuple[str, int]] = field(default_factory=set)
    current: Connection | None = None
    former: Connection | None = None
    place: str = ""  # the id of the last message of an EventSource


def view(line: Line, alike: Iterable[Line]) -> ReconnectView:
    """A line as it is told, its waits fitted together with those of the lines that are alike.

    Alone where that tells another rule: some libraries draw the first wait anew in each page.
    """
    rule = fit([outage.waits for other in alike for outage in other.outages if outage.waits])
    own = fit([outage.waits for outage in line.outages if outage.waits])
    if own is not None and own.decided and (rule is None or (rule.rule, rule.decided) != (own.rule, True)):
        rule = own
    return ReconnectView(
        tab=line.tab, channel=line.channel, url=line.url, opened=line.opened,
        outages=tuple(_outage(one) for one in line.outages), rule=rule.words if rule else None,
    )  # fmt: skip


def _outage(one: Outage) -> OutageView:
    return OutageView(
        at=one.at, seq=one.seq, because=one.because, quiet_s=one.quiet, waits=tuple(one.waits), end=one.end,
        resubscribed=one.resubscribed, resumed_with=one.resumed_with, repeated=one.repeated, asked=tuple(one.asked),
    )  # fmt: skip
