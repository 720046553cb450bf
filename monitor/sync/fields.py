"""What the records of a list's rows say that tells those which a tab shows from those which it leaves out.

A filter, a folder or a tab of a page goes by a value: `done`, `folder`, `status`. Where all rows that a tab shows have
one of a few values in a field, and none of those that it leaves out has, then a row with such a value should be shown,
and one with the others' should not. Fields that speak against each other tell nothing. A row's values are what the
newest payload that lists it says, and what later messages that name its id say of it alone.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from monitor.sites.text import letters
from monitor.sync.evidence import SMALL, Packet
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.records import Record, naming, records_of

FEW = 3  # values by which a tab may choose
LEAST = 2  # rows on each side, and
ROWS = 5  # together
_SEARCHED = 200  # payloads among which the one that lists the rows is looked for
_LISTS = 8
_LONG = 8  # letters by which one record may be known
_HELD = 100  # payloads whose records are kept


class Fields:
    """Reads the records of rows in what tabs were sent."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._read: OrderedDict[int, list[Record]] = OrderedDict()

    def tell(
        self, tabs: Iterable[str], item: Item, shown: list[Item], out: list[Item], now: float
    ) -> Literal["due", "outside", ""]:
        """Whether an item is one that a tab chooses to show, by what it shows and leaves out; empty: not told."""
        if len(shown) < LEAST or len(out) < LEAST or len(shown) + len(out) < ROWS:
            return ""
        records = self._records([item, *shown, *out], list(tabs), now)
        mine = records.get(item.id)
        if mine is None:
            return ""
        here = [records[one.id] for one in shown if one.id in records]
        there = [records[one.id] for one in out if one.id in records]
        if len(here) < LEAST or len(there) < LEAST:
            return ""
        told = {said for key, value in mine.items() if (said := _says(key, value, here, there))}
        return told.pop() if len(told) == 1 else ""

    # ── what was said of each row ──

    def _records(self, items: list[Item], tabs: list[str], now: float) -> dict[str, Record]:
        """The newest record of each item, by its id."""
        found: dict[str, Record] = {}
        since = 0.0
        for packet in self._lists(tabs, now):
            listed = _matched(items, self._parsed(packet))
            if 2 * len(listed) >= len(items):
                found, since = {item_id: dict(record) for item_id, record in listed.items()}, packet.time
                break
        later = [item for item in items if item.id not in found]
        for packet in self._since(tabs, since, now) if found else ():
            records = self._parsed(packet)
            for item_id, record in _matched(later, records).items():
                found[item_id] = found.get(item_id, {}) | record
            if records and len(packet.haystack.exact) <= SMALL:
                _amend(_by_name(found), records)
        return found

    def _lists(self, tabs: list[str], now: float) -> Iterator[Packet]:
        """The newest payloads that may list things, of these tabs together."""
        found = [
            packet
            for tab in tabs
            for _, packet in zip(range(_SEARCHED), reversed(self._network.logs[tab]), strict=False)
            if packet.dir != "out" and packet.time <= now and len(packet.haystack.exact) >= ROWS
        ]
        yield from sorted(found, key=lambda packet: -packet.time)[:_LISTS]

    def _since(self, tabs: list[str], since: float, now: float) -> list[Packet]:
        found = [packet for tab in tabs for packet in self._network.logs[tab].between(since, now)]
        return sorted((p for p in found if p.time > since), key=lambda p: (p.time, p.seq))[-_SEARCHED:]

    def _parsed(self, packet: Packet) -> list[Record]:
        if packet.seq not in self._read:
            self._read[packet.seq] = records_of(packet.payload)
            while len(self._read) > _HELD:
                self._read.popitem(last=False)
        self._read.move_to_end(packet.seq)
        return self._read[packet.seq]


def _says(key: str, value: Any, here: list[Record], there: list[Record]) -> Literal["due", "outside", ""]:
    """What one field says of a row with this value."""
    shown = {_plain(record[key]) for record in here if key in record}
    out = {_plain(record[key]) for record in there if key in record}
    few = 0 < len(shown) <= FEW and 0 < len(out) <= FEW and not shown & out
    if not few or len(shown) + len(out) >= len(here) + len(there):
        return ""
    if not all(key in record for record in (*here, *there)):
        return ""
    return "due" if _plain(value) in shown else "outside" if _plain(value) in out else ""


def _plain(value: Any) -> str:
    return json.dumps(value)


def _matched(items: list[Item], records: list[Record]) -> Mapping[str, Record]:
    """The record of each item: the one of which a text is what the item says, or half of it, or that alone has it."""
    texts = [
        (reduced, record)
        for record in records
        for value in record.values()
        if isinstance(value, str) and len(reduced := letters(value)) > 1
    ]
    whole = dict(reversed(texts))
    times = Counter(said for said, _ in texts)
    longer = sorted((one for one in texts if len(one[0]) >= _LONG and times[one[0]] == 1), key=lambda one: -len(one[0]))
    found = {}
    for item in items:
        record = whole.get(item.letters)
        if record is None:
            half = len(item.letters) / 2
            record = next((one for said, one in texts if len(said) >= half and said in item.letters), None)
        if record is None:  # in a row of many words that every row has
            record = next((one for said, one in longer if said in item.letters), None)
        if record is not None:
            found[item.id] = record
    return found


def _by_name(records: Mapping[str, Record]) -> dict[str, Record]:
    """Records by what names one of them alone."""
    times = Counter(name for record in records.values() for name in naming(record))
    return {name: record for record in records.values() for name in naming(record) if times[name] == 1}


def _amend(by_name: dict[str, Record], records: list[Record]) -> None:
    """A message that names one row says otherwise of it."""
    names = {str(value) for record in records for value in record.values()}
    rows = [by_name[name] for name in names if name in by_name]
    if len({id(row) for row in rows}) == 1:
        row = rows[0]
        row |= {key: value for record in records for key, value in record.items() if key in row and key != "id"}
