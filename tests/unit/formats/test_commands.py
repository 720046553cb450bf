"""Which word tells the type of text that is no JSON."""

from __future__ import annotations

from itertools import islice, product

import pytest

from monitor.formats.commands import Command, infer_command

PROSE = "I think we should see what they made of it once the others are back from there"


def told(texts: list[str]) -> set[str | None]:
    """The types that are found, empty where nothing tells them."""
    rule = infer_command(texts)
    return {rule.type_of(text) for text in texts} if rule else set()


@pytest.mark.parametrize(
    ("texts", "types"),
    [
        ([f"MSG room.{n % 3} 1 5\r\nhello" for n in range(5)] + ["PING\r\n", "PONG\r\n"], {"MSG", "PING", "PONG"}),
        ([f"42|{'msg' if n % 2 else 'join'}|room1|text {n}" for n in range(8)], {"msg", "join"}),
        ([f"<{'ack' if n % 2 else 'say'} id='{n}'/>" for n in range(8)], {"ack", "say"}),
        ([f"/{'chat/new' if n % 2 else 'away'} hello {n}" for n in range(8)], {"/chat/new", "/away"}),
        ([f"type={'msg' if n % 2 else 'ack'}&id={n}" for n in range(8)], {"type=msg", "type=ack"}),
        ([f"[[:chat/{'msg' if n % 2 else 'left'} {{:id {n}}}]]" for n in range(8)], {"chat/msg", "chat/left"}),
        ([f"{n % 2}\x1f{n}\x1fhello" for n in range(12)], {"0", "1"}),
        ([f"{'move' if n % 3 else 'turn'} {n} {n * 7}" for n in range(20)], {"move", "turn"}),
    ],
)
def test_the_word_that_comes_again_and_again(texts: list[str], types: set[str]) -> None:
    assert told(texts) == types


def test_what_people_write_has_no_type() -> None:
    words = PROSE.split()
    prose = [" ".join(three) for three in islice(product(words, words[::-1], words[3:]), 0, 4000, 61)]
    assert told(prose) == set()
    assert told([f"word{n} and more" for n in range(40)]) == set()


def test_too_few_say_nothing() -> None:
    assert infer_command(["PING", "PONG"]) is None
    assert infer_command([]) is None
    assert infer_command(["PING x", "PONG x", {"a": 1}, "PING x", "PONG x", "PING x", "PONG x"]) is None


def test_the_rule_is_told_in_words() -> None:
    assert Command(" ", 0).words == "the first word"
    assert Command("|", 1).words == 'the second part, by "|"'
    assert Command("\x1f", 0).words == 'the first part, by "\\x1f"'


@pytest.mark.parametrize("value", [None, 7, "", "   ", "|", "||||", "\x00" * 50, "x" * 10_000])
def test_other_messages_have_no_type(value: object) -> None:
    assert Command("|", 1).type_of(value) is None
