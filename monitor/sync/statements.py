"""What traffic says of the entries of a list: their titles in turn, when they were last news, that they are gone."""

from __future__ import annotations

from monitor.sites.listing import Entry
from monitor.sync.entries import Stated, same_title
from monitor.sync.evidence import Packet
from monitor.sync.items import Item, Replica
from monitor.sync.replicas import Subject

EVENTUAL_S = 10.0  # answers may lag behind a change for so long
SKEW_S = 30.0  # and clocks of servers may be off by so much


class Statements:
    """What was stated so far, by subject and entry."""

    def __init__(self) -> None:
        self._stated: dict[tuple[str, str], dict[str, Stated]] = {}

    def of(self, subject: Subject) -> dict[str, Stated]:
        """What was stated of a list's entries, by id."""
        return self._stated.setdefault((subject.site, subject.key), {})

    def put(self, subject: Subject, entry: Entry, tab: str, time: float, seq: int) -> Item:
        """An entry that nobody knew is stated to a tab: the item that it is from now on."""
        self.of(subject)[entry.id] = Stated([entry.letters], entry.at, time)
        return subject.learn(Item(entry.id, time, tab, seq, text=entry.text or "", letters=entry.letters))

    def restate(self, subject: Subject, item: Item, entry: Entry, asked: float, packet: Packet) -> None:
        """An entry is named again: is its title another, and has it moved?"""
        stated = self.of(subject)[item.id]
        if entry.at is not None and (stated.updated is None or entry.at > stated.updated):
            stated.moved = packet.time if stated.updated is not None else stated.moved
            stated.updated = entry.at
        late = asked < item.changed + EVENTUAL_S
        if entry.removed:
            if not item.gone:
                self.change(subject, item, None, packet.time, packet.seq)
        elif item.gone:
            if not late:
                self.change(subject, item, entry, packet.time, packet.seq)
        elif entry.letters and entry.letters != stated.titles[-1] and not (late and entry.letters in stated.titles):
            if stated.titles[-1]:
                self.change(subject, item, entry, packet.time, packet.seq)
            else:
                stated.titles[-1], item.text, item.letters = entry.letters, entry.text or "", entry.letters

    def change(self, subject: Subject, item: Item, entry: Entry | None, time: float, seq: int) -> None:
        """An entry has another title, is gone (no entry), or is back."""
        stated = self.of(subject)[item.id]
        item.gone = entry is None
        item.removed, item.removed_seq = (time, seq) if entry is None else (None, 0)
        if entry is not None and entry.letters:
            item.text, item.letters = entry.text or "", entry.letters
        stated.titles.append(item.letters if entry is not None else None)
        stated.moved = time
        subject.edit(item, time)

    def differs(self, subject: Subject, item: Item, entry: Entry) -> bool:
        """Whether what is stated of an entry is news."""
        if entry.removed or item.gone:
            return entry.removed is not item.gone
        return bool(entry.letters) and entry.letters != self.of(subject)[item.id].titles[-1]

    def version(self, subject: Subject, item: Item, letters: str) -> int:
        """The version that a title shows: the newest, where nothing stated it."""
        titles = self.of(subject)[item.id].titles
        if item.gone:
            return item.version - 1
        numbers = range(len(titles) - 1, -1, -1)
        exact = next((n for n in numbers if titles[n] == letters), None)
        return (
            exact if exact is not None else next((n for n in numbers if same_title(letters, titles[n])), item.version)
        )


def is_news(item: Item, stated: Stated, replica: Replica) -> bool:
    """Whether an entry was made or changed since a list was loaded, rather than loaded late by somebody."""
    if item.write is not None:
        return True
    return stated.updated is not None and stated.updated > replica.began - SKEW_S
