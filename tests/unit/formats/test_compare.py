"""Two reports, and two messages, side by side."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.decode import Decoder
from monitor.formats.collect import Formats
from monitor.formats.compare import TypeChange, compare, differences
from monitor.formats.model import FormatsReport
from monitor.model import Frame


def report(*texts: str, every: float = 3.0, times: int = 6) -> FormatsReport:
    """A capture in which these messages come in turn, each on a period."""
    formats, decoder = Formats(), Decoder()
    for turn in range(times):
        for text in texts:
            event = Frame(time=100 + turn * every, tab="A", connection="w", dir="in", text=text, size=len(text))
            formats.feed(event, decoder.feed(event))
    formats.settle()
    return formats.report()


def changes(before: FormatsReport, after: FormatsReport) -> dict[str, TypeChange]:
    return {one.row.type: one for one in compare(before, after)}


def test_the_same_formats_are_no_change() -> None:
    assert compare(report('{"type":"a","n":1}'), report('{"type":"a","n":7}', times=9)) == ()


def test_types_that_are_new_and_gone() -> None:
    found = changes(report('{"type":"a"}', '{"type":"b"}'), report('{"type":"b"}', '{"type":"c"}'))
    assert {name: one.what for name, one in found.items()} == {"a": "gone", "c": "new"}
    assert all(one.counts for one in found.values())


def test_fields_that_are_new_gone_and_changed() -> None:
    old = '{"type":"a","id":"8fa8db6f-8899-48b5-bf77-a95d4f55dac4","old":{"x":1},"n":1}'
    found = changes(report(old), report('{"type":"a","id":"x y","new":null,"n":"1"}'))["a"]
    assert {field.path: field.what for field in found.fields} == {
        "id": "changed", "old": "gone", "new": "new", "n": "changed",
    }  # fmt: skip
    by_path = {field.path: field for field in found.fields}
    assert (by_path["n"].before[:7], by_path["n"].after[:6]) == ("integer", "string")


def test_a_field_that_is_not_always_there_any_more() -> None:
    before = report('{"type":"a","n":1}')
    after = report('{"type":"a","n":1}', '{"type":"a"}')
    [field] = changes(before, after)["a"].fields
    assert (field.path, field.after) == ("n", "integer, sometimes")
    few = report('{"type":"a"}', '{"type":"a","n":1}', times=1)
    assert "a" not in changes(before, few)


@pytest.mark.parametrize(("every", "changed"), [(3.2, False), (9.0, True)])
def test_a_period_that_is_another_one(every: float, changed: bool) -> None:
    found = changes(report('{"type":"a"}'), report('{"type":"a"}', every=every))
    assert (found["a"].rhythm == ("every 3.0 s", "every 9.0 s")) if changed else not found


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [("a", "changed")]),
        ({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}}, [("a.b", "changed"), ("c", "gone")]),
        ([1, 2], [1, 2, None], [("[2]", "new")]),
        ("x", "y", [("", "changed")]),
    ],
)
def test_two_messages(before: Any, after: Any, told: list[tuple[str, str]]) -> None:
    assert [(one.path, one.what) for one in differences(before, after)] == told
