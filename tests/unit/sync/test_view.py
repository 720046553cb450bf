"""The snapshot: tabs and their states, alerts in words, the matrix, lanes and connections."""

from __future__ import annotations

import json

import pytest

from monitor.model import Action, Fault, Gap, Mark, Recording, TargetAttached, TargetCrashed
from monitor.sync.snapshot import Alert, CellState, ConnectionView, Lane, Snapshot, TabState
from tests.story import PAGE, START, Story

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


# ── lanes ──


def lane(snapshot: Snapshot, tab: str) -> Lane:
    return next(lane for lane in snapshot.lanes if lane.tab == tab)


def spans(snapshot: Snapshot, tab: str) -> list[tuple[str, float, float]]:
    """What, and from when to when, in seconds of the story."""
    return [(s.what, round(s.start - START, 2), round(s.end - START, 2)) for s in lane(snapshot, tab).spans]


def test_a_wait_is_stale_until_it_is_received_and_unshown_until_it_is_shown() -> None:
    story = written()
    key = story.socket(11.0, "B")
    story.frame(12.0, "B", key, NOTE)
    story.says(15.0, "B", TEXT)
    snapshot = story.told(until=20.0)
    assert spans(snapshot, "B") == [("stale", 10.0, 12.0), ("unshown", 12.0, 15.0)]
    assert spans(snapshot, "A") == []


def test_a_wait_that_goes_on_reaches_to_now() -> None:
    assert spans(written().told(until=20.0), "B") == [("stale", 10.0, 20.0)]


def test_a_wait_of_a_moment_is_not_drawn() -> None:
    story = written()
    story.says(10.3, "B", TEXT)
    assert spans(story.told(until=20.0), "B") == []


def test_hidden_and_streaming_stretches_are_drawn() -> None:
    story = room()
    story.hide(5.0, "B")
    story.hide(8.0, "B", visible=True)
    story.hide(12.0, "B")
    key = story.stream(1.0, "A", "GET /live")
    story.chunk(3.0, "A", key, "{}\n")
    story.chunk(9.0, "A", key, "{}\n")
    snapshot = story.told(until=20.0)
    assert spans(snapshot, "B") == [("hidden", 5.0, 8.0), ("hidden", 12.0, 20.0)]
    assert spans(snapshot, "A") == [("stream", 3.0, 9.0)]


def test_what_is_five_minutes_old_is_not_drawn_any_more() -> None:
    story = written()
    story.says(13.0, "B", TEXT)
    later = lane(story.told(until=320.0), "B")
    assert (later.spans, later.ticks) == ((), ())


def test_moments_are_ticks_in_the_order_of_their_times() -> None:
    story = written()
    story.add(Mark(time=12.0, tab="A", text="here"))
    story.add(Gap(time=13.0, tab="A", reason="lost"))
    story.load(14.0, "A", ("Room", TEXT))
    assert [(tick.what, round(tick.at - START)) for tick in lane(story.told(until=20.0), "A").ticks] == [
        ("write", 10), ("fetch", 10), ("mark", 12), ("gap", 13), ("reload", 14),
    ]  # fmt: skip


# ── connections ──


def connections(story: Story) -> dict[str, ConnectionView]:
    return {connection.connection: connection for connection in story.told().connections}


def test_a_socket_is_listed_with_what_it_carried() -> None:
    story = room()
    key = story.socket(1.0, "A")
    story.frame(2.0, "A", key, "four")
    story.frame(3.0, "A", key, "sixsix", way="out")
    found = connections(story)[key]
    assert (found.channel, found.tab, found.url) == ("socket", "A", "wss://example.org/s")
    assert (found.frames_in, found.bytes_in, found.frames_out, found.bytes_out) == (1, 4, 1, 6)
    assert (found.last_in, found.closed) == (START + 2.0, None)


def test_a_fetch_is_listed_only_where_it_streams_or_repeats() -> None:
    story = room()
    single = story.fetch(2.0, "A", "GET /once")
    stream = story.stream(2.0, "A", "GET /live")
    polls = [story.fetch(at, "B", "GET /notes") for at in (2.0, 4.0, 6.0, 8.0)]
    found = connections(story)
    assert single not in found
    assert found[stream].channel == "fetch-stream"
    assert [found[key].period_s for key in polls] == [pytest.approx(2.0)] * 4


def test_a_connection_met_midway_is_late() -> None:
    story = room()
    story.frame(5.0, "A", "w-old", NOTE)
    assert connections(story)["w-old"].late


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


def test_an_offline_stretch_is_drawn() -> None:
    story = room()
    story.add(Action(time=5.0, tab="A", do="offline", ok=True, args={"on": True}))
    story.add(Action(time=8.0, tab="A", do="offline", ok=True, args={"on": False}))
    assert spans(story.told(until=20.0), "A") == [("offline", 5.0, 8.0)]
