from __future__ import annotations

from typing import Any

import pytest

from monitor.capture.contents import leaves

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
