"""What rule the waits between attempts to connect follow, in words: the kind that explains them, and its numbers.

The kind is the likeliest (`ladders`), and is told as a guess until others are all but ruled out. A rule is fitted in
the logarithm of the waits, so that jitter (a factor) weighs the same at every step, and a more complex one must pay for
its parameters. Two waits are too few to tell a rule from chance; many that no rule explains are irregular.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import msgspec

from monitor.sync.ladders import LATE_S, LEAST_S, Kind, Ladders, ceiling, kinds

ENOUGH = 3  # waits that a rule needs at least
_GROWS = 1.1  # an exponential rule grows by at least this factor a step
_MANY = 5  # fewer waits leave more to chance
_SURE, _SURER, _LIKELY = 0.95, 0.98, 0.5
_LOOSE = 0.08  # what is this far off its rule is told as a guess, until another ladder was as far off
_NOISE = 0.02  # the logarithm of the least jitter that is told from measuring
_LISTED = 12
_LADDERS, _LONG = 50, 30  # the last ones, and of each the waits at its beginning: a night offline has thousands
_TOLD = 0.05  # jitter from which on it is told

Points = list[tuple[int, float]]


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A rule for the wait before attempt k = 0, 1, …: base, base + step·k or base·factor^k, at most `cap`; seconds.

    jitter: the largest part of a wait by which it was off, such as 0.25. With full jitter the rule is what the waits
    stay below. steps: the list of waits; of irregular ones, the least and the longest. attempts: how many waits it
    rests on. sure: no other kind of rule is nearly as likely.
    """

    rule: Kind
    base: float = 0.0
    step: float = 0.0
    factor: float = 1.0
    cap: float | None = None
    jitter: float = 0.0
    steps: tuple[float, ...] = ()
    attempts: int = 0
    sure: bool = True

    def at(self, k: int) -> float:
        """The wait before attempt `k` by the rule."""
        value = self.base + self.step * k if self.rule == "linear" else self.base * self.factor**k
        return min(value, self.cap) if self.cap is not None else value

    @property
    def decided(self) -> bool:
        """Whether it is a rule, and no guess."""
        return self.sure and self.rule != "irregular"

    @property
    def words(self) -> str:
        """Such as `exponential: 1.0 s × 1.5, at most 30 s`; with jitter, waits go beyond the cap: `up to about`."""
        return self._told if self.decided or self.rule == "irregular" else f"perhaps {self._told}"

    @property
    def _told(self) -> str:
        grows = f" + {_s(self.step)}" if self.rule == "linear" else f" × {self.factor:.2g}" if self.factor != 1 else ""
        jitter = self.jitter >= _TOLD and self.rule in ("constant", "linear", "exponential")
        most = "up to about" if jitter else "at most"
        cap = f", {most} {_s(self.cap)}" if self.cap is not None else ""
        match self.rule:
            case "irregular":
                return f"irregular: {_s(self.steps[0])} … {_s(self.steps[-1])}"
            case "steps":
                return f"in steps: {', '.join(_s(wait) for wait in self.steps[:_LISTED])}"
            case "full jitter":
                name = "full jitter" if self.factor != 1 else "at random"
                return f"{name}: between 0 and {_s(self.base)}{grows}{cap}"
            case "decorrelated jitter":
                return f"decorrelated jitter: between {_s(self.base)} and 3 × the wait before{cap}"
            case _:
                return f"{self.rule}: {_s(self.base)}{grows}{cap}" + (f", ± {self.jitter:.0%}" if jitter else "")


def fit(ladders: Sequence[Sequence[float]]) -> Fit | None:
    """The rule behind some ladders of waits, each counted from its own first attempt; None where they are too few."""
    told = [ladder for ladder in ladders if ladder][-_LADDERS:]
    given: Ladders = tuple(tuple(max(wait, LEAST_S) for wait in ladder[:_LONG]) for ladder in told)
    points = [(k, wait) for ladder in given for k, wait in enumerate(ladder)]
    if len(points) < ENOUGH:
        return None
    found = kinds(given)
    kind = max(found, key=lambda one: found[one])
    made = _made(kind, given, points) if found[kind] >= _LIKELY else None
    if made is None:
        waits = sorted(wait for _, wait in points)
        return Fit(rule="irregular", steps=(waits[0], waits[-1]), attempts=len(waits)) if len(waits) > _MANY else None
    likely = found[kind] >= (_SURE if len(points) >= _MANY else _SURER)
    return msgspec.structs.replace(made, attempts=len(points), sure=likely and _borne_out(made, given))


def _borne_out(rule: Fit, ladders: Ladders) -> bool:
    """Whether a rule that leaves much open was seen to hold more than once."""
    if rule.jitter <= _LOOSE and rule.rule not in ("decorrelated jitter", "steps"):
        return True
    enough = sum(map(len, ladders)) >= (_MANY if rule.rule == "steps" else 2 * _MANY)
    return enough and sum(len(ladder) >= ENOUGH for ladder in ladders) > 1


def _made(kind: Kind, ladders: Ladders, points: Points) -> Fit | None:
    """The rule of a kind with its numbers; None where the waits have none."""
    longest = max(wait for _, wait in points)
    match kind:
        case "irregular":
            return None
        case "steps":
            listed = max(ladders, key=len)
            while len(listed) > 1 and listed[-1] - listed[-2] <= LATE_S:
                listed = listed[:-1]
            return Fit(rule="steps", steps=listed)
        case "full jitter":
            base, factor, stop = ceiling(ladders)
            return Fit(rule=kind, base=base, factor=factor, cap=None if stop is None else base * factor**stop)
        case "decorrelated jitter":
            ended = sum(wait > longest * (1 - _NOISE) for _, wait in points) > 1
            return Fit(rule=kind, base=min(wait for _, wait in points), cap=longest if ended else None)
        case _:
            rules = [one for one in _rules(points) if one is not None and one.rule == kind]
            best = min(rules, key=lambda one: _cost(one, points), default=None)
            return best and _centred(best, points)


def _rules(points: Points) -> list[Fit | None]:
    rules: list[Fit | None] = [_constant(points)]
    if max(k for k, _ in points) >= ENOUGH - 1:
        rules += [_exponential(points), _linear(points), *_capped(points)]
    return rules


def _constant(points: Points) -> Fit:
    return Fit(rule="constant", base=exp(sum(log(wait) for _, wait in points) / len(points)))


def _exponential(points: Points) -> Fit | None:
    line = _line([(k, log(wait)) for k, wait in points])
    if line is None or exp(line[1]) < _GROWS:
        return None
    return Fit(rule="exponential", base=exp(line[0]), factor=exp(line[1]))


def _linear(points: Points) -> Fit | None:
    line = _line(points)
    if line is None or line[1] <= 0 or line[0] <= 0:
        return None
    return Fit(rule="linear", base=line[0], step=line[1])


def _capped(points: Points) -> list[Fit]:
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


def _cost(rule: Fit, points: Points) -> float:
    """How badly a rule fits, with a price for each parameter (Akaike's, corrected for few points)."""
    parameters = 1 + (rule.rule != "constant") + (rule.cap is not None)
    squares = sum((log(wait) - log(max(rule.at(k), LEAST_S))) ** 2 for k, wait in points) / len(points)
    few = 2 * parameters * (parameters + 1) / max(1, len(points) - parameters - 1)
    return len(points) * log(squares + _NOISE**2) + 2 * parameters + few


def _centred(rule: Fit, points: Points) -> Fit:
    """The rule in the middle of the band around it in which all waits are, and half of that band as its jitter."""
    parts = [wait / max(rule.at(k), LEAST_S) for k, wait in points]
    middle, half = (max(parts) + min(parts)) / 2, (max(parts) - min(parts)) / 2
    if half < _TOLD * middle:
        return msgspec.structs.replace(rule, jitter=half / middle)
    cap = None if rule.cap is None else rule.cap * middle
    return msgspec.structs.replace(
        rule, base=rule.base * middle, step=rule.step * middle, cap=cap, jitter=half / middle
    )


def _s(value: float) -> str:
    if value < LATE_S:
        return "0 s"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s" if value < 10 else f"{value:.0f} s"
