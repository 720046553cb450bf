"""The one fold: `feed(event)`, `tick(now)`, `snapshot()`. What is shown live, replayed or reported is this alone.

It reads no clock, no file and no socket. Time passes by events and by ticks; a tick moves `now` and nothing else, so a
capture fed without ticks ends in the same state as the recording it came from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from monitor.decode import Decoder
from monitor.model import (
    Action,
    Body,
    Chunk,
    Event,
    Fault,
    Finished,
    Frame,
    Gap,
    Lifecycle,
    Mark,
    Navigation,
    Push,
    Recording,
    Request,
    RequestBody,
    Response,
    Shown,
    SseMessage,
    TargetAttached,
    TargetChanged,
    TargetCrashed,
    TargetGone,
    Visibility,
)
from monitor.sites.address import subject_of
from monitor.sites.profile import Profile
from monitor.sites.reader import Carrier, Fact, read_message, read_write
from monitor.sync import view
from monitor.sync.causes import Arrival, Cause, cause_of
from monitor.sync.evidence import Needle, Packet
from monitor.sync.generic import GenericReading
from monitor.sync.network import Connection, Network
from monitor.sync.page import Page
from monitor.sync.profiled import ProfiledReading
from monitor.sync.replicas import Item, Subject, Wait
from monitor.sync.snapshot import Snapshot, Tick
from monitor.sync.tabs import Tab
from monitor.sync.writes import Write, Writes

EXPLAIN_S = 0.05  # how often, in event time, tentative texts are looked at again
RESOLVE_S = 2.0  # a cause is final when its payloads have had this long to be recorded
AHEAD_S = 1.0  # a page's first content does not come ahead of its navigation by more
LINK_S = 10.0  # a write and the appearance of what it wrote are not further apart
_TICKS = 2_000


class Analysis:
    """Feed it every event of a capture in order; ask it for a snapshot at any time."""

    def __init__(self, profiles: Sequence[Profile] = ()) -> None:
        self.profiles = tuple(profiles)
        self.now = 0.0
        self.seq = 0
        self.events = 0
        self.gaps = 0
        self.recording: Recording | None = None
        self.started = 0.0
        self.browser: Recording | None = None
        self.problem: Fault | Gap | None = None
        self.tabs: dict[str, Tab] = {}
        self.pages: dict[str, Page] = {}
        self.subjects: dict[tuple[str, str], Subject] = {}
        self.network = Network()
        self.writes = Writes()
        self.ticks: dict[str, deque[Tick]] = {}
        self._decoder = Decoder()
        self._generic = GenericReading(self.network)
        self._profiled = ProfiledReading()
        self._explained = 0.0
        self._unresolved: deque[tuple[Subject, Wait]] = deque()
        self._unnamed: dict[str, tuple[Write, Fact, Packet, str]] = {}
        self._settling: set[str] = set()
        self._ahead: dict[str, list[Shown]] = {}
        self._handlers: dict[type[Event], Callable[[Any, Tab], None]] = {
            TargetAttached: self._attached,
            TargetChanged: self._changed,
            TargetCrashed: self._crashed,
            TargetGone: self._gone,
            Navigation: self._navigated,
            Lifecycle: self._loaded,
            Visibility: self._visibility,
            Shown: self._shown,
            Action: self._acted,
        }

    # ── the three calls ──

    def feed(self, event: Event) -> None:
        """Take one event into account."""
        self.seq, self.events = event.seq, self.events + 1
        self.now = max(self.now, event.time)
        self._note_recording(event)
        connection = self.network.note(event)
        tab = self._tab(event)
        if tab is not None and (handler := self._handlers.get(type(event))):
            handler(event, tab)
        packet = self.network.packet(event, connection)
        if isinstance(event, Response) and connection is not None:
            self.writes.answered(connection, event.time)
        if tab is not None:
            self._count(event, tab, connection)
            self._decode(event, packet, connection, tab)
        if packet is not None:
            self._traffic(packet, event, connection)
        self._advance()

    def tick(self, now: float) -> None:
        """Time passed without an event; `now` is in the events' own wall clock."""
        self.now = max(self.now, now)

    def snapshot(self) -> Snapshot:
        """Everything as it stands, frozen."""
        self._explain()
        return view.snapshot(self)

    # ── questions of the view ──

    def profile_of(self, tab: Tab) -> Profile | None:
        """The profile that covers a tab's address."""
        return next((profile for profile in self.profiles if profile.name == tab.site), None)

    def cause(self, subject: Subject, wait: Wait) -> Cause:
        """What brought the item of a closed wait."""
        assert wait.until is not None
        return wait.cause if isinstance(wait.cause, Cause) else self._resolve(subject, wait)

    def cause_of_showing(self, subject: Subject, item: Item, tab: str, since: float) -> Cause | None:
        """What brought an item that a tab showed without ever having had to wait for it."""
        replica = subject.replicas[tab]
        showing = replica.shown.get(item.id)
        if showing is None:
            return None
        arrival = Arrival(tab, since, showing.at, showing.seq, replica.began, replica.began_seq)
        return cause_of(arrival, Needle(item.text, item.letters), self.network)

    # ── the recording ──

    def _note_recording(self, event: Event) -> None:
        match event:
            case Recording():
                self.recording = event
                self.started = self.started or event.time
                self.browser = event if event.browser else self.browser
                if event.state in ("resumed", "attached"):
                    self.problem = None
            case Fault():
                self.problem = event
            case Gap():
                self.gaps += 1
                self.problem = event
        self.started = self.started or event.time

    # ── tabs ──

    def _tab(self, event: Event) -> Tab | None:
        if event.tab is None:
            return None
        tab = self.tabs.get(event.tab)
        if tab is None:
            tab = self.tabs[event.tab] = Tab(event.tab, event.target or "", began=event.time, began_seq=event.seq)
            self.pages[event.tab] = Page()
            self.ticks[event.tab] = deque(maxlen=_TICKS)
            self._settling.add(event.tab)
        return tab

    def _attached(self, event: TargetAttached, tab: Tab) -> None:
        if event.type != "page" or event.subtype == "prerender":
            return
        tab.target, tab.title, tab.gone, tab.crashed = event.target or tab.target, event.title, False, False
        if tab.url != event.url:
            self._turn(tab, event.url, event.time, event.seq, fresh=True)

    def _changed(self, event: TargetChanged, tab: Tab) -> None:
        if event.target == tab.target:
            tab.title = event.title or tab.title

    def _crashed(self, event: TargetCrashed, tab: Tab) -> None:
        tab.crashed = tab.crashed or event.target == tab.target

    def _gone(self, event: TargetGone, tab: Tab) -> None:
        if event.type == "page" and event.target in (tab.target, None):
            tab.gone = True
            self._leave(tab, event.time)

    def _navigated(self, event: Navigation, tab: Tab) -> None:
        if not event.main:
            return
        fresh = event.how != "same-document"
        if fresh and tab.loader is None and tab.document_id and event.how == "load" and event.url == tab.url:
            tab.loader = event.loader  # the document that was there when the recording began, told late
            return
        if fresh:
            tab.document(event)
            self.pages[tab.label].clear()
            self._settling.add(tab.label)
            if tab.url:
                self._mark(tab.label, event.time, "reload")
        self._turn(tab, event.url, event.time, event.seq, fresh=fresh)
        if fresh:
            self._release(tab)

    def _loaded(self, event: Lifecycle, tab: Tab) -> None:
        if event.name == "load" and (event.loader is None or event.loader == tab.loader):
            tab.loaded = event.time

    def _visibility(self, event: Visibility, tab: Tab) -> None:
        tab.saw(event.visible, event.time)

    def _acted(self, event: Action, tab: Tab) -> None:
        if event.do == "offline" and event.ok:
            tab.offline = bool(event.args.get("on", True))

    # ── subjects ──

    def _turn(self, tab: Tab, url: str, time: float, seq: int, *, fresh: bool) -> None:
        """A tab is at an address now: which subject is it about, and is it the one it was about?"""
        tab.url = url
        profile = next((p for p in self.profiles if p.covers(url)), None)
        tab.site = profile.name if profile else ""
        key = profile.subject(url) if profile else subject_of(url)
        if key == tab.subject and not fresh:
            return
        if key != tab.subject:
            self._leave(tab, time)
        tab.subject = key
        subject = self._subject_of(tab)
        if subject is None:
            return
        subject.enter(tab.label, time, seq)
        if not fresh:
            self._repaint(subject, tab, time, seq)

    def _leave(self, tab: Tab, time: float) -> None:
        subject = self._subject_of(tab)
        if subject is not None:
            subject.leave(tab.label, time)

    def _subject_of(self, tab: Tab) -> Subject | None:
        return self._subject(tab.site, tab.subject) if tab.subject else None

    def _subject(self, site: str, key: str) -> Subject:
        if (site, key) not in self.subjects:
            self.subjects[site, key] = Subject(site, key)
        return self.subjects[site, key]

    def _repaint(self, subject: Subject, tab: Tab, time: float, seq: int) -> None:
        """A tab turned to a subject within its document: what it displays, it displays of this subject too."""
        if not tab.painted:
            return
        if tab.site:
            self._profiled.shown(subject, tab, self.pages[tab.label], time, seq)
        else:
            self._generic.enter(subject, tab, self.pages[tab.label], time, seq)
        subject.painted(tab.label, time)

    # ── what pages show ──

    def _shown(self, event: Shown, tab: Tab) -> None:
        """What a page displays; held back where it comes ahead of the navigation that began its document."""
        other = event.document != tab.document_id and (tab.document_id is not None or not _same_page(event.url, tab.url))
        ahead = event.main and other
        if ahead or tab.label in self._ahead:
            self._ahead.setdefault(tab.label, []).append(event)
        else:
            self._show(event, tab)

    def _release(self, tab: Tab) -> None:
        for event in self._ahead.pop(tab.label, ()):
            self._show(event, tab)

    def _show(self, event: Shown, tab: Tab) -> None:
        page = self.pages[tab.label]
        if event.main:
            tab.document_id = event.document
        changes = page.apply(event)
        tab.painted = tab.painted or (event.main and event.rule == "text")
        subject = self._subject_of(tab)
        if subject is None or not subject.replicas[tab.label].active:
            return
        if tab.site:
            self._profiled.shown(subject, tab, page, event.time, event.seq)
        else:
            self._generic.shown(subject, tab, page, event, changes)
        if tab.painted:
            subject.painted(tab.label, event.time)
        self._note_closings(subject, tab.label)

    def _note_closings(self, subject: Subject, tab: str) -> None:
        """Keep the waits that just closed until their causes can be told for good."""
        for wait in subject.waits_of(tab):
            if wait.until is not None and not wait.queued:
                wait.queued = True
                self._unresolved.append((subject, wait))

    # ── what traffic says ──

    def _decode(self, event: Event, packet: Packet | None, connection: Connection | None, tab: Tab) -> None:
        """On a site with a profile: the facts in a payload, and the items they name."""
        profile = self.profile_of(tab)
        if profile is None:
            return
        decoded = self._decoder.feed(event)
        if decoded is None or packet is None:
            return
        carrier = Carrier(
            channel=packet.channel, url=(connection.url if connection else "") or "",
            method=connection.method if connection else None,
        )  # fmt: skip
        if isinstance(event, (Request, RequestBody)):
            fact = read_write(profile, carrier, decoded.messages)
            if fact is not None and connection is not None:
                self._wrote(profile, fact, packet, connection, tab)
        elif packet.dir != "out":
            for message in decoded.messages:
                for fact in read_message(profile, carrier, message):
                    self._read(profile, fact, packet, tab)

    def _wrote(self, profile: Profile, fact: Fact, packet: Packet, connection: Connection, tab: Tab) -> None:
        write = self.writes.of_request(connection, tab.label)
        key = fact.subject or tab.subject
        if key is None:  # a new conversation: the answer will name it
            self._unnamed[connection.key] = (write, fact, packet, tab.label)
            return
        self._assign(write, self._subject(profile.name, key), fact, packet, tab.label)

    def _assign(self, write: Write, subject: Subject, fact: Fact, packet: Packet, tab: str) -> None:
        write.subject = (subject.site, subject.key)
        for item in self._profiled.learn(subject, fact, packet, tab):
            if item.write is None:
                item.write = write.number
                write.items.append(item.id)
        self._compare(subject, packet)

    def _read(self, profile: Profile, fact: Fact, packet: Packet, tab: Tab) -> None:
        waiting = self._unnamed.get(packet.connection)
        key = fact.subject or (waiting and waiting[0].subject and waiting[0].subject[1]) or tab.subject
        if key is None or fact.kind != "read":
            return
        subject = self._subject(profile.name, key)
        if waiting is not None and waiting[0].subject is None:
            self._assign(waiting[0], subject, waiting[1], waiting[2], waiting[3])
        known = set(subject.items)
        items = self._profiled.learn(subject, fact, packet, tab.label)
        self._answer(subject, [item for item in items if item.id not in known], packet, tab)
        self._compare(subject, packet)

    def _answer(self, subject: Subject, fresh: list[Item], packet: Packet, tab: Tab) -> None:
        """New items that a write called forth belong to it: they came on its response, or to its tab soon after."""
        write = self.writes.by_connection(packet.connection) or self.writes.latest(
            tab.label, (subject.site, subject.key), packet.time
        )
        for item in fresh:
            if write is not None and item.write is None and item.author not in ("user", "human"):
                item.write = write.number
                write.items.append(item.id)

    def _compare(self, subject: Subject, packet: Packet) -> None:
        """Items became known: which tabs display them already?"""
        for replica in list(subject.active()):
            tab = self.tabs[replica.tab]
            if tab.painted:
                self._profiled.shown(subject, tab, self.pages[replica.tab], packet.time, packet.seq)
                self._note_closings(subject, replica.tab)

    def _traffic(self, packet: Packet, event: Event, connection: Connection | None) -> None:
        """On a page without a profile: does the payload explain a text, make a write, or hold what the tab lacks?"""
        tabs = [self.tabs[packet.tab]] if packet.tab is not None else list(self.tabs.values())
        for tab in tabs:
            subject = self._subject_of(tab)
            if subject is None or tab.site:
                continue
            for item in self._generic.explain_by(subject, packet):
                self._accepted(subject, item)
            if packet.dir != "in":
                self._link_late(subject, packet)
            if packet.tab is not None and packet.dir != "out":
                self._generic.received(subject, packet)
                self._echo(packet, subject)

    def _echo(self, packet: Packet, subject: Subject) -> None:
        if packet.channel != "socket":
            return
        for write in self.writes.recent_on(packet.connection, packet.time):
            for item in (subject.items.get(item_id) for item_id in write.items):
                if item is not None and packet.haystack.holds(Needle(item.text, item.letters)):
                    self.writes.echo(write, packet.time)

    # ── texts and the writes that made them ──

    def _explain(self) -> None:
        self._explained = self.now
        for (site, _), subject in self.subjects.items():
            if not site:
                for item in self._generic.explain(subject, self.tabs, self.now):
                    self._accepted(subject, item)

    def _accepted(self, subject: Subject, item: Item) -> None:
        """A text counts from now on: find its write, and what other tabs were already sent of it."""
        self._link(subject, item)
        for wait in [wait for wait in subject.open_waits() if wait.item == item.id]:
            for packet in self.network.logs[wait.tab].between(item.at - LINK_S, self.now):
                if packet.dir != "out":
                    self._generic.received(subject, packet)

    def _link(self, subject: Subject, item: Item) -> None:
        """Find the write that made an accepted text: the payload that left a tab with it."""
        labels = [item.tab, *(label for label in subject.replicas if label != item.tab)]
        leaving = [
            (packet, label)
            for label in labels
            for packet in self.network.logs[label].between(item.at - LINK_S, item.at + LINK_S)
            if packet.dir != "in" and self._could_write(packet)
        ]
        leaving.sort(key=lambda pair: (_RANK.get(pair[0].channel, 9), pair[0].time))
        needle = Needle(item.text, item.letters)
        for packet, label in leaving:
            if packet.haystack.holds(needle):
                self._written(subject, item, packet, label)
                return
        self._answered(subject, item)

    def _link_late(self, subject: Subject, packet: Packet) -> None:
        """A payload left a tab: did it write a text that the page showed ahead of it?"""
        if packet.tab is None or not self._could_write(packet):
            return
        for item in reversed(subject.items.values()):
            if item.at < packet.time - LINK_S:
                break
            known = self.writes.all[item.write] if item.write is not None else None
            better = known is None or _RANK.get(packet.channel, 9) < known.rank
            if item.accepted and better and packet.haystack.holds(Needle(item.text, item.letters)):
                self._written(subject, item, packet, packet.tab)

    def _could_write(self, packet: Packet) -> bool:
        """Whether a payload that left a tab could change state: no GET, but a form sent by GET might."""
        if packet.channel != "fetch":
            return True
        connection = self.network.connections.get(packet.connection)
        return connection is not None and connection.method not in ("HEAD", "OPTIONS", None)

    def _written(self, subject: Subject, item: Item, packet: Packet, tab: str) -> None:
        connection = self.network.connections.get(packet.connection)
        if packet.channel == "fetch" and connection is not None:
            write = self.writes.of_request(connection, tab)
        else:
            write = self.writes.of_packet(packet, tab, _label(packet))
        if item.write is not None and item.id in (former := self.writes.all[item.write].items):
            former.remove(item.id)
        write.subject, write.rank = (subject.site, subject.key), _RANK.get(packet.channel, 9)
        item.write = write.number
        if item.id not in write.items:
            write.items.append(item.id)

    def _answered(self, subject: Subject, item: Item) -> None:
        """A text that came on the response of a write belongs to it, as an answer does."""
        needle = Needle(item.text, item.letters)
        for packet in self.network.logs[item.tab].between(item.at - LINK_S, item.at + 1.0):
            write = self.writes.by_connection(packet.connection) if packet.dir == "in" else None
            if write is not None and packet.haystack.holds(needle):
                item.write = write.number
                write.items.append(item.id)
                return

    # ── time passes ──

    def _advance(self) -> None:
        if self.now - self._explained >= EXPLAIN_S:
            self._explain()
        while self._unresolved and (self._unresolved[0][1].until or 0.0) + RESOLVE_S < self.now:
            subject, wait = self._unresolved.popleft()
            if wait.item in subject.items:
                wait.cause = self._resolve(subject, wait)
        for label in [label for label, held in self._ahead.items() if held[0].time + AHEAD_S < self.now]:
            self.pages[label].clear()  # its navigation never came
            self._release(self.tabs[label])
        for label in [label for label in self._settling if self.tabs[label].settled < self.now]:
            self._settling.discard(label)
            subject_ = self._subject_of(self.tabs[label])
            if subject_ is not None and not self.tabs[label].site:
                subject_.settle(self.now)

    def _resolve(self, subject: Subject, wait: Wait) -> Cause:
        item = subject.items[wait.item]
        arrival = Arrival(wait.tab, wait.since, wait.until or 0.0, wait.until_seq, wait.began, wait.began_seq)
        return cause_of(arrival, Needle(item.text, item.letters), self.network)

    # ── the timeline ──

    def _count(self, event: Event, tab: Tab, connection: Connection | None) -> None:
        match event:
            case Frame() | Chunk() | SseMessage() | Body():
                if event.dir == "in":
                    tab.count(event.time)
                channel = connection.channel if connection else event.channel
                tab.channels.add(channel or "")
                self._mark(
                    tab.label, event.time, "sse" if channel == "sse" else "frame" if channel == "socket" else "fetch"
                )
            case Finished() if connection is not None and connection.resource in ("fetch", "xhr"):
                tab.channels.add(connection.channel)
            case Push():
                tab.channels.add("push")
                self._mark(tab.label, event.time, "push")
            case Mark():
                self._mark(tab.label, event.time, "mark")
            case Gap():
                self._mark(tab.label, event.time, "gap")
            case _ if event.channel in ("storage", "broadcast", "worker"):
                tab.channels.add(event.channel)

    def _mark(self, tab: str, time: float, what: Any) -> None:
        marks = self.ticks[tab]
        if marks and marks[-1].what == what and time - marks[-1].at < 0.2:
            return
        marks.append(Tick(at=time, what=what))


def _same_page(one: str, other: str) -> bool:
    return one.partition("#")[0] == other.partition("#")[0]


_MARKS = {"sse": "sse", "socket": "frame"}
_RANK = {"fetch": 0, "socket": 1, "storage": 2, "broadcast": 3}


def _label(packet: Packet) -> str:
    """What carried a write that is no request, in words."""
    if packet.channel == "socket":
        return "socket frame"
    return (
        " ".join(packet.connection.split(":")[::2])
        if packet.channel == "storage"
        else packet.connection.replace(":", " ")
    )
