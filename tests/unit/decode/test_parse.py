from __future__ import annotations

import json

import pytest

from monitor.decode import parse
from monitor.decode.limits import MAX_DEPTH
from monitor.decode.parse import UNSET, json_value, nested, too_deep


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "a", [], {}, {"a": [1, {"b": None}]}])
def test_json_is_read(value: object) -> None:
    assert json_value(json.dumps(value)) == value


@pytest.mark.parametrize("text", ["", "{", "[1,]", "NaN", "hello", "{'a':1}", "[1] x", "\ud800"])
def test_what_is_no_json_is_unset(text: str) -> None:
    assert json_value(text) is UNSET


@pytest.mark.parametrize("prefix", [")]}'\n", "for(;;);", "while(1);", "\ufeff"])
def test_prefixes_against_script_elements_are_skipped(prefix: str) -> None:
    assert json_value(prefix + '{"a":1}') == {"a": 1}


def test_half_surrogate_pairs_are_replaced_and_whole_ones_kept() -> None:
    assert json_value('["\\ud800","\\udc00x","\\ud83d\\ude00"]') == ["\ufffd", "\ufffdx", "😀"]
    assert json_value('["a\ud800"]') == ["a\ufffd"]
    assert json_value('{"\\udfff":"\\\\ud800 \\uD83D\\uDE00\\uDE00"}') == {"\ufffd": "\\ud800 😀\ufffd"}
    assert json_value('["\\ud800", NaN]') is UNSET
    assert json_value('["\\ud800"') is UNSET


def test_nesting_has_an_end() -> None:
    assert json_value("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not UNSET
    assert json_value("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)) is UNSET
    assert json_value("[" * 100_000 + "]" * 100_000) is UNSET


def test_many_containers_side_by_side_are_not_deep() -> None:
    assert json_value(json.dumps([[i] for i in range(1000)])) is not UNSET
    assert not too_deep([{"a": [1]}] * 1000)


def test_size_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "MAX_PAYLOAD", 10)
    assert json_value('"0123456789"') is UNSET


def test_only_whole_containers_are_nested() -> None:
    assert nested('{"a":1}') == {"a": 1}
    assert nested('"a"') is UNSET
    assert nested("{a}") is UNSET
    assert nested("[") is UNSET
