"""What pages show, in the order in which it counts."""

from __future__ import annotations

import json

import pytest

from monitor.model import Navigation
from tests.notes import TEXT, room, written
from tests.story import PAGE, Story


def reload_told_late(story: Story, after: float | None) -> None:
    """B loads again at 20 and shows the note; the navigation comes so much after that, or never."""
    story.document(20.0, "B", ("Room", TEXT))
    if after is not None:
        story.add(
            Navigation(time=20.0 + after, tab="B", target="page-B", url=PAGE, how="reload", main=True, loader="l9")
        )


def test_what_a_document_shows_counts_once_its_navigation_is_known() -> None:
    story = written()
    story.load(5.0, "B", ("Room",))
    story.events.sort(key=lambda event: event.time)
    reload_told_late(story, after=0.2)
    [write] = story.subject(until=30.0).writes
    assert [(seen.state, seen.via) for seen in write.seen] == [("shown", "reload")]


def test_what_a_document_shows_counts_though_its_navigation_never_comes() -> None:
    story = written()
    story.load(5.0, "B", ("Room",))
    story.events.sort(key=lambda event: event.time)
    reload_told_late(story, after=None)
    assert [stale.tab for stale in story.subject(until=20.5).stale_now] == ["B"]
    assert story.subject(until=22.0).stale_now == ()


def test_what_a_page_displays_it_displays_of_the_address_it_turns_to() -> None:
    story = room()
    story.says(5.0, "A", "Menu")
    story.turns(6.0, "A", "https://example.org/other")
    story.turns(8.0, "A", PAGE)
    assert story.subject(until=20.0).stale_now == ()


# ── what is folded up ──

NOTE = "The printer is out of toner"


def folding(folded: bool) -> Story:
    """A shows a note at 10; B, and at once, has it in a section that was empty and is folded up, or has it not."""
    story = Story()
    story.open(0.0, "A", "B", texts=["Room", "Notes"])
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    story.frame(10.0, "A", sockets["A"], json.dumps({"text": NOTE}), "out")
    story.says(10.05, "A", NOTE)
    story.frame(10.05, "B", sockets["B"], json.dumps({"text": NOTE}))
    story.folds(10.1, "B", *([NOTE] if folded else ["Settings"]))
    return story


@pytest.mark.parametrize("folded", [True, False])
def test_what_a_tab_has_folded_up_it_does_not_lack(folded: bool) -> None:
    subject = folding(folded).subject(40.0)
    assert [stale.tab for stale in subject.stale_now] == ([] if folded else ["B"])
    assert len(subject.violations) == 0
    assert [seen.tab for write in subject.writes for seen in write.seen] == ([] if folded else ["B"])


def test_what_is_unfolded_later_was_not_waited_for() -> None:
    story = folding(folded=True)
    story.says(30.0, "B", NOTE)
    story.folds(30.0, "B")
    subject = story.subject(40.0)
    assert [write.seen for write in subject.writes] == [()]
    assert subject.verdict == "unknown"


def test_what_every_tab_had_folded_up_was_waited_for_by_none() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Room", "Notes"])
    socket = story.socket(1.0, "B")
    story.fetch(10.0, "A", "POST /notes", json.dumps({"text": NOTE}), says="{}")
    story.folds(10.1, "A", NOTE)
    story.frame(10.1, "B", socket, json.dumps({"text": NOTE}))
    story.folds(10.2, "B", NOTE)
    story.says(20.0, "B", NOTE)
    story.folds(20.0, "B")
    found = story.told(until=40.0)
    assert [(write.tab, write.seen) for write in found.subjects[0].writes] == [("A", ())]
    assert [span for lane in found.lanes for span in lane.spans] == []


def test_what_is_folded_up_is_shown_nowhere() -> None:
    story = folding(folded=True)
    story.folds(12.0, "A", "Nobody shows this")
    story.frame(12.0, "A", story.socket(11.0, "A"), json.dumps({"text": "Nobody shows this"}))
    assert [item.excerpt for item in story.subject(40.0).items] == [NOTE]
