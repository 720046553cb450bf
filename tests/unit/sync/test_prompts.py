"""Which message made a page ask its server: one that it waited for, and no heartbeat."""

from __future__ import annotations

import json

import pytest

from monitor.sync.network import Network
from monitor.sync.prompts import prompt_of
from tests.story import Story

WORD = json.dumps({"type": "changed", "id": "m1"})
BEAT = json.dumps({"type": "ping"})


def prompts(words: list[float], asked: list[float], message: str = WORD, until: float = 120.0) -> list[bool]:
    """Whether each request, but for that of the load, was prompted; after a load at 0, within some time."""
    story = Story()
    key = story.socket(0.0, "A")
    events = [(time, message) for time in words] + [(time, "") for time in (0.2, *asked)] + [(until, BEAT + " ")]
    for time, said in sorted(events):
        if said:
            story.frame(time, "A", key, said)
        else:
            story.fetch(time, "A", "GET /rows", says="[]")
    network = Network()
    for event in story.events:
        if (connection := network.note(event)) is not None:
            network.packet(event, connection)
    found = [one for one in network.connections.values() if one.method == "GET"]
    return [prompt_of(one, "A", network) is not None for one in found[1:]]


@pytest.mark.parametrize("delay", [0.05, 0.8, 1.5, 3.0])
def test_a_page_that_asks_some_time_after_each_word_was_given_it(delay: float) -> None:
    words = [10.0, 22.0, 31.0, 52.0]
    assert prompts(words, [time + delay for time in words]) == [True] * 4


def test_it_may_wait_now_longer_and_now_less_and_ask_once_for_two_words() -> None:
    assert prompts([10.0, 22.0, 22.4, 31.0, 52.0], [10.3, 23.1, 32.5, 53.4]) == [True] * 4


def test_what_comes_all_the_time_is_no_word() -> None:
    beats = [float(time) for time in range(2, 118, 2)]
    assert prompts(beats, [11.5, 33.2, 51.7, 88.9], BEAT) == [False] * 4


def test_what_a_user_asks_for_now_and_then_was_not_prompted() -> None:
    assert prompts([10.0, 40.0, 70.0], [14.0, 51.0, 83.0]) == [False] * 3
    assert prompts([10.0], [12.0, 51.0, 83.0]) == [False] * 3


def test_a_poll_that_begins_with_a_heartbeat_is_prompted_by_none() -> None:
    assert prompts([10.0], [10.0, 12.0], BEAT) == [False, False]
