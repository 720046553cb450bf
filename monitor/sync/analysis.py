"""The one fold: `feed(event)`, `tick(now)`, `snapshot()`. What is shown live, replayed or reported is this alone.

It reads no clock, no file and no socket. Time passes by events and by ticks; a tick moves `now` and nothing else, so a
capture fed without ticks ends in the same state as the recording it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from monitor.decode import Decoder
from monitor.model import (
    Action,
    Body,
    Decoded,
    Event,
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
    TargetAttached,
    TargetChanged,
    TargetCrashed,
    TargetGone,
    UserInput,
    Visibility,
    WorkerMessage,
)
from monitor.sites.address import origin_of, place_of
from monitor.sites.profile import Profile
from monitor.sync import view
from monitor.sync.evidence import Packet
from monitor.sync.latency import Latencies
from monitor.sync.loads import Loads
from monitor.sync.network import Connection
from monitor.sync.readings import Readings
from monitor.sync.recordings import RecordingLog
from monitor.sync.showing import Showing
from monitor.sync.snapshot import Snapshot
from monitor.sync.state import State
from monitor.sync.tabs import Tab
from monitor.sync.ticks import Ticks
from monitor.sync.timeline import LANE_S
from monitor.sync.visits import Visits

_ASKED = (Request, RequestBody, SocketOpened, Body)


class Analysis:
    """Feed it every event of a capture in order; ask it for a snapshot at any time."""

    def __init__(self, profiles: Sequence[Profile] = ()) -> None:
        self.state = State()
        self.log = RecordingLog()
        self.latencies = Latencies(self.state.network)
        self._decoder = Decoder()
        self._ticks = Ticks()
        self._readings = Readings(profiles, self.state)
        self._showing = Showing(self.state, self._readings)
        self._loads = Loads(self.state, self._readings)
        self._visits = visits = Visits(self.state, self._readings, self._showing, self._loads, self._ticks)
        self._handlers: dict[type[Event], Callable[[Any, Tab], None]] = {
            TargetAttached: visits.attached,
            TargetChanged: visits.changed,
            TargetCrashed: visits.crashed,
            TargetGone: visits.gone,
            Navigation: visits.navigated,
            Lifecycle: visits.loaded,
            Visibility: visits.visibility,
            Action: visits.acted,
            UserInput: visits.used,
            Shown: self._showing.shown,
            PushState: self._registered,
        }

    # ── the three calls ──

    def feed(self, event: Event) -> Decoded | None:
        """Take one event into account; what its payload decodes to, for whoever reads the same events beside it."""
        self.log.note(event)
        state = self.state
        self._advance(event.time)
        connection = state.network.note(event)
        tab = self._visits.tab(event)
        if tab is not None and (handler := self._handlers.get(type(event))):
            handler(event, tab)
        fresh = not isinstance(event, Push) or self._pushed(event)
        packet = state.network.packet(event, connection) if fresh else None
        decoded = self._decoder.feed(event)
        state.reconnects.note(event, connection)
        if isinstance(event, WorkerMessage) and packet is not None and tab is not None:
            self._passed_on(packet, tab)
        if isinstance(event, Response) and connection is not None:
            self._answered(event, connection, tab)
        if tab is not None:
            self._ticks.count(event, tab, connection)
            self._read(event, decoded, packet, connection, tab)
        elif isinstance(event, Mark):
            self._ticks.mark_all(event.time, "mark")
        self.latencies.feed(event, connection, packet, decoded, self._site(event, tab))
        if packet is not None:
            self._traffic(packet)
        return decoded

    def tick(self, now: float) -> None:
        """Time passed without an event: up to `now`, in the events' wall clock, all that happened has been fed."""
        self._advance(now)

    def snapshot(self, lane_s: float = LANE_S) -> Snapshot:
        """Everything as it stands, frozen. lane_s: how far back the timelines go."""
        guarantees = self._readings.guarantees
        return view.snapshot(self.state, self.log, self._ticks.of, guarantees, self.latencies, lane_s)

    # ── what traffic says ──

    def _answered(self, event: Response, connection: Connection, tab: Tab | None) -> None:
        """A request was answered: that may end a write."""
        readings = self._readings
        if (refused := self.state.writes.answered(connection, event.time)) is not None:
            readings.authors.refused(refused)
        readings.lists.answered(connection, event.time)
        readings.facts.answered(connection, event.time)
        if tab is not None and connection.resource in ("fetch", "xhr"):
            tab.answer(connection.opened, event.time)

    def _read(
        self, event: Event, decoded: Decoded | None, packet: Packet | None, connection: Connection | None, tab: Tab
    ) -> None:
        """What an event of a tab says, where a profile knows its site."""
        asked = connection is not None and isinstance(event, _ASKED)
        if not asked and (packet is None or decoded is None):
            return
        profile = self._readings.profile(tab.url)
        if profile is None:
            return
        if asked and connection is not None:
            self._readings.facts.asked(profile, event, decoded, connection, tab)
        if packet is not None and decoded is not None:
            self._readings.facts.feed(profile, event, decoded, packet, connection, tab)

    def _traffic(self, packet: Packet) -> None:
        """A payload came or went: of its tab, or of all where it is of none."""
        tabs = self.state.tabs
        for tab in [tabs[packet.tab]] if packet.tab is not None else list(tabs.values()):
            if packet.tab is None and not self.state.network.concerns(packet, tab.label):
                continue
            subject = self.state.subject_of(tab)
            if subject is not None and not tab.site:
                self._readings.traffic(subject, packet)

    def _site(self, event: Event, tab: Tab | None) -> str:
        """The application an event is of, by its profile's name or its host: of its tab, or of the origin pushed to."""
        if tab is not None:
            return tab.site or place_of(tab.url)
        if isinstance(event, Push):
            profile = self._readings.profile(event.origin)
            return profile.name if profile is not None else place_of(event.origin)
        return ""

    # ── pushes ──

    def _registered(self, event: PushState, tab: Tab) -> None:
        self.state.pushes.registered(event)

    def _pushed(self, event: Push) -> bool:
        """A stage of a push: it concerns the open tabs of its origin. Whether it brings the payload."""
        origin = origin_of(event.origin)
        tabs = [tab for tab in self.state.tabs.values() if not tab.gone and origin_of(tab.url) == origin]
        for tab in tabs:
            tab.channels.add("push")
            self._ticks.mark(tab.label, event.time, "push")
        fresh = self.state.pushes.note(event, [tab.label for tab in tabs])
        if fresh and (profile := self._readings.profile(event.origin)) is not None:
            self._readings.facts.pushed(profile, event)
        return fresh

    def _passed_on(self, packet: Packet, tab: Tab) -> None:
        push = self.state.pushes.passed_on(packet, origin_of(tab.url))
        if push is not None:
            self.state.network.relays(packet, push.seq)

    # ── time passes ──

    def _advance(self, now: float) -> None:
        """What falls due by the passing of time alone, before anything newer is heard."""
        readings = self._readings
        self.state.now = max(self.state.now, now)
        self.state.settle_causes()
        self.state.reconnects.advance(now)
        readings.guarantees.advance(now)
        self._showing.advance(now)
        self._loads.judge(now)
        readings.settle(now)
        self._loads.settle(now)
