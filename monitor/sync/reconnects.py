"""Sockets and EventSources that break and come back: how long each attempt waited, and what was said again after it.

A line is all the connections of one tab to one endpoint over one channel. It is down from the moment a connection ends
by itself (not with its document) until another one of the same line is established; one that is let in and dropped
at once, before it brought anything, does not end the outage. Where a page asks for a socket's address first, to ask for
it in vain is an attempt too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from monitor.model import (
    Event,
    Failed,
    Finished,
    Frame,
    Request,
    Response,
    SocketClosed,
    SocketControl,
    SocketHandshake,
    SseMessage,
)
from monitor.sites.address import origin_of
from monitor.sites.text import skeleton
from monitor.sync.channel_views import ReconnectView
from monitor.sync.evidence import Packet
from monitor.sync.network import Connection, Network
from monitor.sync.outages import Line, Outage, view
from monitor.sync.resuming import of_address, of_payload, place

HELLO_S = 3.0  # what a page says this soon after connecting, it says because it connected
_OUTAGES = 200
_EVENTS = "text/event-stream"
_DROPPED_S = 1.0  # a connection that was let in, brought nothing and ended this soon was turned away
_TELLING = 3  # letters and digits of a value that can name a place in a stream
_TICKET = 12  # so long a value of an address was made for it
_HEARD = 300  # payloads before a break that are looked at for a place
_HEARTBEAT = 3  # a payload that came as often is no news when it comes again


class Reconnects:
    """Every line of a recording."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._lines: dict[tuple[str, str, str], Line] = {}
        self._of: dict[str, Line] = {}  # by connection
        self._up: set[str] = set()
        self._keys: dict[str, set[str]] = {}  # by a line's place: the endpoints that name the addresses of its sockets
        self._codes: dict[str, str] = {}  # by connection: the close code and reason that the wire told
        self._broken: dict[str, Outage] = {}  # by connection: the break that its end was
        self._due: list[tuple[float, Line, Connection, Outage | None]] = []

    # ── the fold ──

    def note(self, event: Event, connection: Connection | None) -> None:
        """Take an event of a connection into account."""
        if connection is None or connection.tab is None:
            return
        if connection.channel not in ("socket", "sse"):
            self._asked_for(event, connection)
            return
        if isinstance(event, SocketControl):
            if event.control == "close":
                self._coded(connection.key, event)
            return
        line = self._of.get(connection.key) or self._opened(connection)
        if line is None:
            return
        match event:
            case SocketHandshake() if event.status not in (None, 101):
                pass
            case SocketHandshake() if event.status == 101:
                self._established(line, connection, event.time)
            case Response() if line.channel == "sse" and event.status == 200 and event.mime == _EVENTS:
                self._established(line, connection, event.time)
            case Frame() | SseMessage() if event.dir == "in":
                self._established(line, connection, event.time)
                line.place = (isinstance(event, SseMessage) and event.id) or line.place
            case SocketClosed() if event.derived:
                self._forget(line, connection)
            case SocketClosed():
                self._broke(line, connection, event.time, event.seq, event.because or "")
            case Failed() if event.derived or (event.canceled and not event.error):
                self._forget(line, connection)
            case Failed() | Finished():
                self._broke(line, connection, event.time, event.seq, getattr(event, "error", ""))

    def _coded(self, key: str, event: SocketControl) -> None:
        """The wire told why a socket closed: before it did, or some seconds after."""
        words = " ".join(part for part in (f"code {event.code}" if event.code else "", event.text or "") if part)
        if key in self._broken:
            self._broken[key].because = self._broken[key].because or words
        self._codes.setdefault(key, words)
        while len(self._codes) > _OUTAGES:
            del self._codes[next(iter(self._codes))]

    def document(self, tab: str) -> None:
        """A tab has a new document: what its last one had open did not break."""
        for line in self._lines.values():
            if line.tab == tab:
                line.asked = line.down = line.current = line.former = line.out = None

    def advance(self, now: float) -> None:
        """Look at what was said after connections that are old enough by now."""
        while self._due and self._due[0][0] < now:
            _, line, connection, outage = self._due.pop(0)
            self._said(line, connection, outage)

    # ── what happens to a line ──

    def _opened(self, connection: Connection) -> Line | None:
        if not connection.url:
            return None
        key = (connection.tab or "", connection.channel, _endpoint(connection.url))
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = Line(key[0], key[1], connection.url)
        self._of[connection.key] = line
        line.opened += 1
        if line.down is not None and line.out is not None:
            line.out.waits.append(max(0.0, (line.asked or connection.opened) - line.down))
            line.down = line.asked = None
        if connection.late:  # it is open
            self._up.add(connection.key)
            line.current = connection
        return line

    def _asked_for(self, event: Event, connection: Connection) -> None:
        """A page that is to connect again asks for the address first: the attempt begins, and may end, with that."""
        if not isinstance(event, (Request, Failed, Response)):
            return
        for line in self._lines.values():
            down = line.tab == connection.tab and line.down is not None and line.out is not None
            if not down or connection.endpoint not in self._keys.get(_endpoint(line.url), ()):
                continue
            assert line.out is not None
            assert line.down is not None
            failed = isinstance(event, Failed) or (isinstance(event, Response) and event.status >= 400)
            if isinstance(event, Request) and line.asked is None:
                line.asked = event.time
            elif failed and line.asked is not None:
                line.out.waits.append(max(0.0, line.asked - line.down))
                line.down, line.asked = event.time, None

    def _established(self, line: Line, connection: Connection, time: float) -> None:
        if connection.key in self._up:
            return
        self._up.add(connection.key)
        outage = line.out if line.out is not None and line.out.waits else None
        if outage is not None:
            outage.end, line.out = time, None
        line.former, line.current = line.current or line.former, connection
        self._due.append((time + HELLO_S, line, connection, outage))

    def _broke(self, line: Line, connection: Connection, time: float, seq: int, because: str) -> None:
        line.down = time
        if self._turned_away(line, connection, time):
            line.out = line.outages[-1]
            line.out.end = None
        elif connection.key in self._up:
            quiet = time - (connection.last_in if connection.last_in is not None else connection.opened)
            line.out = Outage(time, seq, because, quiet, place=line.place)
            line.outages.append(line.out)
        elif line.out is None:
            line.out = Outage(time, seq, because or "it could not be opened", 0.0)
            line.outages.append(line.out)
        del line.outages[:-_OUTAGES]
        if line.outages:
            self._broken[connection.key] = line.outages[-1]
            line.outages[-1].because = line.outages[-1].because or self._codes.get(connection.key, "")
            while len(self._broken) > _OUTAGES:
                del self._broken[next(iter(self._broken))]
        self._forget(line, connection)

    def _turned_away(self, line: Line, connection: Connection, time: float) -> bool:
        """Whether an attempt was let in only to be dropped at once, with not a word: the outage before it goes on."""
        last = line.outages[-1] if line.outages else None
        return (
            last is not None
            and last.end is not None
            and connection is line.current
            and connection.opened <= last.end
            and connection.last_in is None
            and time - last.end <= _DROPPED_S
        )

    def _forget(self, line: Line, connection: Connection) -> None:
        self._of.pop(connection.key, None)
        self._up.discard(connection.key)

    # ── what was said again ──

    def _said(self, line: Line, connection: Connection, outage: Outage | None) -> None:
        log = list(self._network.logs[line.tab])
        start = connection.opened
        hello = [p for p in _of(log, connection) if p.dir == "out" and p.time <= start + HELLO_S]
        if outage is not None and outage.end is not None:
            outage.resubscribed = sum(p.shape in line.hello for p in hello)
            self._compare(log, line, connection, outage, hello)
            outage.resumed_with = outage.resumed_with or outage.place or self._place(line, connection, outage, hello)
            outage.asked = self._asked(line, outage)
        if not connection.late:
            self._keys.setdefault(_endpoint(line.url), set()).update(self._named_by(line.tab, connection))
        line.hello = {p.shape for p in hello} or line.hello
        line.values = {value for p in hello for value in p.haystack.exact} or line.values
        if outage is None:
            line.numbers |= set(_named(connection, hello))

    def _named_by(self, tab: str, connection: Connection) -> Iterator[str]:
        """The endpoints whose answers, just before, held what makes the address of a socket."""
        address = connection.url or ""
        plain = address.partition("://")[2].partition("?")[0]
        tickets = [value for _, value in parse_qsl(urlsplit(address).query) if len(value) >= _TICKET]
        for packet in self._network.logs[tab].between(connection.opened - HELLO_S, connection.opened):
            asked = self._network.connections.get(packet.connection)
            text = packet.payload
            if packet.dir == "out" or asked is None or asked.channel != "fetch" or not isinstance(text, str):
                continue
            if plain in text.replace("\\/", "/") or any(ticket in text for ticket in tickets):
                yield asked.endpoint

    def _compare(
        self, log: list[Packet], line: Line, connection: Connection, outage: Outage, hello: list[Packet]
    ) -> None:
        """What the new connection has of the old one: a place to go on from, and payloads that come again."""
        former = [p for p in log if p.dir == "in" and p.channel == line.channel and p.time <= outage.at]
        known = {value for p in former[-200:] for value in p.haystack.exact}
        fresh = {
            value for p in hello for value in p.haystack.exact if value not in line.values or value in line.resumed
        }
        named = sorted(
            (value for value in fresh if value in known and _place(value)), key=lambda value: (-len(value), value)
        )
        outage.resumed_with = next(iter(named), None)
        line.resumed.update(named)
        often = Counter(p.payload for p in former)
        again = [p for p in _of(log, connection) if p.dir == "in" and 0 < often[p.payload] < _HEARTBEAT]
        answers = {p.payload for p in former if line.channel == "socket" and self._answers(p)}
        outage.repeated = sum(p.payload not in answers and _own(p) for p in again)

    def _answers(self, packet: Packet) -> bool:
        """Whether a message came because its connection was made."""
        connection = self._network.connections.get(packet.connection)
        return connection is not None and not connection.late and packet.time <= connection.opened + HELLO_S

    def _place(self, line: Line, connection: Connection, outage: Outage, hello: list[Packet]) -> str | None:
        """The number that the page named, in what it said first, the address, or what it asked for: a place before."""
        sent = [p.payload for p in self._network.logs[line.tab] if p.dir == "in" and p.time <= outage.at][-_HEARD:]
        asked = [number for one in self._asking(line, outage) for number in of_address(one.url or "")]
        return place([*_named(connection, hello), *asked], line.numbers, sent) or None

    def _asked(self, line: Line, outage: Outage) -> list[str]:
        """What the page asked for when it was back: to find out what it missed."""
        return list(dict.fromkeys(one.request for one in self._asking(line, outage)))[:5]

    def _asking(self, line: Line, outage: Outage) -> list[Connection]:
        end = outage.end or outage.at
        return [
            one
            for one in self._network.connections.values()
            if one.tab == line.tab
            and one.resource in ("fetch", "xhr")
            and (end - 0.5 if one.method == "GET" else end) <= one.opened <= end + HELLO_S
        ]

    # ── what is known of it ──

    def views(self) -> tuple[ReconnectView, ...]:
        """A view for each line that broke, the lines of several tabs to one endpoint fitted together."""
        broken = [line for line in self._lines.values() if line.outages]
        return tuple(view(line, [other for other in broken if _alike(line, other)]) for line in broken)


def _endpoint(url: str) -> str:
    """What two sockets of one line have in common: the address without what identifies."""
    return f"{origin_of(url)}{skeleton(urlsplit(url).path)}"


def _alike(one: Line, other: Line) -> bool:
    return one.channel == other.channel and origin_of(one.url) == origin_of(other.url)


def _of(log: Iterable[Packet], connection: Connection) -> Iterator[Packet]:
    return (packet for packet in log if packet.connection == connection.key)


def _named(connection: Connection, hello: list[Packet]) -> list[tuple[str, int]]:
    """The numbers in an address and in what is said first."""
    return [*of_address(connection.url or ""), *(number for p in hello for number in of_payload(p.payload))]


def _own(packet: Packet) -> bool:
    """Whether a message has something of its own: `{"op": "pong"}` has not."""
    return any(len(value) >= _TICKET or any(map(str.isdigit, value)) for value in packet.haystack.exact)


def _place(value: str) -> bool:
    """Whether a value could be a place in a stream: an offset, a cursor, a sequence number."""
    return len(value) >= _TELLING and any(sign.isdigit() for sign in value) and len(value) <= 200
