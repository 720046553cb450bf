from __future__ import annotations

import json

import pytest

from monitor.export.plain import encode, line


@pytest.mark.parametrize("value", [{"a": [1, None, "é"]}, "\ud800", 1 << 80, {"x": ["\udfff\n"]}])
def test_anything_is_one_line_of_json(value: object) -> None:
    assert json.loads(line(value)) == value
    assert line(value).count("\n") == 1


def test_what_json_does_not_know_is_told_in_words() -> None:
    assert json.loads(encode({"a": b"\xff", "b": "\ud800"})) == {"a": "/w==", "b": "\ud800"}
    assert json.loads(encode(["\ud800", 1j])) == ["\ud800", "1j"]
