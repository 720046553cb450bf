"""React Server Components (`text/x-component`, "Flight"), as Next.js sends them: rows of an id, a tag and what follows.

The type is what the tag says (`model`, `import`, `hint`, `text`, `error`, …), the value {"id", "data"}. A text row
tells its length in bytes and has no end of its own; every other row is a line.
https://github.com/facebook/react/blob/main/packages/react-client/src/ReactFlightClient.js
"""

from __future__ import annotations

import re

from monitor.decode.limits import MAX_LINE
from monitor.decode.parse import UNSET, json_value
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Direction, Message

NAME = "react-flight"
MIME = "text/x-component"
_HEAD = re.compile(rb"\s*([0-9a-f]{0,8}):([A-Za-z]?)")
_LENGTH = re.compile(rb"([0-9a-f]{1,8}),")
_SIZED = "TAOoUSsLlGgMmV"  # the tags of rows that tell their length
_TAGS = {
    "": "model", "I": "import", "H": "hint", "T": "text", "E": "error", "D": "debug", "W": "console", "N": "time",
    "R": "stream", "r": "byte-stream", "X": "iterable", "x": "iterator", "C": "end", "P": "postpone", "J": "debug-info",
}  # fmt: skip


class FlightReader:
    """Feed pieces of the body, get the rows they complete; an item's name is its tag, with the id before it."""

    def __init__(self, direction: Direction = "in") -> None:
        self._dir = direction
        self._data = b""
        self.cut = 0

    @property
    def held(self) -> int:
        """Bytes held for their rest."""
        return len(self._data)

    def feed(self, piece: str | bytes) -> list[Item]:
        """The rows that this piece completes."""
        data = self._data + (piece.encode("utf-8", "replace") if isinstance(piece, str) else piece)
        found: list[Item] = []
        at = 0
        while (row := _row(data, at)) is not None:
            item, at = row
            if item is not None:
                item.dir = self._dir
                found.append(item)
        self._data = data[at:]
        if len(self._data) > MAX_LINE:
            self._data = b""
            self.cut += 1
        return found

    def finish(self) -> list[Item]:
        """The last row, where it has no end."""
        return self.feed(b"\n") if self._data.strip() else []


def _row(data: bytes, at: int) -> tuple[Item | None, int] | None:
    """The row that begins at a place, and where it ends; None where it is not whole."""
    head = _HEAD.match(data, at)
    if head is None:
        end = data.find(b"\n", at)
        return None if end < 0 else (_item("", "", data[at:end]), end + 1)
    row, tag = head[1].decode(), head[2].decode()
    sized = _LENGTH.match(data, head.end()) if tag and tag in _SIZED else None
    if sized is not None:
        end = sized.end() + int(sized[1], 16)
        return (_item(row, tag, data[sized.end() : end]), end) if end <= len(data) else None
    end = data.find(b"\n", head.end())
    return (_item(row, tag, data[head.end() : end]), end + 1) if end >= 0 else None


def _item(row: str, tag: str, data: bytes) -> Item | None:
    if not row and not tag and not data.strip():
        return None
    return Item(text=data.decode("utf-8", "replace"), name=f"{row}:{tag}", layers=(NAME,))


class ReactFlight(Stateless):
    """By the rows that its reader cut."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A row."""
        return 95 if NAME in item.layers else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one row."""
        row, colon, tag = (item.name or "").partition(":")
        if not colon:
            return None
        text = item.text or ""
        value = text if tag and tag in _SIZED else json_value(text)
        data, layers = (text, item.layers) if value is UNSET else (value, (*item.layers, "json"))
        message = Message(protocol=NAME, type=_TAGS.get(tag, tag), value={"id": row, "data": data})
        return Decoded(layers=layers, messages=(message,))


PROTOCOL = ReactFlight()
