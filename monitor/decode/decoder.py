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

import re
from collections.abc import Callable
from typing import Any

import msgspec

from monitor import model
from monitor.decode import forms, polling
from monitor.decode.compression import one_room
from monitor.decode.connections import Connection, Connections
from monitor.decode.grpc_web import rpc_of
from monitor.decode.limits import MAX_TOPICS
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item, Session
from monitor.decode.shared import HALF, Opened
from monitor.decode.sse import sse_item
from monitor.decode.streams import open_stream
from monitor.decode.talk import Talk, with_error
from monitor.model import Decoded, Event

_CHARSET = re.compile(r"\s*;.*", re.DOTALL)


class Decoder:
    """Decodes the events of a capture, in order; keeps state by connection, within limits."""

    def __init__(self) -> None:
        self.connections = Connections()
        self._former: dict[str, dict[str, Session]] = {}
        self._polls: dict[str, Talk] = {}

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
        told = event.subprotocol or _header(event.headers, "sec-websocket-protocol")
        known.facts.subprotocol = told or known.facts.subprotocol

    def _response(self, event: model.Response) -> None:
        known = self.connections.use(event.connection)
        known.facts.channel = known.facts.channel or "fetch"
        known.facts.url = event.url
        known.facts.mime = _mime(event.mime or _header(event.headers, "content-type"))
        known.facts.encoding = _mime(_header(event.headers, "content-encoding"))

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
        return self._item(event.connection, event, event.dir, batches=True)

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

    # ── bodies ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _request(self, event: model.Request) -> Decoded | None:
        known = self.connections.use(event.connection)
        known.facts.channel = "fetch"
        known.facts.url = event.url
        known.facts.out_mime = _header(event.headers, "content-type")
        return self._sent(known, event)

    def _request_body(self, event: model.RequestBody) -> Decoded | None:
        return self._sent(self.connections.use(event.connection), event)

    def _sent(self, known: Connection, event: Event) -> Decoded | None:
        payload = model.payload(event)
        if not payload:
            return None
        rpc = rpc_of(known.facts.out_mime, known.facts.url, "out") if known.facts.out_mime else None
        if rpc is not None:
            return Decoded(layers=rpc.layers, messages=(*rpc.feed(payload), *rpc.finish()))
        item = peel(payload, "out")
        form = forms.read(item, known.facts.out_mime)
        if form is not None:
            item = Item(text=item.text, value=form.value, dir="out", layers=form.layers)
        shared = self._poll(known)
        talk = shared or Talk(Facts(channel="fetch", url=known.facts.url, mime=known.facts.out_mime))
        decoded = talk.read(item)
        talk.settle()
        left = Decoded(messages=() if shared else tuple(talk.end()))
        return form if form is not None and talk.session is None else joined(decoded, left)

    def _poll(self, known: Connection) -> Talk | None:
        """The conversation that a request of a long polling belongs to, None for any other request."""
        name = polling.conversation(known.facts.url)
        if name is None:
            return None
        talk = self._polls.pop(name, None) or Talk(Facts(channel="fetch", url=known.facts.url))
        if len(self._polls) >= MAX_TOPICS:
            del self._polls[next(iter(self._polls))]
        self._polls[name] = talk
        return talk

    def _chunk(self, event: model.Chunk) -> Decoded | None:
        payload = model.payload(event)
        if payload is None:
            return None
        known = self.connections.use(event.connection)
        if known.stream is None:
            known.facts.channel = "fetch-stream"
            known.stream = open_stream(known.facts, payload, talk=self._poll(known))
            if known.lost:
                known.stream.talk.lost(known.lost)
        self._check_offset(known, event)
        decoded = known.stream.feed(payload)
        known.given += len(decoded.messages) if decoded else 0
        self.connections.account(event.connection, known)
        return decoded

    def _body(self, event: model.Body) -> Decoded | None:
        payload = model.payload(event)
        known = self.connections.use(event.connection)
        self.connections.drop(event.connection)
        if not payload:
            return None
        given = known.given
        stream = open_stream(known.facts, payload, talk=self._poll(known))
        if event.state == "partial":
            stream.talk.lost(event.reason or "the body is not whole")
        whole = joined(stream.feed(payload), stream.finish())
        # A stream that was told with a hole at its beginning comes whole at its end: its last messages are known.
        return msgspec.structs.replace(whole, again=min(given, len(whole.messages))) if given else whole

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

    def _check_offset(self, known: Connection, event: model.Chunk) -> None:
        """Say so where chunks do not join; an offset of 0 is also what an unknown one looks like."""
        expected = known.expected or 0
        if event.offset and event.offset != expected and known.stream:
            known.stream.talk.lost(f"the body's bytes {expected}–{event.offset} are missing")
        known.expected = (event.offset or expected) + event.size


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


def joined(first: Decoded, second: Decoded | None) -> Decoded:
    """Two parts of one payload as one."""
    if second is None:
        return first
    return Decoded(
        layers=max(second.layers, first.layers, key=len),
        messages=first.messages + second.messages,
        error=first.error or second.error,
    )


def _plain(event: Event) -> Decoded:
    payload = model.payload(event)
    if isinstance(payload, str):
        return Decoded(layers=("text",), messages=(model.Message(protocol="text", value=payload),))
    return Decoded(layers=("raw",), messages=(model.Message(protocol="raw"),) if payload else ())


def _header(headers: dict[str, str], name: str) -> str:
    value = headers.get(name)
    if value is None:
        value = next((v for k, v in headers.items() if k.lower() == name), "")
    return value


def _mime(text: str) -> str:
    return _CHARSET.sub("", text).strip().lower()


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
    model.Request: Decoder._request,
    model.RequestBody: Decoder._request_body,
    model.Chunk: Decoder._chunk,
    model.Body: Decoder._body,
    model.Finished: Decoder._finished,
    model.Failed: Decoder._failed,
    model.SocketClosed: Decoder._closed,
}
