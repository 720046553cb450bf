"""What the analysis knows at one moment, frozen: the only thing the dashboard, reports and exports read.

All times are event times (seconds since the epoch, UTC); ages are measured against `Snapshot.now`, the time of the last
event or tick, never against a clock.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from monitor.sync.channel_views import (
    ClockView,
    ConnectionView,
    DisplayView,
    Frozen,
    LatencyView,
    PushView,
    ReconnectView,
)

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


class RecordingView(Frozen, frozen=True):
    """The recorder as its events show it. `problem` is the newest fault or loss that still holds, in words."""

    state: str = "started"
    browser: str = ""
    endpoint: str = ""
    started: float = 0.0
    events: int = 0
    gaps: int = 0
    problem: str | None = None
    hint: str | None = None


class TabView(Frozen, frozen=True):
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


class Cell(Frozen, frozen=True):
    """One item in one tab.

    for_s: how long it has been missing, outdated or at another place. via: what brought it, where that is known.
    """

    state: CellState
    for_s: float = 0.0
    via: Via | None = None


class ItemView(Frozen, frozen=True):
    """One item of a subject.

    `cells` has an entry for each tab that views the subject. at: when it was first seen anywhere.
    """

    id: str
    author: str = ""
    excerpt: str = ""
    at: float = 0.0
    cells: dict[str, Cell] = msgspec.field(default_factory=dict)


class RivalView(Frozen, frozen=True):
    """Another channel that brought the same item within a moment. after_s: after the cause; negative: it was first."""

    via: str
    event_seq: int
    after_s: float


class SeenView(Frozen, frozen=True):
    """How a write fared in one other tab.

    state: `shown`, `received` (it arrived and is not displayed), `missing`.
    after_s: from the write's acknowledgement (or an item's first appearance, if later) to its being shown; None if
    censored. waited_s: the same, or as long as it was waited for in vain.
    event_seq: the event that brought it (the one shown for `unknown`). prompted_by: the channel that only gave the
    word; `reload` where the page was loaded again and asked for it later, `focus` where it asked as it was turned to.
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


class WriteView(Frozen, frozen=True):
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


class StaleView(Frozen, frozen=True):
    """A tab that is behind now, and why. `hidden`: it is in the background, and so not to blame."""

    tab: str
    missing: tuple[str, ...]
    for_s: float
    received: bool
    hidden: bool = False
    why: str = ""


class Violation(Frozen, frozen=True):
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


class Disorder(Frozen, frozen=True):
    """What a tab shows though it is gone (`extra`), or at another place than the others (`reordered`); for `for_s`.

    witness: the events that show that it is gone, or stands elsewhere. hidden: the tab is in the background, and so not
    to blame. hidden_s: for how much of the time it was. why: in a sentence. ended: when it was over, if it is.
    repeated: it is not gone, but the tab was sent it once more, and shows it once too often.
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
    repeated: bool = False


class Conflict(Frozen, frozen=True):
    """Two tabs that wrote without knowing of each other, where it mattered. writes: their events, the first first.

    outcome: in the later state: both kept, as `branches` or `merged` into one text; one of them gone (`last-wins`,
    `first-wins`); or the second one refused: `rejected`, or `suppressed` where it said the same again.
    """

    tabs: tuple[str, str]
    writes: tuple[int, int]
    at: float
    outcome: Outcome
    text: str = ""


class SubjectView(Frozen, frozen=True):
    """One subject and its replicas. `tabs` are those that view it now or have viewed it.

    losses: waits that never ended, or only with a reload, beside a verdict that says how nearly all others did.
    disorders: those that last. past_disorders: those that are over.
    list: the list beside the site's pages that it is, such as `conversations`; empty for what an address is about.
    """

    site: str
    subject: str
    title: str = ""
    tabs: tuple[str, ...] = ()
    verdict: Verdict = "unknown"
    losses: int = 0
    items: tuple[ItemView, ...] = ()
    writes: tuple[WriteView, ...] = ()
    stale_now: tuple[StaleView, ...] = ()
    violations: tuple[Violation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    disorders: tuple[Disorder, ...] = ()
    past_disorders: tuple[Disorder, ...] = ()
    last: float = 0.0
    list: str = ""


class Span(Frozen, frozen=True):
    """A stretch of a tab's timeline.

    what: `stale` (received nothing), `unshown` (received, not shown), `extra` (shown, though it is gone), `reordered`
    (shown at another place), `stream`, `hidden`, `offline`.
    """

    start: float
    end: float
    what: Literal["stale", "unshown", "extra", "reordered", "stream", "hidden", "offline"]


class Tick(Frozen, frozen=True):
    """A moment on a tab's timeline."""

    at: float
    what: Literal["write", "frame", "push", "reload", "gap", "mark", "fetch", "sse"]


class Lane(Frozen, frozen=True):
    """One tab's timeline over the last minutes, in time order."""

    tab: str
    spans: tuple[Span, ...] = ()
    ticks: tuple[Tick, ...] = ()


class Alert(Frozen, frozen=True):
    """One line for the top of the screen: what is wrong, in words, and what to do about it."""

    level: Literal["stale", "warning", "error"]
    text: str
    hint: str = ""
    tab: str | None = None


class Snapshot(Frozen, frozen=True):
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
