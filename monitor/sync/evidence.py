"""Does this payload contain that text? The content match behind every cause that syncmon names.

A page rarely shows a payload as it is: it picks fields, joins them, adds a time and a name, renders markup. So both
sides are reduced to letters and digits, and a match is either the shown text within the payload's texts, or the
payload's texts making up most of the shown one. Of what somebody says (`Ann: ok`), the name is not enough.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from monitor.decode.haystack import leaves
from monitor.model import Channel, Direction
from monitor.sites.text import letters, skeleton
from monitor.sync.figures import numbers

_PHRASE = 8  # words
_SHORT = 4  # below this many letters only a whole leaf counts: `ok` is within half the words there are
_SEPARATOR = "\x1f"
_MAX_SEARCHED = 1 << 20
_KIND = 256  # characters of a payload that tell its kind
_QUOTED = re.compile(r"(\\*\")([^\"\\]*)\1")
SMALL = 24  # a payload of so few texts is about one thing
_SAYS = re.compile(r"\s*([^\n:：]{1,40})(?::\s|：)(.+)", re.DOTALL)
LATE_S = 5.0  # a body is asked for after its response ended, and can be appended this much later


@dataclass(slots=True, frozen=True)
class Needle:
    """A text to look for: as shown, and reduced.

    core: what of it replaced something else, where that is known. own: what of it the rows like it do not say as well.
    numbers: those that are all that is new in it, where that is known.
    """

    text: str
    letters: str
    core: str = ""
    own: str = ""
    numbers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str) -> Needle:
        """A needle for a text as the page shows it."""
        return cls(text.strip(), letters(text))


class Haystack:
    """The texts in one payload, reduced once and kept."""

    __slots__ = ("exact", "joined", "parts", "pieces", "run")

    def __init__(self, payload: str | bytes, mime: str | None = None) -> None:
        found = leaves(payload[:_MAX_SEARCHED], mime)
        self.exact = {leaf.strip() for leaf in found}
        reduced = [part for leaf in found if (part := letters(leaf))]
        self.parts = set(reduced)
        self.pieces = [part for part in self.parts if len(part) > 1]
        self.joined = _SEPARATOR.join(reduced)
        self.run = "".join(reduced)

    def holds(self, needle: Needle) -> bool:
        """Whether the payload contains the shown text, whole or as fields that make up most of it."""
        if needle.text in self.exact or (needle.core and needle.core in self.parts):
            return True
        who, said = spoken(needle.text)
        if who and self._says(who, said):
            return True
        if len(needle.letters) < _SHORT:
            return needle.letters != "" and needle.letters in self.parts
        if needle.letters in self.joined:
            return True
        if needle.numbers and not self._counts(needle.numbers):
            return False  # what counts the same thing says no more than another count of it
        if self.fills_in(needle):
            return True
        if _makes_up(self.pieces, needle.letters, said):
            return True
        return needle.own != "" and (needle.own in self.joined or _makes_up(self.pieces, needle.own))

    def fills_in(self, needle: Needle) -> bool:
        """Whether the values of a short payload stand in a short phrase: who and how many, in `Ann bids €130`."""
        words, figures = _words(needle.text)
        found = (needle.numbers or figures) & self.exact if figures else frozenset()
        if not found or len(self.exact) > SMALL:
            return False
        said = sum(word in self.parts for word in words)
        return said > 0 and 2 * said >= len(words)

    def _counts(self, new: frozenset[str]) -> bool:
        """Whether the payload has one of these numbers, by itself or among words: not within an id."""
        return any(leaf in new or (" " in leaf and not new.isdisjoint(numbers(leaf))) for leaf in self.exact)

    def _says(self, who: str, said: str) -> bool:
        """Whether the payload has both who says something and what."""
        return said in self.parts and who in self.joined

    def holds_said(self, needle: Needle) -> bool:
        """Whether the payload has what somebody says, whoever it is; of other texts, whether it contains them whole."""
        who, said = spoken(needle.text)
        return (who != "" and said in self.parts) or self.holds_whole(needle)

    def holds_whole(self, needle: Needle) -> bool:
        """Whether the payload contains the shown text as it is, and not only what makes up most of it."""
        if needle.text in self.exact or needle.letters in self.parts or (needle.core and needle.core in self.parts):
            return True
        return len(needle.letters) >= _SHORT and needle.letters in self.joined

    def mostly(self, needle: Needle) -> bool:
        """Whether the shown text is what the payload is about, and no name or label beside something longer."""
        longest = max((letters(leaf) for leaf in self.exact if not named(leaf)), key=len, default="")
        return len(needle.letters) >= len(longest) or needle.letters in longest

    def says_often(self, text: str) -> bool:
        """Whether several of the payload's texts have these letters."""
        return self.says(text) > 1

    def says(self, text: str) -> int:
        """How many of the payload's texts have these letters."""
        return self.joined.split(_SEPARATOR).count(text) if text in self.parts else 0

    @property
    def opaque(self) -> bool:
        """Whether nothing readable was found, so that only timing can tell what the payload was."""
        return not self.joined


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a short phrase, reduced, and the numbers in it; nothing of what is longer than a phrase."""
    words = text.split()
    if len(words) > _PHRASE:
        return frozenset(), frozenset()
    said = (letters(word) for word in words if not any(map(str.isdigit, word)))
    return frozenset(word for word in said if len(word) > 1), frozenset(numbers(text))


@lru_cache(maxsize=4096)
def spoken(text: str) -> tuple[str, str]:
    """Who says a text, and what, reduced: `("ann", "ok")` for `Ann: ok`; two empty texts where nobody says it."""
    found = _SAYS.match(text)
    who, said = (letters(found[1]), letters(found[2])) if found else ("", "")
    return (who, said) if who and said and not who.isdigit() else ("", "")


def _makes_up(parts: Iterable[str], shown: str, said: str = "") -> bool:
    """Whether one field is half of the shown text, or several are four fifths of it; one is of what somebody said."""
    inside = [part for part in parts if part in shown]
    if not inside or (said and not any(part in said or said in part for part in inside)):
        return False
    inside.sort(key=len, reverse=True)
    if len(inside[0]) >= _SHORT and len(inside[0]) * 2 >= len(shown):
        return True
    rest = shown
    for part in inside:
        rest = rest.replace(part, "", 1)
    return len(rest) * 5 <= len(shown)


def named(leaf: str) -> bool:
    """Whether a value looks like the name of one thing: a token with a letter and a digit in it."""
    return 4 <= len(leaf) <= 64 and any(map(str.isdigit, leaf)) and any(map(str.isalpha, leaf)) and " " not in leaf


def names(packet: Packet) -> frozenset[str]:
    """The ids in a short payload."""
    leaves = packet.haystack.exact
    return frozenset(filter(named, leaves)) if len(leaves) <= SMALL else frozenset()


def counts(packet: Packet, numbers: frozenset[str]) -> bool:
    """Whether a short payload that left a tab says one of these numbers, as what changes a quantity does."""
    leaves = packet.haystack.exact if packet.dir == "out" and numbers else set[str]()
    return len(leaves) <= SMALL and not numbers.isdisjoint(leaves)


def _unsaid(quoted: re.Match[str]) -> str:
    """A quoted text of several words is what somebody said, and tells nothing of the kind."""
    return f"{quoted[1]}{quoted[1]}" if len(quoted[2].split()) > 1 else quoted[0]


@dataclass(slots=True)
class Packet:
    """One payload that reached or left a tab. time: when it was on the wire.

    size: its bytes, also where the content could not be had and `payload` is empty.
    """

    seq: int
    time: float
    tab: str | None
    channel: Channel
    dir: Direction | None
    connection: str
    payload: str | bytes
    mime: str | None = None
    size: int = 0
    _haystack: Haystack | None = field(default=None, repr=False)
    _shape: int | None = field(default=None, repr=False)
    _kind: int | None = field(default=None, repr=False)

    @property
    def haystack(self) -> Haystack:
        """Its texts, found when first asked for."""
        if self._haystack is None:
            self._haystack = Haystack(self.payload, self.mime)
        return self._haystack

    @property
    def shape(self) -> int:
        """Equal for payloads on one channel that differ in numbers and ids only: two heartbeats, two cursors."""
        if self._shape is None:
            head = self.payload[:256]
            text = head if isinstance(head, str) else head[:24].decode("latin-1")
            size = self.size >> 3 if isinstance(head, bytes) else 0
            self._shape = hash((self.channel, size, skeleton(text)))
        return self._shape

    @property
    def kind(self) -> int:
        """Equal for payloads on one channel that differ in what is said in them, too: two words of two messages."""
        if isinstance(self.payload, bytes):
            return self.shape
        if self._kind is None:
            text = _QUOTED.sub(_unsaid, self.payload[: _KIND * 2])[:_KIND]
            self._kind = hash((self.channel, skeleton(text)))
        return self._kind


class TrafficLog:
    """The last payloads of one tab, bounded in number and bytes; the oldest go first."""

    def __init__(self, count: int = 4_000, size: int = 16 << 20) -> None:
        self._packets: deque[Packet] = deque()
        self._leaving: deque[Packet] = deque(maxlen=count)  # those that left the tab, or may have
        self._count = count
        self._room = size

    def add(self, packet: Packet) -> None:
        """Append a payload; let go of the oldest where the log is full."""
        self._packets.append(packet)
        if packet.dir != "in":
            self._leaving.append(packet)
        self._room -= len(packet.payload)
        while len(self._packets) > self._count or (self._room < 0 and len(self._packets) > 1):
            self._room += len(self._packets.popleft().payload)

    def __iter__(self) -> Iterator[Packet]:
        return iter(self._packets)

    def __reversed__(self) -> Iterator[Packet]:
        return reversed(self._packets)

    def between(self, start: float, end: float) -> list[Packet]:
        """The payloads on the wire in a stretch of time, oldest first."""
        return _between(self._packets, start, end)

    def leaving(self, start: float, end: float) -> list[Packet]:
        """Those of them that left the tab, or may have: a BroadcastChannel does not say."""
        return _between(self._leaving, start, end)


def _between(packets: deque[Packet], start: float, end: float) -> list[Packet]:
    found = []
    for packet in reversed(packets):
        time = packet.time
        if time < start - LATE_S:  # bodies are appended after later frames: look a little further back
            break
        if start <= time <= end:
            found.append(packet)
    found.reverse()
    if any(after.time < before.time for before, after in pairwise(found)):
        found.sort(key=lambda p: (p.time, p.seq))
    return found


def find(needle: Needle, packets: Iterable[Packet], wanted: Callable[[Packet], bool] = lambda _: True) -> Packet | None:
    """The first payload that holds the text, or that completes it where it came in pieces on one connection."""
    runs: dict[str, str] = {}
    for packet in packets:
        if not wanted(packet):
            continue
        if packet.haystack.holds(needle):
            return packet
        if len(needle.letters) >= _SHORT and packet.channel in ("socket", "sse", "fetch-stream"):
            run = (runs.get(packet.connection, "") + packet.haystack.run)[-4 * len(needle.letters) - 4096 :]
            if needle.letters in run:
                return packet
            runs[packet.connection] = run
    return None
