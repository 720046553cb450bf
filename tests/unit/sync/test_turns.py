"""Turning to a tab: what counts as that, and what a page that asks then is said to be prompted by."""

from __future__ import annotations

import json

import pytest

from monitor.model import Visibility
from monitor.sync.turns import Turns
from tests.notes import TEXT, written
from tests.story import START, Story

State = tuple[bool, bool | None]


@pytest.mark.parametrize(
    ("states", "turned"),
    [
        ([(True, True)], False),  # as it is when it is seen first
        ([(False, None), (True, None)], True),
        ([(True, False), (True, True)], True),
        ([(True, False), (True, None), (True, True)], True),
        ([(True, True), (False, None)], False),
        ([(True, True), (True, True)], False),
    ],
)
def test_a_tab_is_turned_to_where_it_was_hidden_or_had_no_focus(states: list[State], turned: bool) -> None:
    turns = Turns()
    for seq, (visible, focused) in enumerate(states, 1):
        turns.note(Visibility(seq=seq, time=10.0 + seq, tab="B", visible=visible, focused=focused))
    last = 10.0 + len(states)
    assert turns.at("B", last + 0.2) == (len(states) if turned else None)
    assert turns.at("B", last + 3.0) is None
    assert turns.at("A", last + 0.2) is None


@pytest.mark.parametrize(
    ("states", "front"),
    [
        ([], False),
        ([(True, True)], True),
        ([(True, None)], True),
        ([(True, True), (True, False)], False),
        ([(True, True), (False, None)], False),
        ([(False, False), (True, True)], True),
    ],
)
def test_a_tab_that_is_shown_and_has_the_focus_is_in_front(states: list[State], front: bool) -> None:
    turns = Turns()
    for visible, focused in states:
        turns.note(Visibility(time=10.0, tab="B", visible=visible, focused=focused))
    assert turns.in_front("B") is front


def asked(story: Story, at: float) -> tuple[str | None, str | None, str]:
    """B asks for the notes at a moment, and shows them: by what it got the text, prompted by what, and the words."""
    story.fetch(at, "B", "GET /notes", says=json.dumps([{"id": "m7a1", "text": TEXT}]))
    story.says(at + 0.1, "B", TEXT)
    (seen,) = story.subject(until=at + 10).writes[0].seen
    return seen.via, seen.prompted_by, seen.why


def test_what_a_page_asks_as_it_is_turned_to_is_prompted_by_that() -> None:
    story = written()
    story.hide(12.0, "B")
    story.hide(30.0, "B", visible=True)
    via, prompted_by, why = asked(story, 30.05)
    assert (via, prompted_by) == ("refetch", "focus")
    assert "as it was turned to, a request brought it" in why


def test_what_it_asks_later_is_not() -> None:
    story = written()
    story.hide(12.0, "B")
    story.hide(30.0, "B", visible=True)
    assert asked(story, 34.0)[:2] == ("refetch", None)


def test_a_poll_that_is_due_as_the_tab_is_turned_to_is_a_poll() -> None:
    story = written()
    for at in (0.05, 10.05, 20.05):
        story.fetch(at, "B", "GET /notes", says="[]")
    story.events.sort(key=lambda event: event.time)
    story.hide(25.0, "B")
    story.hide(30.0, "B", visible=True)
    assert story.events[-1].time == START + 30.0
    assert asked(story, 30.05)[:2] == ("poll", None)
