"""What the readings share: the tabs, the subjects they view, the traffic, and the writes found in it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.sync.causes import Arrival, Cause, Word, cause_of
from monitor.sync.departures import Departures
from monitor.sync.items import Item, Showing, Wait
from monitor.sync.network import Network
from monitor.sync.page import Page
from monitor.sync.pushes import Pushes
from monitor.sync.reconnects import Reconnects
from monitor.sync.replicas import Subject
from monitor.sync.tabs import Tab
from monitor.sync.users import Users
from monitor.sync.writes import Write, Writes

_WORDS = 1_000
_EARLY = 20_000
AHEAD_S = 1.0  # what a document shows may come this much ahead of the news that it began
RESOLVE_S = 2.0  # a cause is final when its payloads have had this long to be recorded


@dataclass(slots=True, frozen=True)
class Early:
    """A tab showed an item without ever having had to wait for it. since: when what wrote it left its tab."""

    subject: Subject
    item: Item
    tab: str
    since: float
    seen: Showing


@dataclass(slots=True)
class State:
    """Everything the fold has learnt of the browser. now: the time of the newest event or tick."""

    now: float = 0.0
    tabs: dict[str, Tab] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    subjects: dict[tuple[str, str], Subject] = field(default_factory=dict)
    network: Network = field(default_factory=Network)
    writes: Writes = field(default_factory=Writes)
    pushes: Pushes = field(default_factory=Pushes)
    departures: Departures = field(init=False)
    reconnects: Reconnects = field(init=False)
    users: Users = field(init=False)
    closed: deque[tuple[Subject, Wait]] = field(default_factory=deque)  # waits whose cause is not final
    early: deque[Early] = field(default_factory=deque)  # and tabs that showed an item before its writer did
    early_causes: dict[tuple[str, str, str, str], Cause] = field(default_factory=dict)  # by site, subject, tab, item
    closing: Callable[[Subject, Wait], None] = lambda subject, wait: None  # who else wants to know
    lapsing: Callable[[Subject, Wait, float], None] = lambda subject, wait, time: None  # and before an item is gone
    words: dict[tuple[str, str], deque[Word]] = field(default_factory=dict)  # by subject: messages that only named it

    def __post_init__(self) -> None:
        self.departures = Departures(self.network)
        self.reconnects = Reconnects(self.network)
        self.users = Users(self.tabs, self.network)

    # ── subjects ──

    def subject(self, site: str, key: str) -> Subject:
        """The subject of that name; made when first asked for."""
        if (site, key) not in self.subjects:
            made = self.subjects[site, key] = Subject(site, key)
            made.lapsing = lambda wait, time: self.lapsing(made, wait, time)
            made.shares = lambda tab, item: self.users.shown(made, tab, item)
            made.due = lambda replica, item: not self.users.strange(made, replica.tab, item)
        return self.subjects[site, key]

    def subject_of(self, tab: Tab) -> Subject | None:
        """The subject a tab views, if it views one."""
        return self.subject(tab.site, tab.subject) if tab.subject else None

    # ── waits ──

    def since(self, subject: Subject, wait: Wait) -> float:
        """From when a wait counts: its write was acknowledged, or, of what no write carried, the item was known.

        While the server has not answered, and only the writer's tab shows it, there is nothing yet to be lacked. A
        deletion is a write of its own.
        """
        if wait.parting:
            return wait.since
        item = subject.items.get(wait.item)
        if item is not None and item.id in subject.grew and wait.since == item.grown:
            return wait.since
        if item is None or item.write is None:
            return wait.since
        write = self.writes.all[item.write]
        if write.at is None:
            return self.now if wait.open and _pending(subject, item, write) else wait.since
        return max(write.made(item.id, item.at), wait.after) if wait.version == 0 else wait.since

    def end(self, wait: Wait) -> float:
        """When a wait ended, one way or another; now while it lasts."""
        return wait.until if wait.until is not None else wait.ended if wait.ended is not None else self.now

    def age(self, subject: Subject, wait: Wait) -> float:
        """How long a tab has lacked an item by now."""
        return max(0.0, self.now - self.since(subject, wait))

    # ── words ──

    def heard(self, subject: tuple[str, str], word: Word) -> None:
        """A message named a subject without its content."""
        self.words.setdefault(subject, deque(maxlen=_WORDS)).append(word)

    # ── causes ──

    def note_closings(self, subject: Subject) -> None:
        """Keep the waits that just closed until their causes can be told for good."""
        for wait in subject.waits.healed:
            self.closing(subject, wait)
        self.closed.extend((subject, wait) for wait in subject.waits.healed)
        subject.waits.healed.clear()

    def settle_causes(self) -> None:
        """Tell the causes whose payloads must all be here by now, while the traffic is still at hand."""
        while self.closed and (self.closed[0][1].until or 0.0) + RESOLVE_S < self.now:
            subject, wait = self.closed.popleft()
            if wait.item in subject.items:
                wait.cause = self._resolve(subject, wait)
        while self.early and self.early[0].seen.at + RESOLVE_S < self.now:
            one = self.early.popleft()
            since = min(one.since, one.seen.at)
            cause = self.cause_of_showing(one.subject, one.item, one.tab, since, one.seen)
            self.early_causes[one.subject.site, one.subject.key, one.tab, one.item.id] = cause
            while len(self.early_causes) > _EARLY:
                del self.early_causes[next(iter(self.early_causes))]

    def cause(self, subject: Subject, wait: Wait) -> Cause:
        """What brought the item of a closed wait: for good, or as far as is known by now."""
        return wait.cause if isinstance(wait.cause, Cause) else self._resolve(subject, wait)

    def note_early(self, subject: Subject, item: Item, tab: str, since: float) -> None:
        """A write turned out to have made an item that another tab showed by then."""
        if (seen := subject.first_sight(tab, item.id)) is not None:
            self.early.append(Early(subject, item, tab, since, seen))

    def began(self, subject: Subject, tab: str, time: float) -> float:
        """When the view of a subject that a tab had at a moment began: its document, or its turning there."""
        replica, viewer = subject.replicas[tab], self.tabs.get(tab)
        first = next(iter(viewer.documents), None) if viewer is not None else None
        loaded = first is not None and first <= time + AHEAD_S
        appeared = viewer.born if viewer is not None else 0.0
        document = viewer.before(max(time, first)) if viewer is not None and first is not None and loaded else appeared
        return max(document, replica.began) if replica.began <= time else document

    def cause_of_showing(self, subject: Subject, item: Item, tab: str, since: float, seen: Showing) -> Cause:
        """What brought an item that a tab showed without ever having had to wait for it."""
        known = self.early_causes.get((subject.site, subject.key, tab, item.id))
        if known is not None:
            return known
        replica = subject.replicas[tab]
        arrival = Arrival(tab, since, seen.at, seen.seq, self.began(subject, tab, seen.at), replica.began_seq)
        return cause_of(arrival, item.needle, self.network)

    def cause_of_sight(self, item: Item, tab: str, sight: Showing, since: float) -> Cause:
        """Likewise, of a version of an item that a tab showed within a document, whether it shows it still or not."""
        return cause_of(Arrival(tab, since, sight.at, sight.seq, 0.0, 0), item.needle, self.network)

    def _resolve(self, subject: Subject, wait: Wait) -> Cause:
        item = subject.items.get(wait.later) or subject.items[wait.item]
        since = min(wait.since, self.since(subject, wait))  # the write may be older than what any page shows of it
        arrival = Arrival(wait.tab, since, wait.until or 0.0, wait.until_seq, wait.began, wait.began_seq)
        return cause_of(arrival, item.needle, self.network)


def _pending(subject: Subject, item: Item, write: Write) -> bool:
    """Whether a write is still on its way, as far as can be told: no other tab has heard of it."""
    others = (replica for replica in subject.replicas.values() if replica.tab != write.tab)
    return not write.failed and not any(item.id in other.shown or item.id in other.received for other in others)
