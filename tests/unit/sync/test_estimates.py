from __future__ import annotations

from math import inf

import pytest

from monitor.decode.moments import Moment
from monitor.sync.clocks import Interval
from monitor.sync.estimates import Host, KindKey, bounds, quantile, told
from monitor.sync.stamps import Sample, Series

AT = 1_800_000_000.0
KEY: KindKey = ("example.org", "example.org", "socket", "json", "note")


def field(path: str, late: float = 0.0, step: float = 1e-3, ahead: float = 0.0, noise: float = 0.0) -> Series:
    """A field of twelve messages that is stamped 30 ms before they come, or earlier."""
    made = Series(path, "unix milliseconds")
    for number in range(12):
        came = AT + 2.0 * number + 0.030
        stamp = came - 0.030 - late + ahead - noise * (number % 3)
        stamp -= stamp % step
        made.add(Moment(stamp, step, ""), Sample(came, came - stamp, 1000.0, number + 1), "s", None)
    return made


def host(**fields: Series) -> Host:
    made = Host("example.org")
    made.kinds[KEY] = fields
    return made


def test_nothing_is_known_of_a_host_that_said_nothing() -> None:
    assert told(Host("example.org")) == (None, ())


def test_the_clock_is_what_dates_and_stamps_leave() -> None:
    made = host(ts=field("ts"))
    made.dates.see(AT + 24, Interval(-0.5, 0.02), 77)
    clock, [latency] = told(made)
    assert clock is not None
    assert clock.low_s == pytest.approx(-0.036, abs=2e-3)
    assert (clock.high_s, clock.dates, clock.stamps) == (0.02, 1, 12)
    assert clock.events == (12, 77) or set(clock.events) >= {77}
    assert latency.offset.high_s == 0.02
    assert latency.median.low_s == pytest.approx(0.0, abs=1e-3)
    assert latency.median.high_s == pytest.approx(0.0505, abs=2e-3)
    assert latency.median.middle == pytest.approx(0.025, abs=2e-3)
    assert latency.median.error == pytest.approx(0.025, abs=2e-3)


def test_stamps_of_another_clock_stand_alone() -> None:
    made = host(ts=field("ts", ahead=5.0))
    made.dates.see(AT + 24, Interval(-0.5, 0.5))
    clock, [latency] = told(made)
    assert clock is not None
    assert (clock.low_s, clock.high_s, clock.stamps) == (-0.5, 0.5, 0)
    assert latency.believed
    assert (latency.offset.high_s, latency.median.high_s) == (None, None)
    assert latency.offset.low_s == pytest.approx(4.97, abs=0.01)


def test_of_fields_that_came_as_late_the_finer_one_is_told() -> None:
    _, [latency] = told(host(coarse=field("coarse", step=1.0), fine=field("fine"), made=field("made", late=0.2)))
    assert latency.field == "fine"


@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_of_fields_that_are_alike_the_one_that_is_called_a_time_is_told(noise: float) -> None:
    _, [latency] = told(host(offset=field("offset"), sent_at=field("payload.sentAt", noise=noise)))
    assert latency.field == "payload.sentAt"


def test_a_field_that_is_no_stamp_is_told_with_the_reason() -> None:
    clock, [latency] = told(host(expires_at=field("expires_at")))
    assert clock is None
    assert (latency.believed, latency.field, latency.why) == (
        False, "expires_at", "its name speaks of what is to come",
    )  # fmt: skip
    assert latency.median.middle is None
    assert latency.median.error is None


def test_the_clock_of_a_sender_is_not_taken_for_the_server_s() -> None:
    made = host(server=field("server", late=0.01), sender=field("sender", ahead=20.0))
    _, [latency] = told(made)
    assert latency.field == "server"  # the nearest to the browser's
    made.dates.see(AT + 24, Interval(-0.5, 0.5))
    made.version += 1
    assert told(made)[1][0].field == "server"


def test_dates_of_which_most_contradict_each_other_are_not_believed() -> None:
    made = Host("cdn.example")
    for number in range(5):
        made.exchanges += 1
        made.dates.see(AT + number, Interval(-900.0 * number, -900.0 * number + 1))
    assert told(made) == (None, ())


def test_a_latency_is_never_below_zero() -> None:
    assert bounds(0.03, 0.001, Interval(-0.5, 0.02)) == pytest.approx((0.0, 0.0505))
    assert bounds(-9.0, 0.001, Interval(9.0, inf)) == (0.0, inf)


def test_a_quantile_is_one_of_the_values() -> None:
    assert [quantile([1.0, 2.0, 3.0, 4.0], share) for share in (0.0, 0.5, 0.51, 0.95, 1.0)] == [1.0, 2.0, 3.0, 4.0, 4.0]
