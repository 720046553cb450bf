"""Which place tells the type, where nobody says so."""

from __future__ import annotations

import random
from typing import Any

import pytest

from monitor.formats.infer import Discriminator, infer

ID = "8fa8db6f-8899-48b5-bf77-a95d4f55da{:02x}"


def told(values: list[Any]) -> str | None:
    found = infer(values)
    return found.words if found else None


def chat(key: str, count: int = 40) -> list[dict[str, Any]]:
    """Two kinds of messages under an unusual key, among ids, counters and texts."""
    kinds: list[dict[str, Any]] = [{"body": "hi", "from": "ann"}, {"user": "bob", "state": {"on": True}}, {"ms": 12}]
    return [{"uid": ID.format(n), "n": n, key: "xyz"[n % 3], **kinds[n % 3]} for n in range(count)]


@pytest.mark.parametrize("key", ["type", "w", "what"])
def test_the_key_whose_values_part_the_shapes(key: str) -> None:
    assert told(chat(key)) == key


def test_a_nested_key() -> None:
    values = [{"v": 1, "head": {"what": "ab"[n % 2]}, "x" if n % 2 else "y": {"z": n}} for n in range(30)]
    assert told(values) == "head.what"


def test_the_first_place_of_lists() -> None:
    assert told([["add", {"id": n}] if n % 2 else ["move", {"x": n, "y": n}] for n in range(20)]) == "[0]"


def test_small_numbers_that_part_the_shapes() -> None:
    source = random.Random(3)
    shapes: list[dict[str, Any]] = [{"hello": {"ms": 1}}, {"beat": None}, {"data": {"t": "x"}}]
    values = [{"o": number, "s": n, **shapes[number]} for n in range(60) for number in [source.randrange(3)]]
    assert told(values) == "o"


def test_an_envelope_that_is_always_the_same_tells_less_than_what_is_in_it() -> None:
    values = [{"type": "message", "data": {"kind": "ab"[n % 2], "p" if n % 2 else "q": 1}} for n in range(30)]
    assert told(values) == "data.kind"


def test_messages_that_are_words_are_their_own_types() -> None:
    found = infer(["ping", "pong"] * 5)
    assert found == Discriminator((), found.explained if found else 0)
    assert found is not None
    assert found.type_of("ping") == "ping"


def test_ids_counters_and_moments_are_no_types() -> None:
    ids = [{"id": ID.format(n % 3), "a" if n % 3 else "b": 1} for n in range(30)]
    assert told(ids) is None
    counters = [{"n": n // 2, "a" if n < 30 else "b": 1} for n in range(60)]
    assert told(counters) is None


def test_messages_that_are_all_alike_have_no_type_of_an_unusual_name() -> None:
    assert told([{"who": "ab"[n % 2], "text": "x"} for n in range(40)]) is None


def test_a_usual_name_is_believed_where_shapes_do_not_differ() -> None:
    assert told([{"type": "ab"[n % 2], "text": "x"} for n in range(40)]) == "type"


def test_free_text_under_a_usual_name_is_no_type() -> None:
    assert told([{"msg": f"word{chr(97 + n)}", "x": 1} for n in range(20)]) is None


def test_nothing_from_nothing() -> None:
    assert infer([]) is None
    assert infer([None, None]) is None
    assert infer([{}, {}, []]) is None
