"""Triggers on streams whose truth is known."""

from __future__ import annotations

import random

import pytest

from monitor.formats.model import Trigger
from monitor.formats.triggers import Cause, Triggers

POST = Cause("request", "POST /turn")
KEY = Cause("input", "key input")
OTHER = Cause("message", "◀ other")


def told(
    causes: dict[Cause, list[float]], effects: list[float], until: float, tab: str | None = None
) -> tuple[Trigger, ...]:
    """What the triggers are, of a recording that lasts `until`; something small happens each second."""
    happenings: list[tuple[float, int, Cause | None]] = [(time, 1, None) for time in effects]
    happenings += [(time, 0, cause) for cause, times in causes.items() for time in times]
    happenings += [(float(second), 2, None) for second in range(int(until))]
    found = Triggers()
    for time, what, cause in sorted(happenings, key=lambda one: (one[0], one[1])):
        found.pass_time(time)
        if cause is not None:
            found.happened(cause, time, tab)
        elif what == 1:
            found.followed("effect", time, tab)
    return found.of("effect")


def poisson(seed: int, rate: float, until: float) -> list[float]:
    source, time, times = random.Random(seed), 0.0, []
    while (time := time + source.expovariate(rate)) < until:
        times.append(time)
    return times


def test_a_cause_with_a_known_delay_and_a_known_share() -> None:
    source = random.Random(6)
    posts = poisson(7, 1 / 40, 4000)
    effects = sorted(
        [time + source.uniform(1.0, 2.0) for time in posts if source.random() < 0.9] + poisson(8, 1 / 400, 4000)
    )
    [found] = told({POST: posts, OTHER: poisson(9, 1 / 20, 4000)}, effects, 4000, "A")
    assert (found.what, found.kind, found.tab, found.same_tab) == ("A POST /turn", "request", "A", 1.0)
    assert found.share == pytest.approx(0.9, abs=0.07)
    assert found.median_s == pytest.approx(1.5, abs=0.15)
    assert found.window_s == pytest.approx(2.0, abs=0.5)
    base = len(posts) * found.window_s / 4000
    assert found.lift == pytest.approx(found.share / base, rel=0.15)
    assert found.count == pytest.approx(found.share * found.of)


@pytest.mark.parametrize("seed", range(12))
def test_what_has_nothing_to_do_with_each_other_is_no_trigger(seed: int) -> None:
    causes = {
        Cause("message", f"cause {number}"): poisson(100 * seed + number, rate, 2000)
        for number, rate in enumerate((0.01, 0.02, 0.05, 0.1, 0.5, 2))
    }
    assert told(causes, poisson(100 * seed + 99, 0.05, 2000), 2000) == ()


def test_a_frequent_cause_that_precedes_everything_is_no_trigger() -> None:
    assert told({OTHER: [0.1 * n for n in range(5000)]}, poisson(10, 0.1, 500), 500) == ()


def test_too_little_is_no_evidence() -> None:
    posts = [100.0, 200.0]
    assert told({POST: posts}, [time + 1 for time in posts], 300) == ()
    assert told({}, [1.0, 2.0], 300) == ()


def test_a_burst_counts_once() -> None:
    posts = [50.0 * n for n in range(1, 20)]
    effects = [time + 1 + 0.05 * n for time in posts for n in range(40)]
    [found] = told({POST: posts}, effects, 1000)
    assert (found.share, found.of) == (1.0, 19)


def test_what_was_asked_for_comes_before_what_only_precedes() -> None:
    keys = [50.0 * n for n in range(1, 20)]
    causes = {KEY: keys, POST: [time + 0.01 for time in keys], OTHER: [time + 0.9 for time in keys]}
    found = told(causes, [time + 1 for time in keys], 1000)
    assert [one.kind for one in found] == ["request", "input", "message"]


def test_hours_in_which_nothing_happens_make_nothing_likelier() -> None:
    """Two things that are independent while the page is used, and both rest while it is not."""
    found = Triggers()
    happenings = sorted(
        [(time, "c") for time in poisson(11, 0.2, 600)] + [(time, "e") for time in poisson(12, 0.2, 600)]
    )
    for start in (0.0, 100_000.0):
        for time, what in happenings:
            found.pass_time(start + time)
            if what == "c":
                found.happened(OTHER, start + time)
            else:
                found.followed("effect", start + time)
    assert found.of("effect") == ()


def test_a_cause_in_several_tabs_is_of_none() -> None:
    found = Triggers()
    for turn in range(1, 20):
        tab = "AB"[turn % 2]
        for time in (40.0 * turn - 15, 40.0 * turn):
            found.pass_time(time)
        found.happened(POST, 40.0 * turn, tab)
        found.pass_time(40.0 * turn + 1)
        found.followed("effect", 40.0 * turn + 1, "A")
    [one] = found.of("effect")
    assert (one.tab, one.what) == (None, "POST /turn")
    assert one.same_tab == pytest.approx(0.5, abs=0.1)


def test_a_cause_whose_type_is_found_out_later_is_the_same_cause() -> None:
    key = ("s", "socket", "in", "p", "other")
    found = Triggers()
    for number in range(1, 20):
        found.pass_time(50.0 * number)
        found.happened(OTHER if number < 10 else Cause("message", "◀ other", "", key), 50.0 * number)  # type: ignore[arg-type]
        found.pass_time(50.0 * number + 1)
        found.followed("effect", 50.0 * number + 1)
    [one] = found.of("effect")
    assert (one.share, one.key) == (1.0, key)


def test_causes_that_are_left_out() -> None:
    posts = [50.0 * n for n in range(1, 20)]
    found = Triggers()
    for time in posts:
        found.pass_time(time)
        found.happened(POST, time)
        found.pass_time(time + 1)
        found.followed("effect", time + 1)
    assert found.of("effect")
    assert found.of("effect", lambda cause: cause == POST) == ()
    assert found.of("unknown") == ()


@pytest.mark.slow
def test_it_takes_bounded_room() -> None:
    found = Triggers()
    for number in range(6000):
        found.pass_time(float(number))
        found.happened(Cause("message", f"◀ {number}"), float(number))
        found.followed(f"effect {number}", float(number))
    assert _size(found) < 5000


def _size(found: Triggers) -> int:
    return len(found._causes) + len(found._effects)
