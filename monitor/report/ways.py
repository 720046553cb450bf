"""The ways by which news can reach a page by itself, each with the events that show it.

A channel that is there is a way, whether or not it carries news of what the tabs share. What is there for other ends is
none, unless it was seen to bring such news: a request that repeats, a key of localStorage, a streamed answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.report.gather import Endpoint
from monitor.report.words import address, seconds
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
    """Requests that repeat on a period. news: they bring what the tabs share."""

    endpoint: Endpoint
    period_s: float
    news: bool


def ways(site: Site) -> tuple[Way, ...]:
    """All of them, the most telling first."""
    return tuple(way for find in (_socket, _sse, _stream, _push, _poll, _between_tabs) for way in find(site))


def polls(site: Site) -> tuple[Poll, ...]:
    """What a site asks on a period, by address, the most frequent first."""
    found: dict[int, Poll] = {}
    brought = {id(one) for row in site.results if row.via == "poll" and row.seen_seq is not None
               and (one := site.facts.endpoint_of(row.seen_seq)) is not None}  # fmt: skip
    for view in site.connections:
        if view.period_s is None or (one := site.facts.endpoint_at(site.name, view.url or "")) is None:
            continue
        found[id(one)] = Poll(one, view.period_s, one.reads or id(one) in brought)
    return tuple(sorted(found.values(), key=lambda poll: poll.period_s))


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
        every = f"Requests every {seconds(found[0].period_s)}"
        yield Way("poll", "Polling", every, tuple(poll.endpoint.seq for poll in found[:3]))


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
    return f"`{poll.endpoint.method} {address(poll.endpoint.pattern)}` every {seconds(poll.period_s)}"


def _brought(site: Site, channel: str) -> tuple[int, ...]:
    """The events by which a channel brought a write to a tab, or gave the word of one."""
    rows = [row for row in site.results if channel in (row.via, row.prompted_by) and row.seen_seq is not None]
    return tuple(row.seen_seq for row in rows if row.seen_seq is not None)[:3]


def _named(site: Site, channel: str) -> tuple[int, ...]:
    """The events by which a channel named what the tabs share."""
    keys = [(subject.site, subject.subject) for subject in site.subjects]
    words = (word for key in keys for word in site.analysis.state.words.get(key, ()))
    return tuple(word.seq for word in words if word.channel == channel)[:3]


def _examples(site: Site, channel: str) -> tuple[int, ...]:
    types = [one for one in site.formats if one.channel == channel and one.dir != "out"]
    return tuple(one.examples[0].seq for one in types if one.examples)[:2]
