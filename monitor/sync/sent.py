"""What tabs sent just before a text appeared, or just after: it is theirs, and no part of a page's own load."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.sync.about import WROTE_S
from monitor.sync.evidence import Packet, counts
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.questions import asks
from monitor.sync.remembered import Tentative
from monitor.sync.replicas import Subject
from monitor.sync.tabs import Tab

AHEAD_S = 0.5  # a page may show so much earlier than it sends what its user wrote


class Sent:
    """Looks for what was written among what left the tabs."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def counted(self, subject: Subject, item: Item) -> bool:
        """Whether a tab just sent the number that is new in a text."""
        sought = item.numbers and not item.letters.isdigit()  # a number by itself may be any
        logs = (self._network.logs[label] for label in subject.replicas) if sought else ()
        near = (packet for log in logs for packet in log.leaving(item.at - WROTE_S, item.at + AHEAD_S))
        return any(counts(packet, item.numbers) for packet in near if not self._asks(packet))

    def written(self, subject: Subject, item: Item, tentative: Tentative, tabs: Mapping[str, Tab]) -> bool:
        """Whether a tab wrote the text while a page still loaded: it sent it first, or its user did something there.

        What a page tells of itself, such as its title, it sends when it shows it. Each payload is looked through once.
        """
        sought = tentative.sought
        for label in subject.replicas:
            for packet in self._network.logs[label].leaving(item.at - WROTE_S, item.grown + WROTE_S):
                if packet.seq <= sought or packet.dir != "out" or self._asks(packet):
                    continue
                tentative.sought = max(tentative.sought, packet.seq)
                used = tabs[label].looked_between(packet.time - WROTE_S, packet.time)
                first = item.at - packet.time >= (-AHEAD_S if used else 0.0)
                if first and packet.haystack.holds(item.needle):
                    return True
        return False

    def _asks(self, packet: Packet) -> bool:
        return asks(packet, self._network.connections.get(packet.connection))
