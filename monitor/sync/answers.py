"""What answers say of a text beside each other: whether it is listed no more, on another page now, or but a label.

An answer that leaves out what the same question was answered with before says that it is gone. But a page of a longer
list slides: what stood at one end makes room for what comes at the other, and another tab's page of it may list it. And
who wrote a row, or what it is like, is said of others too, and goes and comes with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from monitor.sites.address import path_of
from monitor.sites.text import skeleton
from monitor.sync.evidence import Packet
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.records import dropped, rows, slid
from monitor.sync.replicas import Subject

TOGETHER_S = 0.2  # tabs that one message tells to ask do so together
_SEARCHED = 400  # payloads looked through for the one that brought a text
_HEAD = 256
_LIST = re.compile(r"\[\s*\{|(?<=:)\s*\[")  # where the rows of a message begin
_LABELLED = 50  # and for another thing of which the same is said


class Answers:
    """Compares what tabs were sent."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def left_out(
        self, subject: Subject, tab: str, item: Item, packet: Packet, until: float, *, instead: bool = False
    ) -> bool:
        """Whether an earlier payload of the same source listed the text with others that are listed still.

        instead: the payload brought another text as well; then what the text's record is called must be gone too.
        """
        source = source_of(self._network, packet)
        for earlier in self.earlier(subject, tab, packet.time):
            if earlier is packet or earlier.seq >= packet.seq or source_of(self._network, earlier) != source:
                continue
            parts = earlier.haystack.parts & packet.haystack.parts
            others = [o for o in subject.items.values() if o.id != item.id and o.letters in parts and o.letters]
            if not others or not earlier.haystack.holds(item.needle):
                return False  # the newest one only
            here = subject.replicas[tab].shown
            shown = {subject.items[item_id].letters for item_id in here if item_id in subject.items}
            if instead and not dropped(earlier.payload, packet.payload, item.letters):
                return False
            if slid(earlier.payload, packet.payload, item.letters, shown):
                return False
            return not self._elsewhere(subject, tab, item, packet, {one.letters for one in others}, until)
        return False

    def _elsewhere(
        self, subject: Subject, tab: str, item: Item, packet: Packet, others: set[str], until: float
    ) -> bool:
        """Whether another tab, that asked no earlier, was answered with a list that has it: its next page."""
        by, connections = self._network.connections.get(packet.connection), self._network.connections
        if by is None or by.channel != "fetch":
            return False
        for label in (one for one in subject.replicas if one != tab):
            for answer in self._network.logs[label].between(by.opened, until):
                asked = connections.get(answer.connection) if answer.dir == "in" else None
                if asked is None or asked.channel != "fetch" or asked.opened < by.opened - TOGETHER_S:
                    continue
                same = path_of(asked.url or "") == path_of(by.url or "")
                if (same or not others.isdisjoint(answer.haystack.parts)) and answer.haystack.holds(item.needle):
                    return True
        return False

    def label(self, subject: Subject, tab: str, item: Item, before: float) -> bool:
        """Whether payloads said a text of several things: who wrote them, or what they are like."""
        called: frozenset[str] = frozenset()
        earlier = (packet for packet in self.earlier(subject, tab, before) if packet.dir != "out")
        for packet in islice(earlier, _LABELLED):
            if item.letters not in packet.haystack.parts:
                continue
            if packet.haystack.says_often(item.letters):
                return True
            for name, texts in rows(packet.payload):
                if item.letters in texts:
                    if called and called.isdisjoint(name):
                        return True
                    called = name
        return False

    def earlier(self, subject: Subject, tab: str, before: float) -> Iterator[Packet]:
        """The newest payloads of a tab until a moment, then those of the other tabs."""
        tabs = [tab, *(label for label in subject.replicas if label != tab)]
        for label in tabs:
            for number, packet in enumerate(reversed(self._network.logs[label])):
                if number >= _SEARCHED:
                    break
                if packet.time <= before and not packet.haystack.opaque:
                    yield packet


def source_of(network: Network, packet: Packet) -> tuple[object, ...]:
    """What a payload is an answer of: equal for two answers to the same request, or two messages of a kind."""
    connection = network.connections.get(packet.connection)
    if packet.channel in ("storage", "broadcast"):
        return packet.channel, packet.connection
    if packet.dir == "out":
        return (packet.seq,)
    if connection is not None and connection.channel == "fetch":
        opened = connection.opened
        said = network.logs[packet.tab].leaving(opened - 0.1, opened + 1.0) if packet.tab else []
        asked = [one.payload for one in said if one.connection == packet.connection]
        return "fetch", connection.method, connection.url, *asked
    return packet.channel, packet.connection, _kind(packet)


def _kind(packet: Packet) -> object:
    """What a message says before its list: equal for two that have other rows; of one without a list, its shape."""
    head = packet.payload[:_HEAD] if isinstance(packet.payload, str) else ""
    found = _LIST.search(head)
    return skeleton(head[: found.start()]) if found else packet.shape
