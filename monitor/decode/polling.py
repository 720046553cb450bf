"""The bodies of Engine.IO's long polling: packets joined by 0x1E, or each after its length (`6:42["a"]`) before v4.

A length counts UTF-16 code units, as the length of a string in JavaScript does.
"""

from __future__ import annotations

import codecs
import re

from monitor.decode.limits import MAX_LINE, MAX_RECORDS
from monitor.decode.protocol import Item
from monitor.model import Direction

SEPARATOR = "\x1e"
URL = re.compile(r"[?&]transport=polling(?:&|#|$)")
_SESSION = re.compile(r"^https?://([^?#]*)\?(?:[^#]*&)?sid=([^&#]+)")
_LENGTH = re.compile(r"([1-9]\d{0,7}):(?=[0-6b])")


def conversation(url: str) -> str | None:
    """What names the conversation that a poll or a post belongs to, None where the address tells none.

    A message and its binary parts, a question and its answer, come in different requests of it.
    """
    found = _SESSION.match(url) if URL.search(url) else None
    return f"{found[1]} {found[2]}" if found else None


def packets(text: str, most: int) -> tuple[list[str], str]:
    """The first `most` packets of a whole body, and what follows them; a frame has but one."""
    found: list[str] = []
    at = 0
    while len(found) < most:
        length = _LENGTH.match(text, at)
        end = length and past(text, length.end(), int(length[1]))
        if not length or end is None:
            break
        found.append(text[length.end() : end])
        at = end
    if found and (at == len(text) or len(found) == most):
        return found, text[at:]
    found = text.split(SEPARATOR, most)
    return found[:most], "".join(found[most:])


def past(text: str, start: int, units: int) -> int | None:
    """Where a stretch of that many UTF-16 code units ends, None where the text is shorter."""
    if len(text) - start >= units and text.isascii():
        return start + units
    at = start
    while units > 0 and at < len(text):
        units -= 2 if ord(text[at]) > 0xFFFF else 1
        at += 1
    return at if units == 0 else None


class PollingReader:
    """A body that comes in pieces: each whole packet is one item, those with a length all at the end."""

    def __init__(self, direction: Direction = "in") -> None:
        self._dir = direction
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self.cut = 0

    @property
    def held(self) -> int:
        """Characters held for their rest."""
        return len(self._rest)

    def feed(self, piece: str | bytes) -> list[Item]:
        """The packets that this piece completes, no more of them than are read and one."""
        text = self._rest + (piece if isinstance(piece, str) else self._utf8.decode(piece))
        *whole, self._rest = text.split(SEPARATOR)
        if len(self._rest) > MAX_LINE:
            self._rest = ""
            self.cut += 1
        return [self._item(one) for one in whole[: MAX_RECORDS + 1] if one]

    def finish(self) -> list[Item]:
        """What the end of the body completes."""
        rest, self._rest = self._rest + self._utf8.decode(b"", True), ""
        return [self._item(one) for one in packets(rest, MAX_RECORDS + 1)[0] if one]

    def _item(self, text: str) -> Item:
        return Item(text=text, dir=self._dir)
