"""The clocks of a browser."""

from __future__ import annotations

from monitor.browser.clock import READINGS, Clock, offset_now


def test_wall_and_mono_are_one_offset_apart() -> None:
    clock = Clock(1000.0)
    assert clock.wall(5.0) == 1005.0
    assert clock.mono_of(1005.0) == 5.0


def test_an_unstamped_event_is_dated_by_its_arrival_less_the_usual_delay() -> None:
    clock = Clock(0.0)
    clock.stamped("s", 10.0, 10.5)
    assert clock.arrived("t", 11.0) == 10.5


def test_an_unstamped_event_is_never_before_the_last_stamp_of_its_session() -> None:
    clock = Clock(0.0)
    clock.stamped("s", 10.0, 10.9)
    clock.stamped("s", 10.8, 11.0)
    assert clock.arrived("s", 10.9) == 10.8
    clock.forget("s")
    assert clock.arrived("s", 10.9) < 10.8


def test_one_late_stamp_does_not_move_the_others() -> None:
    clock = Clock(0.0)
    clock.stamped("s", 10.0, 10.001)
    clock.stamped("s", 7.0, 10.01)
    assert abs(clock.lag(10.02) - 0.001) < 1e-9


def test_the_delay_is_forgotten_when_nothing_comes() -> None:
    clock = Clock(0.0)
    clock.stamped("s", 10.0, 13.0)
    assert clock.lag(13.1) == 3.0
    assert clock.lag(20.0) == 0.0


def test_noise_leaves_the_offset_alone_and_a_changed_clock_moves_it() -> None:
    clock = Clock(1000.0)
    clock.learn(1005.001, 5.0)
    assert clock.offset == 1000.0
    clock.learn(1015.0, 5.0)
    assert clock.offset == 1010.0


def test_a_small_change_that_the_next_event_does_not_confirm_never_was() -> None:
    clock = Clock(1000.0)
    for wall, mono in ((1005.03, 5.0), (1006.0001, 6.0), (1007.03, 7.0), (1008.005, 8.0), (1009.0, 9.0)):
        clock.learn(wall, mono)
        assert clock.offset == 1000.0, mono
    clock.learn(1010.03, 10.0)
    clock.learn(1011.0301, 11.0)
    assert abs(clock.offset - 1000.03) < 0.001


def test_another_machines_clock_is_learnt_from_the_least_delay() -> None:
    clock = Clock(0.0, shared=False)
    clock.stamped("s", 10.0, 110.5)
    clock.stamped("s", 11.0, 111.2)
    assert abs(clock.arrived("t", 112.2) - 12.0) < 1e-9
    clock.learn(5012.0, 12.0)
    assert abs(clock.wall(12.0) - clock.shift - 112.2) < 1e-9, "what is of now is of now by our clock too"


def test_a_wall_clock_that_was_set_has_moved_by_so_much() -> None:
    clock = Clock(1000.0)
    assert [clock.moved(1005.01, 5.0), clock.moved(4605.0, 5.0), clock.moved(905.0, 5.0)] == [0.0, 3600.0, -100.0]
    assert Clock(1000.0, shared=False).moved(4605.0, 5.0) == 0.0


def test_a_reading_that_was_held_up_in_its_middle_is_not_taken() -> None:
    turns = [0.03, 0.0, 0.02, 0.01, 0.04]
    assert len(turns) == READINGS
    now, held = 5.0, iter(turns)
    read = iter(range(2 * READINGS))

    def mono() -> float:
        nonlocal now
        now += next(held) if next(read) % 2 else 0.0
        return now

    assert offset_now(lambda: now + 1000.0, mono) == 1000.0
