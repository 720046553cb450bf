"""A message delivered twice is drawn twice: who shows it once is whole. Said twice, it is two messages."""

from __future__ import annotations

import json

import pytest

from monitor.sync.snapshot import SubjectView
from tests.story import Story

SAID = "Ann: the deploy has been finished"


def message(number: int) -> str:
    return json.dumps({"id": f"m{number}x4", "who": "Ann", "text": "the deploy has been finished"})


def room(writes: int, came: dict[str, list[int]], *, ids: bool = True) -> Story:
    """Tab A writes the message so often; each tab is sent those of these numbers, and draws each that it is sent."""
    story = Story()
    story.open(0.0, "A", "B")
    for number in range(writes):
        story.fetch(5.0 + number, "A", "POST /say", json.dumps({"op": "say", "text": "the deploy has been finished"}))
    for tab, numbers in came.items():
        for nth, number in enumerate(numbers):
            at = 5.1 + number + nth * 0.03
            told = message(number) if ids else json.dumps({"who": "Ann", "text": "the deploy has been finished"})
            story.frame(at, tab, f"w-{tab}", told)
            story.says(at + 0.01, tab, SAID)
    return story


def subject_of(story: Story) -> SubjectView:
    [subject] = story.told(20.0).subjects
    return subject


@pytest.mark.parametrize("writes", [0, 1])
def test_the_tab_that_shows_it_twice_is_the_odd_one(writes: int) -> None:
    subject = subject_of(room(writes, {"A": [0], "B": [0, 0]}))
    assert subject.stale_now == ()
    assert all(not seen.censored for write in subject.writes for seen in write.seen)
    [one] = subject.disorders
    assert (one.tab, one.what, one.repeated) == ("B", "extra", True)
    assert one.why.startswith(f"B has shown “{SAID}” once too often for 14.")


def test_what_comes_back_to_the_tab_that_wrote_it_and_shows_it_is_a_repeat_too() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.fetch(5.0, "A", "POST /say", json.dumps({"op": "say", "text": "the deploy has been finished"}))
    story.says(5.02, "A", SAID)
    for tab in "AB":
        story.frame(5.1, tab, f"w-{tab}", message(0))
        story.says(5.11, tab, SAID)
    subject = subject_of(story)
    assert [(one.tab, one.repeated) for one in subject.disorders] == [("A", True)]
    assert subject.stale_now == ()


@pytest.mark.parametrize("ids", [True, False])
def test_what_was_said_twice_is_two_messages_and_who_lacks_one_is_behind(ids: bool) -> None:
    subject = subject_of(room(2, {"A": [0, 1], "B": [0]}, ids=ids))
    assert [one.tab for one in subject.stale_now] == ["B"]
    assert subject.disorders == ()
    whole = subject_of(room(2, {"A": [0, 1], "B": [0, 1]}, ids=ids))
    assert (whole.stale_now, whole.disorders) == ((), ())


def test_of_two_messages_that_nobody_was_seen_to_write_it_is_not_said_that_they_are_one() -> None:
    subject = subject_of(room(0, {"A": [0, 1], "B": [0]}))
    assert [one.tab for one in subject.stale_now] == ["B"]
    assert subject.disorders == ()


def test_a_repeat_is_over_once_the_page_is_loaded_again() -> None:
    story = room(1, {"A": [0], "B": [0, 0]})
    story.load(9.0, "B", ("Room", SAID))
    subject = subject_of(story)
    assert subject.disorders == ()
    [one] = subject.past_disorders
    assert (one.tab, one.repeated, one.why) == (
        "B",
        True,
        f"B showed “{SAID}” once too often for 3.9 s: it came to it again.",
    )
