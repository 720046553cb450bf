"""What leaves a tab: whether it may have written something, and how well it fits what a page came to show."""

from __future__ import annotations

import re

from monitor.sync.evidence import Needle, Packet
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.questions import only_queries

TOGETHER_S = 0.05  # what a page shows at once
NEAR_S = 1.0  # mostly an answer explains what appears just after it
LINK_S = 10.0  # a write and the appearance of what it wrote are not further apart
_YOU = 4  # letters of `You` in other languages, at most
_ACTS = re.compile(  # words of an address that say that it does something: `/add`, `/sendMessage`, `?do=…`
    r"(?:^|[/?&_.-])(?i:add|create|post|send|save|new|submit|write|edit|update|set|delete|remove|insert|put|say|vote|like"
    r"|do|cmd)(?![a-z])"
)
RANK = {"fetch": 0, "socket": 1, "storage": 2, "broadcast": 3}  # a request says more than a frame, and so on


class Outgoing:
    """Asks of payloads that left the tabs of a browser."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def could_write(self, packet: Packet) -> bool:
        """Whether a payload that left a tab may have changed state: a form sent by GET may, a HEAD may not.

        A script that gets something only asks, unless the address says that it does something.
        """
        if only_queries(packet):
            return False
        if packet.channel != "fetch":
            return True
        connection = self._network.connections.get(packet.connection)
        if connection is None or connection.method in ("HEAD", "OPTIONS", None):
            return False
        by_script = connection.method == "GET" and connection.resource in ("fetch", "xhr")
        return not by_script or _ACTS.search((connection.url or "").partition("://")[2].partition("/")[2]) is not None

    def near(self, packet: Packet, at: float) -> bool:
        """Whether a payload left near a moment, or is a request that was still to be answered then, or nearly so."""
        if packet.time >= at - LINK_S:
            return True
        connection = self._network.connections.get(packet.connection)
        if packet.channel != "fetch" or connection is None:
            return False
        return connection.answered is None or connection.answered >= at - LINK_S

    def calls(self, packet: Packet, item: Item) -> bool:
        """Whether a payload that left a tab, or the address it went to, names what a new number is about."""
        connection = self._network.connections.get(packet.connection)
        parts = set(re.split(r"[/?&=]", connection.url or "")) if connection is not None else set()
        return not item.names.isdisjoint(packet.haystack.exact | parts) and packet.dir == "out"

    def behind_a_name(self, packet: Packet, item: Item) -> bool:
        """Whether a payload says what a text ends with, behind who says it: `ok`, shown as `Ann: ok` or `You: ok`."""
        ends = [part for part in packet.haystack.parts if len(part) > 1 and item.letters.endswith(part)]
        rests = {item.letters.removesuffix(part) for part in ends if not part.isdigit()} - {""}
        if any(len(rest) <= _YOU for rest in rests):
            return True
        came = self._network.logs[item.tab].between(item.at - NEAR_S, item.at + 0.3) if rests else []
        return any(p.dir != "out" and not rests.isdisjoint(p.haystack.parts) for p in came)


def made_former(packet: Packet, item: Item) -> bool:
    """Whether a payload left before what an item took the place of, and has no more of it than that had."""
    if packet.time >= item.since or packet.haystack.holds_whole(item.needle):
        return False
    return packet.haystack.holds(Needle(item.former, item.former))


def rank(packet: Packet) -> int:
    """How little a payload says of who wrote something: 0 for a request."""
    return RANK.get(packet.channel, 9)


def distance(packet: Packet, at: float) -> tuple[bool, float]:
    """The last payload before a text appeared wrote it rather than earlier ones, and these rather than later ones."""
    later = packet.time > at + TOGETHER_S
    return later, packet.time if later else -packet.time
