"""Whether traffic says that texts of a page were moved, for everybody and not in one tab's view.

A user who sorts a list, or a page that remembers that it is to be sorted, names none of the things that are sorted. So
a move is everybody's only where, just before or after it,

- a request, a frame or a message that left the tab, and was not refused, names one of the texts concerned, by itself or
  by an id that stood beside it, and speaks of a place (`position`, `after`, `column`, `/move` …); or names several of
  them in their new order;
- a message that came unasked does so;
- either names the text, says when it was last active, and the text went to an end of its list for that;
- an answer lists them in their new order, where the same question was answered with the former order before; in the
  tabs that are compared as well, if the question speaks of sorting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from monitor.decode.moments import moment_of
from monitor.sites.text import letters
from monitor.sync.answers import source_of
from monitor.sync.arrangement import moved
from monitor.sync.evidence import SMALL, Packet
from monitor.sync.items import Item
from monitor.sync.network import Connection, Network
from monitor.sync.removals import Removals
from monitor.sync.replicas import Subject
from monitor.sync.writes import Writes

BEFORE_S = 2.0  # what says that texts are moved comes so long before a page moves them
AFTER_S = 1.5  # or so long after, where the page does not wait for its server
_ASKED_S = 1.0  # what comes this soon after a page said something may be the answer to it
_NAMED = 30  # texts whose names are looked for
_SEARCHED = 60  # payloads among which an earlier answer is looked for
_PLACES = re.compile(
    r"(?<!b)order|position|rank|index|idx|(?<!re)move|place|before|after|prev|next|above|below|pin|col(?:umn)?(?![a-z])|lane"
    r"|list|stage|section|group|bucket|board|weight|drag|drop|swap|shift|(?:^|[^a-z])(?:pos|to|up|down|top|sort)(?![a-z])",
    re.IGNORECASE,
)
_KEYS = re.compile(r'"([\w.-]{1,40})"\s{0,4}:')
_SORTS = re.compile(r"sort|order", re.IGNORECASE)
NOW_S = 600.0  # clocks are off by so much at most, of those who say that something happened now
_STAMPS = ("ISO", "unix")
_CELLS = 6  # texts beside one in its row
_WORD = re.compile(r"[\w.-]{2,40}")


@dataclass(slots=True, frozen=True)
class Move:
    """A tab shows texts in another order. turned: those that stand on another side of some other.

    agreed: the other tabs that stood as it did until then, each with the beginning of its document. shapes: of the rows
    of one list alike.
    """

    subject: Subject
    tab: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    turned: frozenset[str]
    agreed: dict[str, float]
    time: float
    seq: int
    shapes: dict[str, str]


@dataclass(slots=True, frozen=True)
class Told:
    """What was moved, in the order of the page, by what, and the events that say so. written: by the tab itself."""

    items: tuple[str, ...]
    how: str
    events: tuple[int, ...]
    written: bool = False


class Rearranged:
    """Looks for what says that texts were moved."""

    def __init__(self, network: Network, removals: Removals, writes: Writes) -> None:
        self._network = network
        self._removals = removals
        self._writes = writes

    def written(self, item: Item) -> float:
        """When a text was written, as far as it is known: its write was acknowledged, or somebody showed it."""
        write = self._writes.all[item.write] if item.write is not None else None
        return write.at if write is not None and write.at is not None else item.at

    def told(self, move: Move) -> Told | None:
        """What was moved and by what, where traffic says so. Labels, which many things have, come and go."""
        found = self._found(move)
        items = [move.subject.items[i] for i in found.items if i in move.subject.items] if found is not None else []
        labels = {one.id for one in items if self._removals.going.answers.label(move.subject, move.tab, one, move.time)}
        if found is None or not labels:
            return found
        rest = tuple(item_id for item_id in found.items if item_id not in labels)
        return replace(found, items=rest) if rest else None

    def _found(self, move: Move) -> Told | None:
        names = self._names(move)
        for packet in self._near(move):
            if packet.haystack.opaque and packet.dir != "out":
                continue
            connection, named = self._network.connections.get(packet.connection), self._named(packet, move, names)
            if packet.dir == "out":
                if not _asks(connection) and self._says(packet, connection, move, named, names):
                    return self._told(move, named, packet.seq, f"{move.tab} moved", connection)
            elif connection is not None and connection.channel == "fetch":
                if self._relisted(packet, connection, move, names):
                    return self._told(move, named, packet.seq, f"{move.tab} was told otherwise", connection)
            elif self._says(packet, connection, move, named, names) and not self._prompted(packet, move):
                return self._told(move, named, packet.seq, f"{move.tab} was told by {packet.channel}", None)
        for connection in self._network.opened(move.tab, move.time - BEFORE_S, move.time + AFTER_S):
            parts = _parts(connection)
            named = [item_id for item_id in move.turned if names.get(item_id, set()) & parts]
            if _explains(named, move) and not _asks(connection) and any(map(_PLACES.search, parts)):
                return self._told(move, named, connection.seq, f"{move.tab} moved", connection)
        return None

    def _told(self, move: Move, named: list[str], seq: int, how: str, by: Connection | None) -> Told:
        """The fewest texts that may have been moved, if all of them are named; else those that are."""
        least = moved(move.after, move.before)
        items = tuple(i for i in move.after if i in named) if named and not set(least) <= set(named) else least
        written = how.endswith("moved")
        what = f" {'it' if len(items) == 1 else 'them'}" if written else ""
        request = f" ({by.request})" if by is not None and by.method else ""
        return Told(items, f"{how}{what}{request}", (seq,), written)

    # ── what names them ──

    def _near(self, move: Move) -> list[Packet]:
        return self._network.logs[move.tab].between(move.time - BEFORE_S, move.time + AFTER_S)

    def _names(self, move: Move) -> dict[str, set[str]]:
        """What the texts concerned are called, those first that moved furthest."""
        some = [*moved(move.after, move.before), *sorted(move.turned)]
        items = [item for item_id in dict.fromkeys(some) if (item := move.subject.items.get(item_id)) is not None]
        return {item.id: self._removals.going.names(move.subject, move.tab, item, move.time) for item in items[:_NAMED]}

    def _named(self, packet: Packet, move: Move, names: dict[str, set[str]]) -> list[str]:
        """The texts that a payload names, or the address that it was sent to."""
        connection = self._network.connections.get(packet.connection) if packet.dir == "out" else None
        said = packet.haystack.exact | (_parts(connection) if connection is not None else set())
        by_id = [one for one in names if names[one] & said]
        size = {one: len(move.subject.items[one].letters) for one in by_id}  # a column's head may be beside the same id
        called = [one for one in by_id if not any(names[i] & names[one] and size[i] > size[one] for i in by_id)]
        return called or [one for one in names if _holds(packet, move.subject.items[one])]

    def _says(
        self, packet: Packet, connection: Connection | None, move: Move, named: list[str], names: dict[str, set[str]]
    ) -> bool:
        """Whether a payload names a text and speaks of a place, or names several in their new order."""
        if connection is not None and (connection.status or 0) >= 400:
            return False
        if not named:
            return False
        if self._listed(packet, move, names) == "after":
            return True
        few = len(packet.haystack.exact) <= SMALL and _explains(named, move)
        return few and (any(map(_PLACES.search, _words(packet, connection))) or _touched(packet, named, move))

    def _listed(self, packet: Packet, move: Move, names: dict[str, set[str]]) -> str:
        """Which order of the texts concerned a payload has: `after`, `before`, or empty for neither."""
        run = f"\x1f{packet.haystack.joined}\x1f"
        found: dict[str, int] = {}
        for item_id, called in names.items():
            keys = [letters(name) for name in called] + [move.subject.items[item_id].letters]
            at = [run.find(f"\x1f{key}\x1f") for key in keys if key]
            if (at := [one for one in at if one >= 0]) and len(at):
                found[item_id] = min(at)
        if len(set(found.values())) < 2:
            return ""
        listed = sorted(found, key=lambda item_id: found[item_id])
        for which, items in (("after", move.after), ("before", move.before)):
            order = [item_id for item_id in items if item_id in found]
            if order == listed or (len(order) > 2 and order == listed[::-1]):
                return which
        return ""

    # ── what is asked ──

    def _prompted(self, packet: Packet, move: Move) -> bool:
        """Whether a message may be the answer to what the page had just said on the same connection."""
        said = self._network.logs[move.tab].leaving(packet.time - _ASKED_S, packet.time)
        return any(one.connection == packet.connection and one.dir == "out" for one in said)

    def _relisted(self, packet: Packet, connection: Connection, move: Move, names: dict[str, set[str]]) -> bool:
        """Whether the same question was answered with the former order before."""
        if self._listed(packet, move, names) != "after":
            return False
        source, tabs = source_of(self._network, packet), set[str | None]()
        for number, earlier in enumerate(self._removals.going.answers.earlier(move.subject, move.tab, packet.time)):
            if number >= _SEARCHED:
                break
            same = earlier is not packet and source_of(self._network, earlier) == source
            if same and self._listed(earlier, move, names) == "before":
                tabs.add(earlier.tab)
        sorts = _SORTS.search((connection.url or "").partition("?")[2])
        return set(move.agreed) <= tabs if sorts and tabs else bool(tabs)


def _touched(packet: Packet, named: list[str], move: Move) -> bool:
    """Whether a payload says when what it names was last active, and that went to an end of its list for it."""
    now = (moment for leaf in packet.haystack.exact if (moment := moment_of(leaf, packet.time)) is not None)
    if not any(abs(moment.at - packet.time) < NOW_S and moment.form.startswith(_STAMPS) for moment in now):
        return False
    rows = [one for one in move.after if move.shapes.get(one) == move.shapes.get(named[0])]
    place = {one: number for number, one in enumerate(rows)}
    places = sorted(place[one] for one in named if one in place)
    here = set(range(len(rows))) - set(places)
    beside = {n for n in here if rows[n] in move.turned and abs(n - places[0]) <= _CELLS} if places else set[int]()
    rest = here - beside
    return bool(rest) and bool(places) and (places[-1] < min(rest) or places[0] > max(rest))


def _explains(named: list[str], move: Move) -> bool:
    """Whether the other rows stand as before without those that are named, and what stands beside these."""
    shapes, gone = {move.shapes.get(one, "") for one in named}, set(named)
    for one in named:
        for step in (-1, 1):
            beside = list(_beside(one, step, move))
            gone.update(beside)
            shapes.update(move.shapes.get(other, "") for other in beside)
    rest = [
        tuple(i for i in items if i not in gone and move.shapes.get(i, "") in shapes)
        for items in (move.after, move.before)
    ]
    return bool(named) and not moved(*rest)


def _beside(one: str, step: int, move: Move) -> Iterator[str]:
    """What stands beside a text before and after, up to the next row."""
    before, after = move.before.index(one), move.after.index(one)
    while True:
        before, after = before + step, after + step
        inside = 0 <= before < len(move.before) and 0 <= after < len(move.after)
        if not inside or move.before[before] != move.after[after]:
            return
        other = move.after[after]
        if move.shapes.get(other) == move.shapes.get(one) or other not in move.turned:
            return
        yield other


def _asks(connection: Connection | None) -> bool:
    return connection is not None and connection.method in ("GET", "HEAD", "OPTIONS")


def _parts(connection: Connection) -> set[str]:
    """The parts of the path and query of an address."""
    return set(re.split(r"[/?&=]", (connection.url or "").partition("://")[2].partition("/")[2]))


def _holds(packet: Packet, item: Item) -> bool:
    return bool(item.letters) and packet.haystack.holds_whole(item.needle)


def _words(packet: Packet, connection: Connection | None) -> Iterator[str]:
    """What a payload calls its parts, its short values, and the path that it was sent to."""
    if isinstance(packet.payload, str):
        yield from _KEYS.findall(packet.payload[:4096])
    yield from (leaf for leaf in packet.haystack.exact if _WORD.fullmatch(leaf))
    if packet.dir == "out" and connection is not None and connection.method:
        yield from _parts(connection)
