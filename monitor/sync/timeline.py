"""What happened when, tab by tab, and over which connections: the lanes and the channels of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from monitor.model import PushState
from monitor.sync.arrangement import disorders
from monitor.sync.channel_views import ConnectionView, PushView
from monitor.sync.generic import counts
from monitor.sync.items import GRACE_S, Wait
from monitor.sync.network import Connection
from monitor.sync.pushes import Record
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import Lane, Span, SubjectView, Tick
from monitor.sync.state import State
from monitor.sync.tabs import Tab

_CONNECTIONS = 300
_PUSHES = 200
_EXCERPT = 200
AFTER_WRITE_S = 5.0  # what a write calls forth is asked within this
AFTER_INPUT_S = 0.5  # and what a click does
LANE_S = 300.0


def lane(state: State, tab: Tab, moments: Iterable[Tick], lane_s: float = LANE_S) -> Lane:
    """The last minutes of a tab: what it lacked or showed wrongly, when it was hidden or offline, and its moments."""
    start = state.now - lane_s
    spans: list[Span] = []
    for subject in state.subjects.values():
        for wait in subject.waits.all():
            if wait.tab == tab.label and _drawn(state, subject, wait, tab, start):
                spans += _wait_spans(state, subject, wait)
        wrong = (
            *(one for one in subject.misplaced.former if one.tab == tab.label),
            *disorders(subject, [tab.label], state.now),
        )
        ended = ((one, state.now if one.until is None else one.until) for one in wrong)
        spans += [Span(start=one.since, end=until, what=one.what) for one, until in ended if until > start]
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
    periods: dict[int, float | None] = {}  # by the polls of one document: all its requests have one
    for connection in state.network.connections.values():
        period = _period(state, connection, periods) if connection.channel == "fetch" else None
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
    return (*_push_channels(state), *found[-_CONNECTIONS:])


def _period(state: State, connection: Connection, known: dict[int, float | None]) -> float | None:
    """The period of the poll that a request is of, if it is of one: as its own document asked, which may be gone."""
    polls = connection.polls
    if polls is None:
        return None
    if id(polls) not in known:
        period = polls.period
        called = period is not None and _called_forth(state, connection.tab, list(polls.starts))
        known[id(polls)] = None if called else period
    return known[id(polls)]


def _called_forth(state: State, label: str | None, starts: list[float]) -> bool:
    """Whether requests that look periodic mostly follow what the user did: a write of the tab, or its input."""
    tab = state.tabs.get(label or "")
    if tab is None:
        return False
    sent = [write.sent for write in state.writes.all[-200:] if write.tab == label]
    follow = sum(
        any(0 <= start - at <= AFTER_WRITE_S for at in sent) or tab.looked_between(start - AFTER_INPUT_S, start)
        for start in starts
    )
    return follow * 3 >= len(starts) * 2


def _push_channels(state: State) -> list[ConnectionView]:
    """Each origin that may push or was pushed to, as one channel: it is open as long as its worker is registered."""
    found: dict[str, ConnectionView] = {}
    for origin, told in state.pushes.states.items():
        if told.state != "none":
            found[origin] = ConnectionView(
                connection=f"push:{origin}", tab=None, channel="push", url=origin, opened=told.since or told.time,
                note=_registration(told),
            )  # fmt: skip
    for record in state.pushes.all:
        before = found.get(record.origin)
        found[record.origin] = ConnectionView(
            connection=f"push:{record.origin}", tab=None, channel="push", url=record.origin,
            opened=before.opened if before else record.at, frames_in=(before.frames_in if before else 0) + 1,
            bytes_in=(before.bytes_in if before else 0) + record.size, last_in=record.at,
            note=before.note if before else "",
        )  # fmt: skip
    return list(found.values())


def _registration(told: PushState) -> str:
    if told.state == "blocked":
        return "blocked by the user"
    return "registered" + (f" at {told.host}" if told.host else "") + (f" for {told.app}" if told.app else "")


def pushes(state: State, subjects: Iterable[SubjectView]) -> tuple[PushView, ...]:
    """The newest pushes, oldest first, with the tabs that caught up by them."""
    healed: dict[int, set[str]] = {}
    for seen in (seen for subject in subjects for write in subject.writes for seen in write.seen):
        for seq in (seen.event_seq, seen.prompt_seq):
            if seq is not None and not seen.censored:
                healed.setdefault(seq, set()).add(seen.tab)
    return tuple(_push(record, healed) for record in list(state.pushes.all)[-_PUSHES:])


def _push(record: Record, healed: dict[int, set[str]]) -> PushView:
    tabs = {tab for seq in record.events for tab in healed.get(seq, ())}
    return PushView(
        origin=record.origin, at=record.at, seq=record.seq, instance=record.instance, type=record.type,
        protocol=record.protocol, size=record.size, excerpt=(record.text or "")[:_EXCERPT],
        stages={stage: max(0.0, time - record.at) for stage, (time, _) in record.stages.items()},
        status=record.status, why=record.why, notification=record.notification, tabs=record.tabs,
        reached=tuple(sorted(record.reached)), healed=tuple(sorted(tabs)),
    )  # fmt: skip
