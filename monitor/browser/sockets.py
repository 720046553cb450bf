"""WebSocket messages of the browser as events; sockets are keyed by session and request id, and named w1, w2, …

A socket older than the attach has no creation message: its first frame makes it known, and the page is asked what
sockets it has. Chrome does not tell of a close when a document goes away: that close is derived.
"""

from __future__ import annotations

import binascii
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from monitor.browser.clock import Clock
from monitor.browser.heap import LARGE, Ask, Heap
from monitor.browser.output import Origin, Output, decode, size_of
from monitor.browser.wire_network import (
    Initiator,
    WebSocketClosed,
    WebSocketCreated,
    WebSocketError,
    WebSocketFrame,
    WebSocketHandshake,
    WebSocketPayload,
)
from monitor.model import (
    Direction,
    Event,
    Frame,
    Gap,
    Headers,
    SocketClosed,
    SocketError,
    SocketHandshake,
    SocketOpened,
)

Key = tuple[str | None, str]
REMEMBERED = 1000
BUSY_S = 0.5
# How long the handshake of a socket is waited for before its opening is told.
SHAKEN_S = 0.25
BLOB = "what a socket sends from a Blob is not visible: this message was one, or empty"
LEFT = "the socket was busy when it ended: what it carried in its last moments may be missing"
LIST_SOCKETS = "function(){return this.filter(s=>s.readyState===1).map(s=>s.url)}"


class Socket(msgspec.Struct):
    """A socket that is open as far as we know. `late`: older than the attach. last: when it was last heard of.

    told: the frames that were told, by direction. ended: how its end was: where it was derived, frames of its last
    moments may not have been told.
    """

    name: str
    origin: Origin
    url: str | None
    late: bool = False
    last: float = 0.0
    told: dict[str, int] = msgspec.field(default_factory=lambda: {"in": 0, "out": 0})
    ended: Literal["", "told", "derived"] = ""


class Seen(msgspec.Struct, frozen=True):
    """A socket that DevTools told of: the name of its connection, whose it is, and what was told of it."""

    name: str
    tab: str | None
    target: str | None
    socket: Socket | None = None


class Sockets:
    """All sockets of one browser. `names` counts connection names."""

    def __init__(self, out: Output, heap: Heap, names: Iterator[int]) -> None:
        self._out = out
        self._heap = heap
        self._names = names
        self._open: dict[Key, Socket] = {}
        # Those whose handshake has not begun: the socket, its opening, and when we heard of it.
        self._untold: dict[Key, tuple[Socket, SocketOpened, float]] = {}
        self._closed: OrderedDict[Key, str] = OrderedDict()
        self.by_key: OrderedDict[str, Seen] = OrderedDict()

    def created(self, origin: Origin, params: WebSocketCreated, mono: float) -> None:
        """Network.webSocketCreated."""
        stamp, name = origin.unstamped(self._out.clock, mono), f"w{next(self._names)}"
        event = SocketOpened(**stamp, connection=name, url=params.url, initiator=place(params.initiator))
        self._untold[origin.session, params.request_id] = (Socket(name, origin, params.url, last=mono), event, mono)

    def tick(self, mono: float) -> None:
        """A handshake that is long in coming is not waited for: the opening is told as of when we heard of it."""
        for key, (_, _, heard) in list(self._untold.items()):
            if mono - heard > SHAKEN_S:
                self._tell(key)

    def flush(self) -> None:
        """Tell of every opening that waits for its handshake."""
        for key in list(self._untold):
            self._tell(key)

    def _tell(self, key: Key, stamp: float | None = None) -> None:
        """Tell of an opening; the browser stamps none, but `stamp` is of the handshake that it began with."""
        if (held := self._untold.pop(key, None)) is None:
            return
        self._open[key], event, _ = held
        if stamp is not None:
            event = msgspec.structs.replace(event, time=self._out.clock.wall(stamp), mono=stamp)
        self._out.emit(event)

    def handshake(self, origin: Origin, params: WebSocketHandshake, mono: float) -> None:
        """Network.webSocketWillSendHandshakeRequest and …HandshakeResponseReceived."""
        self._tell((origin.session, params.request_id), mono)
        socket = self._known(origin, params.request_id, mono)
        if socket is None:
            return
        socket.last = mono
        if params.response is None:
            asked = params.request.headers if params.request else {}
            self._remember(asked, Seen(socket.name, origin.tab, origin.target, socket))
            self._emit(SocketHandshake, origin, mono, connection=socket.name, request_headers=asked)
            return
        headers = params.response.headers
        protocol = next((v for k, v in headers.items() if k.lower() == "sec-websocket-protocol"), None)
        self._emit(
            SocketHandshake, origin, mono, connection=socket.name, status=params.response.status, headers=headers,
            request_headers=params.response.request_headers or {}, subprotocol=protocol,
        )  # fmt: skip

    def frame(self, origin: Origin, params: WebSocketFrame, mono: float, way: Direction) -> None:
        """Network.webSocketFrameSent and …Received."""
        socket = self._open.get((origin.session, params.request_id)) or self._known(origin, params.request_id, mono)
        if socket is not None:
            socket.last = mono
            socket.told[way] += 1
        name = socket.name if socket else self._closed[origin.session, params.request_id]
        told = _told(self._out.clock, origin, name, params.response, mono, way)
        self._out.emit(told)
        if way == "out" and told.opcode == 2 and not told.size:
            self._emit(Gap, origin, mono, reason=BLOB, count=1, connection=name)

    def find(self, session: str | None, request: str) -> Socket | None:
        """The socket, if it is known to be open."""
        return self._open.get((session, request))

    def whole(self, socket: Socket, payload: WebSocketPayload, mono: float, way: Direction) -> Frame | None:
        """The event of a frame of an open socket: the hot path; None where there is more to say of it."""
        if not payload.payload_data and payload.opcode != 1:
            return None
        socket.last = mono
        socket.told[way] += 1
        return _told(self._out.clock, socket.origin, socket.name, payload, mono, way)

    def _remember(self, headers: Headers, seen: Seen) -> None:
        """By its `Sec-WebSocket-Key` a socket is known on the wire too."""
        key = next((value for name, value in headers.items() if name.lower() == "sec-websocket-key"), None)
        if key is not None:
            self.by_key[key] = seen
            if len(self.by_key) > REMEMBERED:
                self.by_key.popitem(last=False)

    def error(self, origin: Origin, params: WebSocketError, mono: float) -> None:
        """Network.webSocketFrameError."""
        socket = self._known(origin, params.request_id, mono)
        if socket is not None:
            self._emit(SocketError, origin, mono, connection=socket.name, message=params.error_message)

    def closed(self, origin: Origin, params: WebSocketClosed, mono: float) -> None:
        """Network.webSocketClosed; one that we derived already is not told twice."""
        self._tell((origin.session, params.request_id))
        if (socket := self._open.get((origin.session, params.request_id))) is not None:
            self._close((origin.session, params.request_id), socket, mono, None)

    def end(self, session: str | None, mono: float, because: str, unheard: float | None = None) -> None:
        """Derive the close of every socket of a session: its document or worker is gone.

        unheard: since when the browser may have told nothing more of it; Chrome lets go of a document when the answer
        for the next one is there, which is some moments before the document stops.
        """
        since = mono if unheard is None else min(mono, unheard)
        for key in [key for key in self._untold if key[0] == session]:
            self._tell(key)
        for key, socket in [(k, s) for k, s in self._open.items() if k[0] == session]:
            if socket.last > since - BUSY_S:
                at = self._out.clock.wall(socket.last)
                self._guess(Gap, socket.origin, mono, reason=LEFT, since=at, connection=socket.name)
            self._close(key, socket, mono, because)

    def _close(self, key: Key, socket: Socket, mono: float, because: str | None) -> None:
        del self._open[key]
        self._closed[key], socket.ended = socket.name, "told" if because is None else "derived"
        if len(self._closed) > REMEMBERED:
            self._closed.popitem(last=False)
        if because is None:
            self._emit(SocketClosed, socket.origin, mono, connection=socket.name)
        else:
            self._guess(SocketClosed, socket.origin, mono, connection=socket.name, derived=True, because=because)

    # ── sockets older than the attach ─────────────────────────────────────────────────────────────────────────────────

    def _known(self, origin: Origin, request: str, mono: float) -> Socket | None:
        key = (origin.session, request)
        self._tell(key)
        if key in self._open:
            return self._open[key]
        if key in self._closed:
            return None
        socket = self._open[key] = Socket(f"w{next(self._names)}", origin, None, late=True)
        self._emit(SocketOpened, origin, mono, connection=socket.name, late=True, url_is="unknown")
        self._ask(origin, request)
        return socket

    def _ask(self, origin: Origin, request: str) -> None:
        token = ("sockets", origin.session or "", request)
        self._heap.ask(Ask(origin.session, "WebSocket", LIST_SOCKETS, token, LARGE))

    def found(self, token: tuple[str, ...], urls: object, mono: float) -> None:
        """The addresses of the sockets that a page has open; None where it was not asked."""
        _, session, request = token
        self._name(session, request, urls, mono)

    def _name(self, session: str, request: str, urls: object, mono: float) -> None:
        socket = self._open.get((session, request))
        if socket is None or socket.url is not None or not isinstance(urls, list):
            return
        sockets = [*self._open.items(), *((key, held[0]) for key, held in self._untold.items())]
        known = Counter(s.url for k, s in sockets if k[0] == session and s.url is not None)
        free = list((Counter(str(u) for u in urls) - known).elements())
        if not free:
            return
        socket.url = free[0]
        certain = len(set(free)) == 1
        self._guess(
            SocketOpened, socket.origin, mono, connection=socket.name, url=socket.url, late=True,
            url_is="certain" if certain else "guess",
        )  # fmt: skip

    def _guess(self, kind: Callable[..., Event], origin: Origin, mono: float, **fields: Any) -> None:
        self._out.emit(kind(**origin.unstamped(self._out.clock, mono), **fields))

    def _emit(self, kind: Callable[..., Event], origin: Origin, mono: float, **fields: Any) -> None:
        self._out.emit(kind(**origin.stamp(self._out.clock, mono), **fields))


def _told(clock: Clock, origin: Origin, name: str, payload: WebSocketPayload, mono: float, way: Direction) -> Frame:
    content = payload.payload_data
    text: str | None = None
    data: bytes | None = None
    if payload.opcode == 1:
        text, size = content, size_of(content)
    else:
        data = binascii.a2b_base64(content)
        size = len(data)
    return Frame(
        time=mono + clock.offset, mono=mono, tab=origin.tab, target=origin.target, connection=name, dir=way,
        opcode=int(payload.opcode), size=size, text=text, data=data,
    )  # fmt: skip


class _Call(msgspec.Struct):
    url: str = ""
    lineNumber: int = 0  # noqa: N815 - the wire's name
    functionName: str = ""  # noqa: N815 - the wire's name


class _Stack(msgspec.Struct):
    callFrames: list[_Call] = []  # noqa: N815 - the wire's name


def place(initiator: Initiator | None) -> str | None:
    """Where in the page's code something began, such as `https://example.org/app.js:12`; else the initiator's type."""
    if initiator is None:
        return None
    try:
        calls = decode(initiator.stack, _Stack).callFrames
    except ValueError:
        calls = []
    if calls:
        return f"{calls[0].url}:{calls[0].lineNumber + 1}"
    return initiator.url or initiator.type
