"""The trade-offs: numbers that were measured, and 'not observed' where they were not."""

from __future__ import annotations

import json

import pytest

from monitor.model import Action
from monitor.report.build import build
from monitor.report.model import SiteReport
from tests import notes
from tests.story import Story
from tests.unit.report.stories import column, told_chatgpt, told_claude

NOTE = "the tram leaves at nine"


def test_what_is_measured_of_a_socket() -> None:
    numbers = column(told_chatgpt()).tradeoffs
    assert numbers["Connection overhead"].text.startswith("2 sockets, ")
    assert numbers["Latency of the word"].text == "1.3 s after the write"
    assert numbers["Until a write is seen elsewhere"].text == "13.3 s by reload"
    assert numbers["Infrastructure"].text == "`ws.chatgpt.com`"


def test_what_is_measured_of_pushes() -> None:
    numbers = column(told_claude()).tradeoffs
    assert numbers["Connection overhead"].text == "none held by the page; 1 push came"
    assert "push received to dispatched: 10 ms" in numbers["Latency of the word"].text


def site_of(story: Story) -> SiteReport:
    story.events.sort(key=lambda event: event.time)
    (site,) = build([("x", story.events)]).sites
    return site


def brought(at: float = 5.3) -> Story:
    """A writes a note; B's socket brings it, and B shows it."""
    story = Story()
    story.open(0.0, "A", "B")
    key = story.socket(1.0, "B")
    story.fetch(5.0, "A", "POST /notes", json.dumps({"text": NOTE}))
    story.says(5.2, "A", NOTE)
    story.frame(at, "B", key, json.dumps({"text": NOTE}))
    story.says(at + 0.1, "B", NOTE)
    return story


def test_the_message_that_brings_a_write_is_its_word() -> None:
    numbers = site_of(brought()).tradeoffs
    assert numbers["Latency of the word"].text == "0.25 s after the write"
    assert numbers["Until a write is seen elsewhere"].text == "0.35 s by socket"
    assert site_of(brought(4.95)).tradeoffs["Latency of the word"].text == "before the write was answered"


def test_each_way_is_told_with_its_waits_and_hidden_tabs_are_no_way() -> None:
    story = told_chatgpt()
    story.hide(9.0, "B")
    text = column(story).tradeoffs["Until a write is seen elsewhere"].text
    assert text == "13.3 s by reload"


def test_a_page_without_connections_holds_none_and_has_its_own_server() -> None:
    story = Story()
    story.open(0.0, "A")
    story.fetch(1.0, "A", "GET /rooms", says="[]")
    numbers = site_of(story).tradeoffs
    assert numbers["Connection overhead"].text == "none held by the page"
    assert numbers["Infrastructure"].text == "`example.org`"
    assert numbers["Infrastructure"].events
    for name in ("Latency of the word", "Until a write is seen elsewhere"):
        assert numbers[name].text == "not observed; `syncmon experiment multi-tab` would tell"


def test_what_came_by_asking_alone_had_no_word() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    for number in range(8):
        story.fetch(number + 0.1, "B", "GET /notes", says=json.dumps([NOTE] if number > 5 else []))
    story.fetch(5.0, "A", "POST /notes", json.dumps({"text": NOTE}))
    story.says(5.2, "A", NOTE)
    story.says(6.2, "B", NOTE)
    one = site_of(story).tradeoffs["Latency of the word"]
    assert (one.text, one.known) == ("no message gave the word: what was written came by poll", True)
    assert one.events


@pytest.mark.parametrize("held", [True, False])
def test_how_long_a_message_took_that_was_held_back_is_not_the_applications_doing(held: bool) -> None:
    story = notes.written()
    key = story.socket(1.0, "B")
    story.add(Action(time=8.0 if held else 2.0, tab="B", do="hold", args={"on": True}))
    story.add(Action(time=13.0 if held else 2.1, tab="B", do="hold", args={"on": False}))
    story.frame(13.1, "B", key, notes.NOTE)
    story.says(13.2, "B", notes.TEXT)
    site = column(story)
    told = site.tradeoffs["Latency of the word"].text
    assert told.startswith("not measured, as tabs were held back" if held else "3.1 s after the write")
    asked = next(one.answer.text for one in site.questions if one.question == "What triggers the messages?")
    assert ("brings what was written" in asked) is not held
    assert [step.label.endswith(", once let go") for step in site.diagram][-1] is held
