"""All that reads pages and traffic, each part by rules of its own, and what one of them tells the others."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.sites.profile import Profile
from monitor.sync.asides import Asides
from monitor.sync.authors import Authors
from monitor.sync.editors import Editors
from monitor.sync.evidence import Needle, Packet
from monitor.sync.facts import Facts
from monitor.sync.generic import GenericReading
from monitor.sync.guarantees import Guarantees
from monitor.sync.items import Item
from monitor.sync.lists import Lists
from monitor.sync.moves import Moves
from monitor.sync.outgoing import LINK_S, NEAR_S
from monitor.sync.profiled import ProfiledReading
from monitor.sync.replicas import Subject
from monitor.sync.state import State
from monitor.sync.tabs import Tab

CLOCKS_S = 0.05  # clocks of page and network differ so much


class Readings:
    """The readings of pages with a profile and without one, and what judges what they find."""

    def __init__(self, profiles: Sequence[Profile], state: State) -> None:
        self._profiles = tuple(profiles)
        self._state = state
        self.generic = GenericReading(state.network, state.pages, state.writes, state.departures)
        self.editors = Editors(state.network, state.tabs, state.pages)
        self.profiled = ProfiledReading()
        self.lists = Lists(state)
        self.asides = Asides(state)
        self.moves = Moves(state)
        self.facts = Facts(state, self.profiled, self.lists)
        self.authors = Authors(state)
        self.guarantees = Guarantees(state)
        state.closing = self.guarantees.closed
        state.lapsing = self.guarantees.lapsing

    def profile(self, url: str) -> Profile | None:
        """The profile that covers an address."""
        return next((profile for profile in self._profiles if profile.covers(url)), None)

    def virtual(self, tab: Tab) -> bool:
        """Whether the pages of a tab's site mount long lists in part, as its profile says."""
        profile = self.profile(tab.url)
        return profile is not None and any(rule.virtual for rule in profile.show)

    # ── what payloads explain, where no profile knows the site ──

    def traffic(self, subject: Subject, packet: Packet) -> None:
        """Does a payload explain a text, make a write, or hold what its tab lacks?"""
        for item in self.generic.explain_by(subject, packet, self._state.tabs):
            self.accepted(subject, item)
        if packet.dir != "in":
            self.authors.found_later(subject, packet)
        else:
            self.authors.answered_later(subject, packet)
        if packet.tab is not None and packet.dir != "out":
            self.generic.received(subject, packet)
            self.authors.echoed(subject, packet)

    def explain(self, subject: Subject, now: float) -> None:
        """Accept the texts that payloads explain by now."""
        for item in self.generic.explain(subject, self._state.tabs, now):
            self.accepted(subject, item)

    def accepted(self, subject: Subject, item: Item) -> None:
        """A text counts from now on: find its write, and what other tabs were already sent of it."""
        self.authors.find(subject, item)
        if item.names and item.write is None:  # a total over what others wrote
            item.accepted = False
        for replica in [one for one in subject.active() if item.id in one.shown and one.tab != item.tab]:
            subject.meet(replica.tab, item, self._state.now)
        for wait in subject.waits.open_on(item.id):
            if (packet := self._sent(item, wait.tab)) is not None:
                self.generic.receive(subject, wait.tab, item, packet)
        if item.write is None:
            self.generic.spared.accepted(subject, item, self._state.now)
        else:
            self.generic.spared.wrote(subject, item, self._state.writes.all[item.write].tab, self._state.now)
        self.generic.partial.accepted(subject, self.generic.texts(subject), item, self._state.now)

    def _sent(self, item: Item, tab: str) -> Packet | None:
        """What brought an item to a tab, before or after it counted: nothing can that came before it was written.

        Where nobody was seen to write it, what came long before must say it as it is shown, and not the like of it.
        """
        write = self._state.writes.all[item.write] if item.write is not None else None
        needle, as_shown = item.needle, Needle(item.text, item.letters)
        since = max(item.at - LINK_S, write.sent - CLOCKS_S) if write is not None else item.at - LINK_S
        for packet in self._state.network.logs[tab].between(since, self._state.now):
            near = write is not None or packet.time > item.at - NEAR_S
            says = packet.haystack.holds(needle) if near else packet.haystack.holds_whole(as_shown)
            if packet.dir != "out" and says:
                return packet
        return None

    # ── time passes ──

    def settle(self, now: float) -> None:
        """Judge what had to wait for payloads that must be here by now."""
        self.moves.settle(now)
        self.generic.removals.settle(now)
        self.generic.places.settle(now)
        self.generic.partial.settle(now)
        for told in self.generic.states.settle(now):
            if told.by is not None:
                self.authors.called(told.subject, told.item, told.by, told.tab)
            self.accepted(told.subject, told.item)
        for edited, item in self.editors.settle(now):
            self.accepted(edited, item)
        if self.asides.due(now):
            self.asides.advance(now)
