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
    LINKS,
    Action,
    Body,
    Chunk,
    Decoded,
    Event,
    Finished,
    Frame,
    Gap,
    Lifecycle,
    Mark,
    Navigation,
    Push,
    PushState,
    Request,
    RequestBody,
    Response,
    Shown,
    SocketOpened,
    SseMessage,
    TargetAttached,
    TargetChanged,
    TargetCrashed,
    TargetGone,
    UserInput,
    Visibility,
    WorkerMessage,
)
from monitor.sites.address import origin_of, place_of, subject_of
from monitor.sites.profile import LISTED, Profile
from monitor.sync import view
from monitor.sync.arrangement import compare
from monitor.sync.asides import Asides
from monitor.sync.authors import LINK_S, Authors
from monitor.sync.editors import Editors
from monitor.sync.evidence import Packet
from monitor.sync.facts import Facts
from monitor.sync.generic import GenericReading
from monitor.sync.guarantees import Guarantees
from monitor.sync.latency import Latencies
from monitor.sync.lists import Lists
from monitor.sync.moves import Moves
from monitor.sync.network import Connection
from monitor.sync.page import Page
from monitor.sync.profiled import ProfiledReading
from monitor.sync.recordings import RecordingLog
from monitor.sync.replicas import Item, Subject
from monitor.sync.snapshot import Snapshot, Tick
from monitor.sync.state import AHEAD_S, State
from monitor.sync.tabs import Tab
from monitor.sync.timeline import LANE_S

BARE_S = 12.0  # one that shows none of them yet, this long after it began
LATE_S = 2.0  # a document may show its last items this long after its load is over

_ASKED = (Request, RequestBody, SocketOpened, Body)
_TICKS = 2_000
_MARKS = {"sse": "sse", "socket": "frame"}


class Analysis:
    """Feed it every event of a capture in order; ask it for a snapshot at any time."""

    def __init__(self, profiles: Sequence[Profile] = ()) -> None:
        self.profiles = tuple(profiles)
        self.state = State()
        self.log = RecordingLog()
        self.ticks: dict[str, deque[Tick]] = {}
        self._generic = GenericReading(self.state.network, self.state.pages, self.state.writes)
        self._editors = Editors(self.state.network, self.state.tabs)
        self._profiled = ProfiledReading()
        self._lists = Lists(self.state)
        self._asides = Asides(self.state)
        self.moves = Moves(self.state)
        self._facts = Facts(self.state, self._profiled, self._lists)
        self._decoder = Decoder()
        self.latencies = Latencies(self.state.network)
        self._authors = Authors(self.state)
        self.guarantees = Guarantees(self.state)
        self.state.closing = self.guarantees.closed
        self.state.lapsing = self.guarantees.lapsing
        self._loading: set[str] = set()
        self._later: dict[str, float] = {}  # when to judge those that show nothing yet
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
            UserInput: self._used,
            PushState: self._registered,
        }

    # ── the three calls ──

    def feed(self, event: Event) -> Decoded | None:
        """Take one event into account; what its payload decodes to, for whoever reads the same events beside it."""
        self.log.note(event)
        state = self.state
        self._advance(event.time)
        connection = state.network.note(event)
        tab = self._tab(event)
        if tab is not None and (handler := self._handlers.get(type(event))):
            handler(event, tab)
        fresh = not isinstance(event, Push) or self._pushed(event)
        packet = state.network.packet(event, connection) if fresh else None
        decoded = self._decoder.feed(event)
        state.reconnects.note(event, connection)
        if isinstance(event, WorkerMessage) and packet is not None and tab is not None:
            self._passed_on(packet, tab)
        if isinstance(event, Response) and connection is not None:
            if (refused := state.writes.answered(connection, event.time)) is not None:
                self._authors.refused(refused)
            self._lists.answered(connection, event.time)
            self._facts.answered(connection, event.time)
            if tab is not None and connection.resource in ("fetch", "xhr"):
                tab.answer(connection.opened, event.time)
        if tab is not None:
            self._count(event, tab, connection)
            self._read(event, decoded, packet, connection, tab)
        elif isinstance(event, Mark):
            for label in self.ticks:  # a note about all of them
                self._mark(label, event.time, "mark")
        self.latencies.feed(event, connection, packet, decoded, self._site(event, tab))
        if packet is not None:
            self._traffic(packet)
        return decoded

    def tick(self, now: float) -> None:
        """Time passed without an event: up to `now`, in the events' wall clock, all that happened has been fed."""
        self._advance(now)

    def snapshot(self, lane_s: float = LANE_S) -> Snapshot:
        """Everything as it stands, frozen. lane_s: how far back the timelines go."""
        return view.snapshot(self.state, self.log, self.ticks, self.guarantees, self.latencies, lane_s)

    def _site(self, event: Event, tab: Tab | None) -> str:
        """The application an event is of, by its profile's name or its host: of its tab, or of the origin pushed to."""
        if tab is not None:
            return tab.site or place_of(tab.url)
        if isinstance(event, Push):
            profile = self._profile(event.origin)
            return profile.name if profile is not None else place_of(event.origin)
        return ""

    # ── tabs ──

    def _tab(self, event: Event) -> Tab | None:
        if event.tab is None:
            return None
        tab = self.state.tabs.get(event.tab)
        if tab is None:
            tab = self.state.tabs[event.tab] = Tab(event.tab, event.target or "", began=event.time, began_seq=event.seq)
            self.state.pages[event.tab] = Page()
            self.ticks[event.tab] = deque(maxlen=_TICKS)
            self._settling.add(event.tab)
        return tab

    def _attached(self, event: TargetAttached, tab: Tab) -> None:
        if event.type != "page" or event.subtype == "prerender":
            return
        tab.target, tab.title, tab.gone, tab.crashed = event.target or tab.target, event.title, False, False
        tab.context = event.context or tab.context
        self.state.users.number(tab.context)
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
            tab.ends(event.time)
            self._leave(tab, event.time)
            self._lists.left(tab.label, event.time)
            self._asides.left(tab.label, event.time)

    def _navigated(self, event: Navigation, tab: Tab) -> None:
        if not event.main:
            return
        fresh = event.how != "same-document"
        if fresh and tab.loader is None and tab.document_id and event.how == "load" and event.url == tab.url:
            tab.loader = event.loader  # the document that was there when the recording began, told late
            return
        if fresh:
            if tab.loader is not None or event.how == "reload":
                self._mark(tab.label, event.time, "reload")
            if (subject := self.state.subject_of(tab)) is not None:  # judged by what its old document was
                self.guarantees.leaving(subject, tab.label, event.time, fresh=True)
            tab.document(event)
            self.state.reconnects.document(tab.label)
            self.state.pages[tab.label].clear()
            self._settling.add(tab.label)
        self._turn(tab, event.url, event.time, event.seq, fresh=fresh)
        if fresh:
            self._release(tab)

    def _loaded(self, event: Lifecycle, tab: Tab) -> None:
        if event.name == "load" and (event.loader is None or event.loader == tab.loader):
            tab.loaded = event.time

    def _visibility(self, event: Visibility, tab: Tab) -> None:
        tab.saw(event.visible, event.time)
        if tab.turned_to(event.focused, event.time):
            self._looked(tab, event)

    def _used(self, event: UserInput, tab: Tab) -> None:
        self._looked(tab, event)

    def _looked(self, tab: Tab, event: Event) -> None:
        tab.looked(event.time)
        if (subject := self.state.subject_of(tab)) is not None:
            self.guarantees.looked(subject, tab.label, event.time, event.seq)

    def _acted(self, event: Action, tab: Tab) -> None:
        if event.do == "offline" and event.ok:
            tab.cut(bool(event.args.get("on", True)), event.time)

    # ── subjects ──

    def _turn(self, tab: Tab, url: str, time: float, seq: int, *, fresh: bool) -> None:
        """A tab is at an address now: which subject is it about, and is it the one it was about?"""
        tab.url = url
        self.state.network.origins[tab.label] = origin_of(url)
        profile = self._profile(url)
        site = profile.name if profile else ""
        key = profile.subject(url) if profile else self.moves.name(tab, subject_of(url), fresh=fresh)
        moved = [] if fresh or key == tab.subject else self._begun(tab, site, key)
        if (site, key) != (tab.site, tab.subject):
            self._leave(tab, time)
        if tab.site != site:
            self._lists.left(tab.label, time)
            tab.account = ""
            if profile is not None:
                self._facts.arrived(profile, tab)
        elif fresh:
            self._lists.document(tab, time, seq)
        same = (tab.site, tab.subject) == (site, key)
        tab.site, tab.subject = site, key
        self._asides.turned(tab, time, seq, fresh=fresh)
        if same and not fresh:
            return
        if fresh:
            self._loading.add(tab.label)
            self._later.pop(tab.label, None)
        subject = self.state.subject_of(tab)
        if subject is None:
            return
        subject.enter(tab.label, time, seq, fresh=fresh)
        self._placed(subject, time)
        if not fresh:
            self._take(moved, subject, tab)
            self._repaint(subject, tab, time, seq)
            self.moves.back(subject, tab, time)

    def _begun(self, tab: Tab, site: str, key: str | None) -> list[tuple[Subject, Item]]:
        """What a tab began at the address it leaves, and takes along to the next."""
        old = self.state.subject_of(tab)
        if old is None or site or tab.site or key is None or not old.replicas[tab.label].active:
            return []
        return [(old, item) for item in self.moves.begun(old, key, tab)]

    def _take(self, moved: list[tuple[Subject, Item]], subject: Subject, tab: Tab) -> None:
        """Items begun elsewhere, and the writes that made them, are this subject's."""
        if not moved:
            return
        old, writes = moved[0][0], {item.write for _, item in moved}
        names = self._generic.move([item for _, item in moved], old, subject)
        for write in (self.state.writes.all[number] for number in writes if number is not None):
            write.moved((subject.site, subject.key), names)

    def _profile(self, url: str) -> Profile | None:
        """The profile that covers an address."""
        return next((profile for profile in self.profiles if profile.covers(url)), None)

    def _virtual(self, tab: Tab) -> bool:
        """Whether the pages of a tab's site mount long lists in part, as its profile says."""
        profile = self._profile(tab.url)
        return profile is not None and any(rule.virtual for rule in profile.show)

    def _leave(self, tab: Tab, time: float) -> None:
        subject = self.state.subject_of(tab)
        if subject is not None:
            self.guarantees.leaving(subject, tab.label, time, fresh=False)
            subject.leave(tab.label, time)
            self._placed(subject, time)
            self.moves.left(subject, tab, time)

    def _placed(self, subject: Subject, time: float) -> None:
        """A tab came or went: whose order counts now?"""
        if subject.site:
            compare(subject, time)

    def _repaint(self, subject: Subject, tab: Tab, time: float, seq: int) -> None:
        """A tab turned to a subject within its document: what it displays, it displays of this subject too."""
        if not tab.painted:
            return
        if tab.site:
            page = self.state.pages[tab.label]
            self._profiled.shown(subject, tab, page, time, seq, virtual=self._virtual(tab))
        else:
            self._generic.enter(subject, tab, self.state.pages[tab.label], time, seq)
        subject.painted(tab.label, time)

    # ── what pages show ──

    def _shown(self, event: Shown, tab: Tab) -> None:
        """What a page displays; held back where it comes ahead of the navigation that began its document."""
        other = event.document != tab.document_id and (
            tab.document_id is not None or not _same_page(event.url, tab.url)
        )
        ahead = event.main and other
        if ahead or tab.label in self._ahead:
            self._ahead.setdefault(tab.label, []).append(event)
        else:
            self._show(event, tab)

    def _release(self, tab: Tab) -> None:
        for event in self._ahead.pop(tab.label, ()):
            self._show(event, tab)

    def _show(self, event: Shown, tab: Tab) -> None:
        page = self.state.pages[tab.label]
        if event.main:
            tab.document_id = event.document
        changes = page.apply(event)
        tab.painted = tab.painted or (event.main and event.rule == "text")
        if event.rule == LINKS and not tab.site:
            self._asides.links(tab, page, event)
            return
        if event.rule.startswith(LISTED):
            if (profile := self._profile(tab.url)) is not None:
                self._lists.shown(profile, tab, page, event.rule, event.time, event.seq)
            return
        subject = self.state.subject_of(tab)
        if subject is None or not subject.replicas[tab.label].active:
            return
        if tab.site:
            self._profiled.shown(subject, tab, page, event.time, event.seq, virtual=self._virtual(tab))
        else:
            self._generic.shown(subject, tab, page, event, changes)
            self._explain(subject, event.time)
            for item in self._editors.shown(subject, tab, page, event, changes):
                self._accepted(subject, item)
        if tab.painted:
            subject.painted(tab.label, event.time)
        for wait in subject.closed if not tab.site else ():
            number = subject.items[wait.item].write if wait.item in subject.items else None
            if number is not None:
                self._authors.has(subject, wait.tab, self.state.writes.all[number])
        self.state.note_closings(subject)

    # ── what traffic says ──

    def _read(
        self, event: Event, decoded: Decoded | None, packet: Packet | None, connection: Connection | None, tab: Tab
    ) -> None:
        """What an event of a tab says, where a profile knows its site."""
        asked = connection is not None and isinstance(event, _ASKED)
        if not asked and (packet is None or decoded is None):
            return
        profile = self._profile(tab.url)
        if profile is None:
            return
        if asked and connection is not None:
            self._facts.asked(profile, event, decoded, connection, tab)
        if packet is not None and decoded is not None:
            self._facts.feed(profile, event, decoded, packet, connection, tab)

    def _traffic(self, packet: Packet) -> None:
        """On a page without a profile: does the payload explain a text, make a write, or hold what the tab lacks?"""
        tabs = self.state.tabs
        for tab in [tabs[packet.tab]] if packet.tab is not None else list(tabs.values()):
            subject = self.state.subject_of(tab)
            if subject is None or tab.site:
                continue
            for item in self._generic.explain_by(subject, packet, self.state.tabs):
                self._accepted(subject, item)
            if packet.dir != "in":
                self._authors.found_later(subject, packet)
            else:
                self._authors.answered_later(subject, packet)
            if packet.tab is not None and packet.dir != "out":
                self._generic.received(subject, packet)
                self._authors.echoed(subject, packet)

    def _explain(self, subject: Subject, now: float) -> None:
        for item in self._generic.explain(subject, self.state.tabs, now):
            self._accepted(subject, item)

    def _accepted(self, subject: Subject, item: Item) -> None:
        """A text counts from now on: find its write, and what other tabs were already sent of it."""
        self._authors.find(subject, item)
        if item.names and item.write is None:  # a total over what others wrote
            item.accepted = False
        for replica in [one for one in subject.active() if item.id in one.shown and one.tab != item.tab]:
            subject.meet(replica.tab, item, self.state.now)
        needle = item.needle
        for wait in [wait for (_, item_id), wait in subject.open.items() if item_id == item.id]:
            came = self.state.network.logs[wait.tab].between(item.at - LINK_S, self.state.now)
            packet = next((p for p in came if p.dir != "out" and p.haystack.holds(needle)), None)
            if packet is not None:
                self._generic.receive(subject, wait.tab, item, packet)
        if item.write is None:
            self._generic.spared.accepted(subject, item, self.state.now)

    # ── pushes ──

    def _registered(self, event: PushState, tab: Tab) -> None:
        self.state.pushes.registered(event)

    def _pushed(self, event: Push) -> bool:
        """A stage of a push: it concerns the open tabs of its origin. Whether it brings the payload."""
        origin = origin_of(event.origin)
        tabs = [tab for tab in self.state.tabs.values() if not tab.gone and origin_of(tab.url) == origin]
        for tab in tabs:
            tab.channels.add("push")
            self._mark(tab.label, event.time, "push")
        fresh = self.state.pushes.note(event, [tab.label for tab in tabs])
        if fresh and (profile := self._profile(event.origin)) is not None:
            self._facts.pushed(profile, event)
        return fresh

    def _passed_on(self, packet: Packet, tab: Tab) -> None:
        push = self.state.pushes.passed_on(packet, origin_of(tab.url))
        if push is not None:
            self.state.network.relays(packet, push.seq)

    # ── time passes ──

    def _advance(self, now: float) -> None:
        """What falls due by the passing of time alone, before anything newer is heard."""
        self.state.now = max(self.state.now, now)
        self.state.settle_causes()
        self.state.reconnects.advance(now)
        self.guarantees.advance(now)
        for label in [label for label, held in self._ahead.items() if held[0].time + AHEAD_S < now]:
            self.state.pages[label].clear()  # its navigation never came
            self._release(self.state.tabs[label])
        self._loaded_by(now)
        self.moves.settle(now)
        self._generic.removals.settle(now)
        self._generic.places.settle(now)
        for edited, item in self._editors.settle(now):
            self._accepted(edited, item)
        if self._asides.due(now):
            self._asides.advance(now)
        due = sorted((settled, label) for label in self._settling if (settled := self.state.tabs[label].settled) < now)
        for settled, label in due:
            self._settling.discard(label)
            subject = self.state.subject_of(self.state.tabs[label])
            if subject is not None and not subject.site:
                subject.settle(settled)
                self._explain(subject, now)

    def _loaded_by(self, now: float) -> None:
        """Judge the documents whose load is over by now, with some room for those that show things late.

        One that shows nothing yet of what the last one did is given more.
        """
        while due := [(time, label) for label in self._loading if (time := self._judged(label)) < now]:
            time, label = min(due)
            tab = self.state.tabs[label]
            subject = self.state.subject_of(tab)
            late = time >= tab.began + BARE_S
            if subject is not None and not tab.site and not late and self.guarantees.bare(subject, label):
                self._later[label] = tab.began + BARE_S
                continue
            self._loading.discard(label)
            self._lists.settled(label, time)
            self._asides.settled(label, time)
            if subject is not None:
                self.guarantees.settled(subject, label, time)

    def _judged(self, label: str) -> float:
        """When a tab's document is judged by what it shows."""
        return self._later.get(label, self.state.tabs[label].settled + LATE_S)

    # ── the timeline ──

    def _count(self, event: Event, tab: Tab, connection: Connection | None) -> None:
        match event:
            case Request() if event.resource in ("fetch", "xhr"):
                tab.ask(event.time)
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
