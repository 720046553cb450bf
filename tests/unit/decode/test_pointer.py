from __future__ import annotations

from typing import Any

import pytest

from monitor.decode import pointer
from monitor.decode.pointer import Unfit, change


@pytest.mark.parametrize(
    ("tree", "path", "operation", "value", "after"),
    [
        (None, "", "add", {"a": 1}, {"a": 1}),
        ({"a": 1}, "", "replace", {"b": 2}, {"b": 2}),
        ({"a": 1}, "", "remove", None, None),
        ("ab", "", "append", "c", "abc"),
        ({}, "/a/b", "add", 1, {"a": {"b": 1}}),
        ({"a~/b": 1}, "/a~0~1b", "replace", 2, {"a~/b": 2}),
        ({"l": [1, 3]}, "/l/1", "add", 2, {"l": [1, 2, 3]}),
        ({"l": [1]}, "/l/-", "add", 2, {"l": [1, 2]}),
        ({"l": [1, 2]}, "/l/0", "remove", None, {"l": [2]}),
        ({"l": [1, 2]}, "/l/0", "replace", 9, {"l": [9, 2]}),
        ({"a": 1}, "/b", "remove", None, {"a": 1}),
        ({"s": "ab"}, "/s", "append", "c", {"s": "abc"}),
        ({"l": [1]}, "/l", "append", [2, 3], {"l": [1, 2, 3]}),
        ({"l": [1]}, "/l", "append", 2, {"l": [1, 2]}),
        ({"d": {"a": 1}}, "/d", "append", {"b": 2}, {"d": {"a": 1, "b": 2}}),
        (None, "/message/content/parts/0", "append", "x", {"message": {"content": {"parts": ["x"]}}}),
        ({"s": "abc"}, "/s", "truncate", 1, {"s": "a"}),
        ({"l": [1, 2, 3]}, "/l", "truncate", 2, {"l": [1, 2]}),
        ({"a": {"b": 1}}, "/a", "patch", [{"p": "/b", "o": "replace", "v": 2}, {"p": "/c", "o": "add", "v": 3}],
         {"a": {"b": 2, "c": 3}}),
    ],
)  # fmt: skip
def test_operations(tree: Any, path: str, operation: str, value: Any, after: Any) -> None:
    assert change(tree, path, operation, value) == after


@pytest.mark.parametrize(
    ("tree", "path", "operation", "value"),
    [
        ({"a": 1}, "/a/b", "add", 1),
        ({"l": []}, "/l/5", "add", 1),
        ({"l": []}, "/l/x", "add", 1),
        ({"s": "a"}, "/s", "append", 1),
        ({"s": 1}, "/s", "append", "a"),
        ({"s": "a"}, "/s", "truncate", -1),
        ({"s": "a"}, "/s", "truncate", True),
        ({}, "/a", "explode", 1),
        ({}, "/a", ["add"], 1),
        ({}, "", "patch", {"p": ""}),
        ({}, "", "patch", [{"o": "patch", "v": []}]),
        ({}, "", "patch", [{"p": 5}]),
        ({}, "/a" * 100, "add", 1),
    ],
)
def test_what_does_not_fit_is_told(tree: Any, path: str, operation: Any, value: Any) -> None:
    with pytest.raises(Unfit):
        change(tree, path, operation, value)


def test_what_was_sent_is_not_changed_later() -> None:
    sent = {"a": [1]}
    tree = change(None, "", "add", sent)
    change(tree, "/a", "append", 2)
    assert sent == {"a": [1]}


def test_text_and_lists_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointer, "MAX_TEXT", 3)
    monkeypatch.setattr(pointer, "_MAX_ITEMS", 2)
    with pytest.raises(Unfit):
        change({"s": "abc"}, "/s", "append", "d")
    with pytest.raises(Unfit):
        change({"l": [1, 2]}, "/l/0", "add", 0)
    with pytest.raises(Unfit):
        change({"l": [1, 2]}, "/l", "append", 3)
