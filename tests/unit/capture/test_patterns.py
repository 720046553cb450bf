from __future__ import annotations

import math
from datetime import datetime, time
from typing import Any

import pytest

from monitor.capture.patterns import Literal, Regex, Wild, clock, holds, moment, number_range
from monitor.errors import FilterError


@pytest.mark.parametrize(
    ("pattern", "text", "whole", "within"),
    [
        ("abc", "ABC", True, True),
        ("abc", "xabcx", False, True),
        ("a*c", "abbc", True, True),
        ("a*c", "xac!", False, True),
        ("*", "", True, True),
        ("a*a", "a", False, False),
        ("a*a", "aa", True, True),
        ("*b*", "abc", True, True),
        ("STRASSE", "straße", True, True),
        ("\ufffd", "\ud800", True, True),
    ],
)
def test_stars_stand_for_anything_and_case_is_ignored(pattern: str, text: str, whole: bool, within: bool) -> None:
    assert Wild(pattern).whole(text) is whole
    assert Wild(pattern).within(text) is within


def test_a_literal_star_is_a_star() -> None:
    assert Literal("a*c").within("xA*Cx")
    assert not Literal("a*c").within("abc")
    assert Literal("a*").whole("A*")
    assert not Literal("a*").whole("a*b")


def test_regular_expressions_keep_case_unless_told() -> None:
    assert not Regex("AB").within("ab")
    assert Regex("AB", ignore_case=True).within("xabx")
    assert Regex("^a").whole("abc")
    with pytest.raises(FilterError) as caught:
        Regex("a[", position=10)
    assert caught.value.position >= 11


@pytest.mark.parametrize(
    ("source", "inside", "outside"),
    [
        ("5", [5], [4, 6]),
        ("=5", [5], [6]),
        (">1k", [1001], [1000]),
        (">=1.5kB", [1500], [1499]),
        ("<2MB", [0, 1_999_999], [2_000_000]),
        ("<=2b", [2], [3]),
        ("1k..2k", [1000, 2000], [999, 2001]),
        ("1k..", [1000, math.inf], [999]),
        ("..2", [-5, 2], [3]),
    ],
)
def test_numbers_and_ranges(source: str, inside: list[float], outside: list[float]) -> None:
    numbers = number_range(source)
    assert numbers is not None
    assert all(number in numbers for number in inside)
    assert not any(number in numbers for number in outside)


@pytest.mark.parametrize("source", ["", "..", "x", "5x", ">", ">>5", "-5", "1..x", "1e3", "0x5", "٥q"])
def test_what_is_no_number(source: str) -> None:
    assert number_range(source) is None


def test_moments_are_times_of_day_or_dates() -> None:
    assert moment("10:00:15.5") == time(10, 0, 15, 500_000)
    assert moment("9:00") is None
    found = moment("2026-01-04T10:00:15Z")
    assert isinstance(found, datetime)
    assert found.timestamp() == 1767520815
    local = moment("2026-01-04")
    assert isinstance(local, datetime)
    assert clock(local.timestamp()) == 0
    assert moment("noon") is None
    assert clock(1e300) == 0


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [(5, "5", True), (5, ">4", True), (5.5, "5..6", True), ("5", "5", True), (True, "true", True), (True, "1", False),
     (None, "null", True), (b"ab", "a*", True), ("x", ">4", False)],
)  # fmt: skip
def test_a_scalar_is_compared_as_what_it_is(value: Any, text: str, expected: bool) -> None:
    assert holds(value, Wild(text), number_range(text)) is expected
