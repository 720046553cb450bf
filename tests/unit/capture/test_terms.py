from __future__ import annotations

from typing import Any

import pytest

from monitor.capture.patterns import Wild, number_range
from monitor.capture.rows import safe_row, to_row
from monitor.capture.terms import ANYTHING, Every, Not, Same, Some, Text, found, holds, leaves
from monitor.model import Frame, Request

VALUE = {"a": [{"b": 1}, {"b": [2, {"c": "x"}]}, "s"], "d": None, "e": {"f": True}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.b", [1, 2, "x"]),
        ("a.0.b", [1]),
        ("a.9.b", []),
        ("a.b.c", ["x"]),
        ("d", [None]),
        ("*.f", [True]),
        ("a.*.b", [1, 2, "x"]),
        ("nothing", []),
        ("", [1, 2, "x", "s", None, True]),
    ],
)
def test_paths_look_through_lists(path: str, expected: list[Any]) -> None:
    assert list(leaves(VALUE, tuple(step for step in path.split(".") if step))) == expected


def test_endless_depth_is_not_followed() -> None:
    deep: Any = "bottom"
    for _ in range(10_000):
        deep = [deep]
    assert list(leaves(deep, ())) == []


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [(5, "5", True), (5, ">4", True), (5.5, "5..6", True), ("5", "5", True), (True, "true", True), (True, "1", False),
     (None, "null", True), (b"ab", "a*", True), ("x", ">4", False)],
)  # fmt: skip
def test_a_scalar_is_compared_as_what_it_is(value: Any, text: str, expected: bool) -> None:
    assert holds(value, Wild(text), number_range(text)) is expected


def test_what_sql_cannot_decide_stays_undecided_under_not() -> None:
    fuzzy = Text(Wild("x*y"))
    exact = Same("tab", "A")
    assert Not(fuzzy).where() == ANYTHING
    assert not Every([exact, fuzzy]).where().exact
    assert Some([exact, exact]).where().exact
    assert Every([]).where().sql == "1"


def test_sql_finds_the_same_words_in_plain_and_safe_rows() -> None:
    event = Request(time=0.0, connection="conn", method="GET", url="https://u", headers={"A": "needle"}, text="t\ud800")
    row = safe_row(event)
    assert found("needle", row[13], row[12])
    assert found("t\ufffd", row[13], row[12])
    assert not found("conn", row[13], row[12])
    frame = to_row(Frame(time=0.0, connection="conn", dir="in", data=b"\xffNEEDLE"))
    assert found("needle", frame[13], frame[12])
    assert not found("conn", frame[13], frame[12])
