"""One thing in the words of each tab, and two things that merely look alike."""

from __future__ import annotations

import json

import pytest

from tests.story import Story


def told(text: str, mine: str, theirs: str, *, apart: float = 0.05) -> list[str]:
    """Both tabs are sent a message, and each shows it in its own words; who lacks something at the end."""
    story = Story()
    story.open(0.0, "A", "B", texts=["Chat"])
    news = json.dumps({"by": "Ann Example", "text": text})
    story.fetch(4.95, "A", "POST /messages", json.dumps({"text": text}), says=news)
    for tab, at in (("A", 5.0), ("B", 5.0 + apart)):
        story.frame(at, tab, story.socket(at - 1.0, tab), news)
        story.says(at + 0.02, tab, mine if tab == "A" else theirs)
    return [stale.tab for stale in story.subject(until=30.0).stale_now]


@pytest.mark.parametrize(
    ("text", "mine", "theirs"),
    [
        ("Has it come", "You: Has it come", "Ann Example: Has it come"),
        ("ok", "You: ok", "Ann Example: ok"),
        ("Has it come", "Has it come (you)", "Has it come"),
    ],
)
def test_one_thing_in_the_words_of_each_tab_is_lacked_by_none(text: str, mine: str, theirs: str) -> None:
    assert told(text, mine, theirs) == []


def test_it_is_also_one_thing_where_one_tab_was_told_late() -> None:
    assert told("ok", "You: ok", "Ann Example: ok", apart=9.0) == []


def test_what_has_but_a_name_in_common_is_another_thing() -> None:
    assert "B" in told("Has the parcel come", "Ann Example: Has the parcel come", "Ann Example: typed something else")


def test_who_is_there_and_what_he_says_are_two_things() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Chat"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    for tab in "AB":
        story.frame(5.0, tab, sockets[tab], json.dumps({"who": ["Visitor Bob"]}))
    story.says(5.05, "B", "Visitor Bob (you)")
    story.says(5.07, "A", "Visitor Bob")
    news = json.dumps({"by": "Visitor Bob", "text": "Hello all"})
    story.fetch(8.0, "B", "POST /add", '{"text":"Hello all"}', says=news)
    story.frame(8.06, "A", sockets["A"], news)
    story.says(8.1, "B", "You: Hello all")
    story.says(8.2, "A", "Visitor Bob: Hello all")
    assert story.subject(until=30.0).stale_now == ()


def test_the_same_short_text_by_each_of_two_people_is_two_messages_in_both_tabs() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=["Chat"])
    sockets = {tab: story.socket(0.2, tab) for tab in "AB"}
    for at, writer, other in ((5.0, "A", "B"), (9.0, "B", "A")):
        text = json.dumps({"by": f"User {writer}", "text": "ok"})
        story.fetch(at, writer, "POST /api/add", '{"text":"ok"}', says=text)
        for tab in "AB":
            story.frame(at + 0.05, tab, sockets[tab], text)
        story.says(at + 0.1, writer, "You: ok")
        story.says(at + 0.15, other, f"User {writer}: ok")
    found = story.subject(until=20.0)
    assert (found.stale_now, found.violations) == ((), ())
