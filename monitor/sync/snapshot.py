"""What the analysis knows at one moment, frozen: the only thing the dashboard, reports and exports read.

All times are event times (seconds since the epoch, UTC); ages are measured against `Snapshot.now`, the time of the last
event or tick, never against a clock.
"""

from __future__ import annotations

from typing import Literal

import msgspec

TabState = Literal["current", "stale", "hidden", "crashed", "gone", "loading"]
CellState = Literal["wrote", "shown", "received", "missing", "outdated", "streaming", "absent", "extra", "reordered"]
Verdict = Literal["live-sync", "poll-sync", "push-sync", "refresh-to-sync", "no-sync", "unknown", "mixed"]
Guarantee = Literal["read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"]
Outcome = Literal["branches", "merged", "last-wins", "first-wins", "rejected", "suppressed"]
Via = Literal[
    "reload", "socket", "sse", "fetch-stream", "refetch", "poll", "push", "storage", "broadcast", "worker", "unknown"
]


def place(site: str, subject: str) -> str:
    """A subject in words: `chatgpt c1`, or the address alone where that is the subject."""
    return subject if "://" in subject else f"{site} {subject}".strip()


class _Frozen(msgspec.Struct, frozen=True, kw_only=True):
    pass


class RecordingView(_Frozen, frozen=True):
    """The recorder as its events show it. `problem` is the newest fault or loss that still holds, in words."""

    state: str = "started"
    browser: str = ""
    endpoint: str = ""
    started: float = 0.0
    events: int = 0
    gaps: int = 0
    problem: str | None = None
    hint: str | None = None


class TabView(_Frozen, frozen=True):
    """One tab.

    site: the profile's name, or the host of a page that has no profile.
    channels: those that carried something in this document, such as `("socket", "fetch")`.
    rate_in: messages a second over the last 5 s. spark: incoming messages in each of the last 60 seconds, oldest first.
    state: hidden and behind is `hidden`, not `stale`. for_s: how long it has been stale. missing: item ids it lacks.
    disorder: where it shows items too many (`extra`), or at another place than the others (`reordered`): of the
    two the one that lasts longer. Who lacks nothing but shows such is `stale` too.
    received: every missing item has reached the tab, but is not shown. push: whether its site may push to it, empty
    where no page said. context: the browser context (a profile, an incognito window) it lives in, numbered from 1 in
    order of appearance; 0 where the recording does not say. account: whose pages of the site it shows, where that was
    seen. behind: the lists beside its subject that lack something in it.
    """

    label: str
    target: str = ""
    site: str = ""
    subject: str = ""
    url: str = ""
    title: str = ""
    channels: tuple[str, ...] = ()
    rate_in: float = 0.0
    spark: tuple[int, ...] = ()
    state: TabState = "current"
    visible: bool = True
    for_s: float = 0.0
    missing: tuple[str, ...] = ()
    disorder: Literal["", "extra", "reordered"] = ""
    received: bool = False
    push: Literal["", "registered", "none", "blocked"] = ""
    context: int = 0
    account: str = ""
    behind: tuple[str, ...] = ()


class Cell(_Frozen, frozen=True):
    """One item in one tab.

    for_s: how long it has been missing, outdated or at another place. via: what brought it, where that is known.
    """

    state: CellState
    for_s: float = 0.0
    via: Via | None = None


class ItemView(_Frozen, frozen=True):
    """One item of a subject.

    `cells` has an entry for each tab that views the subject. at: when it was first seen anywhere.
    """

    id: str
    author: str = ""
    excerpt: str = ""
    at: float = 0.0
    cells: dict[str, Cell] = {}


class RivalView(_Frozen, frozen=True):
    """Another channel that brought the same item within a moment. after_s: after the cause; negative: it was first."""

    via: str
    event_seq: int
    after_s: float


class SeenView(_Frozen, frozen=True):
    """How a write fared in one other tab.

    state: `shown`, `received` (it arrived and is not displayed), `missing`.
    after_s: from the write's acknowledgement (or an item's first appearance, if later) to its being shown; None if
    censored. waited_s: the same, or as long as it was waited for in vain.
    event_seq: the event that brought it (the one shown for `unknown`). prompted_by: the channel that only gave the
    word; `reload` where the page was loaded again and asked for it later.
    hidden_s: for how much of the wait the tab was hidden. why: how it came so, in sentences. also: what raced `via`.
    """

    tab: str
    state: Literal["shown", "received", "missing"]
    after_s: float | None = None
    waited_s: float = 0.0
    censored: bool = True
    via: Via | None = None
    prompted_by: str | None = None
    prompt_seq: int | None = None
    event_seq: int | None = None
    hidden_s: float = 0.0
    why: str = ""
    confidence: Literal["content", "timing", "none"] = "none"
    also: tuple[RivalView, ...] = ()


class WriteView(_Frozen, frozen=True):
    """A change that `tab` made.

    request: what carried it (`POST /path`, `socket frame`, `storage key`), None if that was not seen.
    what: whether it made its items, changed or removed them. at: when it was acknowledged. waiting_s: age of the oldest
    wait still open, 0 when every tab has it.
    """

    tab: str
    at: float
    seq: int
    request: str | None
    items: tuple[str, ...]
    excerpt: str = ""
    seen: tuple[SeenView, ...] = ()
    waiting_s: float = 0.0
    what: Literal["made", "changed", "removed"] = "made"


class StaleView(_Frozen, frozen=True):
    """A tab that is behind now, and why. `hidden`: it is in the background, and so not to blame."""

    tab: str
    missing: tuple[str, ...]
    for_s: float
    received: bool
    hidden: bool = False
    why: str = ""


class Violation(_Frozen, frozen=True):
    """A session guarantee that did not hold in a tab.

    witness: the numbers of the events that prove it, in the order in which they count. scope: `tab`, or `user` where it
    takes the user's going from one tab to another. at: when it was certain. text: what happened, in words.
    """

    guarantee: Guarantee
    tab: str
    item: str
    witness: tuple[int, ...]
    at: float
    scope: Literal["tab", "user"] = "tab"
    text: str = ""


class Disorder(_Frozen, frozen=True):
    """What a tab shows though it is gone (`extra`), or at another place than the others (`reordered`); for `for_s`.

    witness: the events that show that it is gone, or stands elsewhere. hidden: the tab is in the background, and so not
    to blame. hidden_s: for how much of the time it was. why: in a sentence. ended: when it was over, if it is.
    """

    tab: str
    what: Literal["extra", "reordered"]
    items: tuple[str, ...]
    for_s: float = 0.0
    witness: tuple[int, ...] = ()
    hidden: bool = False
    hidden_s: float = 0.0
    why: str = ""
    ended: float | None = None


class Conflict(_Frozen, frozen=True):
    """Two tabs that wrote without knowing of each other, where it mattered. writes: their events, the first first.

    outcome: in the later state: both kept, as `branches` or `merged` into one text; one of them gone (`last-wins`,
    `first-wins`); or the second one refused: `rejected`, or `suppressed` where it said the same again.
    """

    tabs: tuple[str, str]
    writes: tuple[int, int]
    at: float
    outcome: Outcome
    text: str = ""


class SubjectView(_Frozen, frozen=True):
    """One subject and its replicas. `tabs` are those that view it now or have viewed it.

    disorders: those that last. past_disorders: those that are over.
    list: the list beside the site's pages that it is, such as `conversations`; empty for what an address is about.
    """

    site: str
    subject: str
    title: str = ""
    tabs: tuple[str, ...] = ()
    verdict: Verdict = "unknown"
    items: tuple[ItemView, ...] = ()
    writes: tuple[WriteView, ...] = ()
    stale_now: tuple[StaleView, ...] = ()
    violations: tuple[Violation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    disorders: tuple[Disorder, ...] = ()
    past_disorders: tuple[Disorder, ...] = ()
    last: float = 0.0
    list: str = ""


class Span(_Frozen, frozen=True):
    """A stretch of a tab's timeline.

    what: `stale` (received nothing), `unshown` (received, not shown), `extra` (shown, though it is gone), `reordered`
    (shown at another place), `stream`, `hidden`, `offline`.
    """

    start: float
    end: float
    what: Literal["stale", "unshown", "extra", "reordered", "stream", "hidden", "offline"]


class Tick(_Frozen, frozen=True):
    """A moment on a tab's timeline."""

    at: float
    what: Literal["write", "frame", "push", "reload", "gap", "mark", "fetch", "sse"]


class Lane(_Frozen, frozen=True):
    """One tab's timeline over the last minutes, in time order."""

    tab: str
    spans: tuple[Span, ...] = ()
    ticks: tuple[Tick, ...] = ()


class ConnectionView(_Frozen, frozen=True):
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


class OutageView(_Frozen, frozen=True):
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


class ReconnectView(_Frozen, frozen=True):
    """One tab's connections to one endpoint, and how they came back when they broke.

    opened: how many there were. rule: what the waits follow, in words, as far as they tell.
    """

    tab: str
    channel: str
    url: str
    opened: int
    outages: tuple[OutageView, ...] = ()
    rule: str | None = None


class PushView(_Frozen, frozen=True):
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


class Range(_Frozen, frozen=True):
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


class ClockView(_Frozen, frozen=True):
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


class LatencyView(_Frozen, frozen=True):
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


class DisplayView(_Frozen, frozen=True):
    """How long what came by a channel was in the tab before the page showed it, seconds."""

    site: str
    channel: str
    count: int
    median_s: float
    p95_s: float
    events: tuple[int, ...] = ()


class Alert(_Frozen, frozen=True):
    """One line for the top of the screen: what is wrong, in words, and what to do about it."""

    level: Literal["stale", "warning", "error"]
    text: str
    hint: str = ""
    tab: str | None = None


class Snapshot(_Frozen, frozen=True):
    """Everything, at `now`."""

    now: float = 0.0
    seq: int = 0
    recording: RecordingView = RecordingView()
    tabs: tuple[TabView, ...] = ()
    subjects: tuple[SubjectView, ...] = ()
    lanes: tuple[Lane, ...] = ()
    connections: tuple[ConnectionView, ...] = ()
    pushes: tuple[PushView, ...] = ()
    reconnects: tuple[ReconnectView, ...] = ()
    clocks: tuple[ClockView, ...] = ()
    latencies: tuple[LatencyView, ...] = ()
    displays: tuple[DisplayView, ...] = ()
    alerts: tuple[Alert, ...] = ()
