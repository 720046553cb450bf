"""Subjects and addresses that go their own ways within a document: what is begun, renamed, or come back to.

The rules, for what a tab does within one document (a new one tells nothing of the last):

- What it wrote at one address, and still shows, belongs to the next one if the write, or the answer to it, names what
  is new in that: `/new`, a message, `/c/7f3a`. Who stays on the blank page lacks nothing.
- An address that turns into another with the same id in the same place, and another title beside it, is the same
  subject: `/doc/old-title-ab12`, `/doc/new-title-ab12`. It keeps its first name, in every tab from then on.
- Who comes back to a subject, and shows something of before, lacks from then on what came while it was elsewhere and
  another tab shows, unless the page shows it within `SETTLE_S`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from monitor.sync.arrangement import unmount
from monitor.sync.items import Item, Replica
from monitor.sync.replicas import Subject
from monitor.sync.state import State
from monitor.sync.tabs import SETTLE_S, Tab
from monitor.sync.writes import ANSWER_S, Write

_NAMES = 10_000
_DATE = re.compile(r"^(19|20)\d{2}(\d{2}(\d{2})?)?$")
_WORDS = re.compile(r"[^0-9A-Za-z]+")


@dataclass(slots=True)
class Stay:
    """A tab was elsewhere. document: when the one it did that in began. back: when it came back, if it did."""

    subject: Subject
    left: float
    document: float
    back: float | None = None


class Moves:
    """What becomes of subjects as tabs turn from address to address."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._names: dict[str, str] = {}  # a later address of a subject → its first one
        self._stays: dict[tuple[str, str, str], Stay] = {}  # by tab and subject

    # ── names ──

    def name(self, tab: Tab, key: str | None, *, fresh: bool) -> str | None:
        """What the subject at an address is called; a tab without a profile turns to it now."""
        if key is None:
            return None
        if not fresh and tab.subject and not tab.site and key not in self._names:
            known = self._state.subjects.get(("", key))
            if _renamed(tab.subject, key) and (known is None or not known.replicas) and len(self._names) < _NAMES:
                self._names[key] = tab.subject
        return self._names.get(key, key)

    # ── what is begun ──

    def begun(self, old: Subject, key: str, tab: Tab) -> list[Item]:
        """What a tab wrote on the subject it leaves, and shows, and that belongs to the one that it turns to."""
        fresh = _parts(key) - _parts(old.key)
        if old.site or not fresh:
            return []
        shown = old.replicas[tab.label].shown
        writes = [
            write
            for write in self._state.writes.all[-50:]
            if write.tab == tab.label and write.subject == (old.site, old.key) and self._names_one(write, fresh)
        ]
        numbers = {write.number for write in writes}
        items = [item for item in old.items.values() if item.write in numbers and item.id in shown]
        return [item for item in items if not any(item.id in o.shown for o in old.active() if o.tab != tab.label)]

    def _names_one(self, write: Write, parts: set[str]) -> bool:
        """Whether a write, or the answer to it, holds a part of the new address as it is."""
        log = self._state.network.logs[write.tab]
        near = log.between(write.sent - 0.1, min(self._state.now, write.sent + ANSWER_S))
        return any(packet.connection == write.connection and packet.haystack.exact & parts for packet in near)

    # ── what is come back to ──

    def left(self, subject: Subject, tab: Tab, time: float) -> None:
        """A tab turns to another subject, within its document or not."""
        self._stays[tab.label, subject.site, subject.key] = Stay(subject, time, tab.began)

    def back(self, subject: Subject, tab: Tab, time: float) -> None:
        """A tab turned to a subject within its document: for the first time, or again."""
        stay = self._stays.get((tab.label, subject.site, subject.key))
        if stay is not None and stay.document == tab.began:
            stay.back = time
        elif stay is not None:
            del self._stays[tab.label, subject.site, subject.key]

    def settle(self, now: float) -> None:
        """Judge those who came back, once their pages had time to show what is there."""
        for (label, site, key), stay in self._due(now):
            del self._stays[label, site, key]
            replica = stay.subject.replicas.get(label)
            if replica is not None and replica.active and replica.began == stay.back:
                _lacks(stay, replica)
                unmount(stay.subject, replica, now)

    def _due(self, now: float) -> Iterator[tuple[tuple[str, str, str], Stay]]:
        if self._stays:
            yield from [
                (key, stay) for key, stay in self._stays.items() if stay.back is not None and stay.back + SETTLE_S < now
            ]


def _lacks(stay: Stay, replica: Replica) -> None:
    """A tab that was elsewhere lacks what came meanwhile, and other tabs show."""
    subject, time = stay.subject, replica.began + SETTLE_S
    if not any(subject.items[item_id].at < stay.left for item_id in replica.shown if item_id in subject.items):
        return  # it shows nothing of before
    for item in subject.items.values():
        came = stay.left < item.changed <= replica.began and subject.counts(item.id) and subject.due(replica, item)
        if not came or item.id in replica.lost or replica.has_newest(item):
            continue
        if any(other.has_newest(item) for other in subject.active() if other is not replica):
            subject.lack(replica, item, replica.began, time)
            subject.waits.newest[replica.tab, item.id].after = replica.began


def _parts(key: str) -> set[str]:
    """The parts of an address that may name something."""
    try:
        found = urlsplit(key)
    except ValueError:
        return set()
    named = [*found.path.split("/"), *(value for _, value in parse_qsl(found.query)), *found.fragment.split("/")]
    return {part for part in named if len(part) > 1}


def _renamed(old: str, new: str) -> bool:
    """Whether two addresses differ in the words beside one id."""
    if "?" in old + new or "#" in old + new:
        return False
    one, other = old.split("/"), new.split("/")
    differ = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    if len(one) != len(other) or len(differ) != 1 or one[:3] != other[:3]:
        return False
    a, b = (_WORDS.split(part) for part in differ[0])
    return any(x == y and len(a) > 1 and len(b) > 1 and _id(x) for x, y in ((a[-1], b[-1]), (a[0], b[0])))


def _id(word: str) -> bool:
    """Whether a word is an id rather than a number of something, a year or a date."""
    digits = sum(map(str.isdigit, word))
    if digits == len(word):
        return digits >= 5 and not _DATE.match(word)
    return len(word) >= 4 and digits >= 2
