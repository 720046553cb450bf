from __future__ import annotations

from collections.abc import Iterable
from math import inf

import pytest

from monitor.decode.moments import Moment, step_of
from monitor.sync.clocks import Interval
from monitor.sync.stamps import Sample, Series

AT = 1_800_000_000.0
KNOWN = Interval(-0.1, 0.1)


def series(
    pairs: Iterable[tuple[float, float]], path: str = "ts", *, listened: float = 1000.0, form: str = "unix milliseconds"
) -> Series:
    """A field of messages, by when they were stamped and when they came."""
    made = Series(path, form, form.startswith("ISO"))
    for seq, (stamped, came) in enumerate(pairs, 1):
        stamp = AT + stamped
        made.add(Moment(stamp, step_of(stamp), form), Sample(AT + came, came - stamped, listened, seq), "s", None)
    return made


def live(count: int = 12) -> list[tuple[float, float]]:
    return [(2.003 * n, 2.003 * n + 0.030 + 0.004 * (n % 3)) for n in range(count)]


def test_a_field_that_moves_with_the_arrivals_is_the_stamp() -> None:
    found = series(live()).belief(0.0, KNOWN)
    assert found.believed
    assert found.middle == pytest.approx(0.034)
    assert found.spread <= 0.005


@pytest.mark.parametrize(
    ("pairs", "path", "why"),
    [
        (live(4), "ts", "4 are too few"),
        ([(n / 100, n / 100 + 0.03) for n in range(20)], "ts", "they came within too short a time"),
        ([(9.0 * n, 2.0 * n + 80) for n in range(9)], "created_at", "its distance to the arrival is not steady"),
        ([(s + 3600, a) for s, a in live()], "expires_at", "its name speaks of what is to come"),
        ([(s + 3600, a) for s, a in live()], "x.tokenExpiry", "its name speaks of what is to come"),
        ([(s + 3600, a) for s, a in live()], "slot", "it lies ahead of the server's clock"),
    ],
)
def test_a_field_that_is_no_stamp_says_why(pairs: list[tuple[float, float]], path: str, why: str) -> None:
    found = series(pairs, path).belief(0.0, KNOWN)
    assert (found.believed, found.why) == (False, why)


def test_what_was_stamped_before_the_tab_listened_is_old() -> None:
    history = [(-500.0 + 2 * n, 0.1 + 2 * n) for n in range(9)]
    found = series(history, listened=30.0).belief(0.0, KNOWN)
    assert (found.believed, found.old, len(found.samples)) == (False, 9, 0)
    assert found.why == "9 of 9 were made before the tab listened"
    assert series([(-500.0, 0.0), *live()], listened=30.0).belief(0.0, KNOWN).old == 1


def test_what_came_before_or_again_does_not_count() -> None:
    one = series([(1.003, 1.1), (0.503, 1.2), (1.003, 1.3), (2.003, 2.1)])
    assert (one.count, one.again) == (2, 2)


def test_whole_seconds_may_come_again() -> None:
    one = series([(1.0, 1.1), (1.0, 1.4), (2.0, 2.1)], form="unix seconds")
    assert (one.count, one.step) == (3, 1.0)


def test_a_field_is_as_fine_as_its_finest_moment() -> None:
    assert series([(1.0, 1.1)]).step == 1.0
    assert series([(1.0, 1.1), (2.003, 2.1)]).step == 1e-3


def test_a_mistaken_time_zone_is_found_where_times_are_written_out() -> None:
    shifted = [(s + 7200.0, a) for s, a in live()]
    found = series(shifted, form="ISO 8601 without a zone").belief(0.0, KNOWN)
    assert (found.believed, found.shift) == (True, -7200.0)
    assert found.middle == pytest.approx(0.034)
    assert not series(shifted).belief(0.0, KNOWN).believed


def test_a_stamp_bounds_the_clock_from_below_and_an_echo_from_above() -> None:
    one = series(live())
    assert one.clock.interval(AT + 24).high == inf
    assert one.clock.interval(AT + 24).low == pytest.approx(-0.035, abs=2e-3)
    one.add(Moment(AT + 30.002, 1e-3, ""), Sample(AT + 30.03, 0.028, 100.0, 99), "s", AT + 29.99)
    assert one.clock.interval(AT + 30).high == pytest.approx(0.018, abs=2e-3)
    one.restart(AT + 30)
    assert one.clock.count == 1


@pytest.mark.parametrize(
    ("path", "reads"),
    [("server_time", True), ("meta.serverTime", True), ("now", True), ("data.currentTimestamp", True), ("ts", False),
     ("created_at", False), ("known", False)],
)  # fmt: skip
def test_a_name_says_that_it_is_the_clock(path: str, reads: bool) -> None:
    assert Series(path, "").reads_clock is reads


def test_what_pages_send_themselves_is_no_stamp() -> None:
    one = series(live())
    one.echoed = 8
    assert one.belief(0.0, KNOWN).why == "pages send it themselves"


@pytest.mark.parametrize(
    ("path", "time"),
    [
        ("payload.server_timestamp_ms", True),
        ("createdAt", True),
        ("ts", True),
        ("a.sentAt", True),
        ("date", True),
        ("messages[].create_time", True),
        ("offset", False),
        ("stats", False),
        ("id", False),
    ],
)
def test_a_name_that_speaks_of_time(path: str, time: bool) -> None:
    assert Series(path, "unix milliseconds").is_called_time is time
