"""The waits of one subject: which are open, and what becomes of them."""

from __future__ import annotations

import pytest

from monitor.sync.items import Wait
from monitor.sync.waits import Waits


def begun(*keys: tuple[str, str], since: float = 10.0) -> tuple[Waits, list[Wait]]:
    """Waits of these tabs for these items."""
    waits, made = Waits(), [Wait(tab, item, 0, since) for tab, item in keys]
    for wait in made:
        waits.begin(wait, since)
    return waits, made


def test_they_are_found_by_tab_and_by_item() -> None:
    waits, [milk, bread, other] = begun(("A", "milk"), ("A", "bread"), ("B", "milk"))
    waits.end(bread, 12.0)
    assert (waits.of("A"), waits.open_in("A"), waits.open_on("milk")) == ([milk, bread], [milk], [milk, other])


def test_a_newer_version_ends_the_wait_for_the_older_one() -> None:
    waits, [first] = begun(("B", "milk"))
    waits.begin(second := Wait("B", "milk", 1, 20.0), 21.0)
    assert (first.ended, waits.past, waits.newest["B", "milk"]) == (21.0, [first], second)
    assert list(waits.all()) == [first, second]
    assert waits.open_on("milk") == [second]


def test_what_converged_is_kept_for_whoever_takes_it() -> None:
    waits, [wait] = begun(("B", "milk"))
    waits.end(wait, 11.0)
    waits.heal(wait, 13.0, 7)
    assert (wait.until, wait.until_seq, wait.ended, waits.healed, waits.open) == (13.0, 7, None, [wait], {})


def test_one_that_ended_opens_again() -> None:
    waits, [wait] = begun(("B", "milk"))
    waits.end(wait, 11.0)
    waits.reopen(wait)
    assert (wait.ended, waits.open_in("B")) == (None, [wait])


@pytest.mark.parametrize(("after", "withdrawn"), [(1.0, True), (3.0, False)])
def test_who_lacked_it_for_long_before_it_was_doubted_had_lacked_it(after: float, withdrawn: bool) -> None:
    waits, [wait] = begun(("B", "milk"))
    waits.doubt(wait, "outside", 10.0 + after)
    assert (wait.open, wait.ended, wait.withdrawn, wait.place) == (False, 10.0 + after, withdrawn, "outside")


def test_what_is_spared_is_not_lacked_later_either() -> None:
    waits, [wait] = begun(("B", "milk"))
    waits.spare(wait, 11.0)
    assert (wait.withdrawn, wait.spared, waits.open) == (True, True, {})


def test_what_an_item_is_called_from_now_on_it_was_called_in_the_past_too() -> None:
    waits, [old] = begun(("B", "milk"))
    waits.begin(Wait("B", "milk", 1, 20.0), 20.0)
    waits.rename("milk", "m1")
    assert (old.item, set(waits.newest), set(waits.open)) == ("m1", {("B", "m1")}, {("B", "m1")})


def test_a_forgotten_item_leaves_no_wait_behind() -> None:
    waits, [_, bread] = begun(("B", "milk"), ("B", "bread"))
    waits.begin(Wait("B", "milk", 1, 20.0), 20.0)
    waits.forget("milk")
    assert (list(waits.all()), waits.open_in("B")) == ([bread], [bread])
