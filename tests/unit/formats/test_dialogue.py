"""Replies by repeated ids, and fields that count up."""

from __future__ import annotations

import pytest

from monitor.formats.dialogue import Counters, Replies, shallow
from monitor.formats.model import TypeKey

ASK: TypeKey = ("s", "socket", "out", "p", "ask")
ANSWER: TypeKey = ("s", "socket", "in", "p", "answer")
NEWS: TypeKey = ("s", "socket", "in", "p", "news")


def test_only_numbers_and_ids_that_are_not_deep() -> None:
    value = {"id": "x1", "text": "x", "n": 3, "a": {"b": {"ref": 1, "c": {"id": 2}}}, "f": 1.5, "t": True}
    assert dict(shallow(value)) == {"id": "x1", "n": 3, "a.b.ref": 1}
    assert dict(shallow([7, "8", {"id": 1}])) == {"[0]": 7, "[1]": "8", "[2].id": 1}


def test_an_answer_repeats_the_id_of_what_it_answers() -> None:
    found = Replies()
    for number in range(10):
        found.note(ASK, "w1", number * 10.0, shallow({"id": number, "q": 5}))
        found.note(NEWS, "w1", number * 10.0 + 0.1, shallow({"n": number}))
        found.note(ANSWER, "w1", number * 10.0 + 0.2, shallow({"payload": {"ref": number}}))
    counts = {ASK: 10, ANSWER: 10, NEWS: 10}
    [answer] = found.of(ANSWER, counts)
    assert (answer.role, answer.to, answer.count, answer.by, answer.its) == ("answers", ASK, 10, "payload.ref", "id")
    assert answer.median_s == pytest.approx(0.2, rel=0.03)
    [ask] = found.of(ASK, counts)
    assert (ask.role, ask.to, ask.by) == ("answered-by", ANSWER, "id")
    assert found.of(NEWS, counts) == ()


def test_other_connections_have_their_own_ids() -> None:
    found = Replies()
    for number in range(5):
        found.note(ASK, "w1", number, shallow({"id": number}))
        found.note(ANSWER, "w2", number + 0.1, shallow({"id": number}))
    assert found.of(ANSWER, {ASK: 5, ANSWER: 5}) == ()


def test_a_counter_of_several_types() -> None:
    found = Counters()
    for number in range(12):
        found.note(
            ANSWER if number % 3 else NEWS, "w1", shallow({"s": number + 5, "t": 1767520864 + 7 * number, "k": 4})
        )
    [sequence] = found.of(NEWS)
    assert (sequence.path, sequence.first, sequence.last, sequence.shared, sequence.gaps) == ("s", 5, 16, True, 0)


def test_gaps_and_repeats_are_counted() -> None:
    found = Counters()
    for number in (1, 2, 3, 3, 4, 7, 8, 9):
        found.note(NEWS, "w1", shallow({"s": number}))
    [sequence] = found.of(NEWS)
    assert (sequence.steps, sequence.gaps, sequence.repeats) == (7, 2, 1)


def test_numbers_that_go_up_and_down_count_nothing() -> None:
    found = Counters()
    for number in (1, 2, 3, 1, 2, 3, 1, 2):
        found.note(NEWS, "w1", shallow({"s": number}))
    assert found.of(NEWS) == ()
