"""The snapshot: tabs and their states, alerts in words, the matrix, lanes and connections."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from monitor.model import Fault, Gap, Navigation, Recording, Request, Response, TargetAttached, TargetCrashed
from monitor.sync.snapshot import Alert, CellState, Snapshot, TabState
from tests.board import BOARD, PROFILE, Board, text_of
from tests.story import PAGE, Story

TEXT = "Buy oat milk"
NOTE = json.dumps({"text": TEXT})


def room(*tabs: str) -> Story:
    story = Story()
    story.open(0, *(tabs or ("A", "B")))
    return story


def written() -> Story:
    """A posts a text at 10 and shows it; B does not."""
    story = room()
    story.fetch(9.95, "A", "POST /notes", NOTE)
    story.says(10.01, "A", TEXT)
    return story


def states(snapshot: Snapshot) -> dict[str, TabState]:
    return {tab.label: tab.state for tab in snapshot.tabs}


def alerts(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(alert.level, alert.text) for alert in snapshot.alerts]


# ── tabs ──


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


# ── alerts ──


def test_a_stale_tab_is_told_with_its_age_and_whether_it_received_the_item() -> None:
    story = written()
    [(level, text)] = alerts(story.told(until=25.0))
    assert (level, text.startswith("B stale 15.0 s")) == ("stale", True)
    assert "received" not in text
    story.frame(12.0, "B", story.socket(11.0, "B"), NOTE)
    [(_, text)] = alerts(story.told(until=25.0))
    assert text.endswith("received but not shown")


def test_the_longest_stale_tab_is_told_first() -> None:
    story = room("A", "B", "C")
    key = story.socket(1.0, "C")
    story.fetch(9.95, "A", "POST /notes", NOTE)
    story.says(10.01, "A", TEXT)
    story.frame(10.2, "C", key, NOTE)
    story.says(10.3, "C", TEXT)
    story.fetch(14.95, "A", "POST /notes", '{"text": "Call the plumber"}')
    story.says(15.01, "A", "Call the plumber")
    assert [alert.tab for alert in story.told(until=20.0).alerts] == ["B", "C"]


def test_a_gap_is_told_for_a_minute_and_counted_for_good() -> None:
    story = room()
    story.add(Gap(time=10.0, reason="messages lost", count=7))
    assert alerts(story.told(until=30.0)) == [("warning", "gap: 7 messages lost")]
    later = story.told(until=80.0)
    assert (alerts(later), later.recording.gaps) == ([], 1)


def test_a_fault_is_told_until_the_recorder_is_attached_again() -> None:
    story = room()
    story.add(Fault(time=10.0, what="body", message="a body could not be had", hint="try again"))
    assert story.told(until=900.0).alerts == (Alert(level="error", text="a body could not be had", hint="try again"),)
    assert story.told().recording.problem == "a body could not be had"
    story.add(Recording(time=11.0, state="resumed"))
    assert story.told(until=900.0).alerts == ()


def test_a_browser_that_is_gone_is_told_first() -> None:
    story = written()
    story.add(Recording(time=12.0, state="lost", detail="it was closed"))
    assert story.told(until=25.0).alerts[0] == Alert(level="error", text="the browser is gone", hint="it was closed")


# ── the matrix ──


def cells(story: Story, until: float) -> dict[str, CellState]:
    [item] = story.subject(until).items
    return {label: cell.state for label, cell in item.cells.items()}


def test_the_cells_of_an_item_from_lacked_to_received_to_shown() -> None:
    story = written()
    key = story.socket(11.0, "B")
    assert cells(story, 11.5) == {"A": "wrote", "B": "missing"}
    story.frame(12.0, "B", key, NOTE)
    assert cells(story, 12.5) == {"A": "wrote", "B": "received"}
    story.says(13.0, "B", TEXT)
    [item] = story.subject(14.0).items
    assert (item.cells["B"].state, item.cells["B"].via) == ("shown", "socket")


def test_a_tab_that_was_not_there_is_not_due_the_item() -> None:
    story = written()
    story.open(15.0, "C")
    assert cells(story, 20.0)["C"] == "absent"


def test_a_closed_tab_has_no_column() -> None:
    story = written()
    story.close(12.0, "B")
    assert cells(story, 20.0) == {"A": "wrote"}


# ── writes ──


def test_a_write_says_how_long_it_waits_until_every_tab_has_it() -> None:
    story = written()
    [write] = story.subject(20.0).writes
    assert write.waiting_s == pytest.approx(10.0)
    story.says(21.0, "B", TEXT)
    [write] = story.subject(30.0).writes
    assert write.waiting_s == 0.0


def test_what_no_tab_was_seen_to_write_is_a_write_without_a_request() -> None:
    story = room()
    story.frame(10.0, "A", story.socket(1.0, "A"), NOTE)
    story.says(10.1, "A", TEXT)
    [write] = story.subject(20.0).writes
    assert (write.tab, write.request, write.excerpt) == ("A", None, TEXT)
    assert [seen.state for seen in write.seen] == ["missing"]


def test_the_subject_that_changed_last_comes_first() -> None:
    story = room()
    story.open(1.0, "C", url="https://example.org/other")
    assert {subject.subject for subject in story.told().subjects} == {PAGE, "https://example.org/other"}
    story.fetch(9.95, "A", "POST /notes", NOTE)
    story.says(10.01, "A", TEXT)
    assert story.told().subjects[0].subject == PAGE


def posted(story: Board, at: float) -> None:
    """A sends a note, and shows it before the server has answered."""
    text = json.dumps({"id": "n2", "text": text_of("n2")})
    common: dict[str, Any] = {"tab": "A", "target": "page-A", "connection": "slow", "url": f"{BOARD}/notes"}
    story.add(Request(time=at, method="POST", resource="fetch", text=text, body_state="whole", **common))
    story.page(at + 0.01, "A", ("n1", "n2"))


def test_what_the_server_has_not_answered_is_not_lacked_yet() -> None:
    story = Board()
    story.begin(0.0, "A", "B", notes=("n1",))
    posted(story, 10.0)
    assert story.subject(25.0, (PROFILE,)).stale_now == ()
    story.add(Response(time=25.0, tab="A", target="page-A", connection="slow", url=f"{BOARD}/notes", status=201))
    [stale] = story.subject(28.0, (PROFILE,)).stale_now
    assert stale.tab == "B"
    assert stale.for_s == pytest.approx(3.0, abs=0.01)


def test_what_one_other_tab_shows_already_the_third_lacks_though_it_was_not_answered() -> None:
    story = Board()
    story.begin(0.0, "A", "B", "C", notes=("n1",))
    posted(story, 10.0)
    story.page(11.0, "C", ("n1", "n2"))
    assert [stale.tab for stale in story.subject(25.0, (PROFILE,)).stale_now] == ["B"]


def test_a_tab_that_opens_later_waited_for_nothing_though_its_content_came_ahead_of_its_navigation() -> None:
    story = Board()
    story.begin(0.0, "A", notes=("n1",))
    story.posts(10.0, "A", "n2")
    story.page(10.1, "A", ("n1", "n2"))
    story.load(60.0, "B", ("Plans",), url=BOARD, how="load")
    story.page(60.2, "B", ("n1", "n2"))
    story.events = [  # the news of the navigation comes last
        msgspec.structs.replace(event, time=event.time + 0.5) if event.tab == "B" and isinstance(event, Navigation)
        else event
        for event in story.events
    ]  # fmt: skip
    assert [write.seen for write in story.subject(80.0, (PROFILE,)).writes] == [()]


def test_a_tab_that_is_attached_as_it_shows_its_page_waited_for_nothing_from_before() -> None:
    story = Story()
    story.open(0.0, "A")
    story.fetch(9.95, "A", "POST /notes", NOTE)
    story.says(10.01, "A", TEXT)
    story.open(60.0, "B", texts=("Room", TEXT))
    story.load(80.0, "B", ("Room", TEXT))
    assert [write.seen for write in story.subject(90.0).writes] == [()]
