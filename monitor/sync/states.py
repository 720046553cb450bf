"""Texts that show a state which no payload spells out: ticked off, `done` where it said `open`.

A payload says `{"done": true}` of a thing by its id, and the page shows a tick, or a word of its own. So what changed
in its place counts, though nothing holds it, where the tab named just then what the row is about: in a request that
changes something and was not refused, in a frame, or in a message that came unasked. A word must stay, too: many
say for a moment that something is being saved. What a page ticks without telling anybody is its own, such as rows that
are selected.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace

from monitor.sites.address import host_of
from monitor.sites.text import skeleton
from monitor.sync.evidence import SMALL, Packet, named
from monitor.sync.gained import ageless
from monitor.sync.items import Item
from monitor.sync.network import Connection, Network
from monitor.sync.page import Change, Page
from monitor.sync.questions import only_queries
from monitor.sync.records import ID_KEY
from monitor.sync.remembered import Texts
from monitor.sync.removals import Removals
from monitor.sync.replicas import Subject
from monitor.sync.rewording import different
from monitor.sync.row import row_of
from monitor.sync.texts import REST_S
from monitor.sync.ticked import only_ticked

BEFORE_S = 1.0  # what says why comes so long before a page shows it
AT_ONCE_S = 0.35  # a page shows a number that it is told within this
SHOWN_S = 0.1  # clocks of page and network differ so much
AFTER_S = 2.0  # or so long after, where the page does not wait for its server
STAYS_S = 3.0  # a word that stands for so long is a state
_PENDING = 200
_BYTES = 1024  # of a payload about one thing
_LETTERS = 24  # of a word that stands for a state
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_UNASKED = ("socket", "sse", "broadcast", "storage", "worker", "push")
_CALLED = re.compile(r'"([\w.-]{1,40})"\s{0,4}:\s{0,4}"?([\w.:-]{1,64})')


@dataclass(slots=True, frozen=True)
class Swap:
    """A text took another's place. row: the items that stood in its row.

    sure: it is no word that may stand there for a moment only, but a tick, or a number.
    place: the page, the path of the element, and what it says, in letters.
    """

    subject: Subject
    tab: str
    item: str
    time: float
    row: tuple[str, ...]
    sure: bool = False
    place: tuple[Page, str, str] | None = None


@dataclass(slots=True, frozen=True)
class Told:
    """An item counts, as something named what it is about. by: what a tab sent to change it, if one did, and which."""

    subject: Subject
    item: Item
    tab: str
    by: Connection | Packet | None


class States:
    """Keeps what changed in its place until what says why must be here, and judges it then."""

    def __init__(self, network: Network, removals: Removals) -> None:
        self._network = network
        self._removals = removals
        self._pending: deque[Swap] = deque(maxlen=_PENDING)

    def changed(self, subject: Subject, texts: Texts, tab: str, page: Page, change: Change, item: Item) -> None:
        """A page shows a text that is new in the place of another."""
        former = subject.items.get(texts.instead.get(item.id, ""))
        if former is None or change.after is None or item.hidden:
            return
        ticked = only_ticked(former, item.text)
        if ticked:
            texts.tentative.pop(item.id, None)  # nothing else explains it: the text was said long ago
        counted = not ticked and skeleton(former.text) == skeleton(item.text)
        if not ticked and max(len(former.letters), len(item.letters)) > _LETTERS:
            return
        if counted and not self.counts(subject, texts, tab, page, change):
            return
        row = (former.id,) if ticked else _items(texts, tab, page, change)
        about = (one for one in row if one not in (item.id, former.id) and not _runs(subject, texts, one))
        item.row = () if ticked else tuple(about)
        place = (page, change.after.block.path, change.after.letters)
        self._pending.append(Swap(subject, tab, item.id, change.after.at, row, ticked or counted, place))

    def counts(self, subject: Subject, texts: Texts, tab: str, page: Page, change: Change) -> bool:
        """Whether something named a row just then, of which numbers changed: they count something in it.

        What changed but now is an age, which runs on.
        """
        if change.after is None or change.before is None or change.after.at - change.before.at < REST_S:
            return False
        one = Swap(subject, tab, "", change.after.at, ())
        near = self._near(one, tab, SHOWN_S)
        said: list[tuple[Connection | None, Packet | None]] = [
            (None, packet)
            for packet in near
            if packet.dir != "out" and packet.channel in _UNASKED and packet.time > one.time - AT_ONCE_S
        ]
        for label in (tab, *(replica.tab for replica in subject.active() if replica.tab != tab)):
            said += self._sent(one, label, SHOWN_S, answered=False)
        names = self._names(replace(one, row=_items(texts, tab, page, change))) if said else set[str]()
        return any(self._tells(names, by, packet) for by, packet in said)

    def settle(self, now: float) -> list[Told]:
        """What counts from now on."""
        found = []
        while self._pending and self._pending[0].time + STAYS_S < now:
            one = self._pending.popleft()
            item = one.subject.items.get(one.item)
            stands = one.sure or one.item in one.subject.replicas[one.tab].shown or _stays(one)
            if item is None or item.accepted or item.hidden:
                continue
            names = self._names(one)
            if not stands and not self._again(one, names):
                continue
            tab, by = self._sender(one, names)
            if by is not None or self._came(one, names):
                item.accepted = True
                found.append(Told(one.subject, item, tab, by))
        return found

    def _again(self, one: Swap, names: set[str]) -> bool:
        """Whether a word that did not stay gave way to another one, for which the row was named once more."""
        same = (o for o in self._pending if o.subject is one.subject and o.row == one.row and o.time > one.time)
        if (later := next(same, None)) is None:
            return False
        both = replace(one, time=later.time)
        came = [packet for packet in (*self._near(one, one.tab, SHOWN_S), *self._near(both, one.tab, SHOWN_S))
                if packet.dir != "out" and packet.channel in _UNASKED and self._tells(names, None, packet)]  # fmt: skip
        left = [packet.seq if packet is not None else by.seq if by is not None else 0
                for replica in one.subject.active() for at in (one, both)
                for by, packet in self._sent(at, replica.tab, SHOWN_S) if self._tells(names, by, packet)]  # fmt: skip
        return max(len({packet.seq for packet in came}), len(set(left))) > 1

    # ── what names the row ──

    def _tells(self, names: set[str], by: Connection | None, packet: Packet | None) -> bool:
        return bool(names & (_parts(by) | _called(packet))) or _within(names, packet)

    def _came(self, one: Swap, names: set[str]) -> bool:
        """Whether a message that the tab did not ask for names the row."""
        came = (packet for packet in self._near(one, one.tab, SHOWN_S) if packet.dir != "out")
        return any(
            packet.channel in _UNASKED and (names & _called(packet) or _within(names, packet)) for packet in came
        )

    def _sender(self, one: Swap, names: set[str]) -> tuple[str, Connection | Packet | None]:
        """The tab that named the row in what it sent to change something: this one, or another."""
        for tab in (one.tab, *(replica.tab for replica in one.subject.active() if replica.tab != one.tab)):
            for by, packet in self._sent(one, tab):
                if self._tells(names, by, packet):
                    return tab, by or packet
        return one.tab, None

    def _sent(
        self, one: Swap, tab: str, after: float = AFTER_S, *, answered: bool = True
    ) -> list[tuple[Connection | None, Packet | None]]:
        """What left a tab to change something: requests, with what they carried, and frames."""
        out = [packet for packet in self._near(one, tab, after) if packet.dir == "out" and not only_queries(packet)]
        bodies = {packet.connection: packet for packet in out if packet.channel == "fetch"}
        host = host_of(one.subject.key)
        found: list[tuple[Connection | None, Packet | None]] = [
            (connection, bodies.get(connection.key))
            for connection in self._network.opened(tab, one.time - BEFORE_S, one.time + after)
            if connection.method in _WRITES and host_of(connection.url or "") == host
            if not answered or (connection.answered is not None and (connection.status or 500) < 400)
        ]
        return found + [(None, packet) for packet in reversed(out) if packet.channel != "fetch"]

    def _near(self, one: Swap, tab: str, after: float) -> list[Packet]:
        return self._network.logs[tab].between(one.time - BEFORE_S, one.time + after)

    def _names(self, one: Swap) -> set[str]:
        """What payloads called the things in the row."""
        items = [item for item_id in one.row if (item := one.subject.items.get(item_id)) is not None]
        return set[str]().union(*(self._removals.going.names(one.subject, one.tab, item, one.time) for item in items))


def _runs(subject: Subject, texts: Texts, item_id: str) -> bool:
    """Whether a text counts on in its place, as a gauge does: what stands beside it is not about that."""
    item, former = subject.items.get(item_id), subject.items.get(texts.instead.get(item_id, ""))
    return item is not None and former is not None and skeleton(item.text) == skeleton(former.text)


def _stays(one: Swap) -> bool:
    """Whether an element says still what it said, whichever of several that say the same that is."""
    page, path, said = one.place if one.place is not None else (None, "", "")
    entries = page.entries.values() if page is not None else ()
    return any(entry.block.path == path and entry.letters == said for entry in entries)


def _items(texts: Texts, tab: str, page: Page, change: Change) -> tuple[str, ...]:
    """The items that stand in a row with a text; where it is the whole row, it, and what it said before in part."""
    assert change.after is not None
    row, before = row_of(page, change.after), change.before
    if row:
        known = (one for one in row if page.counts.get(one.key) == 1 and not one.letters.isdigit())
        found = [texts.item(tab, entry.key) for entry in known if entry is not change.after]
    else:
        former, text = before.block.text if before is not None else "", change.after.block.text
        found = [] if skeleton(former) == skeleton(text) else [texts.item(tab, change.after.key)]
        if before is not None and len(different(former, text)[1]) < max(2, len(text.split())):
            found.append(texts.item(tab, before.key) or texts.forms.get(ageless(former), ""))
    return tuple(filter(None, found))


def _parts(connection: Connection | None) -> set[str]:
    """The parts of an address that a request went to."""
    return set(re.split(r"[/?&=]", connection.url or "")) - {""} if connection is not None else set()


def _called(packet: Packet | None) -> set[str]:
    """What a short payload calls the thing that it is about: values that look like a name, or are said to be an id."""
    if packet is None or len(packet.haystack.exact) > SMALL:
        return set()
    text = packet.payload if isinstance(packet.payload, str) else ""
    said = {value for key, value in _CALLED.findall(text[:4096]) if ID_KEY.search(key)}
    parts = (part for leaf in packet.haystack.exact if "/" in leaf for part in leaf.split("/"))  # a topic, a path
    return said | set(filter(named, (*packet.haystack.exact, *parts)))


def _within(names: set[str], packet: Packet | None) -> bool:
    """Whether a short payload of bytes has a name in it, whatever stands around it."""
    if packet is None or not isinstance(packet.payload, bytes) or len(packet.payload) > _BYTES:
        return False
    return any(name.encode() in packet.payload for name in names if named(name))
