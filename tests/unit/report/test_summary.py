"""The summary: its rows in words, and 'not observed' where the recording does not tell."""

from __future__ import annotations

import json

import pytest

from monitor.model import Action, Mark, Request, SocketOpened
from monitor.report.build import build
from tests.chats import NEW, chatgpt
from tests.notes import room
from tests.story import Story
from tests.unit.report.stories import column


def test_a_page_that_does_nothing() -> None:
    story = Story()
    story.open(0.0, "A")
    (site,) = build([("x", story.events)]).sites
    assert site.summary["mechanism"].text.startswith("none")
    assert not site.summary["recovery"].known
    assert site.summary["recovery"].text == "not observed; `syncmon experiment offline` would tell"
    assert site.untested["multi-tab"] == ["Multi-tab sync?", "WebSocket message format?", "Push payload structure?"]
    assert site.untested["offline"] == ["Offline recovery?"]


def test_a_page_that_was_loaded_and_opens_nothing_needs_no_init() -> None:
    story = Story()
    story.open(0.0, "A")
    story.load(1.0, "A", ["Room"])
    story.fetch(20.0, "A", "GET /rooms", says="[]")
    (site,) = build([("x", story.events)]).sites
    assert site.summary["init"].text == "none: its pages open no channel that would need one"
    assert site.summary["init"].known


def test_an_event_source_is_opened_without_asking_first() -> None:
    story = Story()
    story.open(0.0, "A")
    story.add(Request(time=1.0, tab="A", target="page-A", connection="e1", method="GET",
                      url="https://example.org/events", resource="eventsource"))  # fmt: skip
    (site,) = build([("x", story.events)]).sites
    assert site.summary["init"].text == "none: the page opens `GET /events` without asking first"


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (False, "none: the page opens `wss://example.org/s` without asking first"),
        (True, "not observed: its sockets were open before the recording"),
    ],
)
def test_how_a_socket_that_is_older_than_the_recording_was_opened_is_not_known(late: bool, told: str) -> None:
    story = Story()
    story.open(0.0, "A")
    story.add(SocketOpened(time=1.0, tab="A", target="page-A", connection="w1", url="wss://example.org/s", late=late))
    story.frame(2.0, "A", "w1", '{"k": "tick"}')
    (site,) = build([("x", story.events)]).sites
    assert site.summary["init"].text.startswith(told)
    assert site.summary["init"].known is not late


def test_a_write_that_only_hidden_tabs_lack_is_not_called_none() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.hide(1.0, "B")
    story.fetch(2.0, "A", "POST /rooms", '{"id":"n1","text":"Buy oat milk"}', says='{"ok":true}')
    story.says(2.1, "A", "Buy oat milk")
    story.hide(40.0, "A", True)
    (site,) = build([("x", story.events)]).sites
    told = site.summary["multi-tab"]
    assert not told.known
    assert told.text.startswith("not judged: 1 write seen, but the other tabs were hidden")
    assert told.events


def test_a_request_that_nothing_prompts_is_not_called_real_time() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    note = "the tram leaves at nine"
    story.fetch(5.0, "A", "POST /notes", json.dumps({"text": note}))
    story.says(5.2, "A", note)
    story.fetch(9.0, "B", "GET /notes", says=json.dumps([note]))
    story.says(9.2, "B", note)
    (site,) = build([("x", story.events)]).sites
    assert site.summary["multi-tab"].text.endswith("a request brings it, and nothing was seen to prompt that")


def test_of_tabs_that_stay_behind_it_is_said_how_long_they_were_watched() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    note = "the tram leaves at nine"
    story.fetch(5.0, "A", "POST /notes", json.dumps({"text": note}))
    story.says(5.2, "A", note)
    story.hide(25.05, "A")
    (site,) = build([("x", story.events)]).sites
    told = "No sync: tabs that were behind stayed behind for as long as they were watched, for 20.0 s at most"
    assert site.summary["multi-tab"].text == told


def test_what_was_carried_out_is_not_asked_for_again_and_what_was_held_back_is_not_judged() -> None:
    story = chatgpt()
    story.add(Mark(time=0.5, text="experiment multi-tab: Write something in tab A."))
    story.add(Action(time=9.0, tab="B", do="hold", args={"on": True}))
    story.load_chat(12.0, "B", NEW)
    told = column(story).summary["multi-tab"]
    assert not told.known
    assert told.text == (
        "not judged: 1 write seen, but what came to the other tabs was held back; "
        "`syncmon experiment multi-tab` was carried out, and did not tell"
    )


def test_what_was_asked_for_and_nobody_knows_why_is_not_too_short_a_time() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.fetch(5.0, "A", "POST /notes", json.dumps({"text": "the tram leaves at nine"}))
    story.says(5.2, "A", "the tram leaves at nine")
    story.fetch(10.0, "B", "GET /notes", says='["the tram leaves at nine"]')
    story.says(10.2, "B", "the tram leaves at nine")
    site = column(story)
    assert site.summary["multi-tab"].text.startswith("The others show it by themselves")
    assert "why the other tabs asked for it was not seen" in site.consistency[0].text


def test_of_a_page_that_holds_nothing_its_loads_are_named() -> None:
    story = room()
    loaded = story.load(5.0, "A", ("Room",)) + 1
    story.add(Mark(time=60.0, text="long after"))
    site = column(story)
    assert site.summary["connection"].text == "Requests only"
    assert site.summary["connection"].events == site.summary["mechanism"].events == (loaded,)
