"""The writes of a subject, and how they fared in the other tabs."""

from __future__ import annotations

import msgspec
import pytest

from monitor.model import Action, Navigation
from tests.board import BOARD, PROFILE, Board
from tests.notes import NOTE, TEXT, room, written
from tests.story import Story


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


@pytest.mark.parametrize(("reloads", "verdict"), [(10.3, "live-sync"), (14.0, "mixed")])
def test_a_page_that_is_loaded_again_as_something_is_written_tells_nothing_of_how_it_comes(
    reloads: float, verdict: str
) -> None:
    story = room("A", "B", "C")
    sockets = {tab: story.socket(1.0, tab) for tab in "BC"}
    story.fetch(10.0, "A", "POST /notes", NOTE)
    story.says(10.1, "A", TEXT)
    story.frame(10.1, "C", sockets["C"], NOTE)
    story.says(10.2, "C", TEXT)
    story.load(reloads, "B", ["Room", TEXT])
    subject = story.subject(30.0)
    assert sorted(seen.via or "" for seen in subject.writes[0].seen) == ["reload", "socket"]
    assert subject.verdict == verdict


def test_what_was_held_back_from_a_tab_tells_nothing_of_how_it_syncs() -> None:
    story = room()
    key = story.socket(1.0, "B")
    story.add(Action(time=9.0, tab="B", do="hold", args={"on": True}))
    story.fetch(9.95, "A", "POST /notes", NOTE)
    story.says(10.01, "A", TEXT)
    story.add(Action(time=18.0, tab="B", do="hold", args={"on": False}))
    story.frame(18.1, "B", key, NOTE)
    story.says(18.2, "B", TEXT)
    found = story.subject(30.0)
    assert found.verdict == "unknown"
    [[seen]] = [write.seen for write in found.writes]
    assert seen.via == "socket"
    assert seen.why.endswith("What comes to it was held back for 8.0 s of it, by the experiment.")
