"""What each step of an experiment called forth: by its name, in the tab where it came."""

from __future__ import annotations

import json

import pytest

from monitor.decode import Decoder
from monitor.model import Mark, SocketClosed, SocketOpened
from monitor.report.steps import Steps
from tests.story import Story
from tests.unit.report.stories import column, told_chatgpt


def steps_of(story: Story) -> list[tuple[str, list[str]]]:
    """Each step, with what it called forth in tabs A and B."""
    steps, decoder = Steps(), Decoder()
    for event in story.events:
        steps.feed(event, decoder.feed(event))
    return [(step.text, [what for what, _ in step.of({"A", "B"})]) for step in steps.all]


def mark(story: Story, at: float, text: str) -> None:
    story.add(Mark(time=at, text=f"experiment mine: {text}"))


def test_what_comes_until_the_next_mark_is_of_the_step() -> None:
    story = Story()
    story.open(0.0, "A", "B", "C")
    key, other = story.socket(1.0, "A"), story.socket(1.0, "C")
    story.frame(1.5, "A", key, '{"op":"hello"}', way="out")
    mark(story, 2.0, "Hide tab A.")
    story.frame(2.1, "A", key, '{"op":"away"}', way="out")
    story.frame(2.2, "A", key, '{"op":"noted"}')
    story.frame(2.3, "C", other, '{"op":"noted"}')
    story.add(Mark(time=2.5, text="lunch"))
    story.frame(2.6, "A", key, '{"op":"noted"}')
    mark(story, 3.0, "Show tab A again")
    mark(story, 4.0, "Wait")
    story.fetch(4.1, "B", "GET /rooms/4711", says="[]")
    story.storage(4.2, "B", "draft", "x", "out")
    story.storage(4.2, "A", "draft", "x", "in")
    story.add(SocketClosed(time=4.3, tab="A", target="page-A", connection=key))
    story.add(SocketOpened(time=4.4, tab="A", target="page-A", connection="s9", url="wss://example.org/s"))
    assert steps_of(story) == [
        ("Hide tab A", ["A ▶ `away`", "A ◀ `noted` (2 times)"]),
        ("Show tab A again", []),
        ("Wait", ["B asks `GET /rooms/{id}`", "B sets `draft`", "A loses a socket", "A opens a socket"]),
    ]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"op": "ping", "n": 1}, "ping"),
        ({"type": "a text, and no name"}, "{type}"),
        ({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, "{a, b, c, d, …}"),
        ([], "[]"),
        (7, "text"),
    ],
)
def test_a_message_without_a_type_is_called_by_what_it_says(said: object, name: str) -> None:
    story = Story()
    story.open(0.0, "A")
    key = story.socket(1.0, "A")
    mark(story, 2.0, "Wait")
    story.frame(2.1, "A", key, json.dumps(said))
    assert steps_of(story) == [("Wait", [f"A ◀ `{name}`"])]


def test_the_steps_stand_in_the_report_with_their_events() -> None:
    story = told_chatgpt()
    for at, text in ((11.0, "Writing in tab A."), (12.0, "Hide tab B"), (13.0, "Load tab B again")):
        story.add(Mark(time=at, text=f"experiment triggers: {text}"))
    site = column(story)
    first, second, _ = site.called["triggers"]
    assert first.text == "Writing in tab A → B ◀ `message/conversation-turn-complete`"
    assert len(first.events) == 2
    assert second.text == "Hide tab B → nothing"
    (answer,) = [one.answer for one in site.questions if one.question == "What triggers the messages?"]
    assert answer.text.endswith("2 of 3 steps of the experiment called something forth (see Tests)")
