"""Events in, decoded payloads out: keeps what is known of each connection and never raises.

What an event does:
- request, response, socket-opened, socket-handshake tell facts of the connection (address, types, subprotocol);
- frame, sse, push, storage, broadcast and worker-message are one item each; chunk, body, request and request-body go
  through a stream;
- requests of one long polling are one conversation (see polling.py);
- finished, failed and socket-closed end a connection: they answer only where the end completes a message or leaves one
  unfinished. A body may still follow a response's end, so its facts stay until it came;
- a navigation makes sure that a new document's sockets do not go on with what the old one's had;
- gap marks the streams of its connection, or of all, as broken: their later messages say so in `notes`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from monitor import model
from monitor.decode.bodies import Bodies, header, joined, mime_of
from monitor.decode.compression import one_room
from monitor.decode.connections import Connections
from monitor.decode.limits import MAX_ALONE, MAX_TOPICS
from monitor.decode.peel import peel
from monitor.decode.protocol import Item, Session
from monitor.decode.shared import HALF, Opened
from monitor.decode.sse import sse_item
from monitor.decode.talk import Talk, with_error
from monitor.model import Decoded, Event


class Decoder:
    """Decodes the events of a capture, in order; keeps state by connection, within limits."""

    def __init__(self) -> None:
        self.connections = Connections()
        self._former: dict[str, dict[str, Session]] = {}
        self._bodies = Bodies(self.connections)
        self._alone: dict[str, None] = {}

    def feed(self, event: Event) -> Decoded | None:
        """What the event's payload is, None where it has none. Never raises."""
        handler = _HANDLERS.get(type(event))
        if handler is None:
            return None
        try:
            with one_room():
                return handler(self, event)
        except Exception as error:  # hostile input must not end the analysis; the reason is kept
            return with_error(_plain(event), error)

    def alone(self) -> list[str]:
        """Connections whose text frames stand for themselves, some of them; they count as used now.

        No protocol was found for them, nor is one looked for any more: how such a frame is decoded depends on nothing
        that came before it, and it changes nothing for what comes after it.
        """
        found = [key for key in self._alone if self._is_alone(key)]
        self._alone = dict.fromkeys(found[-MAX_ALONE:])
        for key in self._alone:
            self.connections.use(key)
        return [*self._alone]

    def _is_alone(self, key: str) -> bool:
        known = self.connections.get(key)
        return known is not None and known.talk is not None and known.talk.alone

    # ── facts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _socket_opened(self, event: model.SocketOpened) -> None:
        known = self.connections.use(event.connection)
        known.facts.channel = "socket"
        known.facts.url = event.url or known.facts.url
        if event.late:
            known.mark_lost("the socket was opened before the recording")

    def _handshake(self, event: model.SocketHandshake) -> None:
        known = self.connections.use(event.connection)
        known.facts.channel = "socket"
        told = event.subprotocol or header(event.headers, "sec-websocket-protocol")
        known.facts.subprotocol = told or known.facts.subprotocol

    def _response(self, event: model.Response) -> None:
        known = self.connections.use(event.connection)
        known.facts.channel = known.facts.channel or "fetch"
        known.facts.url = event.url
        known.facts.mime = mime_of(event.mime or header(event.headers, "content-type"))
        known.facts.encoding = mime_of(header(event.headers, "content-encoding"))

    def _gap(self, event: model.Gap) -> None:
        if event.connection is None:
            for one in self.connections:
                one.mark_lost(event.reason)
        elif (known := self.connections.get(event.connection)) is not None:
            known.mark_lost(event.reason)

    def _navigation(self, event: model.Navigation) -> None:
        """A new document takes nothing over from the sockets of the one before."""
        if event.main and event.how != "same-document" and event.tab:
            self._former.pop(event.tab, None)

    # ── single items ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _frame(self, event: model.Frame) -> Decoded | None:
        if event.data:
            opened = self._inflated(event, event.data)
            if opened is not None:
                return self._opened(event, opened)
        payload = model.payload(event)
        if payload is None:
            return None
        talk = self._talk(event.connection, "socket", batches=True)
        decoded = self._read(talk, event, peel(payload, event.dir))
        if talk.alone:
            self._alone[event.connection] = None
        return decoded

    def _inflated(self, event: model.Frame, data: bytes) -> Opened | None:
        """What a binary frame holds of a compressed stream that its connection shares, None where there is none."""
        known = self.connections.use(event.connection)
        shared = known.compressed(event.dir)
        if known.talk and known.talk.session and not shared.open and not shared.told:
            return None
        opened = shared.read(data)
        if shared.open:
            self.connections.inflating(event.connection)
        return opened

    def _opened(self, event: model.Frame, opened: Opened) -> Decoded:
        """The message of a shared compressed stream, or why there is none."""
        if opened.data is None:
            told = () if opened.note == HALF else (model.Message(protocol="raw", notes=(opened.note or "",)),)
            return Decoded(layers=(opened.layer, "raw") if told else (opened.layer,), messages=told)
        item = peel(opened.data, event.dir)
        item.layers = (opened.layer, *item.layers)
        return self._read(self._talk(event.connection, "socket", batches=True), event, item)

    def _sse(self, event: model.SseMessage) -> Decoded:
        talk = self._talk(event.connection, "sse")
        decoded = talk.read(sse_item(event.event, event.text))
        talk.settle()
        return decoded

    def _push(self, event: model.Push) -> Decoded | None:
        return self._item(f"push {event.origin}", event, "in")

    def _storage(self, event: model.Storage) -> Decoded | None:
        return self._item(f"storage {event.origin} {event.key}", event, event.dir)

    def _broadcast(self, event: model.Broadcast) -> Decoded | None:
        return self._item(f"broadcast {event.target} {event.name}", event, event.dir)

    def _worker(self, event: model.WorkerMessage) -> Decoded | None:
        return self._item(f"worker {event.target} {event.worker}", event, event.dir)

    def _item(self, key: str, event: Event, dir: Any, batches: bool = False) -> Decoded | None:  # noqa: A002
        payload = model.payload(event)
        if payload is None:
            return None
        return self._read(self._talk(key, event.channel or "", batches), event, peel(payload, dir))

    def _read(self, talk: Talk, event: Event, item: Item) -> Decoded:
        """The item by its conversation."""
        if talk.session is None and event.tab in self._former:
            talk.former = self._former[event.tab]
        decoded = talk.read(item)
        talk.settle()
        return decoded

    def _talk(self, key: str, channel: str, batches: bool = False) -> Talk:
        known = self.connections.use(key)
        if known.talk is None:
            known.facts.channel = channel or known.facts.channel
            known.talk = Talk(known.facts, batches)
            if known.lost:
                known.talk.lost(known.lost)
        return known.talk

    # ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _finished(self, event: model.Finished) -> Decoded | None:
        decoded = self._ended(event.connection)
        if event.body != "later":
            self.connections.drop(event.connection)
        elif decoded is not None and (known := self.connections.get(event.connection)) is not None:
            known.given += len(decoded.messages)
        return decoded

    def _failed(self, event: model.Failed) -> Decoded | None:
        return self._ended(event.connection)

    def _closed(self, event: model.SocketClosed) -> Decoded | None:
        known = self.connections.get(event.connection)
        if known and known.talk and known.talk.session and event.tab:
            self._leave(event.tab, known.talk.name, known.talk.session)
        decoded = self._ended(event.connection)
        self.connections.drop(event.connection)
        return decoded

    def _leave(self, tab: str, name: str, session: Session) -> None:
        """Keep a socket's session for the one that follows it in its tab."""
        left = self._former.pop(tab, {})
        if len(self._former) >= MAX_TOPICS:
            del self._former[next(iter(self._former))]
        self._former[tab] = {**left, name: session}

    def _ended(self, key: str) -> Decoded | None:
        """End the connection's readers and keep its facts."""
        known = self.connections.get(key)
        if known is None:
            return None
        decoded = known.stream.finish() if known.stream else None
        left = known.talk.end() if known.talk else []
        known.stream = known.talk = known.expected = None
        self.connections.released(key)
        return Decoded(messages=tuple(left)) if left and decoded is None else decoded


def decode_alone(event: Event, url: str | None = None) -> Decoded | None:
    """What one event's payload is, best effort, with nothing known of the events before it. Never raises.

    url: the address of its connection, where that is known.
    """
    decoder = Decoder()
    if url is not None and (connection := getattr(event, "connection", None)) is not None:
        decoder.connections.use(connection).facts.url = url
    if isinstance(event, model.Chunk):
        decoder.connections.use(event.connection).expected = event.offset
    decoded = decoder.feed(event)
    unfinished = isinstance(event, model.Frame) and decoded is not None and not decoded.messages
    if unfinished or isinstance(event, model.Chunk):
        try:
            rest = decoder._ended(getattr(event, "connection", ""))
        except Exception as error:
            return with_error(_plain(event), error)
        if rest is not None and not unfinished:  # that it ends here is not the stream's doing
            bare = tuple(msgspec.structs.replace(one, notes=()) for one in rest.messages)
            rest = msgspec.structs.replace(rest, messages=bare)
        return joined(decoded, rest) if decoded else rest
    return decoded


def _plain(event: Event) -> Decoded:
    payload = model.payload(event)
    if isinstance(payload, str):
        return Decoded(layers=("text",), messages=(model.Message(protocol="text", value=payload),))
    return Decoded(layers=("raw",), messages=(model.Message(protocol="raw"),) if payload else ())


_HANDLERS: dict[type[Event], Callable[[Decoder, Any], Decoded | None]] = {
    model.SocketOpened: Decoder._socket_opened,
    model.SocketHandshake: Decoder._handshake,
    model.Response: Decoder._response,
    model.Gap: Decoder._gap,
    model.Navigation: Decoder._navigation,
    model.Frame: Decoder._frame,
    model.SseMessage: Decoder._sse,
    model.Push: Decoder._push,
    model.Storage: Decoder._storage,
    model.Broadcast: Decoder._broadcast,
    model.WorkerMessage: Decoder._worker,
    model.Request: lambda decoder, event: decoder._bodies.request(event),
    model.RequestBody: lambda decoder, event: decoder._bodies.request_body(event),
    model.Chunk: lambda decoder, event: decoder._bodies.chunk(event),
    model.Body: lambda decoder, event: decoder._bodies.body(event),
    model.Finished: Decoder._finished,
    model.Failed: Decoder._failed,
    model.SocketClosed: Decoder._closed,
}
