"""What happened when, tab by tab, and over which connections: the lanes and the channels of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from monitor.sync.generic import counts
from monitor.sync.replicas import Subject, Wait
from monitor.sync.snapshot import ConnectionView, Lane, Span, Tick
from monitor.sync.state import GRACE_S, State
from monitor.sync.tabs import Tab

_CONNECTIONS = 300
_LANE_S = 300.0


def lane(state: State, tab: Tab, moments: Iterable[Tick]) -> Lane:
    """The last minutes of a tab: what it lacked, when it was hidden or offline, what streamed, and its moments."""
    start = state.now - _LANE_S
    spans: list[Span] = []
    for subject in state.subjects.values():
        for wait in subject.all_waits():
            if wait.tab == tab.label and _drawn(state, subject, wait, tab, start):
                spans += _wait_spans(state, subject, wait)
    spans += _stretches(tab.hidden, "hidden", start, state.now)
    spans += _stretches(tab.offline, "offline", start, state.now)
    for connection in state.network.connections.values():
        if connection.tab == tab.label and connection.streams and (connection.last_chunk or 0.0) > start:
            begun = connection.first_chunk or connection.opened
            spans.append(Span(start=begun, end=connection.last_chunk or begun, what="stream"))
    ticks = [tick for tick in moments if tick.at > start]
    ticks += [
        Tick(at=write.at, what="write")
        for write in state.writes.all[-200:]
        if write.tab == tab.label and write.items and write.at is not None and write.at > start
    ]
    return Lane(
        tab=tab.label,
        spans=tuple(sorted(spans, key=lambda s: s.start)),
        ticks=tuple(sorted(ticks, key=lambda t: t.at)),
    )


def _stretches(
    stretches: list[list[float | None]], what: Literal["hidden", "offline"], start: float, now: float
) -> list[Span]:
    ended = ((since or 0.0, now if until is None else until) for since, until in stretches)
    return [Span(start=since, end=until, what=what) for since, until in ended if until > start]


def _drawn(state: State, subject: Subject, wait: Wait, tab: Tab, start: float) -> bool:
    item = subject.items.get(wait.item)
    if item is None or not item.accepted or item.hidden or wait.withdrawn or not counts(wait, tab, state.now):
        return False
    end = state.end(wait)
    return end > start and end - state.since(subject, wait) > GRACE_S


def _wait_spans(state: State, subject: Subject, wait: Wait) -> list[Span]:
    since, end = state.since(subject, wait), state.end(wait)
    arrived = max(since, wait.receipt.at) if wait.receipt else end
    spans = [Span(start=since, end=min(arrived, end), what="stale")] if arrived > since else []
    if arrived < end:
        spans.append(Span(start=arrived, end=end, what="unshown"))
    return spans


def connections(state: State) -> tuple[ConnectionView, ...]:
    """Sockets, streams and polls; a fetch that came and went is none of them."""
    found = []
    for connection in state.network.connections.values():
        polls = state.network.polls.get((connection.tab, connection.endpoint))
        period = polls.period if polls and connection.channel == "fetch" else None
        if connection.channel == "fetch" and not connection.streams and period is None:
            continue
        found.append(
            ConnectionView(
                connection=connection.key,
                tab=connection.tab,
                channel="fetch-stream" if connection.channel == "fetch" and connection.streams else connection.channel,
                url=connection.url,
                opened=connection.opened,
                closed=connection.closed,
                frames_in=connection.frames_in,
                frames_out=connection.frames_out,
                bytes_in=connection.bytes_in,
                bytes_out=connection.bytes_out,
                last_in=connection.last_in,
                subprotocol=connection.subprotocol,
                late=connection.late,
                because=connection.because,
                period_s=period,
            )
        )
    return tuple(found[-_CONNECTIONS:])
