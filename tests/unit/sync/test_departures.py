"""Deletions on pages without a profile: writes like others, which other tabs see late, by a reload, or never."""

from __future__ import annotations

import json

import pytest

from tests.story import Story

KEEP, GONE, LAST = "Water the ficus weekly", "Lunch orders close at noon", "Ring the plumber"
LIST = json.dumps([{"id": f"n{11 + number}", "text": text} for number, text in enumerate((KEEP, GONE, LAST))])
SAYS = json.dumps({"op": "del", "id": "n12"})

Fared = list[tuple[str, str | None, list[tuple[str, int | None, str | None]]]]


def board(*tabs: str) -> tuple[Story, dict[str, str]]:
    """Tabs that loaded a list; A asks at 9.9 to delete the second entry, and lets go of it at 10."""
    story = Story()
    for tab in tabs:
        story.fetch(0.0, tab, "GET /items", says=LIST)
    story.open(0.1, *tabs, texts=["Board", KEEP, GONE, LAST])
    sockets = {tab: story.socket(0.5, tab) for tab in tabs}
    story.fetch(9.9, "A", "DELETE /items/n12")
    story.drops(10.0, "A", GONE)
    return story, sockets


def removed(story: Story, until: float = 60.0) -> Fared:
    """Of each deletion: who made it, by what, and who saw it after how long, by what."""
    return [
        (one.tab, one.request, [(s.tab, None if s.after_s is None else round(s.after_s), s.via) for s in one.seen])
        for one in story.subject(until).writes
        if one.what == "removed"
    ]


def test_a_deletion_is_a_write_that_others_see_at_once_or_late() -> None:
    story, sockets = board("A", "B", "C")
    for at, tab in ((9.95, "B"), (17.9, "C")):
        story.frame(at, tab, sockets[tab], SAYS)
        story.drops(at + 0.1, tab, GONE)
    assert removed(story) == [("A", "DELETE /items/n12", [("C", 8, "socket"), ("B", 0, "socket")])]
    assert story.subject(60.0).verdict == "live-sync"


def test_a_deletion_that_every_tab_shows_at_once_is_one_too() -> None:
    story, sockets = board("A", "B")
    story.frame(9.95, "B", sockets["B"], SAYS)
    story.drops(10.02, "B", GONE)
    [(tab, request, [(other, after, via)])] = removed(story)
    assert (tab, request, other, after, via) == ("A", "DELETE /items/n12", "B", 0, "socket")


@pytest.mark.parametrize("after", [1, 10])
def test_who_is_loaded_again_sees_a_deletion_by_that(after: int) -> None:
    """However soon: a moment later it is not yet certain that the text is gone for all."""
    story, _ = board("A", "B")
    story.load(10.0 + after, "B", ["Board", KEEP, LAST])
    assert removed(story) == [("A", "DELETE /items/n12", [("B", after, "reload")])]
    assert story.subject(60.0).verdict == "refresh-to-sync"


def test_who_shows_what_is_gone_did_not_see_the_deletion() -> None:
    story, _ = board("A", "B", "C")
    story.close(30.0, "C")
    assert removed(story) == [("A", "DELETE /items/n12", [("B", None, None), ("C", None, None)])]
    [write] = [one for one in story.subject(60.0).writes if one.what == "removed"]
    assert [seen.why.partition(".")[0] for seen in write.seen] == [
        f"B has shown “{GONE}” for 50", f"C showed “{GONE}” for 20",
    ]  # fmt: skip
    assert [(seen.tab, seen.state, seen.censored) for seen in write.seen] == [
        ("B", "missing", True), ("C", "missing", True),
    ]  # fmt: skip
    assert story.subject(60.0).verdict == "no-sync"


def test_what_the_same_tab_shows_again_was_not_deleted() -> None:
    story, _ = board("A", "B")
    story.says(20.0, "A", GONE)
    assert removed(story) == []


@pytest.mark.parametrize(("late", "told"), [(0.05, []), (9.0, [("B", None, [("C", 9, "socket"), ("A", 0, "socket")])])])
def test_a_deletion_of_nobodys_is_told_where_a_tab_had_to_wait_for_it(late: float, told: Fared) -> None:
    story, sockets = board("A", "B", "C")
    for at, tab in ((20.0, "B"), (20.01, "A"), (20.0 + late, "C")):
        story.frame(at, tab, sockets[tab], json.dumps({"op": "del", "id": "n13"}))
        story.drops(at + 0.05, tab, LAST)
    assert [one for one in removed(story) if one[1] is None] == told


def test_what_another_text_takes_the_place_of_is_changed_and_not_deleted() -> None:
    story, _ = board("A", "B")
    story.fetch(30.0, "A", "PUT /items/n13", '{"text":"Nobody rings anybody"}')
    story.rewrites(30.1, "A", LAST, "Nobody rings anybody")
    assert [one.what for one in story.subject(60.0).writes] == ["removed", "made"]
    assert [len(one.items) for one in story.subject(60.0).disorders] == [1]
