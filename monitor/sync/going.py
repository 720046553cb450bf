"""What says that a text which a tab let go of is gone for all: a payload, or the address of a request.

- A payload or an address names it by an id that stood beside it in the payload that had brought it, and no answer after
  that lists it still;
- a payload speaks of deleting, and not of another thing by its id, or a request is a DELETE, and this text alone went;
- a payload has it in a record that is marked as deleted (`"deleted": true`, `"removed_at": …`), or names it with such a
  mark;
- the newest of several answers that list the same leaves it out, and holds others that it stands among. It may be a
  page of a longer list, where what stands at one end makes room for what comes at the other;
- a payload that nobody can read came with it, where few such come, and this text alone went.

Who sent such a payload, or made such a request, is who deleted it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from monitor.sites.text import letters
from monitor.sync.answers import Answers
from monitor.sync.evidence import SMALL, Needle, Packet, named
from monitor.sync.items import Item
from monitor.sync.network import Connection, Network
from monitor.sync.questions import only_queries
from monitor.sync.records import ID_KEY, naming
from monitor.sync.replicas import Subject

BEFORE_S = 2.0  # what says that a text is gone comes so long before a page lets go of it
AFTER_S = 1.5  # or so long after, where the page does not wait for its server
SLOW_S = 60.0  # a request may be answered this late
_FEW = 3  # a thing and what stands beside it
_OPAQUE = 4  # so many unreadable payloads in ten seconds are a stream of them
GOES = re.compile(
    r"delet|remov|destroy|trash|archiv|erase|retract|unsend|(?:^|[^a-z])(?:del|rm)(?:$|[^a-z])", re.IGNORECASE
)
_MARK = r"_?(?:is_?)?(?:delet|remov|destroy|trash|archiv|erase|retract|tombston)(?:e?d|e)?(?:_?(?:at|on))?|gone"
_MARKED = re.compile(_MARK, re.IGNORECASE)
_MARKS = re.compile(rf'"(?:{_MARK})"\s{{0,4}}:', re.IGNORECASE)
_KEYS = re.compile(r'"([\w.-]{1,40})"\s{0,4}:')
_CALLED = re.compile(r'"([\w.-]{1,40})"\s{0,4}:\s{0,4}"?([\w.:-]{1,64})')
_BEFORE = re.compile(r'"([\w.:-]{1,64})"\s{0,4}:\s{0,4}$')
_FIELD = re.compile(r"[A-Za-z_-]{3,}\d{1,2}")
_NESTED = 24  # braces looked at before a text
_AROUND = 1000  # characters of a record besides the text
_WORD = re.compile(r"[\w.:/-]{2,40}")
_READS = ("GET", "HEAD", "OPTIONS", None)


@dataclass(slots=True, frozen=True)
class Drop:
    """A tab let go of a text. count: of those that went at once. gained: the letters of what came with that.

    held: another tab showed it then. former: the texts whose place it had taken, and that other tabs showed still.
    """

    subject: Subject
    tab: str
    item: str
    time: float
    seq: int
    count: int
    gained: tuple[str, ...]
    held: bool = True
    former: tuple[str, ...] = ()


class Going:
    """Looks for what says so in the traffic of a tab."""

    def __init__(self, network: Network) -> None:
        self.answers = Answers(network)
        self._network = network

    def said(self, drop: Drop, item: Item) -> Packet | Connection | None:
        """What says that a text is gone, by what reached or left the tab that let go of it."""
        names = self.names(drop.subject, drop.tab, item, drop.time)
        for packet in sorted(self._near(drop), key=lambda packet: packet.dir == "out"):
            if self._says(drop, item, packet, names):
                return packet
        return self._asked(drop, item, names)

    def author(self, drop: Drop, item: Item) -> tuple[str, Packet | Connection] | None:
        """The tab that asked for it, and by what: the one that let go of it first, or another."""
        tabs = [drop.tab, *(replica.tab for replica in drop.subject.active() if replica.tab != drop.tab)]
        names = self.names(drop.subject, drop.tab, item, drop.time)
        for tab in tabs:
            one = replace(drop, tab=tab)
            if (connection := self._asked(one, item, names)) is not None:
                return tab, connection
            for packet in (packet for packet in self._near(one) if packet.dir != "in" and not only_queries(packet)):
                by = self._network.connections.get(packet.connection) if packet.channel == "fetch" else None
                if packet.channel == "fetch" and (by is None or by.method in _READS or (by.status or 0) >= 400):
                    continue
                if self._says(one, item, packet, names):
                    return tab, by or packet
        return None

    def _says(self, drop: Drop, item: Item, packet: Packet, names: set[str]) -> bool:
        """Whether a payload says that a text is gone."""
        if any(packet.haystack.holds_whole(Needle(text, text)) for text in drop.gained):
            return self._dropped(drop, item, packet, instead=True)  # it brought what came in its place, too
        if packet.haystack.opaque:
            return drop.count == 1 and item.accepted and self._unread(drop, packet)
        holds = packet.haystack.holds(item.needle)
        goes = any(_WORD.fullmatch(leaf) and GOES.search(leaf) for leaf in packet.haystack.exact)
        goes = goes or _marked(packet, item, names)
        if goes and drop.count == 1 and not (names and _called(packet) and names.isdisjoint(_called(packet))):
            return True
        named = len(packet.haystack.exact) <= SMALL and names & packet.haystack.exact
        if named and goes:
            return True
        weak = named and not holds and drop.count <= _FEW and not drop.gained
        if weak and not self._sets(drop, item, packet) and not self._listed_still(drop, item, packet.time):
            return True
        return not holds and self._dropped(drop, item, packet)

    def _dropped(self, drop: Drop, item: Item, packet: Packet, *, instead: bool = False) -> bool:
        return self.answers.left_out(drop.subject, drop.tab, item, packet, drop.time + AFTER_S, instead=instead)

    def _sets(self, drop: Drop, item: Item, packet: Packet) -> bool:
        """Whether a payload gives a field of a text's record another value: then it is there, in another view."""
        if not isinstance(packet.payload, str):
            return False
        keys = {key for key in _KEYS.findall(packet.payload[:4096]) if not ID_KEY.search(key)}
        for earlier in self.answers.earlier(drop.subject, drop.tab, packet.time) if keys else ():
            if earlier is not packet and earlier.haystack.holds(item.needle):
                text = _text(earlier, item)
                records = _records(earlier.payload, text) if text and isinstance(earlier.payload, str) else iter(())
                return not keys.isdisjoint(next((one for key, one in records if key or naming(one)), {}))
        return False

    def _near(self, drop: Drop) -> list[Packet]:
        start, end = drop.time - BEFORE_S, drop.time + AFTER_S
        return self._network.logs[drop.tab].between(start, end) + self._network.nobodys(drop.tab, start, end)

    def _asked(self, drop: Drop, item: Item, names: set[str]) -> Connection | None:
        """The request of the tab whose address, or method, says that a thing shall go; else one that names it."""
        named: Connection | None = None
        for connection in self._network.opened(drop.tab, drop.time - SLOW_S, drop.time + AFTER_S):
            if connection.method in _READS or (connection.status or 0) >= 400:
                continue
            if max(connection.opened, connection.answered or 0.0) < drop.time - BEFORE_S:
                continue
            parts = set(re.split(r"[/?&=]", connection.url or ""))
            goes = connection.method == "DELETE" or any(map(GOES.search, parts))
            if goes and (drop.count == 1 or names & parts):
                return connection
            if named is None and names & parts and not self._listed_still(drop, item, connection.opened):
                named = connection
        return named

    def _listed_still(self, drop: Drop, item: Item, since: float) -> bool:
        """Whether an answer that came after what names a text lists it with others: it changed, and only this tab's
        view, such as of what is still to do, leaves it out."""
        others = {one.letters for one in drop.subject.items.values() if one.id != item.id and one.letters}
        return any(
            packet.dir == "in"
            and packet.channel == "fetch"
            and packet.time > since
            and packet.haystack.holds(item.needle)
            and not others.isdisjoint(packet.haystack.parts)
            for packet in self._near(drop)
        )

    def _unread(self, drop: Drop, packet: Packet) -> bool:
        """Whether a payload that nobody can read came right before, and is no part of a stream of them."""
        if packet.channel != "socket" or len(packet.payload) <= 8 or packet.time > drop.time + 0.1:
            return False
        if packet.time < drop.time - 1.0 or packet.dir == "out":
            return False
        lately = self._network.logs[drop.tab].between(drop.time - 10.0, drop.time)
        return sum(other.haystack.opaque and len(other.payload) > 8 for other in lately) <= _OPAQUE

    # ── what a text is called ──

    def names(self, subject: Subject, tab: str, item: Item, before: float) -> set[str]:
        """The ids that stood beside a text in the payloads that brought it to a tab, or to another one."""
        for packet in self.answers.earlier(subject, tab, before):
            if packet.haystack.holds(item.needle):
                found = set(_beside(packet, item))
                if found:
                    return found
        return set()


def _marked(packet: Packet, item: Item, names: set[str]) -> bool:
    """Whether the record of a text, or the one that has its id, is marked as deleted."""
    if not isinstance(packet.payload, str) or _MARKS.search(packet.payload) is None:
        return False
    places = [text] if (text := _text(packet, item)) else sorted(names & packet.haystack.exact)
    return any(_has_mark(packet.payload, place) for place in places)


def _has_mark(payload: str, place: str) -> bool:
    """Whether the record around a value has such a mark: the smallest part that has it or an id."""
    for key, record in _records(payload, place):
        if any(_MARKED.fullmatch(name) and value not in (False, None, 0, "") for name, value in record.items()):
            return True
        if key or naming({name: value for name, value in record.items() if value != place}):
            return False
    return False


def _called(packet: Packet) -> set[str]:
    """What a short payload calls the thing that it is about."""
    if len(packet.haystack.exact) > SMALL or not isinstance(packet.payload, str):
        return set()
    return {value for key, value in _CALLED.findall(packet.payload[:4096]) if ID_KEY.search(key)}


def _beside(packet: Packet, item: Item) -> set[str]:
    """The ids in the smallest part of a payload that holds a text and an id."""
    text = _text(packet, item)
    if text is None:
        return set()
    around = _records(packet.payload, text) if isinstance(packet.payload, str) else iter(())
    for key, record in around:
        found = naming({name: value for name, value in record.items() if value != text})
        if found or key:
            return found or {key}
    few = len(packet.haystack.exact) <= SMALL
    return {leaf for leaf in packet.haystack.exact if few and leaf != text and named(leaf)}


def _text(packet: Packet, item: Item) -> str | None:
    """The longest value of a payload that is within a text."""
    inside = [
        leaf for leaf in packet.haystack.exact if len(leaf) > 1 and (part := letters(leaf)) and part in item.letters
    ]
    return max(inside, key=len, default=None)


def _records(payload: str, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON objects around a text, the innermost first, whatever is around them; none much larger than the text.

    Each with its name, where things are kept by their names: the key of the text, or else of the object.
    """
    at = payload.find(json.dumps(text, ensure_ascii=False))
    at = at if at >= 0 else payload.find(json.dumps(text))
    start, name = at, _key(payload, at)
    for _ in range(_NESTED):
        if start < 0 or (start := payload.rfind("{", max(0, at - _AROUND), start)) < 0:
            return
        try:
            found, end = json.JSONDecoder().raw_decode(payload[start : at + len(text) + _AROUND])
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and start + end > at:
            yield name or _key(payload, start), found
            name = ""


def _key(payload: str, at: int) -> str:
    """What a value is called in the object that has it, where that is the name of a thing, and of no field: `line2`."""
    found = _BEFORE.search(payload[max(0, at - 80) : max(0, at)])
    return found[1] if found and named(found[1]) and not _FIELD.fullmatch(found[1]) else ""
