"""A body of JSON as it comes: one value, held until it is whole, or several, a line each or one behind another.

Which of these it is the type does not tell: servers send JSON lines as `application/json` and as `text/plain`.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator

from monitor.decode.limits import MAX_PAYLOAD, MAX_RECORDS
from monitor.decode.parse import UNSET, nested
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item
from monitor.decode.stream import Stream
from monitor.model import Decoded, Direction

_CHEAP = 65_536
"""Characters up to which what may be whole is tried, whatever its brackets say."""
_TRIES = 200
_BLANK = " \t\r\n\x1e"


class JsonStream(Stream):
    """Feed pieces, get the values that they complete."""

    layer = "json"

    def __init__(self, facts: Facts, dir: Direction = "in") -> None:  # noqa: A002
        super().__init__(facts, dir)
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._pieces: list[str] = []
        self._held = 0
        self._open = 0
        self._tries = _TRIES
        self._over = False
        self._spread = False  # the value at hand goes over several lines
        self._told = 0

    @property
    def held(self) -> int:
        return self._held

    def feed(self, piece: str | bytes) -> Decoded:
        if self._over:
            return Decoded(layers=("text",) if isinstance(piece, str) else ("raw",))
        text = piece if isinstance(piece, str) else self._utf8.decode(piece)
        self._pieces.append(text)
        self._held += len(text)
        if self._held > MAX_PAYLOAD:
            self._keep("")
            self._over = True
            return Decoded(layers=("text",), error="the body is too large to be read whole")
        self._open += _opened(text)
        items = self._lines() if "\n" in text and not self._spread else []
        closed = text.rstrip(_BLANK)[-1:] in ("}", "]")
        if closed and self._held and self._tries > 0 and (self._open == 0 or self._held < _CHEAP):
            self._tries -= 1
            items += self._whole()
        return self._gather(items) if items else Decoded(layers=(self.layer,))

    def finish(self) -> Decoded | None:
        self._pieces.append(self._utf8.decode(b"", True))
        text = "".join(self._pieces)
        if self._over or not text.strip(_BLANK):
            return None
        items = self._lines() + self._whole()
        if self._held:
            items.append(peel("".join(self._pieces), self.dir))
            self._keep("")
        return self._gather(items)

    def _keep(self, text: str) -> None:
        """Go on with what is left."""
        self._pieces, self._held, self._open = [text] if text else [], len(text), _opened(text)
        self._spread = False

    def _lines(self) -> list[Item]:
        """The values that stand on a line each; a first line alone may as well be the whole body."""
        text = "".join(self._pieces)
        found: list[Item] = []
        at, size = 0, len(text)
        while at < size and len(found) < MAX_RECORDS:
            end = text.find("\n", at)
            if end < 0:
                break
            line = text[at:end].strip(_BLANK)
            if line and nested(line) is UNSET:
                self._spread = True
                break
            if line and not self._told and not found and not text[end:].strip(_BLANK):
                break
            if line:
                found.append(self._item(line, several=True))
            at = end + 1
        spread = self._spread
        if at:
            self._keep(text[at:].lstrip(_BLANK))
            self._spread = spread
        return found

    def _whole(self) -> list[Item]:
        """What is held as one value, or as several one behind another; nothing where it is neither."""
        text = "".join(self._pieces).strip(_BLANK)
        item = peel(text, self.dir, self.talk.facts.mime)
        found = [item] if "json" in item.layers else []
        if not found:
            found = [self._item(one, several=True) for one in _apart(text)]
        elif self._told:
            found = [self._item(text, several=True)]
        if found:
            self._told += 1
            self._keep("")
        return found

    def _item(self, text: str, several: bool) -> Item:
        self._told += 1
        item = peel(text, self.dir)
        item.layers = ("ndjson", *item.layers) if several else item.layers
        return item


def _apart(text: str) -> Iterator[str]:
    """The texts of several values that stand one behind another; none where something else stands among them."""
    decoder, at = json.JSONDecoder(), 0
    found: list[str] = []
    while at < len(text) and len(found) <= MAX_RECORDS:
        if text[at] not in "{[":
            return
        try:
            end = decoder.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            return
        found.append(text[at:end])
        at = end + len(text[end : end + 16]) - len(text[end : end + 16].lstrip(_BLANK + ","))
    if 1 < len(found) <= MAX_RECORDS:
        yield from found


def _opened(text: str) -> int:
    """How many brackets more a piece opens than it closes, those in strings too: a hint whether a value is whole."""
    return text.count("{") + text.count("[") - text.count("}") - text.count("]")
