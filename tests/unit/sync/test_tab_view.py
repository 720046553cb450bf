"""One tab as it stands: its state in words, what it lacks and for how long."""

from __future__ import annotations

import pytest

from monitor.model import TargetAttached, TargetCrashed
from monitor.sync.snapshot import Alert, Snapshot, TabState
from tests.notes import NOTE, room, written
from tests.story import PAGE


def states(snapshot: Snapshot) -> dict[str, TabState]:
    return {tab.label: tab.state for tab in snapshot.tabs}


def test_a_tab_behind_is_stale_and_says_how_long_and_what_it_lacks() -> None:
    snapshot = written().told(until=25.0)
    [item] = snapshot.subjects[0].items
    tab = snapshot.tabs[1]
    assert states(snapshot) == {"A": "current", "B": "stale"}
    assert (tab.missing, tab.received) == ((item.id,), False)
    assert tab.for_s == pytest.approx(15.0)


def test_a_tab_behind_by_a_moment_is_on_its_way() -> None:
    assert states(written().told(until=10.4))["B"] == "current"
    assert states(written().told(until=10.6))["B"] == "stale"


def test_a_tab_in_the_background_is_hidden_and_nobody_is_alarmed() -> None:
    story = written()
    story.hide(12.0, "B")
    snapshot = story.told(until=25.0)
    assert states(snapshot)["B"] == "hidden"
    assert snapshot.alerts == ()


def test_a_tab_that_has_displayed_nothing_yet_is_loading_for_a_while() -> None:
    story = room("A")
    story.add(TargetAttached(time=20.0, tab="B", target="page-B", type="page", url=PAGE))
    assert states(story.told(until=25.0))["B"] == "loading"
    assert states(story.told(until=31.0))["B"] == "current"


def test_a_crashed_tab_says_what_to_do() -> None:
    story = room()
    story.add(TargetCrashed(time=12.0, tab="B", target="page-B"))
    snapshot = story.told(until=15.0)
    assert states(snapshot)["B"] == "crashed"
    assert snapshot.alerts == (Alert(level="error", text="B crashed", hint="press r to reload it", tab="B"),)


def test_a_closed_tab_is_gone_and_lacks_nothing() -> None:
    story = written()
    story.close(12.0, "B")
    snapshot = story.told(until=25.0)
    assert (states(snapshot)["B"], snapshot.tabs[1].missing, snapshot.alerts) == ("gone", (), ())


def test_the_channels_of_a_tab_are_those_that_carried_something() -> None:
    story = room()
    story.frame(5.0, "B", story.socket(1.0, "B"), NOTE)
    story.fetch(6.0, "B", "GET /notes")
    story.socket(2.0, "A")
    assert [tab.channels for tab in story.told().tabs] == [(), ("fetch", "socket")]
