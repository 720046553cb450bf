"""What a row says of itself beyond its fields."""

from __future__ import annotations

import pytest

from monitor.formats.model import TypeFormat


def row(**fields: float) -> TypeFormat:
    return TypeFormat(site="x.test", channel="socket", dir="in", protocol="json", type="tick", **fields)  # type: ignore[arg-type]


def test_its_key_is_what_it_is_the_row_of() -> None:
    assert row().key == ("x.test", "socket", "in", "json", "tick")


@pytest.mark.parametrize(("count", "last", "rate"), [(11, 110.0, 1.0), (2, 110.0, None), (5, 100.0, None)])
def test_a_rate_needs_three_messages_and_some_time(count: int, last: float, rate: float | None) -> None:
    assert row(count=count, first=100.0, last=last).rate == rate
