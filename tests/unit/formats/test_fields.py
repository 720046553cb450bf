"""Shapes as lists of fields."""

from __future__ import annotations

from typing import Any

from monitor.formats.fields import MAX_FIELDS, fields_of, scalars
from monitor.formats.shape import Budget, Shape


def shape(*values: Any) -> Shape:
    made = Shape()
    for value in values:
        made.add(value, Budget())
    return made


def test_paths_presence_and_meaning() -> None:
    found = {one.path: one for one in fields_of(shape(*[{"a": {"b": [{"c": "x"}]}, "n": 1}] * 3, {"a": {"b": []}}))}
    assert list(found) == ["a", "a.b", "a.b[].c", "n"]
    assert found["n"].presence == 0.75
    assert found["a.b[].c"].values == ("x",)
    assert (found["n"].types, found["n"].minimum, found["n"].example) == (("integer",), 1.0, 1)
    assert [found[path].depth for path in ("a", "a.b", "a.b[].c")] == [0, 1, 2]


def test_maps_places_and_kinds_are_in_the_path() -> None:
    id_ = "8fa8db6f-8899-48b5-bf77-a95d4f55dac4"
    paths = [one.path for one in fields_of(shape({id_: {"n": 1}}))]
    assert paths == ["{uuid}", "{uuid}.n"]
    assert [one.path for one in fields_of(shape(["open", {"a": 1}], ["close", {"a": 2}]))] == ["[0]", "[1]", "[1].a"]
    tagged = [one.path for one in fields_of(shape([{"type": "a", "x": 1}, {"type": "b", "y": 1}]))]
    assert "[][type=a].x" in tagged


def test_a_message_that_is_a_string_is_one_field() -> None:
    [found] = fields_of(shape("ping", "pong"))
    assert (found.path, found.types) == ("", ("string",))


def test_there_is_an_end() -> None:
    wide = {f"{chr(97 + n % 26)}{'abc'[n // 26 % 3]}{'xyz'[n // 78]}": {"p": 1, f"q{n}": 2} for n in range(200)}
    assert len(fields_of(shape(wide))) <= MAX_FIELDS


def test_strings_are_found_everywhere() -> None:
    found = [path for path, _ in scalars(shape({"a": ["x"], "b": {"c": "y", "d": 1}}))]
    assert found == ["a[]", "b.c"]
