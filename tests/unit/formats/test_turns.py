"""What answers what where no id says so."""

from __future__ import annotations

from monitor.formats.collect import Formats
from monitor.formats.model import TypeKey
from monitor.formats.tell import answer, remarks
from monitor.formats.turns import Turns
from monitor.model import Decoded, Direction, Frame, Message

PING: TypeKey = ("s", "socket", "out", "json", "ping")
PONG: TypeKey = ("s", "socket", "in", "json", "pong")
NEWS: TypeKey = ("s", "socket", "in", "json", "news")


def told(turns: Turns, key: TypeKey, **counts: int) -> list[tuple[str, str, int, str]]:
    known = {PING: counts.get("ping", 0), PONG: counts.get("pong", 0), NEWS: counts.get("news", 0)}
    return [(one.role, one.to[4], one.count, one.by) for one in turns.of(key, known)]


def test_what_comes_just_after_each_of_the_other_answers_it() -> None:
    turns = Turns()
    for number in range(8):
        turns.note(PING, "w1", number * 5.0)
        turns.note(PONG, "w1", number * 5.0 + 0.01)
        if number % 3 == 0:
            turns.note(NEWS, "w1", number * 5.0 + 2.0)
    assert told(turns, PONG, ping=8, pong=8, news=3) == [("answers", "ping", 8, "turn")]
    assert told(turns, PING, ping=8, pong=8, news=3) == [("answered-by", "pong", 8, "turn")]
    assert told(turns, NEWS, ping=8, pong=8, news=3) == []


def test_two_rhythms_beside_each_other_answer_nothing() -> None:
    turns = Turns()
    for number in range(20):
        turns.note(PING, "w1", number * 2.0)
        turns.note(NEWS, "w1", number * 2.0 + 0.9)
    assert told(turns, NEWS, ping=20, news=20) == []
    assert told(turns, PING, ping=20, news=20) == []


def test_what_comes_more_often_than_the_other_answers_nothing() -> None:
    turns = Turns()
    for number in range(8):
        turns.note(PING, "w1", number * 5.0)
        turns.note(NEWS, "w1", number * 5.0 + 0.01)
        turns.note(NEWS, "w1", number * 5.0 + 1.01)
    assert told(turns, NEWS, ping=8, news=16) == []


def test_other_connections_answer_nothing_and_three_are_too_few() -> None:
    turns = Turns()
    for number in range(8):
        turns.note(PING, "w1", number * 5.0)
        turns.note(PONG, "w2", number * 5.0 + 0.01)
    assert told(turns, PONG, ping=8, pong=8) == []
    turns = Turns()
    for number in range(3):
        turns.note(PING, "w1", number * 5.0)
        turns.note(PONG, "w1", number * 5.0 + 0.01)
    assert told(turns, PONG, ping=3, pong=3) == []


def test_a_heartbeat_without_ids_is_said_to_be_answered() -> None:
    formats, number = Formats(), 0
    words: list[tuple[Direction, str, float]] = [("out", "ping", 0.0), ("in", "pong", 0.01)]
    for beat in range(8):
        for way, word, after in words:
            number += 1
            value = {"op": word}
            frame = Frame(time=beat * 5.0 + after, seq=number, tab="A", connection="w", dir=way, opcode=1, size=13)
            formats.feed(frame, Decoded(layers=("json",), messages=(Message(protocol="json", value=value),)))
    formats.settle()
    pong, _ = formats.report().types
    assert pong.type == "pong"
    [reply] = pong.replies
    assert answer(reply) == "answers ▶ ping, each just after one: 8 ×, median 10 ms"
    assert "It answers ▶ ping, each just after one: 8 ×, median 10 ms, 95 % within 10 ms." in list(remarks(pong))
