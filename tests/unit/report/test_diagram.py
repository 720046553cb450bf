"""The sequence diagram: how the page connects, then one write as the other tab lived it."""

from __future__ import annotations

import json

from monitor.model import SocketOpened
from monitor.report import svg
from monitor.report.build import build
from monitor.report.markdown import diagram
from tests.chats import NEW, chatgpt
from tests.story import Story
from tests.unit.report.stories import SOCKET, column, opens, told_chatgpt, told_claude


def test_the_socket_the_write_the_word_and_the_reload_in_their_order() -> None:
    steps = column(told_chatgpt()).diagram
    assert [(step.source, step.to, step.label) for step in steps] == [
        ("tab", "server", "GET /backend-api/celsius/ws/user"),
        ("server", "tab", "200 {websocket_url}"),
        ("tab", "server", "opens wss://ws.chatgpt.com/p24/ws/user/{id}"),
        ("tab", "server", "subscribe"),
        ("server", "tab", "subscribe"),
        ("tab", "server", "POST /backend-api/f/conversation"),
        ("server", "other", "conversation-turn-complete"),
        ("other", "server", "loads the page again"),
    ]
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_a_socket_older_than_the_recording_leaves_the_connecting_to_the_tab_that_was_seen_to() -> None:
    story = chatgpt()
    story.add(SocketOpened(time=0.5, tab="A", target="page-A", connection="w1", url=SOCKET, late=True))
    story.load_chat(23.0, "B", NEW)
    opens(story, 24.0, "B", "w2")
    steps = column(story).diagram
    assert [(step.source, step.to, step.label) for step in steps] == [
        ("tab", "server", "POST /backend-api/f/conversation"),
        ("other", "server", "loads the page again"),
        ("other", "server", "GET /backend-api/celsius/ws/user"),
        ("server", "other", "200 {websocket_url}"),
        ("other", "server", "opens wss://ws.chatgpt.com/p24/ws/user/{id}"),
        ("other", "server", "subscribe"),
        ("server", "other", "subscribe"),
    ]


def test_a_push_goes_to_the_worker() -> None:
    steps = column(told_claude()).diagram
    (push,) = [step for step in steps if step.what == "push"]
    assert (push.source, push.to, push.label) == ("push", "worker", "OpenChat")


def test_what_passes_between_tabs_goes_by_no_server() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    note = "the tram leaves at nine"
    story.fetch(5.0, "A", "POST /notes", json.dumps({"text": note}))
    story.says(5.2, "A", note)
    story.storage(5.3, "A", "notes", json.dumps([note]), "out")
    story.storage(5.3, "B", "notes", json.dumps([note]), "in")
    story.says(5.4, "B", note)
    (site,) = build([("x", story.events)]).sites
    assert [(step.source, step.to, step.label) for step in site.diagram] == [
        ("tab", "server", "POST /notes"),
        ("tab", "other", "brings it by localStorage"),
    ]


def test_what_nobody_was_seen_to_write_is_drawn_where_it_was_shown_first() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    note = "the tram leaves at nine"
    story.fetch(4.0, "A", "GET /notes", says=json.dumps([note]))
    story.says(4.2, "A", note)
    story.fetch(9.0, "B", "GET /notes", says=json.dumps([note]))
    story.says(9.2, "B", note)
    (site,) = build([("x", story.events)]).sites
    first, last = site.diagram
    assert (first.source, first.to, first.label) == ("tab", "tab", "shows “the tram leaves at nine”")
    assert (last.source, last.to, last.label) == ("other", "server", "asks again")
    assert not site.results[0].written
    text = list(diagram(site.diagram))
    assert any("* shows “the tram leaves at nine”" in line for line in text)
    assert "<circle" in svg.sequence(site.diagram)
