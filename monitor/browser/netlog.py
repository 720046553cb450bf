"""A NetLog of Chrome as events: what went over its wires, below what DevTools tells; pure.

    feed({"type": "constants", …}), then feed({"type": "event", …}) …  → events

Requests keep the shape they have from DevTools. WebSockets are read from the bytes of their connections, and so have
their control frames too. The connection to the push server has one frame for each of its messages (`mcs1`, `mcs2`, …).
A NetLog knows no tabs. Its times are whole milliseconds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import msgspec

from monitor.browser.mcs import Stanzas, is_mcs
from monitor.browser.names import Names
from monitor.browser.netlog_requests import Requests, bytes_of, lines_of
from monitor.browser.netlog_socket import Broken, Message, Side, answer, headers
from monitor.model import (
    Direction,
    Event,
    Frame,
    Gap,
    Recording,
    SocketClosed,
    SocketControl,
    SocketError,
    SocketHandshake,
    SocketOpened,
)  # fmt: skip

MANY = 20_000
BEGIN, END = 1, 2
UPGRADED = -173  # ERR_WS_UPGRADE: the request ended because it became a WebSocket
NO_BYTES = "the NetLog holds no bytes, so no frames and bodies: it was not made with --net-log-capture-mode=Everything"
MCS = "mcs"


class Wire(msgspec.Struct):
    """A WebSocket or a connection to the push server. sides: how each direction is read, by `in` and `out`."""

    name: str
    url: str | None
    sides: dict[str, Any]
    shaken: bool = False
    broken: bool = False


class Link(msgspec.Struct):
    """A connection of the network stack: where it leads, and what is spoken on it, as far as that is known."""

    address: str | None = None
    encrypted: bool = False
    spoke: bool = False
    wire: Wire | None = None


class Netlog:
    """One log. names: counts connections, across all that is written to one capture; sockets: how theirs begin."""

    def __init__(self, names: Names | None = None, sockets: str = "w") -> None:
        self._names = names or Names()
        self._sockets = sockets
        self._types: dict[int, str] = {}
        self._errors: dict[int, str] = {}
        self._offset = 0.0
        self._last: dict[str, Any] = {"time": 0.0}
        self._browser: str | None = None
        self._started = False
        self._bytes = True
        self._requests = Requests(self._names.requests)
        self._links: OrderedDict[int, Link] = OrderedDict()
        self._jobs: OrderedDict[int, int] = OrderedDict()
        self._wires: dict[int, Wire] = {}
        self._events: list[Event] = []
        self._handlers = {
            "CORS_REQUEST": self._announced,
            "REQUEST_ALIVE": self._request,
            "HTTP_STREAM_REQUEST_BOUND_TO_JOB": self._bound,
            "SOCKET_POOL_BOUND_TO_SOCKET": self._pooled,
            "TCP_CONNECT": self._connect,
            "SSL_CONNECT": self._encrypt,
            "SOCKET_ALIVE": self._alive,
            "SOCKET_BYTES_SENT": self._plain,
            "SOCKET_BYTES_RECEIVED": self._plain,
            "SSL_SOCKET_BYTES_SENT": self._tls,
            "SSL_SOCKET_BYTES_RECEIVED": self._tls,
        }

    def feed(self, value: object) -> list[Event]:
        """Take the constants or one event of the log; returns what it means. Nonsense becomes a gap, never an error."""
        if not isinstance(value, dict):
            return []
        if value.get("type") == "constants":
            self._constants(value.get("constants"))
        elif value.get("type") == "event" and isinstance(event := value.get("event"), dict):
            self._event(event)
        found, self._events = self._events, []
        return found

    def _constants(self, constants: object) -> None:
        if not isinstance(constants, dict):
            return
        known = self._handlers.keys() | self._requests.handlers.keys()
        names = _numbers(constants.get("logEventTypes"))
        self._types = {number: name for number, name in names.items() if name in known}
        self._errors = _numbers(constants.get("netError"))
        offset = constants.get("timeTickOffset")
        self._offset = float(offset) if isinstance(offset, int | float | str) else 0.0
        client = constants.get("clientInfo")
        if isinstance(client, dict):
            self._browser = f"{client.get('name')}/{client.get('version')}"
        self._bytes = constants.get("logCaptureMode", "Everything") == "Everything"

    def _event(self, event: dict[str, Any]) -> None:
        kind, source = event.get("type"), event.get("source")
        name = self._types.get(kind) if isinstance(kind, int) else None
        if name is None or not isinstance(source, dict) or not isinstance(number := source.get("id"), int):
            return
        try:
            stamp = self._stamp(event)
            self._start(stamp)
            params = event.get("params")
            self._take(name, number, event.get("phase"), params if isinstance(params, dict) else {}, stamp)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            self._emit(Gap, self._last, reason=f"{name} could not be understood: {error}"[:300], count=1)

    def _stamp(self, event: dict[str, Any]) -> dict[str, Any]:
        ticks = float(event["time"])
        if not abs(ticks) < 1e15:
            raise ValueError("its time is none")
        self._last = {"time": (ticks + self._offset) / 1000, "mono": ticks / 1000}
        return self._last

    def _start(self, stamp: dict[str, Any]) -> None:
        if self._started:
            return
        self._started = True
        self._emit(Recording, stamp, state="started", browser=self._browser, clock_offset=self._offset / 1000)
        if not self._bytes:
            self._emit(Gap, stamp, reason=NO_BYTES)

    def _take(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        if source in self._wires and "_HEADERS" in name:
            self._shake(self._wires[source], name, params, stamp)
            return
        handler = self._handlers.get(name)
        if handler is not None:
            handler(name, source, phase, params, stamp)
        elif name in self._requests.handlers:
            self._events += self._requests.take(name, source, params, stamp)

    def _emit(self, kind: type[Event], stamp: dict[str, Any], **fields: Any) -> None:
        self._events.append(kind(**stamp, **fields))

    # ── requests, and those that become sockets ───────────────────────────────────────────────────────────────────────

    def _announced(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        if phase == BEGIN:
            self._requests.announced(source, params)

    def _request(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        url = str(params.get("url", ""))
        if phase == BEGIN and url.startswith(("ws:", "wss:")):
            wire = Wire(
                f"{self._sockets}{next(self._names.sockets)}", url, {"in": Side(masked=False), "out": Side(masked=True)}
            )
            self._remember(self._wires, source, wire)
            self._emit(SocketOpened, stamp, connection=wire.name, url=url)
        elif phase == BEGIN:
            self._requests.began(source, url)
        elif phase == END:
            error = params.get("net_error")
            wire_or_none = self._wires.pop(source, None)
            if wire_or_none is None:
                self._events += self._requests.ended(source, self._error(error), stamp)
            elif error != UPGRADED:
                message = f"net::{self._error(error) or 'ERR_FAILED'}"
                self._emit(SocketError, stamp, connection=wire_or_none.name, message=message)
                self._emit(SocketClosed, stamp, connection=wire_or_none.name)

    def _error(self, number: object) -> str | None:
        if not isinstance(number, int) or number == 0:
            return None
        return self._errors.get(number, str(number))

    def _shake(self, wire: Wire, name: str, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        """The handshake, as the request's own events tell it; the answer is told here where it is a refusal."""
        lines = lines_of(params)
        if name.endswith("SEND_REQUEST_HEADERS"):
            self._emit(SocketHandshake, stamp, connection=wire.name, request_headers=headers(lines))
            if "HTTP2" in name:
                reason = "the socket's frames travel within an HTTP/2 connection, where the NetLog does not tell them"
                self._emit(Gap, stamp, reason=reason, connection=wire.name)
        elif name == "HTTP_TRANSACTION_READ_RESPONSE_HEADERS" and lines and not wire.shaken:
            self._answered(wire, "\r\n".join(lines).encode("latin-1", "replace"), stamp)

    def _answered(self, wire: Wire, head: bytes, stamp: dict[str, Any]) -> None:
        wire.shaken = True
        told = answer(head)
        found = {name.lower(): value for name, value in told.headers.items()}
        extensions = found.get("sec-websocket-extensions", "")
        if "permessage-deflate" in extensions:
            wire.sides["in"].deflate("server_no_context_takeover" not in extensions)
            wire.sides["out"].deflate("client_no_context_takeover" not in extensions)
        self._emit(
            SocketHandshake, stamp, connection=wire.name, status=told.status or None, headers=told.headers,
            subprotocol=found.get("sec-websocket-protocol"),
        )  # fmt: skip

    # ── which connection carries what ─────────────────────────────────────────────────────────────────────────────────

    def _pooled(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        self._remember(self._jobs, source, _dependency(params))

    def _bound(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        """A request has its connection, by way of a job."""
        wire = self._wires.get(source)
        job = self._jobs.get(_dependency(params))
        if wire is not None and job is not None:
            self._link(job).wire = wire

    def _connect(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        if phase == END and "remote_address" in params:
            self._link(source).address = str(params["remote_address"])

    def _encrypt(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        self._link(source).encrypted = True

    def _alive(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        link = self._links.pop(source, None)
        if phase == END and link is not None and link.wire is not None:
            self._emit(SocketClosed, stamp, connection=link.wire.name)
        elif phase == BEGIN:
            self._link(source)

    def _link(self, source: int) -> Link:
        link = self._links.get(source)
        if link is None:
            self._remember(self._links, source, link := Link())
        return link

    @staticmethod
    def _remember(among: Any, key: int, value: object) -> None:
        if len(among) >= MANY:
            among.pop(next(iter(among)))
        among[key] = value

    # ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _plain(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        if not self._link(source).encrypted:
            self._tls(name, source, phase, params, stamp)

    def _tls(self, name: str, source: int, phase: object, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        """Bytes as they are above the encryption."""
        link = self._link(source)
        data = bytes_of(params)
        way: Direction = "out" if name.endswith("SENT") else "in"
        if not data:
            return
        if not link.spoke and link.wire is None and way == "out" and is_mcs(data):
            link.wire = self._mcs(link, stamp)
        link.spoke = True
        if link.wire is not None and not link.wire.broken:
            try:
                self._content(link.wire, way, data, stamp)
            except (Broken, ValueError) as error:
                link.wire.broken = True
                self._emit(Gap, stamp, reason=f"the bytes cannot be read on: {error}", connection=link.wire.name)

    def _mcs(self, link: Link, stamp: dict[str, Any]) -> Wire:
        url = f"mcs://{link.address}" if link.address else "mcs://"
        wire = Wire(f"{MCS}{next(self._names.wires)}", url, {"in": Stanzas(), "out": Stanzas()})
        self._emit(SocketOpened, stamp, connection=wire.name, url=url)
        self._emit(SocketHandshake, stamp, connection=wire.name, subprotocol=MCS)
        return wire

    def _content(self, wire: Wire, way: Direction, data: bytes, stamp: dict[str, Any]) -> None:
        side = wire.sides[way]
        if isinstance(side, Stanzas):
            for stanza in side.feed(data):
                self._emit(Frame, stamp, connection=wire.name, dir=way, opcode=2, size=len(stanza), data=stanza)
            return
        if side.opening:
            head = side.head(data)
            if head is None:
                return
            if way == "in":
                self._answered(wire, head, stamp)
            data = b""
        self._messages(wire, way, side.feed(data), stamp)

    def _messages(self, wire: Wire, way: Direction, messages: Iterable[Message], stamp: dict[str, Any]) -> None:
        for one in messages:
            common = {"connection": wire.name, "dir": way, "size": len(one.data)}
            if one.opcode in (1, 2):
                self._emit(Frame, stamp, **common, opcode=one.opcode, **_content(one))
            elif one.opcode == 8:
                self._emit(SocketControl, stamp, **common, control="close", code=one.code, text=one.reason)
            else:
                control = "ping" if one.opcode == 9 else "pong"
                self._emit(SocketControl, stamp, **common, control=control, data=one.data or None)


def _content(message: Message) -> dict[str, Any]:
    if message.opcode == 1:
        try:
            return {"text": message.data.decode("utf-8")}
        except UnicodeDecodeError:
            pass
    return {"data": message.data}


def _dependency(params: dict[str, Any]) -> int:
    found = params.get("source_dependency")
    number = found.get("id") if isinstance(found, dict) else None
    return number if isinstance(number, int) else -1


def _numbers(names: object) -> dict[int, str]:
    """Names by their numbers."""
    if not isinstance(names, dict):
        return {}
    return {number: str(name) for name, number in names.items() if isinstance(number, int)}
