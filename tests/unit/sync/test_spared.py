"""Texts that a tab need not show: what it says in other words, and what it told of itself."""

from __future__ import annotations

import json

import pytest

from tests.story import Story


def room() -> tuple[Story, dict[str, str]]:
    story = Story()
    story.open(0.0, "A", "B", texts=["Room"])
    return story, {tab: story.socket(0.5, tab) for tab in "AB"}


@pytest.mark.parametrize(("said", "stale"), [("typing", []), ("reading", ["A"])])
def test_who_types_is_not_told_so(said: str, stale: list[str]) -> None:
    story, sockets = room()
    story.frame(9.9, "A", sockets["A"], json.dumps({"type": "op", "payload": {"op": said}}), "out")
    story.frame(9.95, "B", sockets["B"], json.dumps({"type": "typing", "by": "User Ann"}))
    story.says(10.0, "B", "User Ann is typing…")
    assert [one.tab for one in story.subject(until=20.0).stale_now] == stale


def test_nor_when_it_is_told_a_second_time() -> None:
    story, sockets = room()
    for at in (10.0, 20.0):
        story.frame(at - 0.1, "A", sockets["A"], '{"op":"typing"}', "out")
        story.frame(at - 0.05, "B", sockets["B"], json.dumps({"op": "typing", "by": "User Ann"}))
        story.says(at, "B", "User Ann is typing…")
        story.drops(at + 3.0, "B", "User Ann is typing…")
    subject = story.subject(until=40.0)
    assert (subject.stale_now, subject.violations) == ((), ())


def test_what_a_tab_wrote_itself_it_lacks() -> None:
    story, sockets = room()
    note = json.dumps({"op": "note", "text": "Buy oat milk"})
    story.frame(9.9, "A", sockets["A"], note, "out")
    story.frame(9.95, "B", sockets["B"], note)
    story.says(10.0, "B", "Buy oat milk")
    assert [one.tab for one in story.subject(until=20.0).stale_now] == ["A"]


@pytest.mark.parametrize(("mine", "stale"), [("Otter, Heron (you)", []), ("Otter and nobody else", ["B"])])
def test_a_list_of_who_is_there_says_it_in_other_words(mine: str, stale: list[str]) -> None:
    story, sockets = room()
    for tab in "AB":
        story.frame(9.9, tab, sockets[tab], json.dumps({"who": ["Otter", "Heron"]}))
    story.says(9.95, "B", mine)
    story.says(10.0, "A", "Heron")
    assert [one.tab for one in story.subject(until=20.0).stale_now] == stale


def test_also_when_that_comes_later() -> None:
    story, sockets = room()
    story.frame(9.9, "A", sockets["A"], json.dumps({"who": ["Otter", "Heron"]}))
    story.says(10.0, "A", "Heron")
    story.frame(14.0, "B", sockets["B"], json.dumps({"who": ["Otter", "Heron"]}))
    story.says(14.1, "B", "Otter, Heron (you)")
    assert story.subject(until=30.0).stale_now == ()


def test_who_does_not_tick_it_off_says_it_in_no_other_words() -> None:
    story = Story()
    story.open(0, "A", "B", texts=["Todos"])
    key = story.socket(1.0, "A")
    rows = json.dumps([{"id": "m7x1", "text": "Walk the dog"}])
    for tab in "AB":
        story.fetch(5.0, tab, "GET /rows", says=rows)
        story.says(5.1, tab, "Walk the dog")
    story.frame(12.0, "A", key, json.dumps({"id": "m7x1", "done": True}))
    story.rewrites(12.1, "A", "Walk the dog", "☑ Walk the dog")
    assert [one.tab for one in story.subject(30.0).stale_now] == ["B"]


def test_who_says_who_types_need_not_show_it_and_who_says_a_text_must() -> None:
    story, sockets = room()
    for at, said, shown in (
        (10.0, {"op": "typing", "who": "Ann"}, "Ann is typing…"),
        (20.0, {"op": "say", "text": "See you at the gate"}, "Ann: See you at the gate"),
    ):
        story.fetch(at, "A", "POST /act", json.dumps(said))
        story.frame(at + 0.05, "B", sockets["B"], json.dumps({"by": "Ann", **said}))
        story.says(at + 0.1, "B", shown)
    subject = story.subject(until=30.0)
    [stale] = subject.stale_now
    texts = {item.id: item.excerpt for item in subject.items}
    assert (stale.tab, [texts[item] for item in stale.missing]) == ("A", ["Ann: See you at the gate"])
    assert [one.guarantee for one in subject.violations] == ["read-your-writes"]
