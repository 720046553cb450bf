"""Kinds of objects that no value names."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.formats.keysets import infer_keysets


def told(values: list[Any]) -> set[str | None]:
    rule = infer_keysets(values)
    return {rule.type_of(value) for value in values} if rule else set()


def test_the_only_key_is_the_kind() -> None:
    assert told([{"chat": {"text": "hi"}} if n % 2 else {"presence": {"user": "b"}} for n in range(8)]) == {
        "chat",
        "presence",
    }


def test_keys_that_stand_together_are_one_kind() -> None:
    says: list[dict[str, Any]] = [{"text": "hi", "user": "ann"}, {"text": "yo", "user": "bob", "reply": 3}]
    values = [says[n % 2] if n % 3 else {"users": ["ann"]} for n in range(12)]
    assert told(values) == {"{text, user, reply}", "users"}


def test_a_key_that_all_have_tells_nothing() -> None:
    values = [{"id": n, "text": "hi"} if n % 2 else {"id": n, "gone": True} for n in range(10)]
    assert told(values) == {"text", "gone"}


@pytest.mark.parametrize(
    "values",
    [
        [{"text": "hi", "user": "ann"} | ({"reply": 1} if n % 2 else {}) for n in range(20)],  # sometimes more is said
        [{f"key{n}": 1} for n in range(20)],  # each a kind of its own
        [{"8fa8db6f-8899-48b5-bf77-a95d4f55da0" + str(n % 2): 1} for n in range(20)],  # keys that are data
        [{"a": 1}, {"b": 1}],  # too few
        [{}, [], None, "x"] * 5,
        [],
    ],
)
def test_what_is_no_kind(values: list[Any]) -> None:
    assert infer_keysets(values) is None


def test_a_message_of_other_keys_has_no_type() -> None:
    rule = infer_keysets([{"a": 1} if n % 2 else {"b": 1} for n in range(8)])
    assert rule is not None
    assert rule.type_of({"c": 1}) is None
    assert rule.type_of("a") is None
