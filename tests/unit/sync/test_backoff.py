"""The rule behind a reconnect ladder, from waits whose rule is known."""

from __future__ import annotations

import time
from random import Random

import pytest

from monitor.sync.backoff import Fit, fit


def ladder(rule: Fit, steps: int, jitter: float = 0.0, seed: int = 1) -> list[float]:
    """Waits by a rule, each off by up to the jitter."""
    random = Random(seed)
    return [rule.at(k) * (1 + random.uniform(-jitter, jitter)) for k in range(steps)]


@pytest.mark.parametrize("waits", [[], [[]], [[1.0]], [[1.0, 2.0]]])
def test_too_few_waits_tell_no_rule(waits: list[list[float]]) -> None:
    assert fit(waits) is None


def test_a_constant_wait() -> None:
    found = fit([[5.0, 5.01, 4.99, 5.0]])
    assert found is not None
    assert (found.rule, found.attempts, found.words) == ("constant", 4, "constant: 5.0 s")


def test_single_retries_of_many_outages_are_a_constant_wait() -> None:
    found = fit([[3.0], [3.1], [2.9], [3.0]])
    assert found is not None
    assert found.rule == "constant"
    assert found.base == pytest.approx(3.0, abs=0.1)


def test_an_exponential_one_with_its_factor() -> None:
    found = fit([ladder(Fit(rule="exponential", base=1.0, factor=2.0), 6)])
    assert found is not None
    assert found.rule == "exponential"
    assert found.cap is None
    assert found.base == pytest.approx(1.0)
    assert found.factor == pytest.approx(2.0)


def test_one_that_stops_growing() -> None:
    found = fit([ladder(Fit(rule="exponential", base=0.5, factor=2.0, cap=8.0), 9, 0.02)])
    assert found is not None
    assert found.rule == "exponential"
    assert found.factor == pytest.approx(2.0, rel=0.05)
    assert found.cap == pytest.approx(8.0, rel=0.05)
    assert found.words == f"exponential: {found.base * 1000:.0f} ms × 2, at most 8.0 s"


def test_waits_that_jitter_go_beyond_the_cap() -> None:
    found = fit([[0.5, 1.0, 2.0, 4.0, 8.9, 7.1, 8.0, 7.2, 8.8, 8.0]])
    assert found is not None
    assert found.words == "perhaps exponential: 502 ms × 2, up to about 8.0 s, ± 11%"


def test_a_linear_one() -> None:
    found = fit([ladder(Fit(rule="linear", base=1.0, step=1.0), 7)])
    assert found is not None
    assert found.rule == "linear"
    assert found.step == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(12))
def test_jitter_does_not_hide_the_rule(seed: int) -> None:
    rule = Fit(rule="exponential", base=1.0, factor=2.0)
    found = fit([ladder(rule, 6, 0.25, seed), ladder(rule, 6, 0.25, seed + 100)])
    assert found is not None
    assert found.rule == "exponential"
    assert found.factor == pytest.approx(2.0, rel=0.2)
    assert 0.05 < found.jitter < 0.8


@pytest.mark.parametrize("seed", range(12))
def test_a_constant_wait_with_jitter_is_not_taken_for_growth(seed: int) -> None:
    rule = Fit(rule="constant", base=4.0)
    found = fit([ladder(rule, 6, 0.3, seed), ladder(rule, 6, 0.3, seed + 100)])
    assert found is not None
    assert found.rule == "constant"
    assert found.base == pytest.approx(4.0, rel=0.2)


def test_waits_of_nothing_are_no_trouble() -> None:
    found = fit([[0.0, 0.0, 0.0]])
    assert found is not None
    assert found.rule == "constant"


def test_a_few_waits_that_are_far_from_every_rule_tell_none() -> None:
    assert fit([[0.4, 5.8, 0.9]]) is None
    found = fit([[5.0, 5.8, 10.0], [4.8, 6.1, 9.0]])
    assert found is not None
    close = fit([[5.0, 5.8, 5.2]])
    assert close is not None
    assert (close.rule, close.sure) == ("constant", False)
    assert close.words.startswith("perhaps constant: 5.4 s")


def test_many_waits_without_a_rule_are_irregular() -> None:
    found = fit([[3.0, 0.4, 28.0, 0.9, 12.0, 1.1, 0.35, 22.0, 2.0, 0.6]])
    assert found is not None
    assert (found.rule, found.words) == ("irregular", "irregular: 350 ms … 28 s")


def test_a_list_of_waits() -> None:
    once = fit([[0.0, 2.0, 10.0, 30.0]])
    assert once is not None
    assert once.words == "perhaps in steps: 0 s, 2.0 s, 10 s, 30 s"
    again = fit([[0.001, 2.003, 10.01, 30.0], [0.0, 2.0, 10.0, 30.02], [0.0, 2.01]])
    assert again is not None
    assert again.words == "in steps: 0 s, 2.0 s, 10 s, 30 s"
    phoenix = [0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 5.0]
    found = fit([phoenix, [*phoenix, 5.0]])
    assert found is not None
    assert found.words.endswith("250 ms, 500 ms, 1.0 s, 2.0 s, 5.0 s")


def test_full_jitter_tells_what_it_stays_below() -> None:
    random = Random(5)
    ladders = [[random.uniform(0, min(16.0, 2.0**k)) for k in range(9)] for _ in range(6)]
    found = fit(ladders)
    assert found is not None
    assert (found.rule, found.sure) == ("full jitter", True)
    assert found.factor == pytest.approx(2.0, rel=0.3)
    assert found.cap == pytest.approx(16.0, rel=0.25)
    assert found.words.startswith("full jitter: between 0 and ")
    flat = fit([[random.uniform(0, 5.0) for _ in range(6)] for _ in range(6)])
    assert flat is not None
    assert flat.words in ("at random: between 0 and 5.0 s", "at random: between 0 and 5.1 s")


def test_decorrelated_jitter_tells_its_base() -> None:
    random = Random(3)
    ladders = []
    for _ in range(4):
        wait, ladder = 1.0, []
        for _ in range(8):
            wait = min(20.0, random.uniform(1.0, 3 * wait))
            ladder.append(wait)
        ladders.append(ladder)
    found = fit(ladders)
    assert found is not None
    assert (found.rule, found.sure) == ("decorrelated jitter", True)
    assert found.base == pytest.approx(1.0, rel=0.2)
    assert found.words.startswith("decorrelated jitter: between 1.")
    assert found.words.endswith("and 3 × the wait before, at most 20 s")


def test_a_night_offline_is_told_by_how_it_began_and_in_no_time() -> None:
    night = [min(30.0, 2.0 ** min(k, 9)) for k in range(20_000)]
    began = time.process_time()
    found = fit([night] * 3)
    assert time.process_time() - began < 2.0
    assert found is not None
    assert found.words == "exponential: 1.0 s × 2, at most 30 s"
