"""Shapes as JSON Schema; that every value is valid by its own is a property."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.formats.schema import DIALECT, schema_of
from monitor.formats.shape import Budget, Shape

UUIDS = [f"8fa8db6f-8899-48b5-bf77-a95d4f55da{number:02x}" for number in range(40)]


def schema(*values: Any) -> dict[str, Any]:
    made = Shape()
    for value in values:
        made.add(value, Budget())
    found = schema_of(made)
    assert found.pop("$schema") == DIALECT
    return found


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ((1, 5), {"type": "integer", "minimum": 1, "maximum": 5}),
        ((1, 2.5), {"type": "number", "minimum": 1, "maximum": 2.5}),
        ((7,) * 5, {"type": "integer", "const": 7}),
        ((1767520864, 1767520900), {"type": "integer", "format": "unix-time"}),
        ((1767520864123,), {"type": "integer", "format": "unix-time-ms"}),
        ((True, False), {"type": "boolean"}),
        ((None,), {"type": "null"}),
        (("a", "b"), {"type": "string"}),
        (("a",) * 3, {"type": "string", "const": "a"}),
        (("a", "b") * 3, {"type": "string", "enum": ["a", "b"]}),
        (("a", "b", None) * 3, {"type": ["string", "null"], "enum": ["a", "b", None]}),
        (tuple(UUIDS[:2]) * 9, {"type": "string", "format": "uuid"}),
        ((UUIDS[0], "root") * 9, {"type": "string"}),
        (("SGVsbG8gd29ybGQhIQ==",), {"type": "string", "contentEncoding": "base64"}),
        (('{"a":1}',), {"type": "string", "contentMediaType": "application/json"}),
        (([],), {"type": "array", "maxItems": 0}),
    ],
)
def test_scalars_and_what_is_said_of_them(values: tuple[Any, ...], wanted: dict[str, Any]) -> None:
    assert schema(*values) == wanted


def test_required_is_what_every_object_has() -> None:
    found = schema({"a": "x", "b": 1}, {"a": "y"})
    assert found["required"] == ["a"]
    assert set(found["properties"]) == {"a", "b"}


def test_several_types_are_any_of_them() -> None:
    assert schema("a", {"b": "x"}, None)["anyOf"] == [
        {"type": "string"},
        {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]},
        {"type": "null"},
    ]
    assert schema(True, "a") == {"type": ["boolean", "string"]}


def test_a_map_has_one_schema_for_its_values() -> None:
    found = schema({id_: {"n": "x"} for id_ in UUIDS})
    [(pattern, inner)] = found["patternProperties"].items()
    assert pattern.startswith("^[0-9a-fA-F]{8}-")
    assert inner["required"] == ["n"]
    assert "properties" not in found
    named = schema({f"name-{chr(97 + n)}": {"n": "x", "m": "y"} for n in range(20)})
    assert set(named["additionalProperties"]["properties"]) == {"n", "m"}


def test_lists_whose_places_differ_keep_them() -> None:
    found = schema(["open", {"a": "x"}], ["close", {"a": "y"}])
    assert [one["type"] for one in found["prefixItems"]] == ["string", "object"]
    assert found["items"] is False


def test_tagged_items_are_a_union() -> None:
    found = schema(*[[{"type": "text", "text": "a"}, {"type": "image", "url": "b"}]] * 3)
    kinds = {one["properties"]["type"]["const"]: set(one["properties"]) for one in found["items"]["anyOf"]}
    assert kinds == {"text": {"type", "text"}, "image": {"type", "url"}}


def test_what_was_not_looked_at_may_be_anything() -> None:
    made = Shape()
    made.add({"a": 1}, Budget(shapes=1))
    assert schema_of(made)["properties"] == {"a": {}}
