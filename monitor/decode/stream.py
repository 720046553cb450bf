"""What a stream is: a response body that comes piece by piece, and gives the messages that each piece completes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol as TypingProtocol

from msgspec.structs import replace

from monitor.decode.limits import MAX_RECORDS, MORE_RECORDS
from monitor.decode.protocol import Facts, Item
from monitor.decode.talk import Talk
from monitor.model import Decoded, Direction, Message


class Stream:
    """One body, piece by piece."""

    layer = ""

    def __init__(self, facts: Facts, dir: Direction = "in") -> None:  # noqa: A002
        self.talk = Talk(facts)
        self.dir = dir

    @property
    def held(self) -> int:
        """Characters held for their rest."""
        return 0

    def feed(self, piece: str | bytes) -> Decoded:
        """The messages that this piece completes."""
        raise NotImplementedError

    def finish(self) -> Decoded | None:
        """What the end completes, and what it leaves unfinished; None where that is nothing."""
        return None

    def _gather(self, items: Iterable[Item], last: bool = False) -> Decoded:
        """One Decoded for all items of one piece."""
        layers: tuple[str, ...] = (self.layer,)
        messages: list[Message] = []
        error = None
        for number, item in enumerate(items):
            if number == MAX_RECORDS:
                messages[-1:] = [replace(one, notes=(*one.notes, MORE_RECORDS)) for one in messages[-1:]]
                self.talk.lost(MORE_RECORDS)
                break
            decoded = self.talk.read(item)
            messages.extend(decoded.messages)
            error = error or decoded.error
            if len(decoded.layers) >= len(layers):
                layers = decoded.layers
        self.talk.settle()
        if last:
            messages.extend(self.talk.end())
        return Decoded(layers=layers, messages=tuple(messages), error=error)


class Reader(TypingProtocol):
    """What cuts a body into items."""

    @property
    def cut(self) -> int: ...

    @property
    def held(self) -> int: ...

    def feed(self, piece: str | bytes) -> list[Item]: ...

    def finish(self) -> list[Item]: ...


class CutStream(Stream):
    """A body that a reader cuts into items."""

    def __init__(self, facts: Facts, reader: Reader, layer: str, dir: Direction = "in") -> None:  # noqa: A002
        super().__init__(facts, dir)
        self.layer = layer
        self._reader = reader

    @property
    def held(self) -> int:
        return self._reader.held

    def feed(self, piece: str | bytes) -> Decoded:
        cut = self._reader.cut
        items = self._reader.feed(piece)
        if self._reader.cut > cut:
            self.talk.lost("a part of the body was too long to keep, or not what it should be")
        return self._gather(items)

    def finish(self) -> Decoded | None:
        decoded = self._gather(self._reader.finish(), last=True)
        return decoded if decoded.messages else None
