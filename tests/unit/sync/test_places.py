"""Texts that stand elsewhere in one tab of a page nobody wrote a profile for: where that is certain, and only there."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from monitor.sync.snapshot import SubjectView
from tests.story import PAGE, START, Story

ROWS = {"k7a1": "Feed the cat", "k7b2": "Water the birch", "k7c3": "Lock the shed", "k7d4": "Bake a cake"}
FEED, WATER, LOCK, BAKE = ROWS.values()
UP = (BAKE, FEED, WATER, LOCK)  # the last one to the top
LISTED = json.dumps([{"id": id_, "text": text} for id_, text in ROWS.items()])


def errands(*tabs: str) -> tuple[Story, dict[str, str]]:
    """Tabs that were given a list and show it, each with a socket."""
    story = Story()
    for tab in tabs:
        story.open(0.0, tab, texts=("Errands", *ROWS.values()))
        story.fetch(0.2, tab, "GET /errands", says=LISTED)
    return story, {tab: story.socket(1.0, tab) for tab in tabs}


def drags(story: Story, at: float, tab: str = "A", *rows: str, status: int = 200) -> int:
    """A user drags the last row to the top, or rows to other places; the number of the page's change."""
    seq = story.arranges(at, tab, "Errands", *(rows or UP))
    story.fetch(at + 0.02, tab, "PATCH /errands/k7d4", '{"position": 0}', status=status)
    return seq


def told(story: Story, until: float = 40.0) -> SubjectView:
    story.events.sort(key=lambda event: event.time)
    return story.subject(until)


def wrong(story: Story, until: float = 40.0) -> dict[str, list[str]]:
    """What each tab shows at another place, in words."""
    subject = told(story, until)
    texts = {item.id: item.excerpt for item in subject.items}
    assert all(one.what == "reordered" for one in subject.disorders)
    return {one.tab: [texts[item_id] for item_id in one.items] for one in subject.disorders}


def former(story: Story, until: float = 40.0) -> list[tuple[str, float]]:
    """Who showed something at another place until it no more did, and for how long."""
    return [(one.tab, round(one.for_s, 1)) for one in told(story, until).past_disorders]


# ── moves ──


def test_who_does_not_follow_a_move_is_out_of_order_until_it_does() -> None:
    story, keys = errands("A", "B", "C")
    seq = drags(story, 10.0)
    story.frame(10.1, "C", keys["C"], '{"moved": "k7d4", "position": 0}')
    story.arranges(10.2, "C", "Errands", *UP)
    assert wrong(story, 20.0) == {"B": [BAKE]}
    [one] = told(story, 20.0).disorders
    assert one.why == f"B has shown “{BAKE}” at another place than A for 10.0 s: A moved it (PATCH /errands/k7d4)."
    assert seq in one.witness
    assert {item.excerpt: item.cells["B"].state for item in told(story, 20.0).items} == {BAKE: "reordered"}
    story.arranges(25.0, "B", "Errands", *UP)
    assert (wrong(story), former(story)) == ({}, [("B", 15.0)])


def test_a_list_that_is_drawn_anew_by_way_of_an_empty_one_moved() -> None:
    story, _ = errands("A", "B")
    story.redraws(10.0, "A", "Errands")
    story.redraws(10.1, "A", "Errands", *UP)
    story.fetch(10.02, "A", "PATCH /errands/k7d4", '{"position": 0}')
    assert wrong(story) == {"B": [BAKE]}


def own_sort(story: Story, keys: dict[str, str]) -> None:
    story.uses(10.0, "A")
    story.arranges(10.1, "A", "Errands", *UP)


def saved_sort(story: Story, keys: dict[str, str]) -> None:
    """The answer has the rows in their new order, but what was asked for is a preference."""
    rows = json.dumps([{"id": id_, "text": text} for text in UP for id_ in ROWS if ROWS[id_] == text])
    story.fetch(10.0, "A", "PUT /preferences", '{"sort": "name"}', says=rows)
    story.arranges(10.2, "A", "Errands", *UP)


def asked_sort(story: Story, keys: dict[str, str]) -> None:
    rows = json.dumps([{"id": id_, "text": text} for text in UP for id_ in ROWS if ROWS[id_] == text])
    story.fetch(10.0, "A", "GET /errands?sort=name", says=rows)
    story.arranges(10.2, "A", "Errands", *UP)


def asked_by_socket(story: Story, keys: dict[str, str]) -> None:
    story.frame(10.0, "A", keys["A"], '{"list": "errands", "sort": "name"}', way="out")
    rows = [{"id": id_, "text": text} for text in UP for id_ in ROWS if ROWS[id_] == text]
    story.frame(10.1, "A", keys["A"], json.dumps({"rows": rows}))
    story.arranges(10.2, "A", "Errands", *UP)


def other_field(story: Story, keys: dict[str, str]) -> None:
    """What A sorts by has changed; nobody says that B sorts by it."""
    story.fetch(10.0, "A", "PATCH /errands/k7d4", '{"urgent": true}')
    story.arranges(10.2, "A", "Errands", *UP)


def sorted_as_told(story: Story, keys: dict[str, str]) -> None:
    """A's user sorts as news of a move comes, which B follows."""
    story.frame(9.9, "A", keys["A"], '{"moved": "k7d4", "position": 0}')
    story.arranges(10.0, "A", "Errands", LOCK, BAKE, WATER, FEED)
    story.frame(9.9, "B", keys["B"], '{"moved": "k7d4", "position": 0}')
    story.arranges(10.0, "B", "Errands", *UP)


def refused(story: Story, keys: dict[str, str]) -> None:
    drags(story, 10.0, status=409)


def always_other(story: Story, keys: dict[str, str]) -> None:
    story.arranges(5.0, "B", "Errands", LOCK, BAKE, FEED, WATER)
    drags(story, 10.0)


def upside_down(story: Story, keys: dict[str, str]) -> None:
    story.load(5.0, "B", ("Errands", BAKE, LOCK, WATER, FEED))
    drags(story, 10.0)


def sorted_since(story: Story, keys: dict[str, str]) -> None:
    """B's user sorts at the same moment."""
    story.arranges(10.3, "B", "Errands", LOCK, BAKE, FEED, WATER)
    drags(story, 10.0)


def loaded_since(story: Story, keys: dict[str, str]) -> None:
    """A document that is loaded after the move shows that it did not last."""
    drags(story, 10.0)
    story.load(10.2, "B", ("Errands", *ROWS.values()))


def followed(story: Story, keys: dict[str, str]) -> None:
    drags(story, 10.0)
    story.frame(10.1, "B", keys["B"], '{"moved": "k7d4", "position": 0}')
    story.arranges(10.3, "B", "Errands", *UP)
    story.arranges(20.0, "B", "Errands", LOCK, BAKE, FEED, WATER)  # and sorts for itself afterwards


def in_part(story: Story, keys: dict[str, str]) -> None:
    """B shows none of those that moved past each other."""
    story.redraws(5.0, "B", "Errands", FEED)
    drags(story, 10.0)


@pytest.mark.parametrize(
    "healthy",
    [own_sort, saved_sort, asked_sort, asked_by_socket, other_field, refused, always_other, upside_down, sorted_since,
     loaded_since, followed, in_part, sorted_as_told],
)  # fmt: skip
def test_tabs_that_rightly_differ_are_told_nothing(healthy: Callable[[Story, dict[str, str]], None]) -> None:
    story, keys = errands("A", "B")
    healthy(story, keys)
    assert (wrong(story), former(story)) == ({}, [])


def test_a_row_that_is_moved_again_stands_where_it_was_moved_last() -> None:
    story, _ = errands("A", "B")
    drags(story, 10.0)
    drags(story, 20.0, "A", *ROWS.values())
    assert (wrong(story), former(story)) == ({}, [("B", 10.0)])


# ── what comes ──


def comes(story: Story, at: float, tab: str, key: str, text: str) -> None:
    story.frame(at, tab, key, json.dumps({"text": text}))
    story.says(at + 0.05, tab, text)


def raced(first: str = "Bring the biscuits", second: str = "Put the kettle on") -> Story:
    """A writes `second`, B writes `first` before it is told of it; C is told of both in the order of their writing."""
    story, keys = errands("A", "B", "C")
    story.fetch(10.0, "A", "POST /errands", json.dumps({"text": second}))
    story.says(10.01, "A", second)
    story.fetch(10.5, "B", "POST /errands", json.dumps({"text": first}))
    story.says(10.51, "B", first)
    comes(story, 10.7, "A", keys["A"], first)
    comes(story, 10.2, "C", keys["C"], second)
    comes(story, 10.7, "C", keys["C"], first)
    comes(story, 12.0, "B", keys["B"], second)
    return story


def test_texts_that_came_the_other_way_round_stand_so_until_a_reload() -> None:
    story = raced()
    assert wrong(story, 20.0) == {"B": ["Bring the biscuits"]}
    story.load(30.0, "B", ("Errands", *ROWS.values(), "Put the kettle on", "Bring the biscuits"))
    assert wrong(story) == {}
    assert [tab for tab, _ in former(story)] == ["B"]


def test_a_page_that_is_read_when_both_have_come_stands_as_they_were_written() -> None:
    story, keys = errands("A", "B", "C")
    story.fetch(10.0, "A", "POST /errands", json.dumps({"text": "Put the kettle on"}))
    story.fetch(10.1, "B", "POST /errands", json.dumps({"text": "Bring the biscuits"}))
    story.says(10.11, "B", "Bring the biscuits")
    for tab in "AC":
        for text in ("Put the kettle on", "Bring the biscuits"):
            story.frame(10.15, tab, keys[tab], json.dumps({"text": text}))
        story.says(10.2, tab, "Put the kettle on", "Bring the biscuits")
    comes(story, 12.0, "B", keys["B"], "Put the kettle on")
    assert list(wrong(story, 20.0)) == ["B"]


def test_a_later_document_has_the_last_word() -> None:
    story = raced()
    story.load(30.0, "C", ("Errands", *ROWS.values(), "Bring the biscuits", "Put the kettle on"))
    assert set(wrong(story)) == {"A"}


def test_each_tab_may_let_them_come_at_its_own_end() -> None:
    story, keys = errands("A", "B")
    for at, text in ((10.0, "Put the kettle on"), (12.0, "Bring the biscuits")):
        for tab in "AB":
            comes(story, at, tab, keys[tab], text)
        if at == 10.0:
            story.arranges(at + 0.051, "B", "Errands", text)
    story.arranges(12.051, "B", "Errands", "Bring the biscuits")
    assert (wrong(story), former(story)) == ({}, [])


def test_subjects_have_orders_of_their_own() -> None:
    story, _ = errands("A", "B")
    story.load(5.0, "B", ("Errands", *ROWS.values()), url=PAGE + "s")
    drags(story, 10.0)
    story.events.sort(key=lambda event: event.time)
    assert all(one.disorders == () for one in story.told(START + 40.0).subjects)
