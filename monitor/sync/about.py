"""Whether a payload that holds a text is about it, or has it as a name, a label or a part of something else.

Many payloads hold `Ann` or `Spam`. As what somebody wrote, or was told, a text counts only where that is meant:

- not by a request that was refused, nor in a notice beside the text that it mentions;
- a part of a text, such as the author's name above it, only just before the text appears;
- the heading of what a page turns to only by its own payload, near, that is about nothing longer; but a text that alone
  took another's place also by a short one that has it as a value;
  and what somebody wrote in words just now, a list of the newest may show and let go of its last;
- not by a name alone that the page said before: it stands above each of many messages.
"""

from __future__ import annotations

from itertools import islice, takewhile

from monitor.sites.text import letters
from monitor.sync.evidence import SMALL, Packet
from monitor.sync.items import Item
from monitor.sync.network import Network
from monitor.sync.questions import asks, only_queries
from monitor.sync.replicas import Subject

NEAR_S = 1.0  # mostly a payload explains what appears just after it
AFTER_S = 0.3  # clocks of page and network differ so much
WROTE_S = 2.0  # between a write and its being shown, where the page still loads
BESIDE_S = 2.0  # a notice appears with what it mentions
_WORD = 3  # letters that are in many words
_KNOWN = 200  # texts among which a name is looked for


class About:
    """Tells what payloads are about."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def it(self, subject: Subject, item: Item, packet: Packet, *, turned: bool, alone: bool = False) -> bool:
        """Whether a payload that holds a text is about it.

        turned: the text came as its page turned to others. alone: nothing else did, so that it may be a value.
        """
        if (
            self._refused(packet)
            or self._mentions(subject, item, packet)
            or (packet.dir == "out" and only_queries(packet))
        ):
            return False
        value = alone and len(packet.haystack.exact) <= SMALL and packet.haystack.holds_whole(item.needle)
        turned = turned and not self._written(item, packet)
        return not _beside_the_point(item, packet, turned=turned, value=value)

    def said_again(self, subject: Subject, again: set[str], at: float) -> set[str]:
        """Those of some texts, each like one that is there, that a tab just sent by itself, and beside no other text.

        What stands beside a message, such as its time, the server may have added; but a name may be sent with each.
        """
        items = [item for item_id in again if (item := subject.items.get(item_id)) is not None]
        letters_of = {item.letters for item in items}
        lately = takewhile(lambda one: one.at > at - 2 * WROTE_S, reversed(subject.items.values()))
        others = [one.needle for one in lately if one.letters not in letters_of and not one.hidden]
        logs = (self._network.logs[label] for label in subject.replicas)
        sent = [packet for log in logs for packet in log.leaving(at - WROTE_S, at) if packet.dir == "out"]
        sent = [one for one in sent if not only_queries(one) and not any(map(one.haystack.holds_whole, others))]
        return {item.id for item in items if any(packet.haystack.holds_whole(item.needle) for packet in sent)}

    def _written(self, item: Item, packet: Packet) -> bool:
        """Whether any tab just wrote what came as a page turned: a list of the newest lets go of its last for each."""
        words = " " in item.text or not item.text.isascii()  # and no folder's name
        near = packet.dir == "out" and abs(packet.time - item.grown) <= WROTE_S
        if not (near and words and packet.haystack.holds_whole(item.needle)):
            return False
        return not asks(packet, self._network.connections.get(packet.connection))

    def _refused(self, packet: Packet) -> bool:
        connection = self._network.connections.get(packet.connection)
        return packet.dir == "out" and connection is not None and (connection.status or 0) >= 400

    def _mentions(self, subject: Subject, item: Item, packet: Packet) -> bool:
        """Whether the text is about one that the payload holds as it is, and that appeared beside it."""
        if packet.haystack.holds_whole(item.needle):
            return False
        for other in reversed(subject.items.values()):
            if other.at < item.at - BESIDE_S:
                return False
            beside = other is not item and not other.hidden
            inside = beside and other.letters and other.letters in item.letters
            if inside and packet.haystack.holds_whole(other.needle):
                return True
        return False


def names_only(subject: Subject, item: Item, packet: Packet) -> bool:
    """Whether all that a payload has of a text was said on the page before: the name above many messages.

    Not where the payload has too little of it by itself: then it completes what came in pieces.
    """
    haystack = packet.haystack
    if haystack.holds_said(item.needle) or haystack.fills_in(item.needle) or not haystack.holds(item.needle):
        return False
    parts = [part for part in haystack.pieces if part in item.letters and not part.isdigit()]
    known = islice(reversed(subject.items.values()), _KNOWN)
    lately = [one for one in known if one.at < item.at - BESIDE_S]
    return bool(parts) and all(any(_says(one, part) for one in lately) for part in parts)


def _says(item: Item, part: str) -> bool:
    """Whether a text has a name in it: a short one as a word (`end` is none of `Send`)."""
    return part in item.letters and (len(part) > _WORD or part in map(letters, item.text.split()))


def _beside_the_point(item: Item, packet: Packet, *, turned: bool, value: bool) -> bool:
    """Whether a payload that left a tab has a text, or a part of it, as a name or a label, and not as what it is about.

    As a name it may have it long before, and the heading of a folder that the page turns to may be in any message.
    value: what is short and says a text of its own may give a cell of a table that value.
    """
    later = packet.time - item.grown
    if turned and (packet.tab != item.tab or abs(later) > WROTE_S):
        return True
    if turned and packet.dir != "out" and later > AFTER_S:
        return True  # the page turned to it without having been told that
    if turned and not (value and abs(later) <= NEAR_S) and not packet.haystack.mostly(item.needle):
        return True
    if packet.dir != "out":
        return False
    whole = packet.haystack.holds_whole(item.needle)
    far = later > NEAR_S if not whole else abs(later) > WROTE_S
    return far and not (whole and packet.haystack.mostly(item.needle))
