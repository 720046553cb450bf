"""The open questions: answered from events, or the experiment named that would answer them."""

from __future__ import annotations

import json

from monitor.commands.group import COMMANDS
from monitor.model import Action, Mark
from monitor.report.build import build
from tests.story import Story
from tests.unit.report.stories import column, numbered, told_chatgpt, told_claude


def answers(site: object) -> dict[str, str]:
    from monitor.report.model import SiteReport

    assert isinstance(site, SiteReport)
    return {one.question: one.answer.text for one in site.questions if one.answer.known}


def test_the_format_of_the_socket_is_answered() -> None:
    found = answers(column(told_chatgpt()))
    assert found["WebSocket message format?"].startswith("`celsius`; 3 types: ")
    assert "`message/conversation-turn-complete` {type, topic_id, payload} (1)" in found["WebSocket message format?"]


def test_the_payload_of_pushes_is_answered() -> None:
    found = answers(column(told_claude()))
    assert found["Push payload structure?"] == "`fcm`; 1 type: ◀ `OpenChat` {fcmMessageId, from, data} (1)"


def test_what_is_not_known_names_an_experiment() -> None:
    unknown = [one for one in column(told_claude()).questions if not one.answer.known]
    assert {one.question: one.experiment for one in unknown}["Multi-tab conflict resolution?"] == "conflict"
    assert all(one.experiment for one in unknown)


def test_how_an_event_source_comes_back_is_not_asked_of_an_experiment_that_cannot_break_it() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.sse(5.0, "B", "Buy oat milk")
    (one,) = [one for one in column(story).questions if one.question == "Reconnection strategy?"]
    assert "an EventSource cannot be closed from outside" in one.answer.text
    assert (one.answer.known, one.experiment) == (False, "")
    story.socket(6.0, "B")
    (one,) = [one for one in column(story).questions if one.question == "Reconnection strategy?"]
    assert (one.answer.known, one.experiment) == (False, "reconnect")


def test_what_a_site_does_not_have_is_answered_by_its_loads() -> None:
    site = column(told_claude())
    found = {one.question: one.answer for one in site.questions}
    assert found["WebSocket message format?"].text == "does not apply: its pages opened no WebSocket in 2 loads"
    assert found["Reconnection strategy?"].text.startswith("does not apply: its pages hold no connection; the browser")
    assert found["WebSocket message format?"].events
    assert found["Reconnection strategy?"].events


def test_an_experiment_that_was_carried_out_and_did_not_tell_is_not_asked_for_again() -> None:
    story = told_chatgpt()
    story.add(Mark(time=9.0, text="experiment reconnect: Load tab B again"))
    site = column(story)
    (one,) = [one for one in site.questions if one.question == "Reconnection strategy?"]
    assert one.answer.text == ("no connection broke; `syncmon experiment reconnect` was carried out, and did not tell")
    assert (one.answer.known, one.experiment) == (False, "")
    assert "reconnect" not in site.untested


def test_a_socket_that_was_cut_and_never_seen_is_no_proof_that_none_broke() -> None:
    story = told_chatgpt()
    story.add(Action(time=9.0, tab="B", do="cut", args={"sockets": 1}))
    (one,) = [one for one in column(story).questions if one.question == "Reconnection strategy?"]
    assert one.answer.text.startswith("not known: what was cut had been open before the recording")


def appended(seen_at: float) -> Story:
    """A and B each add a note to a list; B shows A's at some time."""
    story = Story()
    story.open(0.0, "A", "B")
    notes = ["the tram leaves at nine", "somebody feeds the swans"]
    story.fetch(5.0, "A", "POST /notes", json.dumps({"text": notes[0]}))
    story.says(5.2, "A", notes[0])
    story.fetch(6.0, "B", "POST /notes", json.dumps({"text": notes[1]}))
    story.says(6.2, "B", notes[1])
    story.fetch(seen_at, "B", "GET /notes", says=json.dumps(notes))
    story.says(seen_at + 0.2, "B", notes[0])
    story.fetch(9.0, "A", "GET /notes", says=json.dumps(notes))
    story.says(9.2, "A", notes[1])
    story.events.sort(key=lambda event: event.time)
    return story


def test_writes_that_stand_beside_each_other_were_both_kept() -> None:
    (site,) = build([("x", appended(8.0).events)]).sites
    (one,) = [one for one in site.questions if one.question == "Multi-tab conflict resolution?"]
    assert one.answer.text == "B wrote without having seen A's write: both were kept, beside each other"
    assert len(one.answer.events) == 2
    (site,) = build([("x", numbered(appended(5.4)))]).sites
    (one,) = [one for one in site.questions if one.question == "Multi-tab conflict resolution?"]
    assert not one.answer.known
    assert one.answer.text.startswith("no two tabs wrote without knowing of each other: B showed A's write by ")


def test_what_comes_instead_of_sockets_is_told() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    story.load(1.0, "A", ["Room"])
    for number in range(4):
        story.broadcast(2.0 + number * 1.3, json.dumps({"op": "note", "n": number}), "A", "B")
    story.hide(20.0, "A")
    (site,) = build([("x", story.events)]).sites
    (one,) = [one for one in site.questions if one.question == "WebSocket message format?"]
    assert "opened no WebSocket in 1 load; by broadcast came 1 type: `room/note` {op, n} (8)" in one.answer.text


def test_the_fields_of_a_type_are_listed() -> None:
    rows = {row.type: row for row in column(told_chatgpt()).formats}
    assert "payload.payload.conversation_id uuid" in rows["message/conversation-turn-complete"].fields


def test_there_is_a_report_command() -> None:
    assert "report" in COMMANDS
