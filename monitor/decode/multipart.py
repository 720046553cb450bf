"""A response body of several parts, `multipart/mixed`: each is given when the delimiter after it has come.

The delimiter is the body's first line, so a type whose parameters are not known is enough.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice

from monitor.decode.limits import MAX_LINE, MAX_RECORDS
from monitor.decode.peel import peel
from monitor.decode.protocol import Item
from monitor.model import Direction

MIMES = frozenset({"multipart/mixed", "multipart/x-mixed-replace"})
_FIRST = re.compile(r"(?:^|\r?\n)(--[^\r\n]{1,72}?)[ \t]*\r?\n")
_MAX_HEAD = 65_536


class MultipartReader:
    """Feed pieces of the body, get the parts they complete."""

    def __init__(self, direction: Direction = "in") -> None:
        self._dir = direction
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._delimiter = ""
        self.cut = 0

    @property
    def held(self) -> int:
        """Characters held for their rest."""
        return len(self._text)

    def feed(self, piece: str | bytes) -> list[Item]:
        """The parts that this piece completes, no more of them than are read and one."""
        self._text += piece if isinstance(piece, str) else self._utf8.decode(piece)
        if not self._delimiter:
            first = _FIRST.search(self._text, 0, _MAX_HEAD)
            if first is None:
                self._bound()
                return []
            self._delimiter, self._text = first[1], "\n" + self._text[first.end() :]
        *parts, self._text = re.split(rf"\r?\n{re.escape(self._delimiter)}(?:--)?[ \t]*(?=\r?\n)", self._text)
        found = islice((item for part in parts if (item := self._part(part))), MAX_RECORDS + 1)
        self._bound()
        return [*found]

    def finish(self) -> list[Item]:
        """What stands after the last delimiter, where it is a part that only lacks its end."""
        rest, self._text = self._text, ""
        if not self._delimiter:
            return []
        item = self._part(re.split(rf"\r?\n{re.escape(self._delimiter)}", rest)[0])
        return [item] if item else []

    def _part(self, text: str) -> Item | None:
        """A part without its headers; None where it is empty."""
        whole = text.replace("\r\n", "\n")
        head, gap, body = whole.partition("\n\n")
        body = (body if (gap and ":" in head) or not head.strip() else whole).strip()
        if not body:
            return None
        item = peel(body, self._dir)
        item.layers = ("multipart", *item.layers)
        return item

    def _bound(self) -> None:
        if len(self._text) > MAX_LINE:
            self._text = ""
            self.cut += 1
