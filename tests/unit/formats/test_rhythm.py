"""Periods that are there, and those that are not."""

from __future__ import annotations

import random

import pytest

from monitor.formats.rhythm import Rhythm


def rhythm(**series: list[float]) -> Rhythm:
    made = Rhythm()
    for time, name in sorted((time, name) for name, times in series.items() for time in times):
        made.add(name, time)
    return made


def test_a_timer_on_two_connections_out_of_phase() -> None:
    found = rhythm(a=[15.0 * n for n in range(10)], b=[4.0 + 15.0 * n for n in range(10)]).period()
    assert found is not None
    assert found[0] == pytest.approx(15.0)
    assert found[1] == pytest.approx(0.0)


def test_a_poll_that_waits_for_its_answer() -> None:
    source, time, times = random.Random(4), 0.0, []
    for _ in range(30):
        time += 5.0 + source.uniform(0, 0.6)
        times.append(time)
    found = rhythm(a=times).period()
    assert found is not None
    assert found[0] == pytest.approx(5.3, abs=0.2)
    assert 0 < found[1] < 0.4


def test_a_beat_that_is_missed_now_and_then() -> None:
    assert rhythm(a=[10.0 * n for n in range(40) if n % 13]).period() is not None


def test_chance_has_no_period() -> None:
    source, time, times = random.Random(5), 0.0, []
    for _ in range(400):
        time += source.expovariate(1 / 3)
        times.append(time)
    assert rhythm(a=times).period() is None


def test_bursts_have_no_period() -> None:
    assert rhythm(a=[60.0 * burst + 0.5 * n for burst in range(10) for n in range(12)]).period() is None
    assert rhythm(a=[0.05 * n for n in range(500)]).period() is None


def test_a_few_alike_intervals_of_a_person_are_no_period() -> None:
    assert rhythm(a=[0.0, 10.1, 20.6, 30.9, 41.6]).period() is None
    assert rhythm(a=[0.0, 12.19, 23.88, 36.04]).period() is None
    assert rhythm(a=[0.0, 10.0, 20.0]).period() is None


def test_few_beats_of_a_timer_are_enough() -> None:
    assert rhythm(a=[0.0, 10.02, 20.01, 30.04]).period() is not None
