"""A message that reached a tab twice and was drawn twice: who shows it once lacks nothing, the other has one too many.

Two people may say the same, and one may say it twice. So a text is called a repeat only where less was written than is
shown, as far as the writes were seen, and the very payload came more than once, or came back to the tab that wrote it
and had shown it already; or where no write was seen, and the payload that came more than once names a thing by its id.
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.sync.arrangement import remove
from monitor.sync.evidence import Packet, names
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.page import Page
from monitor.sync.questions import asks
from monitor.sync.replicas import Subject

LATELY_S = 10.0  # a message is delivered again within this
AFTER_S = 0.3  # clocks of page and network differ so much


class Repeats:
    """Tells which texts say once more what a page said just before, though it was said once."""

    def __init__(self, network: Network, pages: Mapping[str, Page]) -> None:
        self._network = network
        self._pages = pages

    def marked(self, subject: Subject, item: Item) -> bool:
        """Whether a text is such a repeat; then it counts from now on as one that its tab shows too much."""
        first = self._first(subject, item)
        if first is None or not self._stands_beside(item) or not self._repeated(subject, first, item):
            return False
        item.repeats = first.id
        remove(item, item.at, item.seq)
        for wait in subject.waits.open_on(item.id):
            subject.waits.spare(wait, item.at)
        return True

    def _first(self, subject: Subject, item: Item) -> Item | None:
        """The newest text that said the same just before in that tab; None where another tab shows the item too."""
        if any(item.id in replica.shown for replica in subject.active() if replica.tab != item.tab):
            return None
        shown = subject.replicas[item.tab].shown
        same = (subject.items[item_id] for item_id in reversed(shown) if item_id in subject.items)
        return next((one for one in same if one is not item and self._lately(one, item)), None)

    def _lately(self, one: Item, item: Item) -> bool:
        return one.letters == item.letters and one.accepted and 0.0 <= item.at - one.at <= LATELY_S

    def _stands_beside(self, item: Item) -> bool:
        """Whether the text stands twice in one list, rather than in two places that show it."""
        page = self._pages[item.tab]
        same = [one for one in page.entries.values() if one.letters == item.letters and not one.block.editable]
        return len(same) > 1 and len({one.shape for one in same}) == 1

    def _repeated(self, subject: Subject, first: Item, item: Item) -> bool:
        known = (one for one in subject.items.values() if one is item or self._lately(one, item))
        said = sum(1 for _ in known)
        since, until = first.at - LATELY_S, item.at + AFTER_S
        wrote = [packet for label in subject.replicas for packet in self._wrote(item, label, since, until)]
        came = [packet for packet in self._network.logs[item.tab].between(since, until) if self._brought(item, packet)]
        again = len({packet.payload for packet in came}) < said <= len(came)
        if wrote:
            back = bool(came) and all(packet.tab == item.tab for packet in wrote)
            return len(wrote) < said and (again or back)
        return again and bool(names(came[0]))

    def _wrote(self, item: Item, label: str, since: float, until: float) -> list[Packet]:
        """What left a tab with the text, to change something."""
        connections = self._network.connections
        left = (packet for packet in self._network.logs[label].leaving(since, until) if packet.dir == "out")
        said = (packet for packet in left if packet.haystack.holds(item.needle))
        return [packet for packet in said if not asks(packet, connections.get(packet.connection))]

    def _brought(self, item: Item, packet: Packet) -> bool:
        """Whether a payload that came unasked holds the text."""
        return packet.dir != "out" and packet.channel != "fetch" and packet.haystack.holds(item.needle)
