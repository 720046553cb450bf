"""A response body as it comes: cut into events or lines where it is a stream, held until it is whole where it is JSON.

A body that is fetched whole goes the same way, as one piece that is also the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol as TypingProtocol

from msgspec.structs import replace

from monitor.decode import lengths, multipart, polling, webchannel
from monitor.decode.grpc_web import Rpc, rpc_of
from monitor.decode.limits import MAX_PAYLOAD, MAX_RECORDS, MORE_RECORDS
from monitor.decode.ndjson import MIMES, NdjsonReader
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item
from monitor.decode.sse import MIME, SseReader, looks_like_sse, sse_items
from monitor.decode.talk import Talk
from monitor.model import Decoded, Direction, Message

_OPENS_JSON = re.compile(r"[\ufeff\s]*(?:\)\]\}'\s*)?[\[{]")
_CHEAP = 65_536
"""Characters up to which a body that may be whole is tried, whatever its brackets say."""
_RPC = re.compile(r"proto|grpc-web|connect\+")
_UNTOLD = ("", "text/plain", "application/octet-stream")


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


class SseStream(Stream):
    """A body of server-sent events."""

    layer = "sse"

    def __init__(self, facts: Facts, dir: Direction = "in") -> None:  # noqa: A002
        super().__init__(facts, dir)
        self._reader = SseReader()

    @property
    def held(self) -> int:
        return self._reader.held

    def feed(self, piece: str | bytes) -> Decoded:
        cut = self._reader.cut
        events = self._reader.feed(piece)
        if self._reader.cut > cut:
            self.talk.lost("an event was too long to keep")
        return self._gather(sse_items(events, self.dir))

    def finish(self) -> Decoded | None:
        decoded = self._gather(sse_items(self._reader.finish(), self.dir), last=True)
        return decoded if decoded.messages else None


class NdjsonStream(Stream):
    """A body of JSON lines."""

    layer = "ndjson"

    def __init__(self, facts: Facts, dir: Direction = "in") -> None:  # noqa: A002
        super().__init__(facts, dir)
        self._reader = NdjsonReader()

    @property
    def held(self) -> int:
        return self._reader.held

    def feed(self, piece: str | bytes) -> Decoded:
        cut = self._reader.cut
        lines = self._reader.feed(piece)
        if self._reader.cut > cut:
            self.talk.lost("a line was too long to keep")
        return self._gather(self._items(lines))

    def finish(self) -> Decoded | None:
        decoded = self._gather(self._items(self._reader.finish()), last=True)
        return decoded if decoded.messages else None

    def _items(self, lines: list[str]) -> Iterable[Item]:
        for line in lines:
            item = peel(line, self.dir)
            item.layers = (self.layer, *item.layers)
            yield item


class Reader(TypingProtocol):
    """What cuts a body into items."""

    cut: int

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


class JsonStream(Stream):
    """A JSON body whose pieces are held until it is whole."""

    layer = "json"

    def __init__(self, facts: Facts, dir: Direction = "in") -> None:  # noqa: A002
        super().__init__(facts, dir)
        self._pieces: list[str | bytes] = []
        self._held = 0
        self._over = False
        self._open = 0
        self._tries = 200

    @property
    def held(self) -> int:
        return self._held

    def feed(self, piece: str | bytes) -> Decoded:
        if self._over:
            return Decoded(layers=("text",) if isinstance(piece, str) else ("raw",))
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held > MAX_PAYLOAD:
            self._drop()
            return Decoded(layers=("text",), error="the body is too large to be read whole")
        self._open += _opened(piece)
        closed = piece.rstrip()[-1:] in ("}", "]", b"}", b"]")
        if closed and self._tries > 0 and (self._open == 0 or self._held < _CHEAP):
            self._tries -= 1
            return self._whole() or Decoded(layers=(self.layer,))
        return Decoded(layers=(self.layer,))

    def finish(self) -> Decoded | None:
        if self._over or not self._pieces:
            return None
        decoded = self._whole()
        if decoded is None:
            item = peel(self._text(), self.dir)
            self._drop()
            decoded = self._gather([item])
        return decoded

    def _whole(self) -> Decoded | None:
        """The body as one message, where it is valid by now."""
        item = peel(self._text(), self.dir, self.talk.facts.mime)
        if "json" not in item.layers:
            return None
        self._drop()
        return self._gather([item])

    def _text(self) -> str:
        data = b"".join(one.encode("utf-8", "replace") if isinstance(one, str) else one for one in self._pieces)
        return data.decode("utf-8", "replace")

    def _drop(self) -> None:
        self._pieces.clear()
        self._held = 0
        self._over = True


def _opened(piece: str | bytes) -> int:
    """How many brackets more a piece opens than it closes, those in strings too: a hint whether the body is whole."""
    if isinstance(piece, str):
        return piece.count("{") + piece.count("[") - piece.count("}") - piece.count("]")
    return piece.count(b"{") + piece.count(b"[") - piece.count(b"}") - piece.count(b"]")


class RpcStream(Stream):
    """The body of an RPC in protobuf, in envelopes or bare."""

    def __init__(self, facts: Facts, rpc: Rpc, dir: Direction) -> None:  # noqa: A002
        super().__init__(facts, dir)
        self._rpc = rpc

    @property
    def held(self) -> int:
        return self._rpc.held

    def feed(self, piece: str | bytes) -> Decoded:
        return Decoded(layers=self._rpc.layers, messages=tuple(self._rpc.feed(piece)))

    def finish(self) -> Decoded | None:
        messages = self._rpc.finish()
        return Decoded(layers=self._rpc.layers, messages=tuple(messages)) if messages else None


class PlainStream(Stream):
    """Any other body: each piece for itself."""

    layer = "text"

    def feed(self, piece: str | bytes) -> Decoded:
        item = peel(piece, self.dir, encoding=self.talk.facts.encoding)
        return self._gather([item])


class PollStream(CutStream):
    """A body of one poll: its packets belong to a conversation that goes on, and do not end with it."""

    def __init__(self, facts: Facts, talk: Talk | None, dir: Direction = "in") -> None:  # noqa: A002
        super().__init__(facts, polling.PollingReader(dir), "polling", dir)
        self._ends = talk is None
        self.talk = talk or self.talk

    def finish(self) -> Decoded | None:
        decoded = self._gather(self._reader.finish(), last=self._ends)
        return decoded if decoded.messages else None


def open_stream(
    facts: Facts,
    piece: str | bytes,
    dir: Direction = "in",  # noqa: A002
    talk: Talk | None = None,
) -> Stream:
    """The stream for a body that starts with this piece; its type decides where it is told, else its look.

    talk: the conversation that the polls of one session share.
    """
    rpc = rpc_of(facts.mime, facts.url, dir) if _RPC.search(facts.mime) else None
    if rpc is not None:
        return RpcStream(facts, rpc, dir)
    if facts.mime == MIME:
        return SseStream(facts, dir)
    if facts.mime in MIMES:
        return NdjsonStream(facts, dir)
    if facts.mime in multipart.MIMES:
        return CutStream(facts, multipart.MultipartReader(dir), "multipart", dir)
    head = _head(piece)
    if polling.URL.search(facts.url):
        return PollStream(facts, talk, dir)
    if lengths.OPENS.match(head) and webchannel.URL.search(facts.url):
        return CutStream(facts, lengths.LengthReader(dir), webchannel.NAME, dir)
    if facts.mime in _UNTOLD and looks_like_sse(head):
        return SseStream(facts, dir)
    if _OPENS_JSON.match(head) and ("json" in facts.mime or facts.mime in _UNTOLD):
        return JsonStream(facts, dir)
    return PlainStream(facts, dir)


def _head(piece: str | bytes) -> str:
    if isinstance(piece, str):
        return piece[:2048]
    return piece[:2048].decode("utf-8", "replace")
