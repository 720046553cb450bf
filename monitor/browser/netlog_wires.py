"""The connections of a NetLog: which carries a WebSocket or the push server's messages, and what their bytes say; pure.

    request ─ bound to ─▶ job ─ pooled ─▶ connection ─ bytes ─▶ a wire's two sides ─▶ frames
WebSockets are read from the bytes of their connections, and so have their control frames too. The connection to the
push server has one frame for each of its messages (`mcs1`, `mcs2`, …).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from monitor.browser.mcs import Stanzas, is_mcs
from monitor.browser.names import Names
from monitor.browser.netlog_requests import bytes_of, lines_of
from monitor.browser.netlog_socket import Broken, Message, Side, answer, headers
from monitor.model import (
    Direction,
    Frame,
    Gap,
    SocketClosed,
    SocketControl,
    SocketError,
    SocketHandshake,
    SocketOpened,
)  # fmt: skip

MANY = 20_000
BEGIN, END = 1, 2
MCS = "mcs"

# Takes the name of an event, its source, phase and parameters, and the time that its events get.
Handler = Callable[[str, int, object, dict[str, Any], dict[str, Any]], None]


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


class Wires:
    """Those of one log. emit: takes a kind of event, its time, and its fields. sockets: how their names begin."""

    def __init__(self, emit: Callable[..., None], names: Names, sockets: str) -> None:
        self._emit = emit
        self._names = names
        self._sockets = sockets
        self._links: OrderedDict[int, Link] = OrderedDict()
        self._jobs: OrderedDict[int, int] = OrderedDict()
        self._wires: dict[int, Wire] = {}
        self.handlers: dict[str, Handler] = {
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

    # ── requests that become sockets ──────────────────────────────────────────────────────────────────────────────────

    def __contains__(self, source: object) -> bool:
        return source in self._wires

    def began(self, source: int, url: str, stamp: dict[str, Any]) -> None:
        """A request for a socket."""
        name = f"{self._sockets}{next(self._names.sockets)}"
        self._remember(self._wires, source, Wire(name, url, {"in": Side(masked=False), "out": Side(masked=True)}))
        self._emit(SocketOpened, stamp, connection=name, url=url)

    def ended(self, source: int, error: str | None, stamp: dict[str, Any]) -> None:
        """That request ended: it became a socket, or failed with an error."""
        wire = self._wires.pop(source)
        if error is not None:
            self._emit(SocketError, stamp, connection=wire.name, message=f"net::{error}")
            self._emit(SocketClosed, stamp, connection=wire.name)

    def shake(self, name: str, source: int, params: dict[str, Any], stamp: dict[str, Any]) -> bool:
        """Whether an event was of a handshake, as the request's own events tell it."""
        wire = self._wires.get(source)
        if wire is None or "_HEADERS" not in name:
            return False
        self._shake(wire, name, params, stamp)
        return True

    def _shake(self, wire: Wire, name: str, params: dict[str, Any], stamp: dict[str, Any]) -> None:
        """Either half of it; the answer is told here where it is a refusal."""
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
