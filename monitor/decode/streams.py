"""A response body as it comes: cut into events or lines where it is a stream, held until it is whole where it is JSON.

A body that is fetched whole goes the same way, as one piece that is also the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from monitor.decode import ai_sdk, lengths, multipart, polling, react_flight, webchannel
from monitor.decode.grpc_web import Rpc, rpc_of
from monitor.decode.json_stream import JsonStream
from monitor.decode.ndjson import MIMES, NdjsonReader
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item
from monitor.decode.sse import MIME, SseReader, looks_like_sse, sse_items
from monitor.decode.stream import CutStream, Stream
from monitor.decode.talk import Talk
from monitor.model import Decoded, Direction

_OPENS_JSON = re.compile(r"[\ufeff\s]*(?:\)\]\}'\s*)?[\[{]")
_RPC = re.compile(r"proto|grpc-web|connect\+")
_UNTOLD = ("", "text/plain", "application/octet-stream")


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
    if facts.mime == MIME and not _OPENS_JSON.match(_head(piece)):
        return SseStream(facts, dir)
    if facts.mime in MIMES:
        return NdjsonStream(facts, dir)
    if facts.mime in multipart.MIMES:
        return CutStream(facts, multipart.MultipartReader(dir), "multipart", dir)
    if facts.mime == react_flight.MIME:
        return CutStream(facts, react_flight.FlightReader(dir), react_flight.NAME, dir)
    head = _head(piece)
    if polling.URL.search(facts.url):
        return PollStream(facts, talk, dir)
    if lengths.OPENS.match(head) and webchannel.URL.search(facts.url):
        return CutStream(facts, lengths.LengthReader(dir), webchannel.NAME, dir)
    if facts.mime in _UNTOLD and ai_sdk.OPENS.match(head):
        return CutStream(facts, ai_sdk.AiSdkReader(dir), ai_sdk.LAYER, dir)
    if facts.mime in _UNTOLD and looks_like_sse(head):
        return SseStream(facts, dir)
    if _OPENS_JSON.match(head) and ("json" in facts.mime or facts.mime in (MIME, *_UNTOLD)):
        return JsonStream(facts, dir)
    return PlainStream(facts, dir)


def _head(piece: str | bytes) -> str:
    if isinstance(piece, str):
        return piece[:2048]
    return piece[:2048].decode("utf-8", "replace")
