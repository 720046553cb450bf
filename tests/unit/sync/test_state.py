"""What the readings share: subjects by name, and causes that become final while the traffic is still at hand."""

from __future__ import annotations

from monitor.sync.causes import Cause
from monitor.sync.evidence import Packet
from monitor.sync.items import Item, Wait
from monitor.sync.replicas import Subject
from monitor.sync.state import RESOLVE_S, State
from monitor.sync.tabs import Tab

TEXT = "Buy oat milk"


def heard(state: State, time: float, seq: int, text: str = TEXT) -> None:
    """A payload reached B."""
    state.network.logs["B"].add(Packet(seq, time, "B", "socket", "in", "w1", text))


def healed() -> tuple[State, Subject, Wait]:
    """B was shown at 13 what A had at 10; nothing is known yet of how."""
    state = State(now=13.0)
    subject = state.subject("", "room")
    for tab in "AB":
        subject.enter(tab, 0.0)
        subject.painted(tab, 1.0)
    item = subject.learn(Item("t1", 10.0, "A", 1, text=TEXT, letters="buyoatmilk"))
    subject.show("A", item, 9.9, 1)
    subject.show("B", item, 13.0, 9)
    state.note_closings(subject)
    return state, subject, subject.waits.newest["B", "t1"]


def test_a_subject_is_made_once_for_each_name() -> None:
    state = State()
    assert state.subject("", "room") is state.subject("", "room")
    assert state.subject("site", "room") is not state.subject("", "room")
    assert len(state.subjects) == 2


def test_a_tab_that_views_nothing_has_no_subject() -> None:
    state = State()
    assert state.subject_of(Tab("A")) is None
    assert state.subjects == {}
    tab = Tab("A", site="site", subject="room")
    assert state.subject_of(tab) is state.subject("site", "room")


def test_a_cause_is_told_as_far_as_is_known_until_it_is_final() -> None:
    state, subject, wait = healed()
    assert state.cause(subject, wait).via == "unknown"
    heard(state, 12.9, 8)  # recorded late
    assert state.cause(subject, wait) == Cause("socket", 8, "content")
    assert wait.cause is None


def test_a_final_cause_outlives_the_traffic_that_told_it() -> None:
    state, subject, wait = healed()
    heard(state, 12.9, 8)
    state.now = 13.0 + RESOLVE_S + 0.1
    state.settle_causes()
    state.network.logs.clear()
    assert state.cause(subject, wait) == Cause("socket", 8, "content")


def test_a_cause_is_not_final_before_its_payloads_have_had_their_time() -> None:
    state, _, wait = healed()
    state.now = 13.0 + RESOLVE_S - 0.1
    state.settle_causes()
    assert wait.cause is None
    assert len(state.closed) == 1


def test_the_wait_of_a_forgotten_item_has_no_cause_to_tell() -> None:
    state, subject, wait = healed()
    subject.forget(subject.items["t1"])
    state.now = 20.0
    state.settle_causes()
    assert wait.cause is None
    assert not state.closed


def test_closings_are_noted_once() -> None:
    state, subject, _ = healed()
    noted = len(state.closed)
    state.note_closings(subject)
    assert len(state.closed) == noted
    assert subject.waits.healed == []


def test_what_brought_an_item_that_was_never_waited_for_outlives_the_traffic_that_told_it() -> None:
    state, subject, _ = healed()
    heard(state, 12.9, 8)
    item, seen = subject.items["t1"], subject.first_sight("B", "t1")
    assert seen is not None
    assert state.cause_of_showing(subject, item, "B", 12.5, seen) == Cause("socket", 8, "content")
    state.note_early(subject, item, "B", 12.5)
    state.now = seen.at + RESOLVE_S + 0.1
    state.settle_causes()
    state.network.logs.clear()
    assert state.cause_of_showing(subject, item, "B", 12.5, seen) == Cause("socket", 8, "content")
