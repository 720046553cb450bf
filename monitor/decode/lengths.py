"""A body of chunks, each after its length on a line of its own: `12\n[[1,["a"]]]`, as WebChannel streams them.

A length counts UTF-16 code units, as the length of a string in JavaScript does.
"""

from __future__ import annotations

import codecs
import re

from monitor.decode.limits import MAX_LINE
from monitor.decode.peel import peel
from monitor.decode.polling import past
from monitor.decode.protocol import Item
from monitor.model import Direction

OPENS = re.compile(r"\s*[1-9]\d{0,7}\r?\n\[")
_LENGTH = re.compile(r"\s*([1-9]\d{0,7})\r?\n")
_PART = re.compile(r"\s*\d{0,8}\r?")


class LengthReader:
    """Feed pieces of the body, get the chunks they complete."""

    def __init__(self, direction: Direction = "in", layer: str = "webchannel") -> None:
        self._dir = direction
        self._layer = layer
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self.cut = 0

    @property
    def held(self) -> int:
        """Characters held for their rest."""
        return len(self._text)

    def feed(self, piece: str | bytes) -> list[Item]:
        """The chunks that this piece completes."""
        self._text += piece if isinstance(piece, str) else self._utf8.decode(piece)
        found, at = [], 0
        while True:
            length = _LENGTH.match(self._text, at)
            end = length and past(self._text, length.end(), int(length[1]))
            if not length or end is None:
                break
            found.append(self._item(self._text[length.end() : end]))
            at = end
        self._text = self._text[at:]
        lost = not _LENGTH.match(self._text) and not _PART.fullmatch(self._text)
        if lost or len(self._text) > MAX_LINE:
            self._text = ""
            self.cut += 1
        return found

    def finish(self) -> list[Item]:
        """A chunk that is not whole is given as it is."""
        rest, self._text = self._text.strip(), ""
        return [self._item(rest)] if rest else []

    def _item(self, text: str) -> Item:
        item = peel(text, self._dir)
        item.layers = (self._layer, *item.layers)
        return item
