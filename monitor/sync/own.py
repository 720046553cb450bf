"""What one tab shows of its own, though a payload brought it: what the others show instead, or need not show at all.

- What each tab fetched once for itself, or both are told and each shows its own part of.
- What was there before, and came into view: rows that were scrolled to, another page of a list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from monitor.sites.text import skeleton
from monitor.sync.evidence import SMALL, Needle, Packet
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.page import Entry, Page
from monitor.sync.replicas import Subject
from monitor.sync.tabs import Tab

SCROLL_S = 1.5  # what a list brought so long before it shows was merely out of sight
_ANSWERS = ("fetch", "fetch-stream")
_SOME = 3  # texts by which a list is known
_LISTS = 50  # answers that are looked through
_MANY = 5  # so many texts at once are a page of a list
_PAGE = 100  # of the newest texts
Disown = Callable[[Subject, Entry], None]


class Own:
    """Tells what is a tab's own."""

    def __init__(self, network: Network, pages: Mapping[str, Page]) -> None:
        self._network = network
        self._pages = pages

    def turned_up(self, subject: Subject, item: Item, packet: Packet) -> bool:
        """Whether a text was there before: scrolled into view, or on another page of a list that the tab turned to."""
        if packet.dir == "out":
            return item.letters.isdigit() and self._together(subject, item) >= _MANY
        if self._knew(subject, item):
            return True
        if packet.tab != item.tab or packet.channel not in _ANSWERS:
            return False
        connection = self._network.connections.get(packet.connection)
        if item.at - packet.time > SCROLL_S and len(packet.haystack.exact) > SMALL:
            return True
        many = self._together(subject, item) >= _MANY
        return connection is not None and many and self._network.turns(connection)

    def _together(self, subject: Subject, item: Item) -> int:
        """How many texts came to stand on a page at once with one."""
        return sum(o.at == item.at and o.tab == item.tab for o in islice(reversed(subject.items.values()), _PAGE))

    def _knew(self, subject: Subject, item: Item) -> bool:
        """Whether an answer that lists things told the tab a text long before it showed it, for the first time."""
        older = list(self._answers(item.tab, item.at - SCROLL_S))
        lost = {self._endpoint(packet) for packet in older if packet.haystack.opaque} - {""}
        for label in [replica.tab for replica in subject.active() if replica.tab != item.tab] if lost else ():
            theirs = self._answers(label, item.at - SCROLL_S)  # what the same address answered another tab
            older += [packet for packet in theirs if self._endpoint(packet) in lost]
        holding = [packet for packet in older if packet.haystack.holds_whole(item.needle)]
        others = [one.letters for one in subject.items.values() if one is not item] if holding else []
        return any(_lists(packet, others) for packet in holding) and item.letters not in others

    def _answers(self, tab: str, before: float) -> Iterator[Packet]:
        """The latest answers that a tab had by a moment."""
        lists = (packet for packet in reversed(self._network.logs[tab]) if packet.channel in _ANSWERS)
        yield from (packet for packet in islice(lists, _LISTS) if packet.dir == "in" and packet.time < before)

    def _endpoint(self, packet: Packet) -> str:
        """The address that answered; how it was asked may not be known."""
        connection = self._network.connections.get(packet.connection)
        return (connection.endpoint or "").partition(" ")[2] if connection is not None else ""

    def private(
        self, subject: Subject, item: Item, path: str, packet: Packet, tabs: Mapping[str, Tab], disown: Disown
    ) -> bool:
        """Whether another tab shows, at the same place, a text of its own instead, which is then disowned too."""
        if not path:
            return False
        loading = item.at <= tabs[item.tab].settled
        mine = self._pages[item.tab].counts
        for label, entry in self._at_place(subject, item.tab, path):
            if entry.key in mine:
                continue
            if loading and skeleton(entry.block.text) == skeleton(item.text):
                return True
            once = packet.tab == item.tab and self._fetched_once(packet, item.tab, label, entry)
            if once or self._both_know_both(item, label, entry, packet):
                disown(subject, entry)
                return True
        return False

    def _at_place(self, subject: Subject, tab: str, path: str) -> Iterator[tuple[str, Entry]]:
        for replica in subject.active():
            if replica.tab != tab:
                for entry in self._pages[replica.tab].entries.values():
                    if entry.block.path == path and entry.letters:
                        yield replica.tab, entry

    def _both_know_both(self, item: Item, other: str, entry: Entry, packet: Packet) -> bool:
        """Whether each tab still gets what the other shows here, and shows its own: cursors, who else is there."""
        theirs, mine = self._last(other, item.needle), self._last(item.tab, Needle.of(entry.block.text))
        if theirs is None or mine is None:
            return False
        return mine >= theirs - 1.0 and (packet.channel == "fetch" or theirs >= item.at - 1.0)

    def _last(self, tab: str, needle: Needle) -> float | None:
        """When a tab was last sent a text."""
        log = self._network.logs[tab]
        return next((p.time for p in reversed(log) if p.dir != "out" and p.haystack.holds(needle)), None)

    def _fetched_once(self, packet: Packet, tab: str, other: str, entry: Entry) -> bool:
        """Whether both tabs asked one address, once each, and were given a text of their own."""
        connection = self._network.connections.get(packet.connection)
        if connection is None or connection.resource not in ("fetch", "xhr") or connection.method != "GET":
            return False
        asked = [self._network.asked.get(label, connection.endpoint) for label in (tab, other)]
        if any(polls is None or len(polls.starts) != 1 for polls in asked):
            return False
        needle = Needle.of(entry.block.text)
        return any(
            answer.haystack.holds(needle)
            for answer in self._network.logs[other]
            if answer.dir == "in" and self._asks(answer, connection.endpoint)
        )

    def _asks(self, packet: Packet, endpoint: str) -> bool:
        connection = self._network.connections.get(packet.connection)
        return connection is not None and connection.endpoint == endpoint


def _lists(packet: Packet, texts: list[str]) -> bool:
    """Whether a payload lists things, some of which have these texts."""
    return len(packet.haystack.exact) > SMALL or sum(text in packet.haystack.parts for text in texts) >= _SOME
