"""Events as HAR entries: a fold that spools each entry when it is complete and its messages and pieces as they come.

What is held in memory is what is open: a small struct for each exchange and socket (`har_sockets`). An entry is wanted
where one of its events is; the messages of a socket or an EventSource are wanted one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec

from monitor.capture.rows import plain
from monitor.export import har_parts as parts
from monitor.export.har_pages import Pages
from monitor.export.har_sockets import SocketEvent, Sockets
from monitor.export.plain import encode
from monitor.export.spool import Spool
from monitor.model import (
    Body,
    Chunk,
    Event,
    Failed,
    Finished,
    Gap,
    Request,
    RequestBody,
    Response,
    SseMessage,
    payload,
)


class Exchange(msgspec.Struct):
    """A request and what came of it. last: when its last event came."""

    number: int
    request: Request
    page: str | None
    last: float
    wanted: bool = False
    body: RequestBody | None = None
    response: Response | None = None
    ended: Finished | Failed | None = None
    notes: list[str] = []
    moved: str = ""


class Entries:
    """Takes events without secrets, but for pieces of bodies, which are cleaned when they are whole."""

    def __init__(self, spool: Spool, pages: Pages) -> None:
        self._spool, self._pages = spool, pages
        self._exchanges: dict[str, Exchange] = {}
        self._numbers = count(1)
        self._sockets = Sockets(spool, pages, self._numbers)
        self.homeless: Counter[str] = Counter()
        self.gaps: list[dict[str, Any]] = []

    def feed(self, event: Event, wanted: bool) -> bool:
        """Take an event; whether it was wanted and has its place in an entry."""
        if isinstance(event, SocketEvent):
            self._sockets.feed(event, wanted)
        elif isinstance(event, Request):
            self._sent(event, wanted)
        elif isinstance(event, RequestBody | Response | Chunk | Body | Finished | Failed | SseMessage):
            return self._on_exchange(event, wanted)
        elif isinstance(event, Gap):
            return self._gap(event, wanted)
        else:
            self.homeless[event.kind] += wanted
            return False
        return wanted

    def end(self) -> None:
        """The capture is over: what is still open is complete as far as it goes."""
        for one in list(self._exchanges.values()):
            self._close_exchange(one)
        self._sockets.end()

    # ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sent(self, event: Request, wanted: bool) -> None:
        before = self._exchanges.pop(event.connection, None)
        if before is not None:
            before.moved = event.url if event.redirected else ""
            self._close_exchange(before)
        self._exchanges[event.connection] = Exchange(
            next(self._numbers), event, self._pages.of(event), event.time, wanted, notes=[]
        )

    def _on_exchange(self, event: Event, wanted: bool) -> bool:
        one = self._exchanges.get(event.connection)  # type: ignore[attr-defined]
        if one is None:
            self.homeless[f"{event.kind} of a request that was not seen"] += wanted
            return False
        one.last = max(one.last, event.time)
        if isinstance(event, SseMessage):
            if wanted:
                self._spool.add(one.number, "sse", encode(parts.sse_message(event)))
            one.wanted = one.wanted or wanted
            return wanted
        one.wanted = one.wanted or wanted
        self._put(one, event)
        return wanted

    def _put(self, one: Exchange, event: Event) -> None:
        if isinstance(event, RequestBody):
            one.body = event
            self._note(one, event, "the request's body")
        elif isinstance(event, Response):
            one.response = event
        elif isinstance(event, Chunk):
            self._piece(one, event)
        elif isinstance(event, Body):
            if event.state == "whole":
                self._spool.forget(one.number, "body")  # of a stream told with a hole
            self._piece(one, event)
            self._note(one, event, "the body")
            if one.ended is not None:
                self._close_exchange(one)
        elif isinstance(event, Finished | Failed):
            one.ended = event
            if isinstance(event, Failed) or event.body != "later":
                self._close_exchange(one)

    def _piece(self, one: Exchange, event: Chunk | Body) -> None:
        content = payload(event)
        if content is not None:
            self._spool.add(one.number, "body", _storable(content))
        if isinstance(event, Chunk):
            told = {"time": event.time, "offset": event.offset, "size": event.size}
            self._spool.add(one.number, "chunks", encode(told))
            if content is None:
                one.notes.append(f"{event.size} bytes of the body are missing at {event.offset}.")

    @staticmethod
    def _note(one: Exchange, event: Body | RequestBody, what: str) -> None:
        if event.state != "whole":
            one.notes.append(f"{what[0].upper()}{what[1:]} is {event.state}" + _because(event.reason))

    def _close_exchange(self, one: Exchange) -> None:
        self._exchanges.pop(one.request.connection, None)
        if one.wanted:
            self._spool.head(one.number, one.request.time, encode(self._exchange(one)))

    def _exchange(self, one: Exchange) -> dict[str, Any]:
        asked, got = one.request, one.response
        entry = parts.entry(asked, one.page, asked.connection, asked.resource, asked.initiator)
        entry["request"] = parts.request(asked, one.body or asked, (got.protocol or "") if got else "")
        entry["response"] = parts.response(got, one.moved)
        if isinstance(one.ended, Finished):
            entry["response"]["_transferSize"] = one.ended.size
        if isinstance(one.ended, Failed):
            entry["response"]["_error"] = one.ended.error
            entry["_canceled"] = one.ended.canceled
            one.notes.append(f"It failed: {one.ended.error}.")
        elif one.ended is None and not one.moved:
            one.notes.append("It had not ended when the recording did.")
        if got is not None and got.from_cache:
            entry["_servedFromCache"] = True
        if got is not None and got.from_service_worker:
            entry["response"]["_fetchedViaServiceWorker"] = True
        entry |= parts.times(asked, got, one.ended, one.last) | _frame(asked) | parts.comment(one.notes)
        return entry

    # ── gaps ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _gap(self, event: Gap, wanted: bool) -> bool:
        sentence = f"Not captured: {event.reason}" + (f", {event.count} times." if event.count else ".")
        one = self._exchanges.get(event.connection or "") or self._sockets.get(event.connection or "")
        if one is not None:
            one.notes.append(sentence)
            one.wanted = one.wanted or wanted
            return wanted
        if wanted:
            told = {"time": event.time, "tab": event.tab, "reason": event.reason, "count": event.count}
            self.gaps.append({name: value for name, value in told.items() if value is not None})
        return wanted


def _frame(asked: Request) -> dict[str, str]:
    return {f"_{name}": value for name in ("frame", "loader") if (value := getattr(asked, name))}


def _because(reason: str | None) -> str:
    return f": {reason.rstrip('.')}." if reason else "."


def _storable(content: str | bytes) -> str | bytes:
    """A piece as SQLite takes it: no lone surrogates in a text."""
    return content if isinstance(content, bytes) else plain(content)


def lists(spool: Spool, number: int) -> Iterator[tuple[str, Iterator[str | bytes]]]:
    """The lists that go into an entry, by the name of their field."""
    for name, field in (("frames", "_webSocketMessages"), ("sse", "_eventSourceMessages"), ("chunks", "_chunks")):
        if spool.has(number, name):
            yield field, spool.pieces(number, name)
