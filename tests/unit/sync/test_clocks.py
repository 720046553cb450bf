from __future__ import annotations

from math import inf

import pytest

from monitor.sync.clocks import PHI, SLACK_S, Clock, Interval, agree, answered, exchange

AT = 1_800_000_000.0


def test_a_date_bounds_the_offset_to_a_second_and_the_way() -> None:
    found = answered(AT, AT + 0.1, AT + 2.0)
    assert found == pytest.approx((1.9 - SLACK_S, 3.0 + SLACK_S))


def test_a_stamp_alone_bounds_one_side() -> None:
    found = exchange(-inf, AT + 0.1, AT + 2.0, 0.001)
    assert found.low == pytest.approx(1.9 - SLACK_S, abs=1e-3)
    assert found.high == inf
    assert not found.known


def test_dates_together_tell_more_than_each() -> None:
    """A clock 0.3 s ahead, asked each 0.9 s: the second turns now just before, now just after the answer."""
    clock = Clock()
    for number in range(40):
        sent = AT + 0.9 * number
        clock.see(sent + 0.02, answered(sent, sent + 0.02, float(int(sent + 0.01 + 0.3))), number)
    low, high = clock.interval(AT + 36)
    assert low <= 0.3 <= high
    assert high - low < 0.2
    assert clock.count == 40
    assert not clock.jumps
    assert len(clock.events) == 2


def test_an_old_interval_widens_as_clocks_drift() -> None:
    clock = Clock()
    clock.see(AT, Interval(0.0, 0.1))
    assert clock.interval(AT + 1000) == pytest.approx((-1000 * PHI, 0.1 + 1000 * PHI))
    clock.see(AT + 1000, Interval(0.12, 5.0))
    assert clock.interval(AT + 1000) == pytest.approx((0.12, 0.1 + 1000 * PHI))


def test_a_few_that_contradict_the_others_are_left_out() -> None:
    clock = Clock()
    for number in range(20):
        wrong = number % 3 == 0
        clock.see(AT + number, Interval(-50.0 - number, -49.0 - number) if wrong else Interval(1.0, 2.0))
    assert clock.interval(AT + 19) == pytest.approx((1.0, 2.0), abs=1e-3)
    assert clock.jumps == 0


def test_a_clock_that_was_set_is_told_from_when() -> None:
    clock = Clock()
    for number in range(10):
        assert not clock.see(AT + number, Interval(1.0, 2.0))
    turned = [clock.see(AT + 10 + number, Interval(-4.0, -3.0)) for number in range(5)]
    assert turned == [False, False, True, False, False]
    assert (clock.jumps, clock.since) == (1, AT + 10)
    assert clock.interval(AT + 14) == pytest.approx((-4.0, -3.0), abs=1e-3)


def test_a_first_observation_that_was_wrong_is_no_setting_of_the_clock() -> None:
    clock = Clock()
    clock.see(AT, Interval(-900.0, -899.0))
    for number in range(4):
        clock.see(AT + number, Interval(1.0, 2.0))
    assert (clock.jumps, clock.since) == (0, 0.0)
    assert clock.interval(AT + 3) == pytest.approx((1.0, 2.0), abs=1e-3)


def test_nothing_seen_bounds_nothing() -> None:
    assert Clock().interval(AT) == (-inf, inf)
    assert (Clock().count, Clock().at, Clock().since, Clock().events) == (0, 0.0, 0.0, ())


def test_the_most_sources_win_and_the_first_where_as_many_do() -> None:
    assert agree([Interval(0, 1), Interval(0.5, inf), Interval(9, 10)]) == (Interval(0.5, 1), (0, 1))
    assert agree([Interval(0, 1), Interval(9, inf)]) == (Interval(0, 1), (0,))
    assert agree([Interval(0, 1), Interval(9, inf), Interval(9.5, 10)]) == (Interval(9.5, 10), (1, 2))
    assert agree([Interval(), Interval(3, inf)]) == (Interval(3, inf), (0, 1))
    assert agree([]) == (Interval(), ())
