"""Which of several messages that say the same a payload brings: the newest, or only one that was there before.

A text alone does not tell. A payload brings the newest where it holds what only the newest has (an id, a number), or
says the text as often as there are messages of it. It does not where it holds what only an earlier one has. Where it
tells neither, it is taken for the newest, as it came after that, and told as one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from monitor.sync.evidence import SMALL, Packet, TrafficLog, named
from monitor.sync.items import Item
from monitor.sync.replicas import Subject

NEAR_S = 1.0  # a message is sent, or answered, this near to its being shown
_EQUALS = 20  # messages that say the same
Which = Literal["newest", "earlier", "either"]


class Equals:
    """Tells messages that say the same apart, by the traffic of the tabs."""

    def __init__(self, logs: Mapping[str | None, TrafficLog]) -> None:
        self._logs = logs

    def which(self, subject: Subject, item: Item, packet: Packet) -> Which:
        """Whether what holds an item's text, and came after it, brings it, or one that said the same before."""
        earlier = [one for one in subject.items.values() if one.letters == item.letters and one.at < item.at]
        earlier = [one for one in earlier if one is not item and one.accepted and not one.gone][-_EQUALS:]
        if not earlier:
            return "newest"
        if packet.haystack.says(item.letters) > len(earlier):
            return "newest"
        mine = self._marks(item, self._near(subject, item))
        others = self._marks(item, (near for one in earlier for near in self._near(subject, one)))
        held = packet.haystack.exact
        if not held.isdisjoint(mine - others):
            return "newest"
        return "either" if held.isdisjoint(others - mine) else "earlier"

    def _near(self, subject: Subject, item: Item) -> Iterator[Packet]:
        """What came and went as an item was first shown, in any tab of the subject."""
        for label in subject.replicas:
            yield from self._logs[label].between(item.at - NEAR_S, item.at + NEAR_S)

    def _marks(self, item: Item, packets: Iterable[Packet]) -> set[str]:
        """The ids and numbers in payloads that are about a text."""
        about = (p for p in packets if len(p.haystack.exact) <= SMALL and p.haystack.says(item.letters))
        return {leaf for packet in about for leaf in packet.haystack.exact if leaf.isdigit() or named(leaf)}
