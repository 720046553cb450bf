"""From the server's stamp in a message to its arrival: which field is the stamp, and how far the server's clock is off.

A fold over decoded messages, bounded by the number of message types and not by that of messages. Three kinds of
evidence bound a server's clock, host by host: the Date of each answer lies between the request and the answer; what a
message holds that a page had just made and sent was stamped after the sending; nothing arrives before it is stamped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from monitor.decode.moments import Scan, http_date, scan
from monitor.model import Decoded, Event, Request, Response, SocketHandshake, SocketOpened
from monitor.sites.address import host_of, path_of
from monitor.sync.channel_views import ClockView, LatencyView
from monitor.sync.clocks import answered
from monitor.sync.echoes import Sent
from monitor.sync.estimates import Host, KindKey, told
from monitor.sync.evidence import Packet
from monitor.sync.network import Connection, Network
from monitor.sync.stamps import Sample, Series

CHANNELS = frozenset({"socket", "sse", "fetch", "fetch-stream", "push"})
MAX_KINDS = 256
MAX_FIELDS = 24
MAX_MESSAGES = 200  # of one payload
_ASKED = 2_000


class Latencies:
    """Feed it every event after the network took it, with its payload and what that decodes to."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._sent = Sent()
        self._listening: dict[str, float] = {}  # of requests: since when the tab asks this
        self.hosts: dict[str, Host] = {}
        self._kinds = 0

    def feed(
        self, event: Event, connection: Connection | None, packet: Packet | None, decoded: Decoded | None, site: str
    ) -> None:
        """Take one event into account; site: of its tab, or of the origin it was pushed to."""
        kind = type(event)
        if kind is Request or kind is SocketOpened:
            self._asked(event, connection)
        elif kind is Response or kind is SocketHandshake:
            self._answered(event, connection)  # type: ignore[arg-type]
        if packet is None or decoded is None or packet.channel not in CHANNELS:
            return
        if packet.dir == "out":
            at = packet.time if connection is None or packet.channel != "fetch" else min(packet.time, connection.opened)
            for message in decoded.fresh[:MAX_MESSAGES]:
                self._sent.leave(scan(message.value, packet.time), at)
        elif packet.dir == "in":
            self._came(packet, connection, decoded, site)

    def views(self) -> tuple[tuple[ClockView, ...], tuple[LatencyView, ...]]:
        """The clocks, and the latencies of each type of message, by host."""
        found = [self._told(host) for host in self.hosts.values()]
        latencies = sorted(
            (one for _, some in found for one in some), key=lambda one: (one.site, one.channel, one.type)
        )
        return tuple(clock for clock, _ in found if clock is not None), tuple(latencies)

    def _told(self, host: Host) -> tuple[ClockView | None, tuple[LatencyView, ...]]:
        """What is known of a host; made anew only where something came of it."""
        if host.told[0] != host.version:
            host.told = (host.version, *told(host))
        return host.told[1:]

    # ── clocks ──

    def _host(self, name: str) -> Host:
        found = self.hosts.get(name)
        if found is None:
            found = self.hosts[name] = Host(name)
            if len(self.hosts) > MAX_KINDS:  # pages of a thousand hosts: those without messages give way
                spare = next((one for one, host in self.hosts.items() if not host.kinds), name)
                del self.hosts[spare]
        return found

    def _asked(self, event: Event, connection: Connection | None) -> None:
        """A request or socket begins; what its address holds is not of the page's making."""
        url = getattr(event, "url", None) or ""
        self._sent.see(list(_parts(url)))
        if connection is None or not isinstance(event, Request):
            return
        polls = self._network.asked.get(connection.tab, connection.endpoint)
        before = polls.starts[-2] if polls is not None and len(polls.starts) > 1 else event.time
        self._listening[connection.key] = min(before, event.time)
        while len(self._listening) > _ASKED:
            del self._listening[next(iter(self._listening))]

    def _answered(self, event: Response | SocketHandshake, connection: Connection | None) -> None:
        """The Date of an answer that was made for this request: not of a cache, whose Date is that of long ago."""
        if connection is None or connection.late or connection.opened > event.time:
            return
        headers = {name.lower(): value for name, value in event.headers.items()}
        if isinstance(event, Response) and (event.from_cache or event.from_service_worker):
            return
        date = http_date(headers["date"]) if "date" in headers else None
        if date is None or headers.get("age", "0").strip() != "0":
            return
        host = self._host(_host(connection.url or ""))
        host.exchanges += 1
        host.version += 1
        if host.dates.see(event.time, answered(connection.opened, event.time, date), event.seq):
            host.restart()

    # ── stamps ──

    def _came(self, packet: Packet, connection: Connection | None, decoded: Decoded, site: str) -> None:
        for message in decoded.fresh[:MAX_MESSAGES]:
            found = scan(message.value, packet.time)
            sent = self._sent.come(found, packet.time)
            if not found.moments:
                continue
            channel = self._network.channel_of(packet)
            url = (connection.url or "") if connection is not None else packet.connection.removeprefix("push:")
            name = message.type or message.protocol
            if channel == "fetch" and connection is not None:
                name = f"{connection.method or 'GET'} {_pattern(connection.url or '')}"
            self._stamped(packet, connection, found, sent, (site, _host(url), channel, message.protocol, name))

    def _stamped(
        self, packet: Packet, connection: Connection | None, found: Scan, sent: float | None, key: KindKey
    ) -> None:
        host = self._host(key[1])
        fields = host.kinds.get(key)
        if fields is None:
            if self._kinds >= MAX_KINDS:
                return
            self._kinds += 1
            fields = host.kinds[key] = {}
        host.version += 1
        host.echoes += sent is not None
        listened = packet.time - self._since(packet, connection)
        line = packet.connection if key[2] != "fetch" or connection is None else f"{packet.tab} {connection.endpoint}"
        for path, (raw, moment) in found.moments.items():
            series = fields.get(path)
            if series is None:
                if len(fields) >= MAX_FIELDS:
                    continue
                series = fields[path] = Series(path, moment.form, moment.zoned)
            if raw in self._sent.moments:
                series.echoed += 1
                continue
            asked = connection.opened if key[2] == "fetch" and connection is not None and series.reads_clock else sent
            sample = Sample(packet.time, packet.time - moment.at, listened, packet.seq)
            series.add(moment, sample, line, asked)

    def _since(self, packet: Packet, connection: Connection | None) -> float:
        """Since when the tab listens here: its socket's or stream's opening, or when it asked the same before."""
        if connection is None:
            return float("-inf")
        return (
            self._listening.get(connection.key, connection.opened) if packet.channel == "fetch" else connection.opened
        )


@lru_cache(maxsize=1024)
def _host(url: str) -> str:
    return host_of(url)


@lru_cache(maxsize=4096)
def _pattern(url: str) -> str:
    """The path of an address without numbers and ids."""
    return "/".join("{id}" if _names_one(part) else part for part in path_of(url)[:500].split("/"))


def _names_one(part: str) -> bool:
    return part.isdigit() or (len(part) >= 8 and sum(char.isdigit() for char in part) >= 3)


def _parts(url: str) -> Iterator[str]:
    """The pieces of an address that may name something."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    for piece in (parts.path.split("/"), *(pair.split("=") for pair in parts.query.split("&")[:32])):
        yield from (one for one in piece if len(one) >= 8)
