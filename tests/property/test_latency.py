"""Laws of clocks and latencies: what is stated holds the truth, whatever the traffic, in whatever steps it is fed."""

from __future__ import annotations

import json
from email.utils import formatdate
from math import inf
from statistics import median_low

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from monitor.decode.moments import FAR_S, scan
from monitor.model import Event, Response
from monitor.sync.analysis import Analysis
from monitor.sync.clocks import PHI, Clock, Interval
from tests.story import START, Story

AT = 1_800_000_000.0
moments = st.floats(0.0, 5_000.0)
sides = st.one_of(st.just(inf), st.floats(0.0, 3.0))
seen = st.lists(st.tuples(moments, sides, sides), min_size=1, max_size=40)


@given(seen, st.floats(-100.0, 100.0), st.floats(-PHI, PHI))
def test_the_true_offset_is_always_within_the_interval(
    some: list[tuple[float, float, float]], offset: float, drift: float
) -> None:
    clock = Clock()
    for at, below, above in some:
        now = offset + drift * at
        clock.see(AT + at, Interval(now - below, now + above))
        low, high = clock.interval(AT + at)
        assert low - 1e-6 <= now <= high + 1e-6
    assert not clock.jumps


@given(seen, st.floats(-100.0, 100.0), moments)
def test_one_by_one_is_all_at_once(some: list[tuple[float, float, float]], offset: float, later: float) -> None:
    clock, found = Clock(), Interval()
    newest = max(at for at, _, _ in some)
    for at, below, above in some:
        one = Interval(offset - below, offset + above)
        clock.see(AT + at, one)
        found = found.both(one.wider(PHI * (newest - at)))
    low, high = clock.interval(AT + newest + later)
    assert abs_or_same(low, found.low - PHI * later)
    assert abs_or_same(high, found.high + PHI * later)


def abs_or_same(one: float, other: float) -> bool:
    return one == other or abs(one - other) < 1e-6


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[float, list[tuple[float, float, float, bool]]]:
    """A clock, and its messages: seconds since the last one, on the way, that an answer took, and whether it echoes."""
    ahead = draw(st.floats(-40.0, 40.0))
    some = draw(
        st.lists(
            st.tuples(st.floats(0.5, 3.0), st.floats(0.001, 0.2), st.floats(0.01, 0.4), st.booleans()),
            min_size=6,
            max_size=30,
        )
    )
    return ahead, some


def played(ahead: float, some: list[tuple[float, float, float, bool]]) -> list[Event]:
    """A tab that asks and listens: answers with a Date, frames that are stamped when they leave."""
    story = Story()
    story.open(0, "A")
    key, at = story.socket(0.5, "A"), 1.0
    for number, (after, way, took, echoed) in enumerate(some):
        at += after
        story.fetch(at, "A", "GET /api/me", took=took)
        text = f"what was said as number {number}"
        if echoed:
            story.frame(at + took, "A", key, json.dumps({"type": "say", "text": text}), "out")
        left = at + took + way / 2
        told = {"type": "said", "text": text, "ts": int((START + left + ahead) * 1000)}
        story.frame(left + way, "A", key, json.dumps(told))
    return [dated(event, ahead) for event in story.events]


def dated(event: Event, ahead: float) -> Event:
    """An answer with its Date: it was made while half of the time was gone."""
    if not isinstance(event, Response):
        return event
    return msgspec.structs.replace(event, headers={"date": formatdate(int(event.time - 0.005 + ahead), usegmt=True)})


@given(exchanges())
def test_what_is_stated_of_a_recording_holds_the_truth(
    case: tuple[float, list[tuple[float, float, float, bool]]],
) -> None:
    ahead, some = case
    analysis = Analysis()
    for event in played(ahead, some):
        analysis.feed(event)
    snapshot = analysis.snapshot()
    [clock] = snapshot.clocks
    assert clock.low_s is not None
    assert clock.high_s is not None
    assert clock.low_s <= ahead <= clock.high_s
    assert clock.jumps == 0
    for latency in snapshot.latencies:
        if latency.believed:
            truth = median_low(way for _, way, _, _ in some)
            assert latency.median.low_s is not None
            assert latency.median.high_s is not None
            assert latency.median.low_s - 1e-6 <= truth <= latency.median.high_s + 1e-6
            assert list(latency.curve) == sorted(latency.curve)


@given(exchanges(), st.integers(1, 7))
def test_looking_on_changes_nothing(case: tuple[float, list[tuple[float, float, float, bool]]], step: int) -> None:
    events = played(*case)
    watched, replayed = Analysis(), Analysis()
    for number, event in enumerate(events):
        watched.feed(event)
        if number % step == 0:
            watched.tick(event.time)
            watched.snapshot()
    for event in events:
        replayed.feed(event)
    assert watched.snapshot() == replayed.snapshot()


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=45), st.binary(max_size=9),
    st.integers(10**9, 10**20), st.datetimes().map(str), st.uuids().map(str), st.just(10**400),
)  # fmt: skip
keys = st.one_of(st.text(max_size=50), st.integers(), st.just(10**400), st.none())
plain = st.recursive(
    leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=20,
)


@given(plain, st.floats(0.0, 4e9))
def test_whatever_a_message_holds_its_moments_are_near_and_finite(value: object, near: float) -> None:
    for path, (_, moment) in scan(value, near).moments.items():
        assert abs(moment.at - near) <= FAR_S
        assert moment.step in (60.0, 1.0, 1e-3, 1e-6)
        assert len(path) < 400
