"""The ways by which news can reach a page by itself, each with the events that show it.

A channel that is there is a way, whether or not it carries news of what the tabs share. What is there for other ends is
none, unless it was seen to bring such news: a request that repeats, a key of localStorage, a streamed answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.formats.places import pattern_of
from monitor.report.model import Result
from monitor.report.traffic import Endpoint
from monitor.report.words import address, path, seconds
from monitor.sites.address import origin_of

if TYPE_CHECKING:
    from monitor.report.summary import Site

BROWSER_HOLDS = "Push-based: the browser holds it, the page none"


@dataclass(frozen=True, slots=True)
class Way:
    """One way. name, connection: as the summary calls the mechanism and its connection. events: those that show it."""

    channel: str
    name: str
    connection: str
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Poll:
    """Requests that repeat. period_s: None where it is no steady one. news: they bring what the tabs share.

    held: the server answers when it has news.
    """

    endpoint: Endpoint
    period_s: float | None
    news: bool
    held: bool = False


def ways(site: Site) -> tuple[Way, ...]:
    """All of them, the most telling first."""
    return tuple(way for find in (_socket, _sse, _stream, _push, _poll, _between_tabs) for way in find(site))


def polls(site: Site) -> tuple[Poll, ...]:
    """What a site asks again and again, by address, the most frequent first.

    What is asked when a message says so, or when the user writes, looks regular only by chance.
    """
    brought = _askers(site, [row for row in site.results if row.via in ("poll", "refetch") and not row.prompted_by])
    told = _askers(site, [row for row in site.results if row.via == "refetch" and row.prompted_by])
    polled = _askers(site, [row for row in site.results if row.via == "poll"])
    found = {key: Poll(one, None, True, _held(site, one)) for key, one in polled.items()}
    for view in site.connections:
        if view.period_s is None or (one := site.facts.endpoint_at(site.name, view.url or "")) is None:
            continue
        writes = f"{one.method} {path(one.pattern)}" in site.written
        if id(one) in brought or not (writes or id(one) in told):
            held = _held(site, one)
            found[id(one)] = Poll(one, None if held else view.period_s, one.reads or id(one) in brought, held)
    return tuple(sorted(found.values(), key=lambda poll: poll.period_s or 0.0))


def repeating(site: Site) -> frozenset[str]:
    """What comes and is asked anyway, as steps of an experiment name it: messages on a period, and polls."""
    asks = {f"asks `{poll.endpoint.method} {path(poll.endpoint.pattern)}`" for poll in polls(site)}
    return site.beats | asks


def _askers(site: Site, rows: list[Result]) -> dict[int, Endpoint]:
    """The addresses whose answers brought these writes to other tabs."""
    found = (site.facts.endpoint_of(row.seen_seq) for row in rows if row.seen_seq is not None)
    return {id(one): one for one in found if one is not None}


def _held(site: Site, one: Endpoint) -> bool:
    """Whether its requests follow one another without a pause, as the server answers when it has news."""
    mine = (
        polls
        for tab, asks, polls in site.analysis.state.network.asked
        if tab in site.labels
        and asks.startswith(f"{one.method} ")
        and _pattern(asks) == one.pattern.partition("://")[2]
    )
    return any(polls.relays for polls in mine)


def _pattern(asks: str) -> str:
    """The address of `GET host/path?names`, without what identifies, as patterns have it."""
    return pattern_of(f"https://{asks.partition(' ')[2]}").partition("://")[2]


# ── the ways ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _socket(site: Site) -> Iterator[Way]:
    if not site.sockets:
        return
    name = f"WebSocket (`{'`, `'.join(site.protocols)}`)" if site.protocols else "WebSocket"
    first = next((one for one in site.sockets if not one.late), site.sockets[0])
    if any(one.said for one in site.sockets):
        how = "bidirectional"
    elif not any(one.heard for one in site.sockets):
        how = "and silent while it was recorded"
    elif all(one.late for one in site.sockets):
        how = "and only the server spoke while it was recorded"
    else:
        how = "from the server only"
    spoken = [one for one in (first.said, first.heard) if one is not None]
    events = (first.seq, *(seq for _, _, seq in spoken))
    yield Way("socket", name, f"Persistent, {how}", events)


def _sse(site: Site) -> Iterator[Way]:
    if any(one.channel == "sse" for one in site.connections):
        asked = [one.seq for one in site.facts.endpoints_of(site.name) if one.resource == "eventsource"]
        yield Way("sse", "EventSource", "Persistent, from the server only", (*asked[:1], *_examples(site, "sse")))


def _stream(site: Site) -> Iterator[Way]:
    if brought := _brought(site, "fetch-stream"):
        yield Way("fetch-stream", "Streamed fetch", "Persistent, from the server only", brought)


def _push(site: Site) -> Iterator[Way]:
    asked = [one.seq for one in site.facts.of_role(site.name, "push-registration")]
    origins = {origin_of(tab.url) for tab in site.tabs}
    told = [seq for origin, seqs in site.facts.registered.items() if origin_of(origin) in origins for seq in seqs]
    came = [one.seq for one in site.pushes]
    if asked or told or came:
        fcm = any(one.protocol == "fcm" for one in site.pushes) or uses_fcm(site)
        name = "Firebase Cloud Messaging" if fcm else "Web push"
        yield Way("push", name, BROWSER_HOLDS, (*asked[:2], *told[: 0 if asked else 1], *came[:1]))


def _poll(site: Site) -> Iterator[Way]:
    found = [poll for poll in polls(site) if poll.news]
    if found:
        events = tuple(poll.endpoint.seq for poll in found[:3])
        first = found[0]
        if first.held:
            yield Way("poll", "Long polling", "Requests that the server holds until it has news", events)
        else:
            every = f"every {seconds(first.period_s)}" if first.period_s is not None else "again and again"
            yield Way("poll", "Polling", f"Requests {every}", events)


def _between_tabs(site: Site) -> Iterator[Way]:
    """A BroadcastChannel is there for news; a key of localStorage is where it brought some."""
    how = "Between the tabs of one browser"
    if brought := _brought(site, "storage") or _named(site, "storage"):
        yield Way("storage", "localStorage events", how, brought)
    if heard := _brought(site, "broadcast") or _examples(site, "broadcast"):
        yield Way("broadcast", "BroadcastChannel", how, heard)


# ── the evidence ──────────────────────────────────────────────────────────────────────────────────────────────────────


def uses_fcm(site: Site) -> bool:
    """Whether its pages register with Firebase."""
    return any("fcmregistrations" in one.pattern for one in site.facts.of_role(site.name, "push-registration"))


def asked(poll: Poll) -> str:
    """`GET /feature_settings` every 30 s."""
    every = f"every {seconds(poll.period_s)}" if poll.period_s is not None else "again and again"
    return f"`{poll.endpoint.method} {address(poll.endpoint.pattern)}` {every}"


def _brought(site: Site, channel: str) -> tuple[int, ...]:
    """The events by which a channel brought a write to a tab, or gave the word of one."""
    rows = (row for row in site.results if channel in (row.via, row.prompted_by) and not row.held)
    return tuple(row.seen_seq for row in rows if row.seen_seq is not None)[:3]


def _named(site: Site, channel: str) -> tuple[int, ...]:
    """The events by which a channel named what the tabs share."""
    keys = [(subject.site, subject.subject) for subject in site.subjects]
    words = (word for key in keys for word in site.analysis.state.words.get(key, ()))
    return tuple(word.seq for word in words if word.channel == channel)[:3]


def _examples(site: Site, channel: str) -> tuple[int, ...]:
    types = [one for one in site.formats if one.channel == channel and one.dir != "out"]
    return tuple(one.examples[0].seq for one in types if one.examples)[:2]
