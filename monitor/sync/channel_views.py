"""What the analysis knows of channels, frozen: connections, how they came back, pushes, clocks, latencies.

A part of `Snapshot`; its times are event times.
"""

from __future__ import annotations

import msgspec


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """What every view is: read-only, its fields named."""


class ConnectionView(Frozen, frozen=True):
    """One socket, EventSource, streamed fetch or poll of a tab.

    closed is None while it is open. period_s: of a poll. note: what else is known of it, in words.
    """

    connection: str
    tab: str | None
    channel: str
    url: str | None
    opened: float
    closed: float | None = None
    frames_in: int = 0
    frames_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    last_in: float | None = None
    subprotocol: str | None = None
    late: bool = False
    because: str | None = None
    period_s: float | None = None
    note: str = ""


class OutageView(Frozen, frozen=True):
    """A connection that ended by itself, until the next one of its kind was established.

    quiet_s: how long nothing had come before. waits: seconds before each attempt. end: None where none succeeded.
    resubscribed: of what the page said first after the break, how much it had also said before. resumed_with: a value
    it had been sent and now sent back, such as an offset. repeated: payloads that came a second time. asked: requests.
    """

    at: float
    seq: int
    because: str
    quiet_s: float
    waits: tuple[float, ...] = ()
    end: float | None = None
    resubscribed: int = 0
    resumed_with: str | None = None
    repeated: int = 0
    asked: tuple[str, ...] = ()


class ReconnectView(Frozen, frozen=True):
    """One tab's connections to one endpoint, and how they came back when they broke.

    opened: how many there were. rule: what the waits follow, in words, as far as they tell.
    """

    tab: str
    channel: str
    url: str
    opened: int
    outages: tuple[OutageView, ...] = ()
    rule: str | None = None


class PushView(Frozen, frozen=True):
    """One push, its stages joined.

    type, protocol: of its payload, None and empty where that was not seen. stages: seconds from the first to each that
    was reached. status: the last stage, or `failed`, and then `why`. notification: its title, where one was shown.
    tabs: open on its origin when it came. reached: those that the worker passed it on to. healed: those that caught up
    by it.
    """

    origin: str
    at: float
    seq: int
    instance: str = ""
    type: str | None = None
    protocol: str = ""
    size: int = 0
    excerpt: str = ""
    stages: dict[str, float] = {}
    status: str = "received"
    why: str | None = None
    notification: str | None = None
    tabs: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    healed: tuple[str, ...] = ()


class Range(Frozen, frozen=True):
    """Where a length of time lies, seconds; None for an end that nothing bounds."""

    low_s: float | None = None
    high_s: float | None = None

    @property
    def middle(self) -> float | None:
        """The middle, None where an end is open."""
        return None if self.low_s is None or self.high_s is None else (self.low_s + self.high_s) / 2

    @property
    def error(self) -> float | None:
        """How far the truth is from the middle at most."""
        return None if self.low_s is None or self.high_s is None else (self.high_s - self.low_s) / 2


class ClockView(Frozen, frozen=True):
    """How far a server's clock is ahead of the browser's: between `low_s` and `high_s`, None where nothing bounds it.

    dates, stamps, echoes: what bounds it: Date headers, stamped messages, and those of what a page had just sent.
    since: from when, 0 where it was never seen to be set; jumps: how often it was. at: of the newest evidence.
    events: those that bound it.
    """

    host: str
    low_s: float | None = None
    high_s: float | None = None
    dates: int = 0
    stamps: int = 0
    echoes: int = 0
    since: float = 0.0
    jumps: int = 0
    at: float = 0.0
    events: tuple[int, ...] = ()


class LatencyView(Frozen, frozen=True):
    """How long one type of message was on its way, from the stamp in it to its arrival.

    field, form: which one is believed to be the stamp, and how it is written; step_s: how fine. believed: else there is
    no latency, and `why` says why; where it is, why it is the stamp. count: messages; old: left out, as they were
    stamped before the tab listened. zone_s: by how much the written time is off.
    median, p95: where they lie; over_fastest_s: the median above the fastest message, which needs no clock.
    offset: the server's clock, server minus browser. curve: times that equal shares of the messages took, rising.
    """

    site: str
    host: str
    channel: str
    protocol: str
    type: str
    field: str
    form: str = ""
    step_s: float = 0.0
    count: int = 0
    old: int = 0
    believed: bool = False
    why: str = ""
    zone_s: float = 0.0
    offset: Range = Range()
    median: Range = Range()
    p95: Range = Range()
    over_fastest_s: float = 0.0
    curve: tuple[float, ...] = ()
    events: tuple[int, ...] = ()


class DisplayView(Frozen, frozen=True):
    """How long what came by a channel was in the tab before the page showed it, seconds."""

    site: str
    channel: str
    count: int
    median_s: float
    p95_s: float
    events: tuple[int, ...] = ()
