"""By which addresses a tab hears of others, so that it can be held back from it; and whether it has sent a write."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.sync.network import Connection, Network

_READS = ("GET", "HEAD", "OPTIONS")


def sockets(network: Network, tab: str) -> list[str]:
    """The WebSockets that a tab has open, by their connections."""
    return [one.key for one in _of(network, tab) if one.channel == "socket" and one.closed is None]


def streams(network: Network, tab: str) -> list[str]:
    """The addresses of the EventSources that a tab has open: these can be held back only before they are opened."""
    found = (one for one in _of(network, tab) if one.channel == "sse" and one.closed is None)
    return list(dict.fromkeys(one.url for one in found if one.url))


def asked(network: Network, tab: str) -> list[str]:
    """The addresses that a tab asks something of: on a period, or when it is told to."""
    found = (one for one in _of(network, tab) if one.resource in ("fetch", "xhr") and one.method == "GET")
    return list(dict.fromkeys(one.url.partition("?")[0] for one in found if one.url))


def sent(network: Network, tab: str, since: float) -> bool:
    """Whether a tab sent something since then that may change something: a request, or a frame like none before it."""
    if any(one.opened >= since and one.resource in ("fetch", "xhr") and one.method not in _READS
           for one in _of(network, tab)):  # fmt: skip
        return True
    frames = [packet for packet in network.logs[tab] if packet.channel == "socket" and packet.dir == "out"]
    before = {packet.shape for packet in frames if packet.time < since}
    return any(packet.shape not in before for packet in frames if packet.time >= since)


def _of(network: Network, tab: str) -> Iterator[Connection]:
    return (one for one in network.connections.values() if one.tab == tab)
