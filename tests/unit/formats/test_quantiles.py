"""Quantiles in few buckets, against sorting."""

from __future__ import annotations

import random

import pytest

from monitor.formats.quantiles import Quantiles, edges


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_quantile_is_right_within_two_percent(share: float) -> None:
    source = random.Random(1)
    values = [source.lognormvariate(0, 2) for _ in range(5000)]
    true = sorted(values)[int(share * len(values))]
    assert Quantiles(values).quantile(share) == pytest.approx(true, rel=0.03)


def test_the_ends_are_exact_and_nothing_is_nothing() -> None:
    assert Quantiles([3.0, 7.0]).quantile(0) == 3.0
    assert Quantiles([3.0, 7.0]).quantile(1) == 7.0
    assert Quantiles().quantile(0.5) == 0.0


def test_merged_is_the_same_as_all_at_once() -> None:
    one, other = Quantiles([1.0, 0.0, 5.0]), Quantiles([2.0, 900.0])
    one.merge(other)
    whole = Quantiles([1.0, 0.0, 5.0, 2.0, 900.0])
    assert (one.buckets, one.count, one.low, one.high, one.total) == (
        whole.buckets, whole.count, whole.low, whole.high, whole.total,
    )  # fmt: skip


def test_what_is_up_to_an_edge_is_counted_exactly_and_summed_nearly() -> None:
    values = [0.1, 0.5, 1.0, 3.0, 10.0]
    marks = edges((0.2, 1.0, 20.0))
    found = Quantiles(values).up_to(marks)
    assert [number for number, _ in found] == [1, 3, 5]
    for (_, most), (_, total) in zip(marks, found, strict=True):
        assert total == pytest.approx(sum(min(value, most) for value in values), rel=0.03)


def test_it_takes_no_more_room_for_more_values() -> None:
    source = random.Random(2)
    found = Quantiles(10 ** source.uniform(-9, 15) for _ in range(20_000))
    assert len(found.buckets) < 1100
