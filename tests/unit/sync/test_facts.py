"""Facts of a profiled site, put to use: who wrote, what a new conversation is called, whose an answer is."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from monitor.model import Navigation
from monitor.sites.profile import Profile, ReadRule, WriteRule
from monitor.sync.snapshot import SubjectView
from tests.story import START, Story

HOST = "https://chat.example"
ROOM = f"{HOST}/room/7"
PROFILE = Profile(
    name="example",
    hosts=("chat.example",),
    routes=("/room/{subject}",),
    write=(
        WriteRule(request="POST /api/rooms/{subject}", items="[{id: id, text: text, author: 'user'}]"),
        WriteRule(request="POST /api/rooms", items="[{id: id, text: text, author: 'user'}]"),
    ),
    read=(
        ReadRule(request="GET /api/rooms/{subject}", items="messages"),
        ReadRule(request="POST /api/rooms/{subject}", items="messages"),
        ReadRule(request="POST /api/rooms", subject="room", items="messages"),
        ReadRule(channel="socket", type="new", subject="room", items="[message]"),
    ),
)
PARENTS = structs.replace(
    PROFILE,
    write=(WriteRule(request="POST /api/rooms/{subject}", items="[{id: id, text: text, parent: parent}]"),),
    read=(ReadRule(request="GET /api/rooms/{subject}", items="messages", whole=True),),
)
QUESTION = {"id": "q", "text": "Which tree is it?"}
ANSWER = {"id": "a", "text": "A silver birch", "author": "assistant"}


def room(url: str = ROOM) -> Story:
    story = Story()
    story.open(0, "A", "B", url=url, texts=("Chats",))
    return story


def ask(story: Story, answer: object = None, path: str = "/api/rooms/7", status: int = 200) -> None:
    """A sends a question; what the server answers at once."""
    says = json.dumps({"room": 7, "messages": [answer] if answer else []})
    story.fetch(10.0, "A", f"POST {path}", json.dumps(QUESTION), says=says, url=HOST, status=status)


def subject(story: Story, key: str = "7", until: float = 20.0) -> SubjectView:
    [found] = [one for one in story.told(until, [PROFILE]).subjects if one.subject == key]
    return found


def test_the_request_that_states_an_item_wrote_it() -> None:
    story = room()
    ask(story)
    [write] = subject(story).writes
    assert (write.tab, write.request, write.items) == ("A", "POST /api/rooms/7", ("q",))
    assert write.at == pytest.approx(START + 10.05)


def test_a_refused_request_wrote_nothing() -> None:
    story = room()
    ask(story, status=409)
    assert subject(story).writes == ()


def test_the_answer_on_the_response_belongs_to_the_write() -> None:
    story = room()
    ask(story, ANSWER)
    found = subject(story)
    assert [write.items for write in found.writes] == [("q", "a")]
    assert {item.id: item.author for item in found.items} == {"q": "user", "a": "assistant"}


def answered_by_socket(author: str, tab: str = "A", at: float = 12.0) -> SubjectView:
    story = room()
    key = story.socket(1.0, tab)
    ask(story)
    news = {"type": "new", "room": 7, "message": {"id": "n", "text": "A hornbeam, no doubt", "author": author}}
    story.frame(at, tab, key, json.dumps(news))
    return subject(story, until=at + 10.0)


def test_the_answer_that_comes_to_the_writers_tab_by_another_way_belongs_to_the_write_too() -> None:
    assert [write.items for write in answered_by_socket("assistant").writes] == [("q", "n")]


def test_what_another_person_says_is_no_answer() -> None:
    assert ("q",) in [write.items for write in answered_by_socket("human").writes]


def test_what_comes_to_another_tab_or_long_after_is_no_answer() -> None:
    assert ("q",) in [write.items for write in answered_by_socket("assistant", tab="B").writes]
    assert ("q",) in [write.items for write in answered_by_socket("assistant", at=200.0).writes]


def test_of_a_list_of_all_items_old_ones_are_no_answers() -> None:
    """The recording began late: what was said before the question is first heard of when the page is loaded again."""
    profile = PARENTS
    story = room()
    story.fetch(10.0, "A", "POST /api/rooms/7", json.dumps(QUESTION | {"parent": "old"}), says="{}", url=HOST)
    old = [{"id": "old", "text": "Ask me about trees", "author": "assistant", "parent": "root"},
           {"id": "other", "text": "Or about birds", "author": "assistant", "parent": "root"}]  # fmt: skip
    asked = QUESTION | {"parent": "old", "author": "user"}
    messages = [*old, asked, ANSWER | {"parent": "q"}, {"id": "b", "text": "Or two", "author": "tool", "parent": "a"}]
    story.fetch(15.0, "A", "GET /api/rooms/7", says=json.dumps({"messages": messages}), url=HOST)
    [found] = [one for one in story.told(20.0, [profile]).subjects if one.subject == "7"]
    assert [write.items for write in found.writes if write.request] == [("q", "a", "b")]


def test_a_new_conversation_is_called_what_its_answer_says() -> None:
    story = room(url=f"{HOST}/")
    ask(story, ANSWER, path="/api/rooms")
    story.add(Navigation(time=10.5, tab="A", target="page-A", url=ROOM, how="same-document"))
    found = subject(story)
    assert (found.site, [write.items for write in found.writes]) == ("example", [("q", "a")])


def test_a_page_that_shows_what_a_fact_states_shows_the_item() -> None:
    story = room()
    for tab in "AB":
        story.fetch(9.0, tab, "GET /api/rooms/7", says=json.dumps({"messages": []}), url=HOST)
    story.says(9.9, "A", QUESTION["text"], url=ROOM)
    ask(story)
    found = subject(story)
    assert {label: cell.state for label, cell in found.items[0].cells.items()} == {"A": "wrote", "B": "missing"}
    assert [stale.tab for stale in found.stale_now] == ["B"]


def test_a_site_without_a_profile_has_no_facts() -> None:
    story = room()
    ask(story)
    assert [(one.items, one.writes) for one in story.told(20.0).subjects] == [((), ())]
