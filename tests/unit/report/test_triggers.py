"""What makes messages come, in words, with their events."""

from __future__ import annotations

import json

from monitor.formats.model import Trigger
from monitor.report.build import build
from monitor.report.model import Claim
from monitor.report.triggers import sentence
from tests.story import Story
from tests.unit.report.stories import column, told_chatgpt


def answer(story: Story) -> Claim:
    (site,) = build([("x", story.events)]).sites
    return next(one.answer for one in site.questions if one.question == "What triggers the messages?")


def test_a_trigger_in_words() -> None:
    trigger = Trigger(
        what="A POST /turn", kind="request", share=0.92, lift=14.2, median_s=2.41, window_s=5.0, count=11, of=12
    )
    assert sentence(trigger, 12) == "11 of 12 come 2.4 s after A POST /turn (14 times as often as by chance)"
    assert sentence(trigger, 90).startswith("11 of 12 bursts come ")


def test_the_message_that_names_a_write_is_triggered_by_it() -> None:
    (one,) = [one for one in column(told_chatgpt()).questions if one.question == "What triggers the messages?"]
    told = "`message/conversation-turn-complete` names what was written 1.3 s after the only write"
    assert told in one.answer.text


def test_so_is_the_message_that_brings_one() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    key = story.socket(1.0, "B")
    for number in range(2):
        at, note = 5.0 + 4 * number, f"note {number} of the harbour master"
        story.fetch(at, "A", "POST /notes", json.dumps({"text": note}))
        story.says(at + 0.2, "A", note)
        story.frame(at + 0.35, "B", key, json.dumps({"type": "note", "text": note}))
        story.says(at + 0.4, "B", note)
    found = answer(story)
    assert "`note` brings what was written 0.30 s (median of 2) after both writes" in found.text
    assert {story.events[seq - 1].kind for seq in found.events} == {"frame"}


def test_what_a_worker_only_passes_on_is_told_once() -> None:
    story = Story()
    story.open(0.0, "A", "B")
    for number in range(8):
        at, payload = 20.0 + 40 * number + number % 3, json.dumps({"method": "OpenChat"})
        note = json.dumps({"fcmMessageId": str(number), "from": "9", "data": {"payload": payload}})
        story.fetch(at, "A", "POST /notes", json.dumps({"number": number}))
        story.push(at + 0.35, note, instance=f"i{number}")
        story.worker(at + 0.36, "B", note)
    (site,) = build([("x", story.events)]).sites
    assert {(row.channel, row.type) for row in site.formats} >= {("push", "OpenChat"), ("worker", "OpenChat")}
    told = answer(story).text
    assert told.count("`OpenChat`: all 8 come") == 1, told
