"""Texts that are gone for all, and those that one tab merely does not show any more."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.story import Story

KEEP, GONE = "Water the ficus weekly", "Lunch orders close at noon"
LIST = json.dumps({"items": [{"id": "n11", "in": "inbox", "text": KEEP}, {"id": "n12", "in": "inbox", "text": GONE}]})
LESS = json.dumps({"items": [{"id": "n11", "text": KEEP}]})


def board() -> tuple[Story, dict[str, str]]:
    """Two tabs that loaded a list; A lets go of its last text at 10."""
    story = Story()
    for tab in "AB":
        story.fetch(0.0, tab, "GET /items", says=LIST)
    story.open(0.1, "A", "B", texts=["Board", KEEP, GONE])
    return story, {tab: story.socket(0.5, tab) for tab in "AB"}


def extra(story: Story, until: float = 20.0) -> list[tuple[str, float]]:
    """Who shows something too much, and since when before the end."""
    return [(one.tab, one.for_s) for one in story.subject(until=until).disorders if one.what == "extra"]


SAYS: dict[str, Callable[[Story, dict[str, str]], object]] = {
    "its id": lambda s, w: s.frame(9.9, "A", w["A"], json.dumps({"type": "change", "id": "n12"})),
    "its id, afterwards": lambda s, w: s.fetch(10.4, "A", "POST /change", json.dumps({"id": "n12"})),
    "an address with its id": lambda s, w: s.fetch(9.9, "A", "PUT /items/n12/hidden", "{}"),
    "a DELETE": lambda s, w: s.fetch(9.9, "A", "DELETE /items/2"),
    "a word": lambda s, w: s.frame(9.9, "A", w["A"], json.dumps({"event": "note-removed", "at": 2})),
    "a list without it": lambda s, w: s.fetch(9.9, "A", "GET /items", says=LESS),
}


@pytest.mark.parametrize("way", SAYS)
def test_what_a_payload_says_is_gone_is_shown_too_much_by_the_others(way: str) -> None:
    story, sockets = board()
    SAYS[way](story, sockets)
    story.drops(10.0, "A", GONE)
    [(tab, for_s)] = extra(story)
    assert (tab, round(for_s)) == ("B", 10)


SAYS_NOT: dict[str, Callable[[Story, dict[str, str]], object]] = {
    "nothing": lambda s, w: None,
    "the id of another": lambda s, w: s.frame(9.9, "A", w["A"], json.dumps({"type": "change", "id": "n11"})),
    "another value of a field": lambda s, w: s.frame(
        9.9, "A", w["A"], '{"op": "edit", "id": "n12", "set": {"in": "spam"}}'
    ),
    "a heartbeat": lambda s, w: s.frame(9.9, "A", w["A"], json.dumps({"type": "ping", "at": 12345})),
    "a search": lambda s, w: s.fetch(9.9, "A", "GET /items?q=water", says=LESS),
    "a search by POST": lambda s, w: s.fetch(9.9, "A", "POST /query", '{"q":"water"}', says=LESS),
    "a refused request": lambda s, w: s.fetch(9.9, "A", "DELETE /items/2", status=403),
    "it long ago": lambda s, w: s.frame(5.0, "A", w["A"], json.dumps({"type": "seen", "id": "n12"})),
}


@pytest.mark.parametrize("way", SAYS_NOT)
def test_what_one_tab_merely_does_not_show_is_not_gone(way: str) -> None:
    story, sockets = board()
    SAYS_NOT[way](story, sockets)
    story.drops(10.0, "A", GONE)
    assert extra(story) == []


def test_an_unreadable_payload_with_a_text_that_was_written_says_that_it_is_gone() -> None:
    story, sockets = board()
    story.fetch(4.0, "A", "POST /items", '{"text":"Call the plumber"}')
    for tab in "AB":
        story.says(4.2, tab, "Call the plumber")
    story.frame(9.9, "A", sockets["A"], bytes(range(0x80, 0xC0)))
    story.drops(10.0, "A", "Call the plumber")
    assert [tab for tab, _ in extra(story)] == ["B"]


def test_a_stream_of_unreadable_payloads_says_nothing() -> None:
    story, sockets = board()
    story.fetch(1.0, "A", "POST /items", '{"text":"Call the plumber"}')
    for tab in "AB":
        story.says(1.2, tab, "Call the plumber")
    for step in range(20):
        story.frame(5.0 + step / 4, "A", sockets["A"], bytes(range(0x80, 0xC0)))
    story.drops(10.0, "A", "Call the plumber")
    assert extra(story) == []


def test_a_text_that_is_edited_is_outdated_and_not_gone() -> None:
    story, sockets = board()
    story.frame(9.9, "A", sockets["A"], json.dumps({"op": "edit", "id": "n12", "text": "Soup is out"}))
    story.rewrites(10.0, "A", GONE, "Soup is out")
    subject = story.subject(until=20.0)
    assert subject.disorders == ()
    assert [stale.tab for stale in subject.stale_now] == ["B"]


@pytest.mark.parametrize(("after", "found"), [(LIST, []), (LESS, ["B"]), (None, ["B"])])
def test_what_is_listed_still_after_it_was_named_is_not_gone(after: str | None, found: list[str]) -> None:
    """A task that is done leaves the view of what is still to do, in the tab that has that view."""
    story, _ = board()
    story.fetch(9.8, "A", "PUT /items/n12/done", json.dumps({"id": "n12", "done": True}))
    if after is not None:
        story.fetch(9.9, "A", "GET /items", says=after)
    story.drops(10.0, "A", GONE)
    assert [tab for tab, _ in extra(story)] == found


def test_a_text_that_is_reworded_by_what_names_only_its_id_is_not_gone() -> None:
    story, sockets = board()
    story.frame(9.9, "A", sockets["A"], json.dumps({"id": "n12", "hour": "2 pm"}))
    story.rewrites(10.0, "A", GONE, "Lunch orders close at 2 pm")
    assert extra(story) == []


def test_a_bare_number_is_a_value_and_never_gone() -> None:
    story, sockets = board()
    for tab in "AB":
        story.frame(5.0, tab, sockets[tab], json.dumps({"id": "n13", "load": "4711"}))
        story.says(5.1, tab, "4711")
    story.frame(9.9, "A", sockets["A"], json.dumps({"type": "removed", "id": "n13"}))
    story.drops(10.0, "A", "4711")
    assert extra(story) == []


def test_who_lets_go_of_it_too_has_nothing_extra() -> None:
    story, sockets = board()
    for at, tab in ((10.0, "A"), (13.0, "B")):
        story.frame(at - 0.1, tab, sockets[tab], json.dumps({"op": "del", "id": "n12"}))
        story.drops(at, tab, GONE)
    assert extra(story, until=12.5) == []


def test_a_text_that_is_written_again_is_not_gone() -> None:
    story, sockets = board()
    story.frame(9.9, "A", sockets["A"], json.dumps({"op": "del", "id": "n12"}))
    story.drops(10.0, "A", GONE)
    story.fetch(14.0, "A", "POST /items", json.dumps({"text": GONE}))
    story.says(14.1, "A", GONE)
    assert extra(story, until=13.0) == []  # told of the end, not of what was in between
    assert story.subject(until=30.0).stale_now == ()


def test_another_view_in_one_tab_says_nothing_of_what_it_leaves() -> None:
    texts = [f"Entry of {name} in the list" for name in "abcdefghijklmnopqrstuvwxyz"]
    story = Story()
    story.open(0.0, "A", "B", texts=["Board", *texts])
    socket = story.socket(0.5, "A")
    story.frame(9.9, "A", socket, json.dumps({"event": "removed", "at": 2}))
    story.redraws(10.0, "A", "Settings")
    assert extra(story) == []


def test_what_speaks_of_deleting_another_thing_says_nothing_of_this_one() -> None:
    story, sockets = board()
    story.drops(10.0, "A", GONE)
    story.frame(10.9, "A", sockets["A"], json.dumps({"op": "del", "id": "n77"}))
    assert extra(story) == []
    story, sockets = board()
    story.drops(10.0, "A", GONE)
    story.frame(10.9, "A", sockets["A"], json.dumps({"op": "del", "id": "n12"}))
    assert [tab for tab, _ in extra(story)] == ["B"]


def test_who_was_told_of_a_text_and_not_that_it_is_gone_showed_it_too_long() -> None:
    story, sockets = board()
    story.fetch(5.0, "A", "POST /notes", '{"text":"Buy some bread"}', says='{"id":"n9","text":"Buy some bread"}')
    story.says(5.1, "A", "Buy some bread")
    for tab, socket in sockets.items():
        story.frame(5.2, tab, socket, '{"op":"add","id":"n9","text":"Buy some bread"}')
        story.says(5.3, tab, "Buy some bread") if tab != "A" else None
    story.fetch(10.0, "A", "DELETE /notes/n9")
    story.drops(10.1, "A", "Buy some bread")
    story.load(20.0, "B", story.texts("A"))
    [one] = story.subject(30.0).past_disorders
    assert (one.tab, one.what) == ("B", "extra")
    assert one.for_s == pytest.approx(9.9, abs=0.2)


@pytest.mark.parametrize(
    ("went", "left", "gone"),
    [("2 likes", "5 likes", False), ("2 open tickets", "3 open tickets", False), ("2 eggs", "3 apples", True),
     ("Room 12", "Room 13", True)],
)  # fmt: skip
def test_a_count_of_what_is_counted_still_is_not_gone(went: str, left: str, *, gone: bool) -> None:
    story = Story()
    listed = [{"id": "p1q8", "text": went}, {"id": "p2q8", "text": left}]
    for tab in "AB":
        story.fetch(0.0, tab, "GET /items", says=json.dumps(listed))
    story.open(0.1, "A", "B", texts=["Wall", went, left])
    story.fetch(9.9, "A", "DELETE /items/p1q8")
    story.drops(10.0, "A", went)
    assert [tab for tab, _ in extra(story)] == (["B"] if gone else [])
