"""What rule the waits between attempts to connect follow: constant, linear, exponential, with a cap and jitter.

A rule is fitted in the logarithm of the waits, so that jitter (a factor) weighs the same at every step, and a more
complex rule must pay for its parameters. Two waits are too few to tell a rule from chance, and so are a few that are
far from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import Literal

import msgspec

ENOUGH = 3  # waits that a rule needs at least
_FLOOR_S = 0.01  # below this, waits are the machine's, not the rule's
_GROWS = 1.15  # an exponential rule grows by at least this factor a step
_MANY = 5  # fewer waits that are far from their rule tell none
_LOOSE = 0.35
_NOISE = 0.02  # the logarithm of the least jitter that is told from measuring

Rule = Literal["constant", "linear", "exponential"]


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A rule for the wait before attempt k = 0, 1, …: base, base + step·k or base·factor^k, at most `cap`; seconds.

    jitter: the largest part of a wait by which it was off, such as 0.25. attempts: how many waits it rests on.
    """

    rule: Rule
    base: float
    step: float = 0.0
    factor: float = 1.0
    cap: float | None = None
    jitter: float = 0.0
    attempts: int = 0

    def at(self, k: int) -> float:
        """The wait before attempt `k` by the rule."""
        value = self.base * self.factor**k if self.rule == "exponential" else self.base + self.step * k
        return min(value, self.cap) if self.cap is not None else value

    @property
    def words(self) -> str:
        """Such as `exponential: 1.0 s × 1.5, at most 30 s`; with jitter, waits go beyond the cap: `up to about`."""
        grows = {"constant": "", "linear": f" + {_s(self.step)}", "exponential": f" × {self.factor:.2g}"}[self.rule]
        most = "up to about" if self.jitter >= 0.05 else "at most"
        cap = f", {most} {_s(self.cap)}" if self.cap is not None else ""
        jitter = f", ± {self.jitter:.0%}" if self.jitter >= 0.05 else ""
        return f"{self.rule}: {_s(self.base)}{grows}{cap}{jitter}"


def fit(ladders: Sequence[Sequence[float]]) -> Fit | None:
    """The rule behind some ladders of waits, each counted from its own first attempt; None where they are too few."""
    points = [(k, max(wait, _FLOOR_S)) for ladder in ladders for k, wait in enumerate(ladder)]
    if len(points) < ENOUGH:
        return None
    candidates: list[Fit | None] = [_constant(points)]
    if max(k for k, _ in points) >= ENOUGH - 1:
        candidates += [_exponential(points), _linear(points), *_capped(points)]
    best = min((one for one in candidates if one is not None), key=lambda one: _cost(one, points))
    jitter = _jitter(best, points)
    if len(points) < _MANY and jitter > _LOOSE:
        return None
    return msgspec.structs.replace(best, jitter=jitter, attempts=len(points))


def _constant(points: list[tuple[int, float]]) -> Fit:
    return Fit(rule="constant", base=exp(sum(log(wait) for _, wait in points) / len(points)))


def _exponential(points: list[tuple[int, float]]) -> Fit | None:
    line = _line([(k, log(wait)) for k, wait in points])
    if line is None or exp(line[1]) < _GROWS:
        return None
    return Fit(rule="exponential", base=exp(line[0]), factor=exp(line[1]))


def _linear(points: list[tuple[int, float]]) -> Fit | None:
    line = _line(points)
    if line is None or line[1] <= 0 or line[0] <= 0:
        return None
    return Fit(rule="linear", base=line[0], step=line[1])


def _capped(points: list[tuple[int, float]]) -> list[Fit]:
    """Exponential rules that stop growing at some attempt: those before it tell the rule, the others the cap."""
    found = []
    for stop in range(ENOUGH - 1, max(k for k, _ in points) + 1):
        rising = _exponential([(k, wait) for k, wait in points if k < stop])
        flat = [log(wait) for k, wait in points if k >= stop]
        if rising is not None and len({k for k, _ in points if k >= stop}) >= 2:
            found.append(msgspec.structs.replace(rising, cap=exp(sum(flat) / len(flat))))
    return found


def _line(points: Sequence[tuple[int, float]]) -> tuple[float, float] | None:
    """Least squares: what it is at 0 and how much it grows a step."""
    n = len(points)
    mean_k, mean_y = sum(k for k, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((k - mean_k) ** 2 for k, _ in points)
    if not spread:
        return None
    slope = sum((k - mean_k) * (y - mean_y) for k, y in points) / spread
    return mean_y - slope * mean_k, slope


def _cost(rule: Fit, points: list[tuple[int, float]]) -> float:
    """How badly a rule fits, with a price for each parameter (Akaike's, corrected for few points)."""
    parameters = 1 + (rule.rule != "constant") + (rule.cap is not None)
    squares = sum((log(wait) - log(max(rule.at(k), _FLOOR_S))) ** 2 for k, wait in points) / len(points)
    few = 2 * parameters * (parameters + 1) / max(1, len(points) - parameters - 1)
    return len(points) * log(squares + _NOISE**2) + 2 * parameters + few


def _jitter(rule: Fit, points: list[tuple[int, float]]) -> float:
    return max(abs(wait / max(rule.at(k), _FLOOR_S) - 1) for k, wait in points)


def _s(value: float) -> str:
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
