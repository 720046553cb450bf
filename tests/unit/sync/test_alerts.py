"""The alerts: what calls for attention, in which words and in which order."""

from __future__ import annotations

from monitor.model import Fault, Gap, Recording
from monitor.sync.snapshot import Alert, Snapshot
from tests.notes import NOTE, TEXT, room, written


def alerts(snapshot: Snapshot) -> list[tuple[str, str]]:
    return [(alert.level, alert.text) for alert in snapshot.alerts]


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
