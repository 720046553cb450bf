"""What gave a page the word to ask its server: a message that came before the request, as such messages mostly do.

Most pages ask at once. Some wait a moment, so that several messages make one request: then a kind of message gave the
word if nearly all requests follow one of it, and nearly all of it are followed, within a time that is not most of the
time anyway. So a heartbeat that happens to come before a poll is told from a word. Some wait for many seconds, each
page for others, so that not all ask at once: what happens so much later is less telling, and needs that the message
named what the answer brought and nothing had before, or that such a thing happens too often for chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from monitor.model import Channel
from monitor.sync.evidence import Packet, names
from monitor.sync.network import Connection, Network

NEAR_S = 1.0  # a word is mostly followed by a fetch within this
FAR_S = 3.5  # and hardly ever later than this
LATER_S = 12.0  # after this, nothing is put down to a word
_EARLY_S = 0.02  # clocks differ by so much
_KINDS = 8  # of messages that are looked at
_MOST = 0.7  # of the time: what follows in so much of it follows by chance
_CHANCE = 0.05  # what happens by chance no more often than this does not
_WORDS: tuple[Channel, ...] = ("socket", "sse", "fetch-stream", "push", "storage", "broadcast", "worker")


def prompt_of(connection: Connection, tab: str, network: Network) -> Packet | None:
    """The message that made a page ask, if one did."""
    log = [packet for packet in network.logs[tab] if packet.dir != "out"]
    log += [packet for packet in network.logs[None] if packet.dir != "out" and network.concerns(packet, tab)]
    starts = _starts(connection)
    first = min(starts, default=0.0)  # of this document: what earlier ones asked is not kept
    opened = connection.opened
    before = [p for p in log if opened - FAR_S <= p.time <= opened + _EARLY_S and network.channel_of(p) in _WORDS]
    before.sort(key=lambda p: p.time)
    before = [*{packet.kind: packet for packet in before}.values()][-_KINDS:]
    before.sort(key=lambda p: p.time, reverse=True)
    for packet in before:
        alike = [p.time for p in log if p.kind == packet.kind and p.time >= first - NEAR_S]
        if packet.time >= opened - NEAR_S and _soon(alike, starts):
            return packet
    for packet in before:
        alike = sorted(p.time for p in log if p.kind == packet.kind and p.time >= first - FAR_S)
        if _by_and_by(alike, starts, since=min(log[0].time, first) if log else first):
            return packet
    by_itself = connection.polls is not None and connection.polls.period is not None
    if by_itself or connection.late or network.turned.used(tab, opened) or network.turned.at(tab, opened) is not None:
        return None
    return _much_later(connection, log, starts, network)


def _much_later(
    connection: Connection, log: Sequence[Packet], starts: Sequence[float], network: Network
) -> Packet | None:
    """The word for a request that was made long after it."""
    opened = connection.opened
    before = [p for p in log if opened - LATER_S <= p.time <= opened and network.channel_of(p) in _WORDS]
    latest = {packet.kind: packet for packet in sorted(before, key=lambda p: p.time)}
    for packet in reversed([*latest.values()][-_KINDS:]):
        alike = [p.time for p in log if p.kind == packet.kind]
        if _named(packet, connection, log) or _too_often(alike, starts, min(log[0].time, starts[0])):
            return packet
    return None


def _named(word: Packet, connection: Connection, log: Sequence[Packet]) -> bool:
    """Whether the answer, or its address, has an id that nothing brought before the word did."""
    ids = names(word)
    answers = [p.haystack.exact for p in log if p.connection == connection.key]
    brought = {one for one in ids if one in (connection.url or "") or any(one in answer for answer in answers)}
    if not brought:
        return False
    return not any(brought & p.haystack.exact for p in log if p.time < word.time and p is not word)


def _too_often(words: Sequence[float], starts: Sequence[float], since: float) -> bool:
    """Whether all requests follow such messages, each its own, within a time that holds them hardly ever by chance."""
    waits = [min((start - time for time in words if time <= start), default=LATER_S + 1) for start in starts]
    reach = max(waits, default=LATER_S + 1)
    if (
        len(starts) < 2
        or reach > LATER_S
        or len({max(t for t in words if t <= start) for start in starts}) < len(starts)
    ):
        return False
    followed = sum(any(0 <= start - time <= reach for start in starts) for time in words)
    end = max(*words, *starts) + reach
    within = sum(min(reach, later - time) for time, later in pairwise([*sorted(words), end]))
    return followed * 3 >= len(words) * 2 and (within / max(end - since, reach)) ** len(starts) <= _CHANCE


def _soon(words: Sequence[float], starts: Sequence[float]) -> bool:
    """Whether most requests come just after such a message, and half of these just before a request."""
    followed = sum(any(-_EARLY_S <= start - time <= NEAR_S for start in starts) for time in words)
    led = sum(any(-_EARLY_S <= start - time <= NEAR_S for time in words) for start in starts)
    return followed * 2 >= len(words) and led * 3 >= len(starts) * 2


def _by_and_by(words: Sequence[float], starts: Sequence[float], since: float) -> bool:
    """Whether requests follow such messages within a time that they do not follow anything."""
    pairs = zip(starts, [0.0, *starts], strict=False)  # a word is for the first request after it
    last = [(start, [t for t in words if before + _EARLY_S < t <= start + _EARLY_S]) for start, before in pairs]
    waits = [start - max(some) for start, some in last if some]
    reach = max((wait for wait in waits if wait <= FAR_S), default=0.0)
    led = sum(wait <= FAR_S for wait in waits)
    followed = sum(any(-_EARLY_S <= start - time <= reach for start in starts) for time in words)
    if led * 8 < len(starts) * 7 or followed * 3 < len(words) * 2:
        return False
    end = max(*words, *starts) + reach
    within = sum(min(reach, later - time) for time, later in pairwise([*words, end]))
    return within <= _MOST * (end - since)


def _starts(connection: Connection) -> list[float]:
    """When the tab's document asked this endpoint, leaving out what it asked while it loaded."""
    polls = connection.polls
    starts = list(polls.starts) if polls else [connection.opened]
    if len(starts) > 1 and connection.opened != starts[0]:
        starts = starts[1:]
    return starts
