"""Messages that say the same: which of them a payload brings, and what the timeline and the cells make of that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.notes import room
from tests.story import START, Story

SAME = "Sounds good"


def note(id_: object, text: str = SAME, **more: Any) -> dict[str, Any]:
    return {"id": id_, "text": text, **more}


def told(story: Story, key: str, id_: object, at: float) -> None:
    story.frame(at, "B", key, json.dumps(note(id_, type="note-added")))


def received(story: Story) -> tuple[bool, list[tuple[object, int]]]:
    """Whether the second text counts as received by B, and how B's lane is drawn from the second write on."""
    found = story.told(until=40.0)
    (subject,) = found.subjects
    lane = next(lane for lane in found.lanes if lane.tab == "B")
    spans: list[tuple[object, int]] = [
        (span.what, round(span.end - START)) for span in lane.spans if span.end > START + 21
    ]
    return subject.items[-1].cells["B"].state == "received", spans


def begun(first: object, second: object, *, answered: bool = True) -> tuple[Story, str]:
    """The first is brought to B, which shows it; A writes the second."""
    story = room()
    key = story.socket(1.0, "B")
    for at, id_ in ((5.0, first), (20.0, second)):
        answer = json.dumps(note(id_) if answered else {"ok": True})
        story.fetch(at, "A", "POST /notes", json.dumps({"text": SAME}), says=answer)
        story.says(at + 0.1, "A", SAME)
        if at < 10:
            told(story, key, id_, at + 0.2)
            story.says(at + 0.3, "B", SAME)
    return story, key


IDS = [("m7a1", "m7b2"), (41, 42)]


@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize("answered", [True, False])
def test_an_earlier_message_that_comes_again_does_not_bring_the_newest(ids: tuple[Any, Any], answered: bool) -> None:
    story, key = begun(*ids, answered=answered)
    told(story, key, ids[0], 25.0)
    assert received(story) == (False, [("stale", 40)])


@pytest.mark.parametrize("ids", IDS)
def test_a_list_of_before_the_newest_does_not_bring_it(ids: tuple[Any, Any]) -> None:
    story, _ = begun(*ids)
    story.fetch(25.0, "B", "GET /notes", says=json.dumps([note(ids[0]), note("x9y8", "Something else")]))
    assert received(story) == (False, [("stale", 40)])


@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize("answered", [True, False])
def test_the_newest_is_brought_by_what_has_its_id(ids: tuple[Any, Any], answered: bool) -> None:
    story, key = begun(*ids, answered=answered)
    told(story, key, ids[1], 25.0)
    assert received(story) == (True, [("stale", 25), ("unshown", 40)])


@pytest.mark.parametrize("ids", [*IDS, (None, None)])
def test_and_by_what_says_the_text_as_often_as_there_are_messages(ids: tuple[Any, Any]) -> None:
    story, _ = begun(*ids, answered=False)
    story.fetch(25.0, "B", "GET /notes", says=json.dumps([note(ids[0]), note(ids[1])]))
    assert received(story) == (True, [("stale", 25), ("unshown", 40)])


def test_where_nothing_tells_them_apart_it_is_the_newest_as_it_came_after_that() -> None:
    story, key = begun(None, None, answered=False)
    told(story, key, None, 25.0)
    assert received(story) == (True, [("stale", 25), ("unshown", 40)])
    assert "brought “Sounds good”, or what had said the same before, to B" in why(story)


def test_what_is_told_apart_is_told_as_certain() -> None:
    story, key = begun(*IDS[0])
    told(story, key, IDS[0][1], 25.0)
    assert "brought “Sounds good” to B" in why(story)


def why(story: Story) -> str:
    """Why B does not show the second text, in words."""
    (subject,) = story.told(until=40.0).subjects
    (stale,) = subject.stale_now
    return stale.why
