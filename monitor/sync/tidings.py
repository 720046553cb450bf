"""What traffic says of an entry of a list on a page without a profile: that it was made, has another text, or is gone.

Pages show and hide links for many reasons. A change of a list is one of the site only where something says so:

- a tab sent its text, in a request that is no GET or in a frame; a request must have been answered, and not refused;
- a message that no tab asked for, of few texts, has it;
- an answer has it (or leaves it out) and the one before it, to the same request, did not (or did), where both name its
  neighbours;
- for one that went: a request or message that speaks of deleting, or a request to its very address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.sites.address import path_of
from monitor.sites.text import letters, skeleton
from monitor.sync.answers import source_of
from monitor.sync.evidence import SMALL, Needle, Packet
from monitor.sync.going import GOES
from monitor.sync.network import Connection, Network

BEFORE_S = 10.0  # a page shows what it wrote, or was told, so soon
AFTER_S = 1.5  # or so much ahead of its server
_LIVE = ("socket", "sse", "push", "fetch-stream", "broadcast", "storage", "worker")
_WORDS = 12
_READS = ("GET", "HEAD", "OPTIONS")
_SEARCHED = 400
_WORD = re.compile(r"[\w.:/-]{2,40}")


@dataclass(slots=True, frozen=True)
class Tiding:
    """What says that a list changed. by: the request, if it was one that changed it; wrote: whether its tab did it.

    time: when the server took the request, or when the message came.
    """

    packet: Packet | None
    by: Connection | None
    wrote: bool
    time: float
    tab: str | None
    seq: int
    reading: Reading | None = None


class Pending(Exception):
    """The server has not answered the request that asks for the change."""


class Search(Protocol):
    """Looks into a payload: what that calls an entry, and what it was called before; None where it is not there."""

    def __call__(self, packet: Packet) -> Reading | None: ...


@dataclass(slots=True, frozen=True)
class Reading:
    """What a payload says of an entry: the part of its text that it names, and what stood there before."""

    new: str
    old: str = ""


class Tidings:
    """Looks through the traffic of some tabs."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def sent(self, tabs: Sequence[str], search: Search, time: float) -> Tiding | None:
        """Who sent a text. Raises Pending while the request is not answered."""
        for packet in self._around(tabs, time):
            connection = self._network.connections.get(packet.connection) if packet.channel == "fetch" else None
            if packet.channel == "fetch" and (connection is None or connection.method in (*_READS, None)):
                continue
            if packet.dir != "out" or _own(packet) or (reading := search(packet)) is None:
                continue
            at = packet.time if connection is None else _answered(connection)
            if at is not None:
                return Tiding(packet, connection, True, at, packet.tab, packet.seq, reading)
        return None

    def told(self, tabs: Sequence[str], search: Search, others: Sequence[Needle], time: float) -> Tiding | None:
        """The message that has a text, and none of the others that changed with it."""
        for packet in self._around(tabs, time, 0.3):
            if packet.dir == "out" or packet.channel not in _LIVE or len(packet.haystack.exact) > SMALL or _own(packet):
                continue
            mixed = any(packet.haystack.holds(other) for other in others)
            if not mixed and (reading := search(packet)) is not None:
                return Tiding(packet, None, False, packet.time, None, packet.seq, reading)
        return None

    def listed(
        self, tabs: Sequence[str], now: Search, before: Search, beside: Sequence[Needle], time: float,
        loading: float | None,
    ) -> Tiding | None:  # fmt: skip
        """The answer to a tab that is as `now` says, and names what stands beside, where the one before it is not.

        That one is as `before` says. loading: when the document of that tab began, where it is still loading.
        """
        start = time - BEFORE_S if loading is None else min(loading - 0.5, time - BEFORE_S)
        for packet in reversed(self._network.logs[tabs[0]].between(start, time + 0.3)):
            if packet.dir == "out" or packet.channel != "fetch" or not _names(packet, beside):
                continue
            if (reading := now(packet)) is None:
                continue
            source = source_of(self._network, packet)
            last = next((one for one in self._earlier(tabs, packet) if source_of(self._network, one) == source), None)
            if last is not None and _names(last, beside) and before(last) is not None and now(last) is None:
                return Tiding(packet, None, False, packet.time, None, packet.seq, reading)
        return None

    def ends(self, tabs: Sequence[str], href: str, text: Needle, time: float, *, alone: bool) -> Tiding | None:
        """What says that an entry is gone. alone: no other went with it. Raises Pending."""
        name = path_of(href).rstrip("/").rpartition("/")[2]
        deletes: list[Connection] = []  # without its name: those that name it say more, however old they are
        for connection in self._changes(tabs, time):
            parts = [part for part in re.split(r"[/?&=]", connection.url or "") if part]
            named = name in parts or (alone and self._says(connection, name))
            goes = connection.method == "DELETE" or any(map(GOES.search, parts)) or self._speaks(connection)
            if named and (goes or alone) and (answered := _answered(connection)) is not None:
                return Tiding(None, connection, True, answered, connection.tab, connection.seq)
            if goes and alone and not named:
                deletes.append(connection)
        for connection in deletes:
            if (answered := _answered(connection)) is not None:
                return Tiding(None, connection, True, answered, connection.tab, connection.seq)
        for packet in self._around(tabs, time, 0.3):
            exact = packet.haystack.exact
            if packet.channel == "fetch" or len(exact) > SMALL or not _speaks(packet):
                continue
            if name in exact or alone or packet.haystack.holds(text):
                wrote = packet.dir == "out"
                return Tiding(packet, None, wrote, packet.time, packet.tab if wrote else None, packet.seq)
        return None

    # ── the traffic ──

    def _around(self, tabs: Iterable[str], time: float, after: float = AFTER_S) -> Iterator[Packet]:
        """The payloads near a moment, the newest first, tab by tab, then those that came to no tab."""
        for label in (*tabs, None):
            yield from reversed(self._network.logs[label].between(time - BEFORE_S, time + after))

    def _earlier(self, tabs: Iterable[str], packet: Packet) -> Iterator[Packet]:
        """Answers before this one, the newest first."""
        found = [
            one
            for label in tabs
            for one in list(reversed(self._network.logs[label]))[:_SEARCHED]
            if one.channel == "fetch" and one.dir != "out" and one is not packet and one.time < packet.time
        ]
        yield from sorted(found, key=lambda one: -one.time)

    def _changes(self, tabs: Iterable[str], time: float) -> Iterator[Connection]:
        for label in tabs:
            for connection in self._network.opened(label, time - BEFORE_S, time + AFTER_S):
                if connection.method not in (*_READS, None):
                    yield connection

    def _bodies(self, connection: Connection) -> Iterator[Packet]:
        for packet in self._network.logs[connection.tab].leaving(connection.opened - 0.1, connection.opened + 1.0):
            if packet.connection == connection.key:
                yield packet

    def _says(self, connection: Connection, name: str) -> bool:
        return any(name in packet.haystack.exact for packet in self._bodies(connection))

    def _speaks(self, connection: Connection) -> bool:
        return any(_speaks(packet) for packet in self._bodies(connection))


def _answered(connection: Connection) -> float | None:
    """When the server took a request; None where it refused it."""
    if connection.failed or (connection.status or 0) >= 400:
        return None
    if connection.answered is None:
        raise Pending
    return connection.answered


def _speaks(packet: Packet) -> bool:
    """Whether a payload speaks of deleting."""
    return any(_WORD.fullmatch(leaf) and GOES.search(leaf) for leaf in packet.haystack.exact)


def _names(packet: Packet, beside: Sequence[Needle]) -> bool:
    """Whether an answer names most of what stands beside an entry."""
    return bool(beside) and 3 * sum(packet.haystack.holds(one) for one in beside) >= 2 * len(beside)


def _own(packet: Packet) -> bool:
    """Whether a payload is what a tab keeps for itself."""
    return packet.channel == "storage" and not packet.connection.startswith("storage:local")


def phrase(text: str) -> Search:
    """Looks for the longest run of words of an entry that a payload has: most of it, or what it begins with."""
    words = text.split()[:_WORDS]
    runs = [
        (part, whole, start)
        for size in range(len(words), 0, -1)
        for start in range(len(words) - size + 1)
        if _speaking(part := letters(whole := " ".join(words[start : start + size])))
    ]
    needle = Needle.of(text)

    def search(packet: Packet) -> Reading | None:
        parts, most = packet.haystack.parts, packet.haystack.holds(needle)
        return next((Reading(whole) for part, whole, at in runs if part in parts and (most or not at)), None)

    return search


def lacking(search: Search, text: str) -> Search:
    """Looks for payloads without an entry."""
    return lambda packet: None if search(packet) is not None else Reading(text)


def amendment(before: str, after: str) -> Search:
    """Looks for what is new in an entry, with as much around it as a payload names together with it."""
    old, new = before.split(), after.split()
    alike, size = [skeleton(word) for word in old], len(new)
    left = next((n for n, word in enumerate(new) if n >= len(old) or skeleton(word) != alike[n]), len(new))
    rest = min(len(old), size) - left
    pairs = zip(reversed(alike), reversed(new), strict=False)
    right = next((n for n, (one, word) in enumerate(pairs) if n >= rest or one != skeleton(word)), max(0, rest))
    found = []
    for start in range(max(0, left - _WORDS), left + 1):
        for end in range(right, max(0, right - _WORDS) - 1, -1):
            reading = Reading(" ".join(new[start : size - end]), " ".join(old[start : len(old) - end]))
            if _speaking(letters(reading.new)) and letters(reading.old):
                found.append((letters(reading.new), reading))
    found.sort(key=lambda one: -len(one[0]))

    def search(packet: Packet) -> Reading | None:
        return next((reading for part, reading in found if part in packet.haystack.parts), None)

    return search


def _speaking(part: str) -> bool:
    """Whether letters are more than a count."""
    return len(part) > 1 and not part.isdigit()
