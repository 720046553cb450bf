"""Which of several messages that say the same a payload brings: the newest, or only one that was there before.

A text alone does not tell. A payload brings the newest where it holds what only the newest has (an id, a number), or
says the text as often as there are messages of it. It does not where it holds what only an earlier one has. Where it
tells neither, it is taken for the newest, as it came after that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from monitor.sync.evidence import SMALL, Packet, TrafficLog, named
from monitor.sync.items import Item
from monitor.sync.replicas import Subject

NEAR_S = 1.0  # a message is sent, or answered, this near to its being shown
_EQUALS = 20  # messages that say the same


class Equals:
    """Tells messages that say the same apart, by the traffic of the tabs."""

    def __init__(self, logs: Mapping[str | None, TrafficLog]) -> None:
        self._logs = logs

    def brings(self, subject: Subject, item: Item, packet: Packet) -> bool:
        """Whether a payload that holds an item's text, and came after it, may be said to bring it."""
        earlier = [one for one in subject.items.values() if one.letters == item.letters and one.at < item.at]
        earlier = [one for one in earlier if one is not item and one.accepted and not one.gone][-_EQUALS:]
        if not earlier:
            return True
        if packet.haystack.says(item.letters) > len(earlier):
            return True
        mine = self._marks(item, self._near(subject, item))
        others = self._marks(item, (near for one in earlier for near in self._near(subject, one)))
        held = packet.haystack.exact
        return not held.isdisjoint(mine - others) or held.isdisjoint(others - mine)

    def _near(self, subject: Subject, item: Item) -> Iterator[Packet]:
        """What came and went as an item was first shown, in any tab of the subject."""
        for label in subject.replicas:
            yield from self._logs[label].between(item.at - NEAR_S, item.at + NEAR_S)

    def _marks(self, item: Item, packets: Iterable[Packet]) -> set[str]:
        """The ids and numbers in payloads that are about a text."""
        about = (p for p in packets if len(p.haystack.exact) <= SMALL and p.haystack.says(item.letters))
        return {leaf for packet in about for leaf in packet.haystack.exact if leaf.isdigit() or named(leaf)}
