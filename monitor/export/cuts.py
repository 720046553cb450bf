"""Secrets that the pieces of a stream cut in two, where nothing but another event says that they are secrets.

What each piece has of one is too short to be known by itself. So once all secrets are known, the pieces are read again,
each with the end of what came before it, and the parts are remembered by the numbers of their events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from monitor.export.known import Known
from monitor.model import Chunk, Decoded, Event, Frame, payload

KINDS = ("chunk", "frame", "finished", "failed", "socket-closed")
"""The events that `Cuts.feed` wants to see, in order."""
TAIL = 4096  # characters of a stream in which the other part of a cut secret is looked for
ENDS = tuple("}])>\n\x1e\0")  # of a message that is whole
_TELLING = 6  # characters from which a part is hidden wherever a decoded text has it, not only at its ends


class _Part(NamedTuple):
    text: str
    secret: str


@dataclass(slots=True)
class _Tail:
    """What came last of a stream. pieces: of those that it is from, their numbers and how many characters each has."""

    text: str = ""
    pieces: deque[tuple[int, int]] = field(default_factory=deque)
    size: int = 0  # characters of the pieces; the first of them may have begun before the text

    def add(self, seq: int, text: str) -> None:
        self.text = (self.text + text)[-TAIL:] if len(text) < TAIL else text[-TAIL:]
        self.pieces.append((seq, len(text)))
        self.size += len(text)
        while self.size - self.pieces[0][1] >= TAIL:
            self.size -= self.pieces.popleft()[1]


class Cuts:
    """Finds the parts of known secrets at the ends of pieces. stand_in: the pseudonym of a secret."""

    def __init__(self, known: Known, stand_in: Callable[[str], str]) -> None:
        self._known = known
        self._stand_in = stand_in
        self._tails: dict[str, dict[str, _Tail]] = {}
        # By the number of the piece: what it begins with of a secret that an earlier one began, and what it begins.
        self._leads: dict[int, _Part] = {}
        self._trails: dict[int, _Part] = {}

    def clear(self) -> None:
        """Forget what was found: another capture is read."""
        self._tails.clear()
        self._leads.clear()
        self._trails.clear()

    def feed(self, event: Event) -> None:
        """Take the next event of `KINDS`, when all secrets are known."""
        if not isinstance(event, Chunk | Frame):
            self._tails.pop(getattr(event, "connection", ""), None)
            return
        text, way = _text(event), event.dir
        if not text:
            return
        ways = self._tails.setdefault(event.connection, {})
        tail = ways.pop(way, None)
        if tail is not None:
            self._look(tail, event.seq, text[:TAIL])
        if isinstance(event, Frame) and text.endswith(ENDS):  # frames are whole messages, but for a few
            return
        tail = tail or _Tail()
        tail.add(event.seq, text)
        ways[way] = tail

    def _look(self, tail: _Tail, seq: int, text: str) -> None:
        """Remember who has what of the secrets that go on from the end of a stream to its next piece."""
        joined, edge = tail.text + text, len(tail.text)
        for start, end, secret in self._known.spans(joined):
            if not start < edge < end:
                continue
            at = edge - tail.size
            for number, size in [*tail.pieces, (seq, len(text))]:
                low, high = max(start, at), min(end, at + size)
                if low < high:
                    parts = self._trails if low == start else self._leads
                    if number not in parts or len(parts[number].text) < high - low:
                        parts[number] = _Part(joined[low:high], secret)
                at += size

    def hidden(self, event: Event) -> Event:
        """A piece without its parts of cut secrets: the stand-in where one begins; bytes keep their length."""
        if event.seq not in self._leads and event.seq not in self._trails:
            return event
        if not isinstance(event, Chunk | Frame):
            return event
        clean = self._without(event.seq, _text(event) or "", exactly=event.data is not None)
        if event.data is not None:
            return msgspec.structs.replace(event, data=clean.encode("latin-1"))
        return msgspec.structs.replace(event, text=clean)

    def _without(self, seq: int, text: str, *, exactly: bool = False) -> str:
        """A text without what it begins and ends with of secrets."""
        lead, trail, last = self._leads.get(seq), self._trails.get(seq), ""
        if trail is not None and text.endswith(trail.text):
            text, mask = text.removesuffix(trail.text), self._stand_in(trail.secret)
            last = mask[: len(trail.text)].ljust(len(trail.text), "*") if exactly else mask
        if lead is not None:
            # Of two secrets that overlap, the second may have taken some of what is left of the first.
            size = len(lead.text) if text.startswith(lead.text) else len(text) if lead.text.startswith(text) else 0
            text = "*" * (size if exactly else 0) + text[size:]
        return text + last

    def decoded(self, seq: int, decoded: Decoded) -> Decoded:
        """What a piece turned out to be, without its parts of cut secrets."""
        if seq not in self._leads and seq not in self._trails:
            return decoded
        messages = tuple(
            msgspec.structs.replace(
                one, value=self._value(seq, one.value), notes=tuple(self._told(seq, note) for note in one.notes)
            )
            for one in decoded.messages
        )
        error = decoded.error and self._told(seq, decoded.error)
        return msgspec.structs.replace(decoded, messages=messages, error=error)

    def _value(self, seq: int, value: Any) -> Any:
        if isinstance(value, str):
            return self._told(seq, value)
        if isinstance(value, bytes):
            return self._told(seq, value.decode("latin-1")).encode("latin-1")
        if isinstance(value, dict):
            return {key: self._value(seq, inner) for key, inner in value.items()}
        return [self._value(seq, inner) for inner in value] if isinstance(value, list | tuple) else value

    def _told(self, seq: int, text: str) -> str:
        """A text of a decoded piece: a part that can be told from words is hidden in its midst, too."""
        text = self._without(seq, text)
        for parts in (self._leads, self._trails):
            if (part := parts.get(seq)) is not None and len(part.text) >= _TELLING:
                text = text.replace(part.text, self._stand_in(part.secret))
        return text


def _text(event: Chunk | Frame) -> str | None:
    """The characters of a piece; those of bytes are the bytes."""
    found = payload(event)
    return found.decode("latin-1") if isinstance(found, bytes) else found
