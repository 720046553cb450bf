"""Texts that show a state which no payload spells out."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from monitor.model import Shown
from tests.story import Story

ROWS = ("Buy milk", "Call Bob", "Pay rent")
LIST = json.dumps([{"id": 6 + number, "text": row, "done": False} for number, row in enumerate(ROWS)])


def todos(*tabs: str) -> Story:
    """Tabs with a list of things to do, which each was sent."""
    story = Story()
    for tab in tabs or ("A", "B", "C"):
        story.fetch(0.0, tab, "GET /todos", says=LIST)
    story.open(0.1, *(tabs or ("A", "B", "C")), texts=["Todos", *ROWS])
    return story


def fared(story: Story, until: float = 30.0) -> list[tuple[str, str | None, list[tuple[str, float | None]]]]:
    """Of each write: who made it, by what, and who saw it after how long."""
    return [
        (one.tab, one.request, [(seen.tab, None if seen.after_s is None else round(seen.after_s)) for seen in one.seen])
        for one in story.subject(until).writes
    ]


def stale(story: Story, until: float = 30.0) -> list[tuple[str, int]]:
    return [(one.tab, len(one.missing)) for one in story.subject(until).stale_now]


@pytest.mark.parametrize("says", ['{"done": true}', None])
def test_what_is_ticked_off_is_lacked_by_who_does_not_tick_it(says: str | None) -> None:
    story = todos()
    story.fetch(10.0, "A", "PATCH /todos/7", says)
    story.rewrites(10.1, "A", "Call Bob", "☑ Call Bob")
    story.rewrites(10.3, "C", "Call Bob", "☑ Call Bob")
    assert stale(story) == [("B", 1)]
    story.rewrites(18.1, "B", "Call Bob", "☑ Call Bob")
    assert fared(story) == [("A", "PATCH /todos/7", [("B", 8), ("C", 0)])]


def test_what_is_ticked_off_no_more_is_lacked_too() -> None:
    story = todos()
    for at, before, after in ((10.0, "Call Bob", "☑ Call Bob"), (20.0, "☑ Call Bob", "Call Bob")):
        story.fetch(at, "A", "POST /todos/7/toggle")
        for tab in "ABC" if at == 10.0 else "AC":
            story.rewrites(at + 0.1, tab, before, after)
    assert stale(story) == [("B", 1)]
    assert [write[:2] for write in fared(story)] == [("A", "POST /todos/7/toggle")] * 2


def test_who_shows_a_tick_first_need_not_have_made_it() -> None:
    story = todos()
    sockets = {tab: story.socket(1.0, tab) for tab in "ABC"}
    said = json.dumps({"op": "edit", "id": 8, "set": {"done": True}})
    story.frame(10.0, "B", sockets["B"], said, "out")
    for at, tab in ((10.1, "A"), (10.2, "B")):
        story.frame(at - 0.05, tab, sockets[tab], said)
        story.rewrites(at, tab, "Pay rent", "☑ Pay rent")
    assert stale(story) == [("C", 1)]
    assert fared(story) == [("B", "socket frame", [("A", 0), ("C", None)])]


def test_what_a_page_is_told_to_tick_without_any_tab_counts_as_well() -> None:
    story = todos()
    key = story.socket(1.0, "A")
    story.frame(10.0, "A", key, json.dumps({"id": 8, "done": True}))
    story.rewrites(10.1, "A", "Pay rent", "☑ Pay rent")
    assert stale(story) == [("B", 1), ("C", 1)]


@pytest.mark.parametrize("request_", ["", "GET /todos/7", "POST /log", "POST /todos/8"])
def test_what_a_page_ticks_for_itself_is_its_own(request_: str) -> None:
    story = todos()
    if request_:
        story.fetch(10.0, "A", request_, '{"event": "click"}', says=LIST)
    story.rewrites(10.1, "A", "Call Bob", "☑ Call Bob")
    assert (stale(story), fared(story)) == ([], [])


@pytest.mark.parametrize(
    ("after", "missing"), [("done", [("B", 1)]), ("Saving…", []), ("what somebody else has to say of it", [])]
)
def test_a_word_in_a_row_that_stays_is_a_state(after: str, missing: list[tuple[str, int]]) -> None:
    story = Story()
    for tab in "AB":
        story.fetch(0.0, tab, "GET /todos", says=LIST)
        story.open(0.1, tab, texts=["Todos", "Buy milk", "open"])
    story.fetch(10.0, "A", "PATCH /todos/6", '{"done": true}')
    story.rewrites(10.1, "A", "open", after)
    if after == "Saving…":
        story.rewrites(11.0, "A", after, "open")
    cells = {"body/p:2": "body/table/tr/td", "body/p:3": "body/table/tr/td:2"}
    for number, event in enumerate(story.events):
        if isinstance(event, Shown):
            blocks = tuple(replace(one, path=cells.get(one.path, one.path)) for one in event.blocks)
            story.events[number] = replace(event, blocks=blocks)
    assert stale(story) == missing
