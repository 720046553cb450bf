"""What requests and responses carry: bodies whole, and piece by piece.

A body is read by what its exchange said of it (address, types), or as a part of one conversation where requests are
those of a long polling (see polling.py). A body that was streamed with a hole and comes whole at its end gives its last
messages once.
"""

from __future__ import annotations

import re

import msgspec

from monitor import model
from monitor.decode import forms, polling
from monitor.decode.connections import Connection, Connections
from monitor.decode.grpc_web import rpc_of
from monitor.decode.limits import MAX_TOPICS
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item
from monitor.decode.streams import open_stream
from monitor.decode.talk import Talk
from monitor.model import Decoded, Event, Headers

_CHARSET = re.compile(r"\s*;.*", re.DOTALL)


class Bodies:
    """Reads the bodies of requests and responses, with what is known of their connections."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._polls: dict[str, Talk] = {}

    def request(self, event: model.Request) -> Decoded | None:
        """A request's facts, and its body where it came with it."""
        known = self._connections.use(event.connection)
        known.facts.channel = "fetch"
        known.facts.url = event.url
        known.facts.out_mime = header(event.headers, "content-type")
        return self._sent(known, event)

    def request_body(self, event: model.RequestBody) -> Decoded | None:
        """The body of a request that came by itself."""
        return self._sent(self._connections.use(event.connection), event)

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

    def chunk(self, event: model.Chunk) -> Decoded | None:
        """A piece of a response's body."""
        payload = model.payload(event)
        if payload is None:
            return None
        known = self._connections.use(event.connection)
        if known.stream is None:
            known.facts.channel = "fetch-stream"
            known.stream = open_stream(known.facts, payload, talk=self._poll(known))
            if known.lost:
                known.stream.talk.lost(known.lost)
        self._check_offset(known, event)
        decoded = known.stream.feed(payload)
        known.given += len(decoded.messages) if decoded else 0
        self._connections.account(event.connection, known)
        return decoded

    def body(self, event: model.Body) -> Decoded | None:
        """The body of a response, whole or what there is of it."""
        payload = model.payload(event)
        known = self._connections.use(event.connection)
        self._connections.drop(event.connection)
        if not payload:
            return None
        given = known.given
        stream = open_stream(known.facts, payload, talk=self._poll(known))
        if event.state == "partial":
            stream.talk.lost(event.reason or "the body is not whole")
        whole = joined(stream.feed(payload), stream.finish())
        # A stream that was told with a hole at its beginning comes whole at its end: its last messages are known.
        return msgspec.structs.replace(whole, again=min(given, len(whole.messages))) if given else whole

    def _check_offset(self, known: Connection, event: model.Chunk) -> None:
        """Say so where chunks do not join; an offset of 0 is also what an unknown one looks like."""
        expected = known.expected or 0
        if event.offset and event.offset != expected and known.stream:
            known.stream.talk.lost(f"the body's bytes {expected}–{event.offset} are missing")
        known.expected = (event.offset or expected) + event.size


def joined(first: Decoded, second: Decoded | None) -> Decoded:
    """Two parts of one payload as one."""
    if second is None:
        return first
    return Decoded(
        layers=max(second.layers, first.layers, key=len),
        messages=first.messages + second.messages,
        error=first.error or second.error,
    )


def header(headers: Headers, name: str) -> str:
    """A header by its name in lower case; empty where there is none."""
    value = headers.get(name)
    if value is None:
        value = next((v for k, v in headers.items() if k.lower() == name), "")
    return value


def mime_of(text: str) -> str:
    """A media type without what follows it."""
    return _CHARSET.sub("", text).strip().lower()
