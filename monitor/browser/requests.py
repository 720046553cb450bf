"""The life of an exchange: asked for, answered, finished or failed, as the messages of the Network domain tell it.

What more there is to an exchange has its own room: `answers` (its bytes), `posted` (the request's body) and `retold`
(who of two sessions tells of it).
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.browser.answers import Answers
from monitor.browser.exchanges import STREAMED, Exchange, Exchanges
from monitor.browser.output import Origin, Output, size_of
from monitor.browser.posted import Posted, brought
from monitor.browser.retold import OVERTAKEN_S, Retold
from monitor.browser.sockets import Key, place
from monitor.browser.wire import Reply
from monitor.browser.wire_network import (
    DataReceived,
    EventSourceMessage,
    LoadingFailed,
    LoadingFinished,
    RequestWillBeSent,
    ResponseReceived,
    WireResponse,
)
from monitor.model import Gap, Request, Response, SseMessage

GRACE_S = 1.0
ONLY_THE_ANSWER = "a request was sent before the attach"
ONLY_THE_END = "the document was asked for before the attach: its request and the head of its response are missing"


class Requests:
    """All exchanges of one browser. `names` counts connection names."""

    def __init__(self, out: Output, names: Iterator[int]) -> None:
        self.exchanges = self._exchanges = Exchanges(out, names)
        self._answers = Answers(self._exchanges)
        self._retold = Retold(self._exchanges)
        self.posted = Posted(self._exchanges)
        # The latest document that a session was answered: its loader, and when its head came.
        self._heads: dict[str | None, tuple[str, float]] = {}

    # ── the request ───────────────────────────────────────────────────────────────────────────────────────────────────

    def sent(self, origin: Origin, params: RequestWillBeSent, mono: float) -> None:
        """Network.requestWillBeSent; a redirect is a new Request on the same connection."""
        key, request = (origin.session, params.request_id), params.request
        self._exchanges.sent(request.method, request.url, mono)
        if request.url.startswith("data:") or self._retold.is_shadow(origin, key, request.url, request.method):
            self._retold.hide(key)
            return
        self._exchanges.again(key)
        shadow = self._retold.find_shadow(origin, request.url, request.method)
        before = self._exchanges.live.get(key)
        if before is not None and params.redirect_response is not None:
            self._response(before, params.redirect_response, mono)
        name = before.name if before else self._exchanges.name()
        one = self._exchanges.live[key] = Exchange(
            name, origin, request.url, request.method, params.type.lower(), params.loader_id, mono, held=[]
        )
        self._leave_oldest(mono)
        self._retold.began(key, one, shadow, before is not None)
        state = self._tell(one, params, mono)
        self.posted.began(key, one, state)
        if one.resource in STREAMED:
            self._answers.follow(key, one)

    def _tell(self, one: Exchange, params: RequestWillBeSent, mono: float) -> str:
        request = params.request
        piece, state = brought(params)
        self._exchanges.emit(
            Request, one, mono, method=request.method, url=request.url + (request.url_fragment or ""),
            resource=one.resource, headers=request.headers, size=piece.size if piece else 0,
            text=piece.text if piece else None, data=piece.data if piece else None, body_state=state,
            frame=params.frame_id, loader=params.loader_id or None,
            redirected=params.redirect_response is not None, initiator=place(params.initiator),
        )  # fmt: skip
        return state

    def _leave_oldest(self, mono: float) -> None:
        if (one := self._exchanges.overflow()) is not None:
            self._answers.flush(one)
            reason = "too many requests are open: this one is followed no longer"
            self._exchanges.emit(Gap, one, mono, reason=reason, count=1)

    # ── the response ──────────────────────────────────────────────────────────────────────────────────────────────────

    def response(self, origin: Origin, params: ResponseReceived, mono: float) -> None:
        """Network.responseReceived."""
        one = self._known(origin, params.request_id, params.response.url, params.type, mono)
        if one is not None:
            self._response(one, params.response, mono)

    def _response(self, one: Exchange, response: WireResponse, mono: float) -> None:
        one.responded = True
        if not response.from_service_worker:
            self._retold.own_up(one, mono)
        mono = _arrived(response, one.last, mono)
        if one.resource == "document":
            self._heads[one.origin.session] = one.loader, mono
        one.mime, one.charset = response.mime_type.lower(), response.charset
        length = next((v for k, v in response.headers.items() if k.lower() == "content-length"), "")
        one.length = int(length) if length.isdigit() else None
        self._exchanges.emit(
            Response, one, mono, url=response.url, status=response.status, headers=response.headers,
            mime=response.mime_type, protocol=response.protocol, from_service_worker=response.from_service_worker,
            from_cache=one.from_cache or response.from_disk_cache or response.from_prefetch_cache,
        )  # fmt: skip

    def without(self, origin: Origin, loader: str) -> None:
        """A document that nobody asked for (`about:srcdoc`): what comes for it is no response."""
        self._exchanges.ended((origin.session, loader))

    def _known(self, origin: Origin, request: str, url: str, resource: str, mono: float) -> Exchange | None:
        """The exchange; one that began before the attach is made up from what is known of it."""
        key = self._retold.key(origin, request)
        if url.startswith("data:"):
            self._retold.hide(key)
        if key in self._exchanges.live or self._retold.hides(key):
            return self._exchanges.live.get(key)
        name = self._exchanges.name()
        one = Exchange(name, origin, url, "GET", resource.lower(), "", mono, held=[], asked=False)
        self._exchanges.live[key] = one
        # The scripts of workers are asked for before there is a session, by rule; that loses nothing else.
        if one.resource in STREAMED or origin.type == "page":
            self._exchanges.emit(Gap, one, mono, reason=ONLY_THE_ANSWER, count=1)
        return one

    def was_sent(self, method: str, url: str, before: float) -> bool:
        """Whether the browser told of such a request by then; each answers for one."""
        return self._exchanges.was_sent(method, url, before)

    def name_of(self, origin: Origin, request: str) -> str | None:
        """The connection of a request that is under way."""
        one = self._exchanges.live.get((origin.session, request))
        return one.name if one else None

    def from_cache(self, origin: Origin, request: str) -> None:
        """Network.requestServedFromCache."""
        if (one := self._exchanges.live.get((origin.session, request))) is not None:
            one.from_cache = True

    def data(self, origin: Origin, params: DataReceived, mono: float) -> None:
        """Network.dataReceived."""
        key = self._retold.key(origin, params.request_id)
        one = self._exchanges.live.get(key)
        if one is not None:
            self._answers.data(key, one, params, mono)
        elif not self._retold.hides(key) and not self._exchanges.has_ended(key):
            self._join(origin, key, mono)

    def _join(self, origin: Origin, key: Key, mono: float) -> None:
        """A response that was under way at the attach: its beginning is lost, and mostly the rest of it too."""
        name = self._exchanges.name()
        one = Exchange(name, origin, "", "GET", "fetch", "", mono, held=[], chunked=True, asked=False)
        self._exchanges.live[key] = one
        self._exchanges.emit(Gap, one, mono, reason="a response was joined midway: its beginning is lost")
        self._answers.follow(key, one)

    def _begin_late(self, origin: Origin, key: Key, mono: float) -> None:
        """Of the document of a tab that was opened at an address Chrome can tell nothing but the end."""
        told = key in self._exchanges.live or self._retold.hides(key) or self._exchanges.has_ended(key)
        if told or origin.type != "page" or not self._retold.can_move(key):
            return
        one = Exchange(self._exchanges.name(), origin, "", "GET", "document", key[1], mono, held=[], asked=False)
        self._exchanges.live[key] = one
        self._exchanges.emit(Gap, one, mono, reason=ONLY_THE_END, count=1)

    def begun_unseen(self, origin: Origin, loader: str, url: str, mono: float) -> None:
        """A page's first document, where its tab was seen to come: it may have been asked for a moment before that."""
        key = (origin.session, loader)
        if url.startswith("http") and key not in self._exchanges.live and not self._exchanges.has_ended(key):
            self._exchanges.ended(key)
            stamp = origin.unstamped(self._exchanges.out.clock, mono)
            self._exchanges.out.emit(Gap(**stamp, reason=ONLY_THE_END, count=1))

    def sse(self, origin: Origin, params: EventSourceMessage, mono: float) -> None:
        """Network.eventSourceMessageReceived."""
        one = self._known(origin, params.request_id, "", "eventsource", mono)
        if one is not None:
            self._exchanges.emit(
                SseMessage, one, mono, event=params.event_name or "message", id=params.event_id,
                size=size_of(params.data), text=params.data,
            )  # fmt: skip

    # ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def decide(self, before: float) -> None:
        """Tell what service workers asked for before that moment: no page is behind it."""
        self._retold.decide(before)

    def tick(self, mono: float) -> None:
        """Time passes: bodies that stay open become streams, exchanges of documents that went away fail."""
        self.decide(mono - OVERTAKEN_S)
        for key in list(self._exchanges.due):
            one = self._exchanges.live.get(key)
            if one is None or not (one.held or one.doomed):
                self._exchanges.due.discard(key)
                continue
            if one.held and one.ended is None:
                self._answers.settle(one, mono)
            if one.doomed is not None and mono - one.doomed[0] > GRACE_S:
                self._fail(key, one, one.doomed[0], one.doomed[1])

    def finished(self, origin: Origin, params: LoadingFinished, mono: float) -> None:
        """Network.loadingFinished."""
        key = self._retold.key(origin, params.request_id)
        self._begin_late(origin, key, mono)
        self._over(key)
        if (one := self._exchanges.live.get(key)) is not None:
            # Of what did not come over the wire the length is -1.
            one.ended = (mono, max(0, int(params.encoded_data_length)))
            if one.stream != "asked":
                self._answers.finish(key, one)

    def failed(self, origin: Origin, params: LoadingFailed, mono: float) -> None:
        """Network.loadingFailed: what had come by then is told first."""
        key = self._retold.key(origin, params.request_id)
        self._over(key)
        if (one := self._exchanges.live.get(key)) is not None:
            one.broken = (mono, params.error_text or params.blocked_reason or "failed", params.canceled)
            # What Chrome holds of it is on its way to us.
            if one.stream != "asked" or one.got >= one.seen:
                self._answers.break_off(key, one, *one.broken)

    def _over(self, key: Key) -> None:
        self._retold.ended(key)
        self.posted.ended(key)
        self._exchanges.ended(key)

    def leave(self, session: str | None, loader: str, mono: float) -> None:
        """A document went away: what it still waits for fails, unless the browser says better within a second."""
        for key, one in self._exchanges.live.items():
            if key[0] == session and one.loader not in ("", loader) and one.ended is None and one.doomed is None:
                one.doomed = (mono, "the document went away")
                self._exchanges.due.add(key)

    def answered_at(self, session: str | None, loader: str) -> float | None:
        """When the head of a document came, if it is the latest of the session."""
        known, at = self._heads.get(session, ("", 0.0))
        return at if known == loader else None

    def end(self, session: str | None, mono: float, because: str, moves: bool = False) -> None:
        """A session ended or its renderer crashed: nothing more can come.

        moves: its frame may go on in another process, whose session then tells of the document that this one asked for.
        """
        self.decide(mono + 1)
        self._heads.pop(session, None)
        for key, one in [(k, e) for k, e in self._exchanges.live.items() if k[0] == session]:
            if moves and self._retold.can_move(key) and one.ended is None:
                one.doomed = (mono, because)
                self._exchanges.due.add(key)
            else:
                self._fail(key, one, mono, because)
        self.posted.gone(session)
        self._retold.gone(session)

    def _fail(self, key: Key, one: Exchange, mono: float, because: str) -> None:
        if one.ended is None:
            self._retold.ended(key)
        self._answers.give_up(key, one, mono, because)

    def reply(self, token: tuple[str, ...], reply: Reply, mono: float) -> None:
        """The answer to a command about a body."""
        _, session, request, step, name = token
        key: Key = (session or None, request)
        one = self._exchanges.live.get(key)
        if step == "post":
            self.posted.reply(name, reply, mono)
        elif one is None or one.name != name:
            return
        elif step == "stream":
            self._answers.granted(key, one, reply, mono)
        else:
            self._answers.fetched(key, one, reply)


def _arrived(response: WireResponse, asked: float, told: float) -> float:
    """When the head of a response was on the wire: the event itself waits until the page's process has time for it."""
    timing = response.timing
    if timing is None or timing.request_time <= 0 or timing.receive_headers_end <= 0:
        return told
    at = timing.request_time + timing.receive_headers_end / 1000
    return at if asked <= at <= told else told
