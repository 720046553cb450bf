"""What stood in the browser's buffer, worked out from stamps and from how much was read by then."""

from __future__ import annotations

from monitor.browser.backlog import LIMIT, SAMPLES, Backlog

MB = 1 << 20


def drained(stop_s: float, megabytes: int) -> tuple[Backlog, list[tuple[float, float]]]:
    """A reader that stopped at 100 while that much came evenly, and then reads a MiB each 10 ms."""
    one = Backlog()
    one.read(MB, 100.0)
    one.reached(100.0)
    spans = []
    for number in range(megabytes):
        one.read(MB, 100.0 + stop_s + number / 100)
        spans.append(one.reached(100.0 + stop_s * number / megabytes))
    later = 101.0 + stop_s + megabytes / 100
    one.read(1000, later)
    spans.append(one.reached(later))
    return one, [span for span in spans if span]


def test_a_stop_that_the_buffer_can_hold_loses_nothing() -> None:
    one, spans = drained(60.0, 200)
    assert spans == []
    assert one.held < MB


def test_past_the_limit_something_was_dropped_from_then_until_we_had_caught_up() -> None:
    _, spans = drained(30.0, 300)
    ((since, until),) = spans
    assert 100 + 30 * 250 / 300 < since < 100 + 30 * 257 / 300
    assert until == 101.0 + 30 + 3


def test_traffic_without_stamps_is_not_held_against_anyone() -> None:
    one = Backlog()
    for number in range(SAMPLES * 3):
        one.read(MB, 100.0 + number / 50)
    assert one.reached(100.0 + SAMPLES * 3 / 50 - 0.1) is None
    assert one.held < 20 * MB
    assert one.full_since is None


def test_large_messages_fill_it_sooner() -> None:
    one = Backlog()
    one.reached(100.0)
    one.read(100 * MB, 101.0)
    one.reached(100.0)
    one.read(100 * MB, 102.0)
    assert one.reached(100.5) is None
    assert one.full_since == 100.5
    assert one.over(103.0) == (100.5, 103.0)
    assert one.over(104.0) is None
    assert LIMIT == 256 * MB
