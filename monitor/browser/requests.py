"""Requests, responses and their bodies as events; exchanges are keyed by session and request id, and named r1, r2, …

    requestWillBeSent ── streamResourceContent ──▶ bytes as they come, exact ──▶ Chunk events, or one Body
                                            └─refused─▶ getResponseBody at the end ──▶ one Body
                              └─too late for the first─▶ Chunk events from there on, the whole as one Body at the end
A body that is a stream by its type, or that stays open, is told as Chunk events at once; any other fetch is held until
its end and told as one Body, so that a plain answer does not look like a stream.
"""

from __future__ import annotations

import base64
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from monitor.browser import bodies
from monitor.browser.output import Origin, Output, decode, size_of
from monitor.browser.sockets import Key, place
from monitor.browser.targets import PAGES
from monitor.browser.wire import (
    BufferedData,
    DataReceived,
    EventSourceMessage,
    LoadingFailed,
    LoadingFinished,
    Reply,
    RequestPostData,
    RequestWillBeSent,
    ResponseBody,
    ResponseExtraInfo,
    ResponseReceived,
    WireResponse,
)
from monitor.model import Body, Chunk, Event, Failed, Finished, Gap, Request, RequestBody, Response, SseMessage

STREAMED = ("fetch", "xhr")
FETCHED = ("fetch", "xhr", "document")
BODY_LIMIT = 8 << 20
HELD_LIMIT = 4 << 20
STREAM_LIMIT = 256 << 20
HOLD_S = 0.25
HOLD_JSON_S = 5.0
GRACE_S = 1.0
FOLLOWED = 5000
# How long before a page's request the same one of its service worker can arrive.
OVERTAKEN_S = 0.15
UNREAD_S = 1.0
STREAMED_UP = "the page streams the body of this request: the browser does not hand it over"
GONE = "the browser no longer had the body when it was asked for"


class Exchange(msgspec.Struct):
    """A request and what came of it so far.

    last: the latest stamp told: the end of a body is stamped by another process than its head, and can be earlier.
    stream: whether its bytes come as they arrive. held: bytes not told yet. chunked: told as chunks from now on.
    whole: told as one body before its end. seen: bytes the browser counted. got: bytes it gave us.
    ended: stamp and wire size. broken: when and how it failed, and whether the page did that itself.
    doomed: when and why its document went away.
    untold: events held back while it is open whether a page is behind them. asked: the request itself was seen.
    shadows: requests of a service worker that were taken for this one in passing.
    """

    name: str
    origin: Origin
    url: str
    method: str
    resource: str
    loader: str
    last: float
    stream: Literal["no", "asked", "on", "refused"] = "no"
    held: list[tuple[float, bytes]] = []
    chunked: bool = False
    text: bodies.TextStream = msgspec.field(default_factory=bodies.TextStream)
    seen: int = 0
    got: int = 0
    whole: bool = False
    cut: bool = False
    mime: str = ""
    charset: str = ""
    length: int | None = None
    from_cache: bool = False
    responded: bool = False
    ended: tuple[float, int] | None = None
    broken: tuple[float, str, bool] | None = None
    doomed: tuple[float, str] | None = None
    untold: list[Event] | None = None
    asked: bool = True
    shadows: int = 0


class Requests:
    """All exchanges of one browser. `names` counts connection names."""

    def __init__(self, out: Output, names: Iterator[int]) -> None:
        self._out = out
        self._names = names
        self._live: dict[Key, Exchange] = {}
        self._shadows: set[Key] = set()
        # Those of service workers whose page has not been heard of yet.
        self._undecided: dict[Key, Exchange] = {}
        # Those that ended: what still comes for them is no news.
        self._past: OrderedDict[Key, None] = OrderedDict()
        # The latest document that a session was answered: its loader, and when its head came.
        self._heads: dict[str | None, tuple[str, float]] = {}
        # Those that wait for time to pass.
        self._due: set[Key] = set()
        # Documents and workers' scripts by their id, which no other request has: another session may tell of their end.
        self._mains: dict[str, Key] = {}
        # Whose request it was that a body was asked for, by the name of its connection.
        self._posting: dict[str, Origin] = {}
        # Those that should carry a body and are said to have none: their real headers tell.
        self.bodiless: set[Key] = set()

    # ── the request ───────────────────────────────────────────────────────────────────────────────────────────────────

    def sent(self, origin: Origin, params: RequestWillBeSent, mono: float) -> None:
        """Network.requestWillBeSent; a redirect is a new Request on the same connection."""
        key, request = (origin.session, params.request_id), params.request
        if request.url.startswith("data:") or self._is_shadow(origin, key, request.url, request.method):
            self._shadows.add(key)
            return
        self._past.pop(key, None)
        shadow = self._find_shadow(request.url, request.method) if origin.type in PAGES else None
        before = self._live.get(key)
        if before is not None and params.redirect_response is not None:
            self._response(before, params.redirect_response, mono)
        name = before.name if before else f"r{next(self._names)}"
        one = self._live[key] = Exchange(
            name, origin, request.url, request.method, params.type.lower(), params.loader_id, mono, held=[]
        )
        if shadow is not None:
            self._shadows.add(shadow)
            one.shadows += 1
        if len(self._live) > FOLLOWED:
            self._forget_oldest(mono)
        if _is_main(params.request_id):
            self._mains[params.request_id] = key
        if origin.type == "service_worker" and before is None:
            one.untold = []
            self._undecided[key] = one
        piece, state = self._posted(params)
        self._emit(
            Request, one, mono, method=request.method, url=request.url + (request.url_fragment or ""),
            resource=one.resource, headers=request.headers, size=piece.size if piece else 0,
            text=piece.text if piece else None, data=piece.data if piece else None, body_state=state,
            frame=params.frame_id, loader=params.loader_id or None,
            redirected=params.redirect_response is not None, initiator=place(params.initiator),
        )  # fmt: skip
        if state == "absent" and request.method in ("POST", "PUT") and len(self.bodiless) < FOLLOWED:
            self.bodiless.add(key)
        if state == "later":
            self._posting[name] = origin
            self._out.send(
                origin.session, "Network.getRequestPostData", {"requestId": key[1]}, self._token(key, "post")
            )
        if one.resource in STREAMED:
            one.stream = "asked"
            self._out.send(
                origin.session, "Network.streamResourceContent", {"requestId": key[1]}, self._token(key, "stream")
            )

    def _forget_oldest(self, mono: float) -> None:
        """A page that reads no bodies leaves its requests open for ever: only so many are followed."""
        key = next(iter(self._live))
        one = self._live.pop(key)
        self._remember(key)
        self._flush(one)
        self._emit(Gap, one, mono, reason="too many requests are open: this one is followed no longer", count=1)

    def _posted(self, params: RequestWillBeSent) -> tuple[bodies.Piece | None, str]:
        request = params.request
        raw = bodies.posted(request.post_data_entries)
        if raw is not None:
            return bodies.whole(raw), "whole"
        if request.post_data is not None and not request.post_data_entries:
            return bodies.whole(request.post_data.encode("utf-8", "surrogatepass")), "whole"
        return None, "later" if request.has_post_data else "absent"

    def _is_shadow(self, origin: Origin, key: Key, url: str, method: str) -> bool:
        """Whether a service worker only passes on what a page asked for: the page's exchange is the one kept."""
        if key in self._shadows:
            return True
        if origin.type != "service_worker":
            return False
        for one in self._live.values():
            if one.origin.type in ("page", "iframe") and not one.responded and (one.url, one.method) == (url, method):
                self._shadows.add(key)
                one.shadows += 1
                return True
        return False

    def _find_shadow(self, url: str, method: str) -> Key | None:
        """The same where the worker's message overtook the page's: nothing of it was told yet."""
        for key, one in self._undecided.items():
            if (one.url, one.method) == (url, method):
                del self._undecided[key]
                self._live.pop(key, None)
                return key
        return None

    def decide(self, before: float) -> None:
        """Tell what service workers asked for before that moment: no page is behind it."""
        for key, one in list(self._undecided.items()):
            if one.untold and one.untold[0].time < self._out.clock.wall(before):
                del self._undecided[key]
                untold, one.untold = one.untold, None
                for event in untold:
                    self._out.emit(event)

    # ── the response ──────────────────────────────────────────────────────────────────────────────────────────────────

    def response(self, origin: Origin, params: ResponseReceived, mono: float) -> None:
        """Network.responseReceived."""
        one = self._known(origin, params.request_id, params.response.url, params.type, mono)
        if one is not None:
            self._response(one, params.response, mono)

    def _response(self, one: Exchange, response: WireResponse, mono: float) -> None:
        one.responded = True
        if not response.from_service_worker:
            self._own_up(one, mono)
        mono = _arrived(response, one.last, mono)
        if one.resource == "document":
            self._heads[one.origin.session] = one.loader, mono
        one.mime, one.charset = response.mime_type.lower(), response.charset
        length = next((v for k, v in response.headers.items() if k.lower() == "content-length"), "")
        one.length = int(length) if length.isdigit() else None
        self._emit(
            Response, one, mono, url=response.url, status=response.status, headers=response.headers,
            mime=response.mime_type, protocol=response.protocol, from_service_worker=response.from_service_worker,
            from_cache=one.from_cache or response.from_disk_cache or response.from_prefetch_cache,
        )  # fmt: skip

    def _own_up(self, one: Exchange, mono: float) -> None:
        """No service worker answered it: what was taken for the same request in passing was one of its own."""
        if one.shadows:
            reason = "a request of the service worker to the same address was taken for this one and left out"
            self._emit(Gap, one, mono, reason=reason, count=one.shadows)
            one.shadows = 0

    def _key(self, origin: Origin, request: str) -> Key:
        """The key of an exchange. A frame in another process, or a worker, goes on with what its page asked for."""
        key = (origin.session, request)
        before = self._mains.get(request, key) if _is_main(request) else key
        if before != key and (one := self._live.pop(before, None)) is not None:
            self._live[key] = one
            self._mains[request] = key
            self._due.add(key)
        return key

    def without(self, origin: Origin, loader: str) -> None:
        """A document that nobody asked for (`about:srcdoc`): what comes for it is no response."""
        self._remember((origin.session, loader))

    def _known(self, origin: Origin, request: str, url: str, resource: str, mono: float) -> Exchange | None:
        """The exchange; one that began before the attach is made up from what is known of it."""
        key = self._key(origin, request)
        if url.startswith("data:"):
            self._shadows.add(key)
        if key in self._live or key in self._shadows:
            return self._live.get(key)
        name = f"r{next(self._names)}"
        one = Exchange(name, origin, url, "GET", resource.lower(), "", mono, held=[], asked=False)
        self._live[key] = one
        # Pages and the scripts of workers are often asked for before there is a session; that loses nothing else.
        if one.resource in STREAMED:
            self._emit(Gap, one, mono, reason="a request was sent before the attach", count=1)
        return one

    def headed(self, origin: Origin, params: ResponseExtraInfo, mono: float) -> None:
        """Network.requestWillBeSentExtraInfo: a request that carries no body gives its length, which is 0."""
        key = (origin.session, params.request_id)
        if key not in self.bodiless:
            return
        self.bodiless.discard(key)
        one = self._live.get(key)
        if one is not None and not any(name.lower() == "content-length" for name in params.headers):
            self._emit(Gap, one, max(mono, one.last), reason=STREAMED_UP, count=1)

    def name_of(self, origin: Origin, request: str) -> str | None:
        """The connection of a request that is under way."""
        one = self._live.get((origin.session, request))
        return one.name if one else None

    def from_cache(self, origin: Origin, request: str) -> None:
        """Network.requestServedFromCache."""
        if (one := self._live.get((origin.session, request))) is not None:
            one.from_cache = True

    def data(self, origin: Origin, params: DataReceived, mono: float) -> None:
        """Network.dataReceived."""
        key = self._key(origin, params.request_id)
        one = self._live.get(key)
        if one is None:
            if key not in self._shadows and key not in self._past:
                self._join(origin, key, mono)
            return
        one.seen += params.data_length
        if params.data:
            self._bytes(key, one, base64.b64decode(params.data), mono)
        elif one.stream in ("no", "refused") and not one.asked and (one.chunked or bodies.is_stream(one.mime)):
            # Chrome keeps the content of what it was not told to follow; that something came, and how much, it says.
            self._emit(Chunk, one, mono, size=params.data_length, offset=one.seen - params.data_length)

    def _join(self, origin: Origin, key: Key, mono: float) -> None:
        """A response that was under way at the attach: its beginning is lost, and mostly the rest of it too."""
        name = f"r{next(self._names)}"
        one = Exchange(name, origin, "", "GET", "fetch", "", mono, held=[], chunked=True, asked=False)
        self._live[key] = one
        self._emit(Gap, one, mono, reason="a response was joined midway: its beginning is lost")
        one.stream = "asked"
        self._out.send(key[0], "Network.streamResourceContent", {"requestId": key[1]}, self._token(key, "stream"))

    def _remember(self, key: Key) -> None:
        self._past[key] = None
        if len(self._past) > FOLLOWED:
            self._past.popitem(last=False)

    def sse(self, origin: Origin, params: EventSourceMessage, mono: float) -> None:
        """Network.eventSourceMessageReceived."""
        one = self._known(origin, params.request_id, "", "eventsource", mono)
        if one is not None:
            self._emit(
                SseMessage, one, mono, event=params.event_name or "message", id=params.event_id,
                size=size_of(params.data), text=params.data,
            )  # fmt: skip

    # ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _bytes(self, key: Key, one: Exchange, raw: bytes, mono: float) -> None:
        if one.got > STREAM_LIMIT:
            one.cut = True
            return
        one.got += len(raw)
        one.chunked = one.chunked or bodies.is_stream(one.mime) or one.got > HELD_LIMIT
        if one.chunked:
            self._flush(one)
            self._chunk(one, raw, mono)
        else:
            one.held.append((mono, raw))
            self._due.add(key)

    def _flush(self, one: Exchange) -> None:
        one.chunked = True
        held, one.held = one.held, []
        for mono, raw in held:
            self._chunk(one, raw, mono)

    def _chunk(self, one: Exchange, raw: bytes, mono: float) -> None:
        self._piece(one, one.text.feed(raw), mono)

    def _piece(self, one: Exchange, piece: bodies.Piece | None, mono: float) -> None:
        if piece is not None:
            self._emit(Chunk, one, mono, size=piece.size, offset=piece.offset, text=piece.text, data=piece.data)

    def tick(self, mono: float) -> None:
        """Time passes: bodies that stay open become streams, exchanges of documents that went away fail."""
        self.decide(mono - OVERTAKEN_S)
        for key in list(self._due):
            one = self._live.get(key)
            if one is None or not (one.held or one.doomed):
                self._due.discard(key)
                continue
            if one.held and one.ended is None:
                self._decide(one, mono)
            if one.doomed is not None and mono - one.doomed[0] > GRACE_S:
                self._fail(key, one, one.doomed[0], one.doomed[1])

    def _decide(self, one: Exchange, mono: float) -> None:
        """A body that stays open is a stream; one that is complete but for its end, which a page that does not read it
        never gets, is a body."""
        age = mono - one.held[0][0]
        if one.length is None and age > (HOLD_JSON_S if bodies.is_json(one.mime) else HOLD_S):
            self._flush(one)
        elif one.length is not None and one.got >= one.length and age > UNREAD_S:
            raw, at = b"".join(raw for _, raw in one.held), one.held[-1][0]
            one.held, one.whole = [], True
            self._body(one, raw, at)

    # ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def finished(self, origin: Origin, params: LoadingFinished, mono: float) -> None:
        """Network.loadingFinished."""
        key = self._key(origin, params.request_id)
        self._shadows.discard(key)
        self._mains.pop(params.request_id, None)
        self.bodiless.discard(key)
        self._remember(key)
        if (one := self._live.get(key)) is not None:
            # Of what did not come over the wire the length is -1.
            one.ended = (mono, max(0, int(params.encoded_data_length)))
            if one.stream != "asked":
                self._finish(key, one)

    def _finish(self, key: Key, one: Exchange) -> None:
        assert one.ended is not None
        mono, size = one.ended
        if one.whole:
            self._done(key, one, mono, size, "later")
        elif one.chunked:
            self._piece(one, one.text.end(), mono)
            if not one.cut and one.asked and one.stream == "on" and one.got < one.seen <= BODY_LIMIT:
                self._ask_body(key, one, mono, size)
                return
            self._tell_hole(one, mono)
            self._done(key, one, mono, size, "chunks" if one.got else "none")
        elif one.stream == "on" and one.got >= one.seen:
            self._done(key, one, mono, size, "later" if one.got else "none")
            if one.got:
                self._body(one, b"".join(raw for _, raw in one.held), mono)
        elif one.resource in FETCHED or bodies.is_json(one.mime):
            self._ask_body(key, one, mono, size)
        else:
            self._done(key, one, mono, size, "none")

    def _tell_hole(self, one: Exchange, mono: float) -> None:
        """Chrome counted more bytes of a stream than it gave out."""
        if one.cut or one.got < one.seen:
            self._emit(Gap, one, mono, reason="part of a streamed body was not captured", count=one.seen - one.got)

    def _done(self, key: Key, one: Exchange, mono: float, size: int, body: str) -> None:
        self._live.pop(key, None)
        self._emit(Finished, one, mono, size=size, body=body)

    def _ask_body(self, key: Key, one: Exchange, mono: float, size: int) -> None:
        self._emit(Finished, one, mono, size=size, body="later")
        if max(size, one.seen) > BODY_LIMIT:
            reason = f"a body larger than {BODY_LIMIT >> 20} MB came before it could be followed"
            self._emit(Gap, one, mono, reason=reason, count=max(one.seen - one.got, 0) or None)
            self._absent(key, one, f"larger than {BODY_LIMIT >> 20} MB")
            return
        self._out.send(key[0], "Network.getResponseBody", {"requestId": key[1]}, self._token(key, "body"), 15.0)

    def _body(self, one: Exchange, raw: bytes, mono: float) -> None:
        piece = bodies.whole(raw)
        self._emit(Body, one, mono, size=piece.size, text=piece.text, data=piece.data)

    def _absent(self, key: Key, one: Exchange, reason: str) -> None:
        self._live.pop(key, None)
        mono = one.ended[0] if one.ended else one.last
        self._emit(Body, one, mono, state="absent", reason=reason)

    def failed(self, origin: Origin, params: LoadingFailed, mono: float) -> None:
        """Network.loadingFailed: what had come by then is told first."""
        key = self._key(origin, params.request_id)
        self._shadows.discard(key)
        self._mains.pop(params.request_id, None)
        self.bodiless.discard(key)
        self._remember(key)
        if (one := self._live.get(key)) is not None:
            one.broken = (mono, params.error_text or params.blocked_reason or "failed", params.canceled)
            # What Chrome holds of it is on its way to us.
            if one.stream != "asked" or one.got >= one.seen:
                self._break(key, one, *one.broken)

    def _break(self, key: Key, one: Exchange, mono: float, error: str, canceled: bool, derived: bool = False) -> None:
        self._live.pop(key, None)
        self._mains.pop(key[1], None)
        self._flush(one)
        self._piece(one, one.text.end(), mono)
        if one.asked and one.resource in STREAMED:
            self._tell_hole(one, mono)
        self._emit(Failed, one, mono, error=error, canceled=canceled, derived=derived)

    def leave(self, session: str | None, loader: str, mono: float) -> None:
        """A document went away: what it still waits for fails, unless the browser says better within a second."""
        for key, one in self._live.items():
            if key[0] == session and one.loader not in ("", loader) and one.ended is None and one.doomed is None:
                one.doomed = (mono, "the document went away")
                self._due.add(key)

    def answered_at(self, session: str | None, loader: str) -> float | None:
        """When the head of a document came, if it is the latest of the session."""
        known, at = self._heads.get(session, ("", 0.0))
        return at if known == loader else None

    def end(self, session: str | None, mono: float, because: str) -> None:
        """A session ended or its renderer crashed: nothing more can come."""
        self.decide(mono + 1)
        self._heads.pop(session, None)
        for key, one in [(k, e) for k, e in self._live.items() if k[0] == session]:
            self._fail(key, one, mono, because)
        self.bodiless = {key for key in self.bodiless if key[0] != session}
        self._mains = {request: key for request, key in self._mains.items() if key[0] != session}
        self._shadows = {key for key in self._shadows if key[0] != session}

    def _fail(self, key: Key, one: Exchange, mono: float, because: str) -> None:
        if one.ended is not None:
            self._absent(key, one, because)
        elif one.broken is not None:
            self._break(key, one, *one.broken)
        else:
            self._break(key, one, mono, because, True, True)

    # ── replies ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def reply(self, token: tuple[str, ...], reply: Reply, mono: float) -> None:
        """The answer to a command about a body."""
        _, session, request, step, name = token
        key: Key = (session or None, request)
        one = self._live.get(key)
        if step == "post":
            self._post_reply(self._posting.pop(name, Origin(None)), name, reply, mono)
        elif one is None or one.name != name:
            return
        elif step == "stream":
            self._stream_reply(key, one, reply, mono)
        else:
            self._body_reply(key, one, reply)

    def _stream_reply(self, key: Key, one: Exchange, reply: Reply, mono: float) -> None:
        one.stream = "on" if reply.error is None else "refused"
        if reply.error is None:
            raw = base64.b64decode(decode(reply.result, BufferedData).buffered_data)
            # What came before Chrome was told to follow, and is not in its buffer, is a hole at the beginning.
            one.text.offset += max(0, one.seen - one.got - len(raw))
            if raw:
                self._bytes(key, one, raw, (one.ended or one.broken or (mono,))[0])
        if one.ended is not None:
            self._finish(key, one)
        elif one.broken is not None:
            self._break(key, one, *one.broken)

    def _body_reply(self, key: Key, one: Exchange, reply: Reply) -> None:
        if one.chunked and one.ended is not None:
            self._fill(key, one, reply, one.ended[0])
            return
        if reply.error is not None or one.ended is None:
            if one.seen:
                self._emit(Gap, one, one.ended[0] if one.ended else one.last, reason=GONE, count=1)
            self._absent(key, one, reply.error or "not finished")
            return
        answer = decode(reply.result, ResponseBody)
        self._live.pop(key, None)
        self._body(one, bodies.fetched(answer.body, answer.base64_encoded, one.mime, one.charset), one.ended[0])

    def _fill(self, key: Key, one: Exchange, reply: Reply, mono: float) -> None:
        """The whole of a body that was told with a hole: where Chrome still has it, all is there after all."""
        self._live.pop(key, None)
        raw = b""
        if reply.error is None:
            answer = decode(reply.result, ResponseBody)
            raw = bodies.fetched(answer.body, answer.base64_encoded, one.mime, one.charset)
        if len(raw) == one.seen:
            self._body(one, raw, mono)
            return
        self._tell_hole(one, mono)
        self._emit(Body, one, mono, state="absent", reason=reply.error or "only a part of it was kept")

    def _post_reply(self, origin: Origin, name: str, reply: Reply, mono: float) -> None:
        stamp = origin.stamp(self._out.clock, mono)
        if reply.error is not None:
            self._out.emit(RequestBody(**stamp, connection=name, state="absent", reason=reply.error))
            return
        answer = decode(reply.result, RequestPostData)
        piece = bodies.whole(bodies.fetched(answer.post_data, answer.base64_encoded, "", ""))
        self._out.emit(RequestBody(**stamp, connection=name, size=piece.size, text=piece.text, data=piece.data))

    def _token(self, key: Key, step: str) -> tuple[str, ...]:
        return ("requests", key[0] or "", key[1], step, self._live[key].name)

    def _emit(self, kind: Callable[..., Event], one: Exchange, mono: float, **fields: Any) -> None:
        one.last = max(one.last, mono)
        event = kind(**one.origin.stamp(self._out.clock, one.last), connection=one.name, **fields)
        if one.untold is None:
            self._out.emit(event)
        else:
            one.untold.append(event)


def _is_main(request: str) -> bool:
    """Whether it is the id of a document or of a worker's script: those of other requests are numbers of a process."""
    return "." not in request


def _arrived(response: WireResponse, asked: float, told: float) -> float:
    """When the head of a response was on the wire: the event itself waits until the page's process has time for it."""
    timing = response.timing
    if timing is None or timing.request_time <= 0 or timing.receive_headers_end <= 0:
        return told
    at = timing.request_time + timing.receive_headers_end / 1000
    return at if asked <= at <= told else told
