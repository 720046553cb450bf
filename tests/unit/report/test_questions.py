"""The open questions: answered from events, or the experiment named that would answer them."""

from __future__ import annotations

from monitor.commands.group import COMMANDS
from monitor.formats.model import Trigger
from monitor.report.questions import sentence
from tests.unit.report.stories import column, told_chatgpt, told_claude


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


def test_what_a_site_does_not_have_is_answered_by_its_loads() -> None:
    site = column(told_claude())
    found = {one.question: one.answer for one in site.questions}
    assert found["WebSocket message format?"].text == "does not apply: its pages opened no WebSocket in 2 loads"
    assert found["Reconnection strategy?"].text.startswith("does not apply: its pages hold no connection; the browser")
    assert found["WebSocket message format?"].events
    assert found["Reconnection strategy?"].events


def test_the_fields_of_a_type_are_listed() -> None:
    rows = {row.type: row for row in column(told_chatgpt()).formats}
    assert "payload.payload.conversation_id uuid" in rows["message/conversation-turn-complete"].fields


def test_a_trigger_in_words() -> None:
    trigger = Trigger(
        what="A POST /turn", kind="request", share=0.92, lift=14.2, median_s=2.41, window_s=5.0, count=11, of=12
    )
    assert sentence(trigger) == "11 of 12 come 2.4 s after A POST /turn (14 times as often as by chance)"


def test_there_is_a_report_command() -> None:
    assert "report" in COMMANDS
