"""Why a tab was behind, in words: each clause stands for an event that is there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.model import UserInput, Visibility
from monitor.sync.explain import number, seconds, short
from tests.chats import CONVERSATION, NEW, PROFILES, ChatStory, chatgpt, claude
from tests.notes import TEXT, written
from tests.story import Story

NOTE = "Buy oat milk"
COMPLETE = [
    {
        "type": "message",
        "topic_id": "conversations",
        "payload": {"type": "conversation-turn-complete", "payload": {"conversation_id": CONVERSATION}},
    }
]


def why(story: Story, until: float) -> str:
    """The explanation of how the only write fared in the only other tab."""
    (write,) = story.subject(until, PROFILES).writes
    (seen,) = write.seen
    return seen.why


def told(story: ChatStory, at: float = 10.4) -> ChatStory:
    """B's socket brings the word that the turn is complete."""
    story.frame(at, "B", story.socket(1.0, "B"), json.dumps(COMPLETE))
    return story


# ── while it lasts ──


def test_a_tab_that_nothing_reached() -> None:
    assert why(chatgpt(), 23.1) == (
        "B lacks 2 items for 13.0 s. Nothing that reached it named it: no message came, and the page asked for nothing."
    )


def test_a_tab_that_was_given_the_word_and_asked_for_nothing() -> None:
    assert why(told(chatgpt()), 23.1) == (
        "B lacks 2 items for 13.0 s. Its socket did bring conversation-turn-complete 0.30 s after the write,"
        " but the page asked for nothing."
    )


def test_a_tab_that_asked_in_vain() -> None:
    story = told(chatgpt())
    story.fetch(11.5, "B", "GET /backend-api/conversations", says="{}", url="https://chatgpt.com")
    assert why(story, 23.1).endswith("but the page made 1 request, which did not bring it.")


def test_a_tab_that_was_sent_it_and_does_not_show_it() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    key = story.socket(1.0, "B")
    story.fetch(10.0, "A", "POST /notes", json.dumps({"text": NOTE}))
    story.says(10.1, "A", NOTE)
    story.frame(10.35, "B", key, json.dumps({"text": NOTE}))
    assert why(story, 20.0) == (
        f"Its socket brought “{NOTE}” to B 0.30 s after the write, but the page does not show it."
    )


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (None, f"Its socket brought “{NOTE}” to B 0.35 s after A showed it, but the page does not show it."),
        (16.0, f"B showed “{NOTE}” 5.9 s after A did: its socket had brought it after 0.35 s."),
    ],
)
def test_of_what_nobody_wrote_no_write_is_named(shown: float | None, told: str) -> None:
    story = Story()
    story.open(0.0, "A", "B")
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    story.frame(10.05, "A", sockets["A"], json.dumps({"text": NOTE}))
    story.says(10.1, "A", NOTE)
    story.frame(10.45, "B", sockets["B"], json.dumps({"text": NOTE}))
    if shown is not None:
        story.says(shown, "B", NOTE)
    assert why(story, 20.0) == told


def test_a_hidden_tab_and_an_offline_one_are_said_to_be_so() -> None:
    story = chatgpt()
    story.hide(9.0, "B")
    assert why(story, 23.1).endswith("It was hidden all the time.")
    story.hide(15.1, "B", visible=True)
    assert why(story, 23.1).endswith("It was hidden for 5.0 s of it.")


def test_a_tab_that_left_without_it() -> None:
    story = chatgpt()
    story.close(15.1, "B")
    assert "lacked 2 items for 5.0 s, until it closed or turned elsewhere." in why(story, 23.1)


def test_a_push_that_its_worker_kept_to_itself() -> None:
    story = claude()
    request = {"conversation_uuid": "9a000000-aaaa-bbbb-cccc-000000000002"}
    payload = json.dumps({"method": "OpenChat", "request": request})
    story.push(10.4, json.dumps({"fcmMessageId": "1", "data": {"payload": payload}}), origin="https://claude.ai/")
    assert why(story, 23.1).endswith(
        "A push named it (OpenChat) 0.30 s after the write and was not passed on to the page, which asked for nothing."
    )


# ── healed ──


def test_healed_by_a_reload_after_a_word_that_did_not_help() -> None:
    story = told(chatgpt())
    story.load_chat(23.0, "B", NEW)
    assert why(story, 30.0) == (
        "B lacked m3 for 13.3 s, until it loaded the page again. Its socket did bring conversation-turn-complete"
        " 0.30 s after the write, but the page asked for nothing."
    )


@pytest.mark.parametrize(
    ("carrier", "words"),
    [
        ("socket", "its socket brought it"),
        ("sse", "its EventSource brought it"),
        ("storage", "a storage event brought it"),
        ("broadcast", "a BroadcastChannel message brought it"),
        ("worker", "a message of its worker brought it"),
        ("push", "a push brought it"),
        ("fetch", "unprompted, a request brought it"),
        ("nothing", "what brought it was not seen"),
    ],
)
def test_what_brought_it_is_named(carrier: str, words: str) -> None:
    story = Story()
    story.open(0.0, "A", "B")
    key = story.socket(1.0, "B")
    story.fetch(10.0, "A", "POST /notes", json.dumps({"text": NOTE}))
    story.says(10.1, "A", NOTE)
    text = json.dumps({"text": NOTE})
    match carrier:
        case "socket":
            story.frame(11.9, "B", key, text)
        case "sse":
            story.sse(11.9, "B", text)
        case "storage":
            story.storage(11.9, "B", "note", text, "in")
        case "broadcast":
            story.broadcast(11.9, text, "B")
        case "worker":
            story.worker(11.9, "B", text)
        case "push":
            story.push(11.9, text)
        case "fetch":
            story.fetch(11.8, "B", "GET /notes", says=text)
    story.says(12.05, "B", NOTE)
    assert why(story, 20.0) == f"B showed “{NOTE}” 2.0 s after the write: {words}."


def test_a_page_that_took_its_time_to_show_what_it_had() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    key = story.socket(1.0, "B")
    story.fetch(10.0, "A", "POST /notes", json.dumps({"text": NOTE}))
    story.says(10.1, "A", NOTE)
    story.frame(10.35, "B", key, json.dumps({"text": NOTE}))
    story.says(14.05, "B", NOTE)
    assert why(story, 20.0).endswith("its socket had brought it after 0.30 s.")


# ── words ──


def test_times_have_as_many_digits_as_they_are_worth() -> None:
    assert [seconds(value) for value in (0.214, 13.24, 184.3, 0.021)] == ["0.21 s", "13.2 s", "184 s", "21 ms"]
    assert [seconds(value) for value in (0.0004, -0.1)] == ["under 1 ms"] * 2


def test_numbers_and_types() -> None:
    assert (number(1, "request"), number(0, "request")) == ("1 request", "0 requests")
    assert (short("message/conversation-turn-complete"), short("OpenChat")) == (
        "conversation-turn-complete",
        "OpenChat",
    )


def test_a_tab_that_was_sent_what_only_a_reload_made_it_show() -> None:
    story = Story()
    story.open(0, "A", "B")
    sockets = {tab: story.socket(1.0, tab) for tab in "AB"}
    note = json.dumps({"text": NOTE})
    story.frame(9.9, "A", sockets["A"], note, way="out")
    story.says(10.0, "A", NOTE)
    story.frame(10.4, "B", sockets["B"], note)
    story.load(15.0, "B", ("Room", NOTE))
    assert why(story, 30.0) == (
        "B lacked “Buy oat milk” for 5.2 s, until it loaded the page again."
        " Its socket brought it to B 0.50 s after the write, but the page did not show it."
    )


def test_who_lacked_what_is_gone_by_now_did_not_turn_elsewhere() -> None:
    story, nine, ten = Story(), "a nine is too early for me", "a ten is much better for me (edited)"
    story.open(0.0, "A", "B", texts=["Team", "Ann shall we begin", "Bob whenever you like"])
    sockets = {tab: story.socket(0.5, tab) for tab in "AB"}
    story.fetch(5.0, "A", "POST /say", json.dumps({"text": nine[2:]}))
    for tab in "AB":
        story.frame(5.1, tab, sockets[tab], json.dumps({"id": "m8r5", "who": "a", "text": nine[2:]}))
        story.says(5.15, tab, nine)
    story.fetch(10.0, "A", "POST /edit", json.dumps({"id": "m8r5", "text": ten[2:-9]}))
    story.rewrites(10.1, "A", nine, ten)
    story.fetch(15.0, "B", "POST /delete", json.dumps({"op": "del", "id": "m8r5"}))
    for at, tab, text in ((15.1, "B", nine), (15.2, "A", ten)):
        story.frame(at, tab, sockets[tab], json.dumps({"op": "del", "id": "m8r5"}))
        story.drops(at + 0.01, tab, text)
    [why] = [seen.why for write in story.subject(20.0).writes for seen in write.seen if seen.censored]
    assert why.startswith(f"B lacked “{ten}” for 5.1 s, until it was gone everywhere.")


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("click", ", and the page showed it after a click in it."),
        ("key", ", and the page showed it after a key was pressed in it."),
        ("paste", ", and the page showed it after its user did something in it."),
        ("turned to", ", and the page showed it after it was turned to."),
        ("", " after 0.20 s."),
    ],
)
def test_what_came_and_was_shown_as_the_user_did_something_is_told_so(what: Any, told: str) -> None:
    story = written()
    key = story.socket(1.0, "B")
    story.frame(10.2, "B", key, json.dumps({"type": "note", "id": "m7a1", "text": TEXT}))
    if what == "turned to":
        for at, focused in ((15.0, False), (19.9, True)):
            story.add(Visibility(time=at, tab="B", target="page-B", visible=True, focused=focused))
    elif what:
        story.add(UserInput(time=19.9, tab="B", target="page-B", input=what))
    story.says(20.0, "B", TEXT)
    (seen,) = story.subject(until=40).writes[0].seen
    assert seen.via == "socket"
    assert "10.0 s after the write: its socket had brought it after 0.20 s" in seen.why
    assert seen.why.endswith(told)
