"""Which texts of a page without a profile are gone for all, and not merely out of one tab's sight.

A tab lets go of a text when it is deleted, but also when its user folds a section, filters a list or scrolls. So a text
counts as gone only where what came or went with it says so (`going`), and nothing new took its place with the same
payload. A label of several things, such as who wrote them, is not gone; and a bare number is a value: it changes. So is
a count of something (`2 likes`) while the page counts the same still: which one of them went, nobody can tell.

Who displays a text that is gone shows something *extra*. That it went is a write, which `departures` follows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from monitor.sites.text import skeleton
from monitor.sync.arrangement import remove
from monitor.sync.departures import Departures
from monitor.sync.going import AFTER_S, Drop, Going
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.replicas import Subject

_PHRASE = 4  # words of a count
_STEPS = 20  # versions of a text that are looked through
_MANY = 20  # of more texts that go at once nothing is said: that is another view


class Removals:
    """Keeps what tabs let go of until the payloads that would say why must be here, and judges it then."""

    def __init__(self, network: Network, departures: Departures) -> None:
        self.going = Going(network)
        self._departures = departures
        self._drops: deque[Drop] = deque()
        self._by: dict[tuple[str, str], str] = {}

    def dropped(
        self, subject: Subject, tab: str, items: list[Item], gained: list[str], time: float, seq: int,
        instead: Mapping[str, str] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """A tab let go of texts, with one change that brought others (their letters).

        instead: by texts that took the place of others, those others.
        """
        for item in items if len(items) <= _MANY else ():
            if item.letters.isdigit() or _counts(subject, tab, item):
                continue
            shown = {one for other in subject.active() if other.tab != tab for one in other.shown}
            former = tuple(one for one in _before(item.id, instead) if one in shown)
            held = item.id in shown or former != () or item.id in subject.replicas[tab].shown
            self._drops.append(Drop(subject, tab, item.id, time, seq, len(items), tuple(gained), held, former))
            if item.removed is not None:
                self._departures.dropped(subject, item, tab, time, seq)

    def shown(self, subject: Subject, tab: str, item: Item) -> None:
        """A tab shows a text that it did not show: where that is new content, it is not gone, or no more."""
        dropper = self._by.get((subject.key, item.id))
        replica = subject.replicas[tab]
        if item.removed is not None and (item.withdrawn or tab == dropper or item.id not in replica.lost):
            item.removed = None
            self._by.pop((subject.key, item.id), None)
            self._departures.undone(subject, item, by_itself=tab == dropper)

    def settle(self, now: float) -> None:
        """Judge what was let go of so long ago that what says why has come."""
        while self._drops and self._drops[0].time + AFTER_S < now:
            drop = self._drops.popleft()
            item = drop.subject.items.get(drop.item)
            if item is None or item.hidden:
                continue
            if item.removed is not None:
                self._let_go(drop, item)
            elif self._away(drop) and (drop.held or self._held(drop)):
                self._judge(drop, item)
        self._departures.settle()

    def _judge(self, drop: Drop, item: Item) -> None:
        said = self.going.said(drop, item)
        if said is None or self.going.answers.label(drop.subject, drop.tab, item, drop.time):
            return
        remove(item, drop.time, drop.seq)
        item.accepted = True
        self._by[drop.subject.key, item.id] = drop.tab
        by = self.going.author(drop, item)
        wait = self._departures.went(drop.subject, item, drop, by)
        if wait is not None:
            self._departures.caused(wait, said)
        for former in drop.former:  # who shows an earlier version of it shows what is gone
            earlier = drop.subject.items.get(former)
            if earlier is not None and earlier.removed is None:
                remove(earlier, drop.time, drop.seq)
                self._departures.went(drop.subject, earlier, drop, by)

    def _let_go(self, drop: Drop, item: Item) -> None:
        """Another tab let go of what is gone: what told it so?"""
        wait = self._departures.dropped(drop.subject, item, drop.tab, drop.time, drop.seq)
        if wait is not None:
            self._departures.caused(wait, self.going.said(drop, item))

    def _away(self, drop: Drop) -> bool:
        replica = drop.subject.replicas[drop.tab]
        return replica.active and replica.began <= drop.time and drop.item not in replica.shown

    def _held(self, drop: Drop) -> bool:
        return any(drop.item in other.shown for other in drop.subject.active())


def _before(item: str, instead: Mapping[str, str]) -> Iterator[str]:
    """The texts in whose place a text stands, the last one first."""
    for _ in range(_STEPS):
        item = instead.get(item, "")
        if not item:
            return
        yield item


def _counts(subject: Subject, tab: str, item: Item) -> bool:
    """Whether a text is a count of what a tab counts still, there or elsewhere on its page."""
    if not item.text[:1].isdigit() or len(item.text.split()) > _PHRASE:
        return False
    shape, shown = skeleton(item.text), subject.replicas[tab].shown
    others = (subject.items[item_id] for item_id in shown if item_id != item.id and item_id in subject.items)
    return any(skeleton(other.text) == shape for other in others)
