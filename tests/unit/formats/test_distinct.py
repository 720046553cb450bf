"""Which values there were, from their smallest hashes."""

from __future__ import annotations

import pytest

from monitor.formats.distinct import SIZE, Distinct


def of(numbers: range) -> Distinct:
    made = Distinct()
    for number in numbers:
        made.add(f"id-{number}")
    return made


def test_few_are_counted_exactly_and_repeats_once() -> None:
    found = of(range(10))
    found.add("id-3")
    assert found.count() == 10


def test_many_are_estimated_in_the_same_room() -> None:
    found = of(range(20_000))
    assert len(found.hashes) == SIZE
    assert found.count() == pytest.approx(20_000, rel=0.35)


@pytest.mark.parametrize(("other", "share"), [(range(1000), 1.0), (range(500, 1500), 0.5), (range(2000, 3000), 0.0)])
def test_what_is_shared_is_estimated(other: range, share: float) -> None:
    assert of(range(1000)).shared(of(other)) == pytest.approx(share, abs=0.2)


def test_a_part_is_within_the_whole() -> None:
    assert of(range(5)).shared(of(range(20_000))) in (0.0, 1.0)
    assert of(range(5)).shared(of(range(50))) == 1.0
    assert Distinct().shared(of(range(5))) == 0.0


def test_merging_is_as_if_all_were_added() -> None:
    one = of(range(300))
    one.merge(of(range(200, 600)))
    assert one.hashes == of(range(600)).hashes
