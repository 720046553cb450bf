"""Connections and the payloads they carried, tab by tab: what the causes are looked up in."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, urlsplit

from monitor.model import (
    Body,
    Channel,
    Chunk,
    Event,
    Failed,
    Finished,
    Frame,
    Push,
    Request,
    RequestBody,
    Response,
    SocketClosed,
    SocketHandshake,
    SocketOpened,
    SseMessage,
    Storage,
    TargetAttached,
    UserInput,
    Visibility,
    WorkerMessage,
    payload,
)
from monitor.sites.address import endpoint_of, origin_of, path_of
from monitor.sync.evidence import Packet, TrafficLog
from monitor.sync.polls import Asked, Polls
from monitor.sync.turns import Turns

_STREAM_TYPES = ("text/event-stream", "application/x-ndjson", "application/ndjson", "application/stream+json")
_STREAM_S = 1.0  # a response that keeps coming for longer than this is a stream, whatever it calls itself
_CLOSED_KEPT = 2_000
_LATELY = 400


@dataclass(slots=True)
class Connection:
    """One request or socket: who opened it, what it is, and how far it got."""

    key: str
    tab: str | None
    channel: Channel
    opened: float
    seq: int
    url: str | None = None
    method: str | None = None
    resource: str = ""
    loader: str | None = None
    polls: Polls | None = None  # the requests of its document to its endpoint, of which it is one
    status: int | None = None
    answered: float | None = None
    answer_seq: int = 0
    mime: str | None = None
    request_mime: str | None = None
    first_chunk: float | None = None
    last_chunk: float | None = None
    closed: float | None = None
    failed: bool = False
    because: str | None = None
    subprotocol: str | None = None
    late: bool = False
    origin: str = ""  # of the worker that opened it for no tab in particular, where that is known
    frames_in: int = 0
    frames_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    last_in: float | None = None

    @property
    def endpoint(self) -> str:
        """What makes two requests the same poll."""
        return endpoint_of(self.method or "", self.url or "")

    @property
    def streams(self) -> bool:
        """Whether the body of this response came over time, rather than at once."""
        if self.mime in _STREAM_TYPES:
            return True
        if self.answered is None or self.first_chunk is None or self.last_chunk is None:
            return False
        return self.last_chunk - self.first_chunk > _STREAM_S or (
            self.closed is None and self.last_chunk - self.answered > _STREAM_S
        )

    @property
    def request(self) -> str:
        """The request in words: `POST /path`."""
        return f"{self.method} {path_of(self.url or '') or self.url}"


class Network:
    """Every connection still open, those closed lately, and the traffic log of each tab."""

    def __init__(self) -> None:
        self.connections: dict[str, Connection] = {}
        self._closed: deque[str] = deque()
        self.logs: dict[str | None, TrafficLog] = defaultdict(TrafficLog)
        self.asked = Asked()
        self.turned = Turns()
        self._workers: dict[str, str] = {}  # the origins of workers, by their targets
        self.origins: dict[str, str] = {}  # of each tab's document: pushes belong to an origin
        self.relayed: dict[int, int] = {}  # messages by which a worker passed a push on, and the push

    # ── connections ──

    def note(self, event: Event) -> Connection | None:
        """Take an event into account; the connection it is about, where it is about one."""
        match event:
            case TargetAttached() if event.type not in ("page", "iframe") and event.target:
                self._workers[event.target] = origin_of(event.url)
            case Visibility():
                self.turned.note(event)
            case UserInput():
                self.turned.use(event)
            case SocketOpened():
                return self._open(event, "socket", url=event.url, late=event.late)
            case Request():
                return self._request(event)
        connection = self.connections.get(getattr(event, "connection", "")) or self._unknown(event)
        if connection is None:
            return None
        match event:
            case SocketHandshake():
                connection.subprotocol = event.subprotocol or connection.subprotocol
                connection.status = event.status or connection.status
            case Response():
                connection.status, connection.answered = event.status, event.time
                connection.answer_seq, connection.mime = event.seq, event.mime
                if event.mime in _STREAM_TYPES and connection.channel == "fetch":
                    connection.channel = "fetch-stream"
            case Chunk():
                connection.first_chunk = connection.first_chunk or event.time
                connection.last_chunk = event.time
            case SseMessage():
                connection.channel = "sse"
            case Finished() | Failed() | SocketClosed():
                self._close(connection, event)
        self._count(connection, event)
        return connection

    def _open(self, event: Event, channel: Channel, url: str | None, *, late: bool = False) -> Connection:
        key: str = event.connection  # type: ignore[attr-defined]
        known = self.connections.get(key)
        if known is not None:
            known.url = url or known.url
            return known
        made = Connection(key, event.tab, channel, event.time, event.seq, url=url, late=late)
        made.origin = self._workers.get(event.target or "", "") if event.tab is None else ""
        self.connections[key] = made
        return made

    def _request(self, event: Request) -> Connection:
        connection = self._open(event, "sse" if event.resource == "eventsource" else "fetch", event.url)
        connection.method, connection.resource, connection.loader = event.method, event.resource, event.loader
        connection.request_mime = next((v for k, v in event.headers.items() if k.lower() == "content-type"), None)
        if not event.redirected and event.resource in ("fetch", "xhr", "eventsource"):
            connection.polls = self.asked.ask(event.tab, connection.endpoint, event.time, event.loader)
        self._count(connection, event)
        return connection

    def _unknown(self, event: Event) -> Connection | None:
        """A connection older than the recording, met by the first that is seen of it."""
        match event:
            case Frame():
                return self._open(event, "socket", None, late=True)
            case SseMessage():
                return self._open(event, "sse", None, late=True)
            case Chunk():
                return self._open(event, "fetch-stream", None, late=True)
            case Response():
                return self._open(event, "fetch", event.url, late=True)
        return None

    def _close(self, connection: Connection, event: Finished | Failed | SocketClosed) -> None:
        if connection.closed is None:
            self._closed.append(connection.key)
        connection.closed = event.time
        connection.failed = isinstance(event, Failed)
        connection.because = getattr(event, "because", None) or getattr(event, "error", None)
        if connection.polls is not None:
            connection.polls.ends.append(event.time)
        while len(self._closed) > _CLOSED_KEPT:
            self.connections.pop(self._closed.popleft(), None)

    def _count(self, connection: Connection, event: Event) -> None:
        if not isinstance(event, (Frame, Chunk, SseMessage, Body, Request, RequestBody)):
            return
        if event.dir == "in":
            connection.frames_in += 1
            connection.bytes_in += event.size
            connection.last_in = event.time
        else:
            connection.frames_out += 1
            connection.bytes_out += event.size

    def opened(self, tab: str, start: float, end: float) -> Iterator[Connection]:
        """The newest connections that a tab opened in a stretch of time."""
        for connection in islice(reversed(self.connections.values()), _LATELY):
            if connection.tab == tab and start <= connection.opened <= end:
                yield connection

    def turns(self, connection: Connection) -> bool:
        """Whether its tab had asked the same path with another query before, and no other tab asked with this one."""
        path, url = path_of(connection.url or ""), connection.url
        before = False
        for other in islice(reversed(self.connections.values()), _LATELY):
            if other is connection or other.method != connection.method or path_of(other.url or "") != path:
                continue
            if other.tab != connection.tab and other.url == url:
                return False
            before = before or (other.tab == connection.tab and other.url != url and other.opened < connection.opened)
        return before

    # ── payloads ──

    def packet(self, event: Event, connection: Connection | None) -> Packet | None:
        """The payload of an event, appended to its tab's log; None where there is none.

        An answer whose body could not be had is one that nobody can read.
        """
        content = payload(event)
        if isinstance(event, Request):
            content = content or _query(event)
        unread = isinstance(event, Body) and event.state == "absent" and connection is not None
        if event.channel is None or not (content or unread or isinstance(event, Chunk)):
            return None
        time, channel = event.time, event.channel
        if isinstance(event, Body) and connection is not None:
            time = connection.closed or event.time  # when it was on the wire, not when we asked for it
        if isinstance(event, SseMessage):
            channel = "sse"
        key = connection.key if connection else _channel_key(event)
        packet = Packet(
            event.seq, time, event.tab, channel, getattr(event, "dir", None), key, content or b"",
            _mime(event, connection), getattr(event, "size", 0),
        )  # fmt: skip
        self.logs[event.tab].add(packet)
        return packet

    def concerns(self, packet: Packet, tab: str) -> bool:
        """Whether a payload that came to no tab in particular may have come to this one."""
        if packet.channel == "push":
            return packet.connection == f"push:{self.origins.get(tab)}"
        connection = self.connections.get(packet.connection)
        return connection is None or connection.origin in ("", self.origins.get(tab))

    def nobodys(self, tab: str, start: float, end: float) -> list[Packet]:
        """What reached or left no tab in particular in a stretch of time, and may concern this one."""
        return [packet for packet in self.logs[None].between(start, end) if self.concerns(packet, tab)]

    def relays(self, packet: Packet, push: int) -> None:
        """A message turned out to be a push that a worker passed on to a page."""
        self.relayed[packet.seq] = push
        while len(self.relayed) > _CLOSED_KEPT:
            del self.relayed[next(iter(self.relayed))]

    def channel_of(self, packet: Packet) -> Channel:
        """The channel of a payload; a fetch that came in pieces is a stream only if it took its time.

        What a worker passed on of a push came by push.
        """
        if packet.seq in self.relayed:
            return "push"
        connection = self.connections.get(packet.connection)
        if packet.channel not in ("fetch", "fetch-stream") or connection is None:
            return packet.channel
        if connection.channel != "fetch":
            return connection.channel
        return "fetch-stream" if connection.streams else "fetch"


def _mime(event: Event, connection: Connection | None) -> str | None:
    """What the payload was said to be."""
    match event:
        case Body() | Chunk():
            return connection.mime if connection else None
        case Request() | RequestBody():
            return connection.request_mime if connection and event.size else None
    return None


def _query(event: Request) -> str | None:
    """The values of a request's query: what a write by GET says."""
    try:
        values = [value for _, value in parse_qsl(urlsplit(event.url).query)]
    except ValueError:
        return None
    return "\n".join(values) or None


def _channel_key(event: Event) -> str:
    """A stand-in for the connection of a payload that came on none."""
    match event:
        case Storage():
            return f"storage:{event.area}:{event.key}"
        case Push():
            return f"push:{origin_of(event.origin)}"
        case WorkerMessage():
            return f"worker:{event.worker}"
    return f"{event.channel}:{getattr(event, 'name', '')}"
