"""How sure each kind of rule is of ladders whose rule is known."""

from __future__ import annotations

from random import Random

import pytest

from monitor.sync.ladders import Kind, Ladders, ceiling, kinds


@pytest.mark.parametrize(
    ("ladders", "kind"),
    [
        (((5.0, 5.0, 5.01, 5.0),), "constant"),
        (((3.0,), (3.01,), (3.02,), (3.0,)), "constant"),
        (((1.0, 2.0, 4.0, 8.0, 16.0),), "exponential"),
        (((1.0, 2.0, 4.0, 5.0, 5.0, 5.01),), "exponential"),
        (((1.0, 2.0, 3.0, 4.0, 5.0, 6.0),), "linear"),
        (((0.02, 2.0, 10.0, 30.0), (0.02, 2.01, 10.02, 30.0)), "steps"),
        (((3.0, 0.4, 28.0, 0.9, 12.0, 1.1, 0.35, 22.0, 2.0, 0.6),), "irregular"),
    ],
)
def test_what_is_plain_is_sure(ladders: Ladders, kind: Kind) -> None:
    found = kinds(ladders)
    assert sum(found.values()) == pytest.approx(1.0)
    assert found[kind] == max(found.values())
    assert found[kind] > 0.9


def test_three_waits_make_a_rule_likely_and_not_sure() -> None:
    found = kinds(((1.0, 2.0, 4.0),))
    assert 0.5 < found["exponential"] < 0.95


def test_ladders_that_repeat_have_no_jitter() -> None:
    once = kinds(((1.0, 2.6, 3.1, 9.0, 14.0, 40.0),))
    twice = kinds(((1.0, 2.6, 3.1, 9.0, 14.0, 40.0), (1.01, 2.61, 3.1, 9.02, 14.0, 40.0)))
    assert once["exponential"] > 0.5
    assert twice["exponential"] < 1e-9
    assert twice["steps"] > 0.95


def test_the_ceiling_of_full_jitter() -> None:
    random = Random(2)
    base, factor, stop = ceiling(tuple(tuple(random.uniform(0, min(8.0, 2.0**k)) for k in range(8)) for _ in range(8)))
    assert base == pytest.approx(1.0, rel=0.2)
    assert (factor, stop) == (2.0, 3)


def test_a_long_recording_is_judged_by_its_newest_ladders() -> None:
    old, new = (1.0, 2.0, 4.0, 8.0), (5.0, 5.0, 5.0, 5.0)
    assert kinds((old,) * 30 + (new,) * 30)["constant"] > 0.95
