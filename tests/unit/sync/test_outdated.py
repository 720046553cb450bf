"""Texts that others took the place of before a tab showed them."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from tests.story import Story


def play(texts: tuple[str, ...], missed: set[str], gap: float = 8.0) -> Story:
    """A room in which A changes one line again and again; B and C are told, but for what B misses."""
    story = Story()
    story.open(0, "A", "B", "C", texts=["Room", texts[0]])
    sockets = {tab: story.socket(1.0, tab) for tab in "ABC"}
    stands = dict.fromkeys("ABC", texts[0])
    for number, (_, text) in enumerate(pairwise(texts)):
        at = 10.0 + gap * number
        told = json.dumps({"op": "edit", "id": "m7x1", "text": text})
        story.frame(at, "A", sockets["A"], told, "out")
        for tab in "ABC":
            if tab != "B" or text not in missed:
                story.frame(at + 0.05, tab, sockets[tab], told)
                story.rewrites(at + 0.1, tab, stands[tab], text)
                stands[tab] = text
    return story


def fared(story: Story, until: float) -> list[list[tuple[str, float | None, str | None]]]:
    """Of each write: who saw it, after how long, and how."""
    return [
        [(one.tab, None if one.after_s is None else round(one.after_s), one.via) for one in write.seen]
        for write in story.subject(until).writes
    ]


@pytest.mark.parametrize("texts", [("likes 0", "likes 1", "likes 2"), ("Plan A", "Other words", "Something else")])
def test_who_missed_a_change_was_behind_until_it_shows_the_next(texts: tuple[str, ...]) -> None:
    once = play(texts[:2], missed={texts[1]})
    assert fared(once, 16.0) == [[("B", None, None), ("C", 0, "socket")]]
    assert [len(one.missing) for one in once.subject(16.0).stale_now] == [1]
    story = play(texts, missed={texts[1]})
    both = [[("B", 8, "socket"), ("C", 0, "socket")], [("B", 0, "socket"), ("C", 0, "socket")]]
    assert fared(story, 30.0) == both
    assert story.subject(30.0).stale_now == ()


def test_who_missed_two_changes_lacks_the_newest_and_was_behind_with_both() -> None:
    texts = ("Plan A", "Other words", "Something else", "In the end")
    missed = set(texts[1:3])
    assert [len(one.missing) for one in play(texts[:3], missed).subject(24.0).stale_now] == [1]
    assert [one[0] for one in fared(play(texts, missed), 40.0)] == [
        ("B", 16, "socket"),
        ("B", 8, "socket"),
        ("B", 0, "socket"),
    ]


def test_what_changes_faster_than_tabs_are_told_keeps_nobody_behind() -> None:
    story = play(("Plan A", "Other words", "Something else"), missed={"Other words"}, gap=0.3)
    assert [one[0][:2] for one in fared(story, 30.0) if one[0][0] == "B"] == [("B", 0)]
    assert story.subject(30.0).past_disorders == ()


def test_a_text_that_was_deleted_before_a_tab_showed_it_is_owed_to_nobody() -> None:
    story = play(("Plan A", "Other words"), missed={"Other words"})
    for tab in "AC":
        story.drops(15.0, tab, "Other words")
    assert fared(story, 30.0) == [[("C", 0, "socket")]]
