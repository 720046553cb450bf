"""Laws of the schemas: all that was seen is valid by them, in any order, and merged is as if seen together."""

from __future__ import annotations

from typing import Any

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.collect import Formats
from monitor.formats.fields import fields_of
from monitor.formats.quantiles import Quantiles
from monitor.formats.schema import schema_of
from monitor.formats.shape import Budget, Shape
from monitor.formats.values import plain
from monitor.model import Decoded, Frame, Message

KEYS = st.sampled_from(
    ["type", "id", "a", "b", "payload", "123", "9f", "8fa8db6f-8899-48b5-bf77-a95d4f55dac4", "u-9f3a1b"]
)
WORDS = st.sampled_from(
    ["a", "b", "2026-01-01T00:00:00Z", "8fa8db6f-8899-48b5-bf77-a95d4f55dac4", "x@y.zz", "1767520864", ""]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | WORDS | st.binary(max_size=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=6),
    max_leaves=20,
)


def shape(values: list[Any]) -> Shape:
    made = Shape()
    for value in values:
        made.add(value, Budget())
    return made


def validator(found: Shape) -> jsonschema.Draft202012Validator:
    schema = schema_of(found)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


@given(st.lists(VALUES, min_size=1, max_size=8))
def test_every_value_is_valid_by_its_own_schema(values: list[Any]) -> None:
    found = shape(values)
    check = validator(found)
    for value in values:
        check.validate(plain(value))
    assert all(0 < field.presence <= 1 for field in fields_of(found))


@given(st.lists(VALUES, max_size=5), st.lists(VALUES, min_size=1, max_size=5))
def test_merged_shapes_hold_for_the_values_of_both(ones: list[Any], others: list[Any]) -> None:
    found = shape(ones)
    found.merge(shape(others))
    check = validator(found)
    for value in ones + others:
        check.validate(plain(value))


@given(st.lists(VALUES, min_size=1, max_size=6), st.integers(1, 30))
def test_a_budget_that_is_used_up_makes_no_schema_wrong(values: list[Any], shapes: int) -> None:
    found, budget = Shape(), Budget(shapes)
    for value in values:
        budget.visits = 5 * shapes
        found.add(value, budget)
    check = validator(found)
    for value in values:
        check.validate(plain(value))


@given(st.lists(VALUES, min_size=1, max_size=12), st.booleans())
def test_examples_of_a_report_are_valid_by_the_schema_of_their_row(values: list[Any], settled: bool) -> None:
    formats = Formats()
    for seq, value in enumerate(values, 1):
        event = Frame(seq=seq, time=float(seq), connection="w", dir="in", size=10)
        formats.feed(event, Decoded(layers=("json",), messages=(Message(protocol="json", value=value),)))
    if settled:
        formats.settle()
    found = formats.report()
    assert sum(one.count for one in found.types) == len(values)
    for one in found.types:
        for example in one.examples:
            jsonschema.Draft202012Validator(one.schema).validate(example.value)


@given(st.lists(st.floats(1e-6, 1e12), min_size=1), st.floats(0, 1))
def test_a_quantile_is_near_the_true_one(values: list[float], share: float) -> None:
    ordered = sorted(values)
    true = ordered[max(1, -(-int(share * 1e9) * len(values) // int(1e9))) - 1]
    assert 0.95 * min(true, ordered[-1]) <= Quantiles(values).quantile(share) * 1.001
