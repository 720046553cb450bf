"""Which message made a page ask its server: one that it waited for, and no heartbeat."""

from __future__ import annotations

import json

import pytest

from monitor.sync.network import Network
from monitor.sync.prompts import prompt_of
from tests.story import Story

WORD = json.dumps({"type": "changed", "id": "m1"})
BEAT = json.dumps({"type": "ping"})


def prompts(
    words: list[float], asked: list[float], message: str = WORD, until: float = 120.0,
    said: str = "[]", used: float | None = None,
) -> list[bool]:  # fmt: skip
    """Whether each request, but for that of the load, was prompted; after a load at 0, within some time.

    said: the answer to those after the load. used: when the user did something.
    """
    story = Story()
    if used is not None:
        story.uses(used, "A")
    key = story.socket(0.0, "A")
    events = [(time, message) for time in words] + [(time, "") for time in (0.2, *asked)] + [(until, BEAT + " ")]
    for time, frame in sorted(events):
        if frame:
            story.frame(time, "A", key, frame)
        else:
            story.fetch(time, "A", "GET /rows", says=said if time > 1 else "[]")
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


@pytest.mark.parametrize("delay", [3.2, 4.5, 7.0, 10.0])
def test_one_word_is_enough_long_before_where_it_names_what_came(delay: float) -> None:
    word = json.dumps({"type": "changed", "id": "row-7a1"})
    rows = json.dumps([{"id": "row-7a1", "text": "the tram leaves at nine"}])
    assert prompts([20.0], [20.0 + delay], word, said=rows) == [True]
    assert prompts([20.0], [20.0 + delay], word, said=rows.replace("7a1", "8b2")) == [delay < 3.5]


def test_what_the_user_asked_for_was_not_prompted_long_before() -> None:
    word = json.dumps({"type": "changed", "id": "row-7a1"})
    rows = json.dumps([{"id": "row-7a1", "text": "the tram leaves at nine"}])
    assert prompts([20.0], [27.0], word, said=rows, used=26.9) == [False]


def test_what_was_known_before_the_word_is_not_what_it_named() -> None:
    word = json.dumps({"type": "changed", "id": "row-7a1"})
    rows = json.dumps([{"id": "row-7a1", "text": "the tram leaves at nine"}])
    assert prompts([5.0, 20.0], [6.0, 27.0, 60.0], word, said=rows)[1:] == [False, False]


def test_words_that_name_nothing_are_told_by_their_number() -> None:
    words = [30.0, 95.0, 140.0, 210.0]
    asked = [time + wait for time, wait in zip(words, (4.1, 9.7, 3.3, 6.0), strict=True)]
    bare = json.dumps({"type": "refresh"})
    assert prompts(words, asked, bare, until=240.0) == [True] * 4
    assert prompts(words[:1], asked[:1], bare, until=240.0) == [False]
    assert prompts([10.0, 20.0, 30.0], [14.0, 29.0, 36.0], bare) == [False] * 3


def test_a_poll_is_none_though_each_follows_a_message() -> None:
    beats = [float(time) for time in range(5, 240, 30)]
    assert prompts(beats, [time + 6.0 for time in beats], BEAT, until=260.0) == [False] * len(beats)
