"""Server-sent events out of text that comes in pieces, as the HTML standard reads them; one event is one item.

Added to the standard: limits, and `finish`, which gives the last event of a body that ended without the blank line, as
many servers end theirs. https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from monitor.decode.limits import MAX_LINE
from monitor.decode.lines import Lines
from monitor.decode.parse import UNSET, json_value
from monitor.decode.protocol import Item
from monitor.model import Direction

MIME = "text/event-stream"
_LOOKS = re.compile(r"\ufeff?(?:(?:(?:data|event|id|retry):|:)[^\r\n]*(?:\r\n?|\n|$))+")
_FIELD = re.compile(r"^(?:data|event):", re.MULTILINE)


def looks_like_sse(text: str) -> bool:
    """Whether a text of unknown type starts as an event stream does: field lines, one of them `data:` or `event:`."""
    return text[:1] in "dei:r\ufeff" and bool(text and _LOOKS.match(text, 0, 2048) and _FIELD.search(text, 0, 2048))


class ServerSentEvent(msgspec.Struct, frozen=True):
    """One event: its name (`message` where it told none), its data, and the last id told so far."""

    event: str = "message"
    data: str = ""
    id: str = ""


class SseReader:
    """Feed pieces of a stream, get the events they complete."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._lines = Lines(limit)
        self._limit = limit
        self._first = True
        self._dropped = 0
        self._name = ""
        self._data: list[str] = []
        self._id = ""
        self._size = 0

    @property
    def held(self) -> int:
        """Characters held for their rest."""
        return self._lines.held + self._size

    @property
    def cut(self) -> int:
        """How many lines or events were too long to keep."""
        return self._lines.cut + self._dropped

    def feed(self, piece: str | bytes) -> list[ServerSentEvent]:
        """The events that this piece completes."""
        return list(self.each(piece))

    def each(self, piece: str | bytes) -> Iterator[ServerSentEvent]:
        """The events that this piece completes, one after another."""
        return (event for line in self._lines.feed(piece) if (event := self._line(line)))

    def finish(self) -> list[ServerSentEvent]:
        """The event that only lacks its end: the stream is over."""
        return [event for line in (*self._lines.flush(), "") if (event := self._line(line))]

    def _line(self, line: str) -> ServerSentEvent | None:
        if self._first:
            self._first = False
            line = line.removeprefix("\ufeff")
        if not line:
            return self._dispatch()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._add(value)
        elif field == "event":
            self._name = value
        elif field == "id" and "\0" not in value:
            self._id = value
        return None

    def _add(self, value: str) -> None:
        """One more line of data, unless the event has too much of it."""
        self._size += len(value) + 1
        if self._size > self._limit:
            if self._size - len(value) - 1 <= self._limit:
                self._dropped += 1
            self._data.clear()
        else:
            self._data.append(value)

    def _dispatch(self) -> ServerSentEvent | None:
        """The event that a blank line ends, None where it has no data."""
        event = ServerSentEvent(self._name or "message", "\n".join(self._data), self._id) if self._data else None
        self._name = ""
        self._data.clear()
        self._size = 0
        return event


def sse_items(events: Iterable[ServerSentEvent], dir: Direction | None = "in") -> Iterable[Item]:  # noqa: A002
    """The items of server-sent events."""
    for event in events:
        yield sse_item(event.event, event.data, dir)


def sse_item(name: str, data: str, dir: Direction | None = "in") -> Item:  # noqa: A002
    """The item of one server-sent event."""
    value = json_value(data) if data[:1] in '{["' else UNSET
    return Item(text=data, value=value, dir=dir, name=name, layers=("sse",) if value is UNSET else ("sse", "json"))
