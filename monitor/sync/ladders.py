"""Which kind of rule made some ladders of waits, and how sure that is: each kind weighed by how likely it makes them.

A rule with a jitter draws each wait evenly from a band around it, `full jitter` from all between nothing and it,
`decorrelated jitter` from all between its base and three times the wait before. `steps` is a list that each ladder goes
through anew. `irregular` is anything: what no kind makes more likely than that is no rule. What a kind leaves open (its
base, its factor, its band) is averaged over, so that a kind which can explain more is believed the less for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import exp, floor, inf, log, log10
from typing import Literal

Kind = Literal["constant", "linear", "exponential", "full jitter", "decorrelated jitter", "steps", "irregular"]
Ladders = tuple[tuple[float, ...], ...]
Points = list[tuple[int, float]]

FACTORS = (1.15, 1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.75, 2.0, 2.5, 3.0, 4.0)
LATE_S = 0.03  # a timer fires as much too late, never too early
LEAST_S = 0.02  # below this, waits are the machine's, not the rule's
_STEEP = (0.25, 0.5, 1.0, 2.0)  # of a linear rule: what is added, in first waits
_NARROW = 0.03  # the least band that is told from measuring, as a part of the wait
_WIDEST = 0.52  # a band beyond this is no jitter around a rule
_TIGHT = 0.05  # and beyond this none, where ladders are one like the other
_DECADES = 5.0  # the logarithm of what irregular waits may span
_ATOM = 0.02  # waits so near to the longest are cut off at it
_ROUND = 0.01  # so near to a round number a wait was written as that
_WRITTEN = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)
_LONGEST = 12  # attempts after which a rule that stops growing has stopped
_MOST = 64  # waits that are looked at
_PRIOR: dict[Kind, float] = {
    "constant": 0.25, "exponential": 0.25, "linear": 0.1, "full jitter": 0.15, "decorrelated jitter": 0.01,
    "steps": 0.1, "irregular": 0.1,
}  # fmt: skip


@lru_cache(maxsize=256)
def kinds(ladders: Ladders) -> dict[Kind, float]:
    """How sure each kind of rule is, from 0 to 1; ladders: of three waits at least, together."""
    kept = _newest(ladders)
    points = [(k, wait) for ladder in kept for k, wait in enumerate(ladder)]
    flat = max(k for k, _ in points) < 2  # what grows is seen at the third wait
    widest = _TIGHT if (again := _repeats(kept)) else _WIDEST
    lines = (_by(_sloping(step), stop) for step in _STEEP for stop in _stops(points))
    found: dict[Kind, float] = {
        "constant": _band(points, lambda k: 1.0, widest),
        "exponential": -inf if flat else _mean([_band(points, grow, widest) for grow in _growing(points)]
                                               + _cut(points, widest)),
        "linear": -inf if flat else _mean([_band(points, line, widest) for line in lines]),
        "full jitter": -inf if again else _mean([one(points, grow) for grow in _growing(points)
                                                 for one in (_full, _above)]),
        "decorrelated jitter": -inf if again else _decorrelated(kept),
        "steps": _steps(kept),
        "irregular": _irregular(points),
    }  # fmt: skip
    best = max(found.values())
    shares = {kind: _PRIOR[kind] * exp(max(value - best, -700.0)) for kind, value in found.items()}
    return {kind: share / sum(shares.values()) for kind, share in shares.items()}


def ceiling(ladders: Ladders) -> tuple[float, float, int | None]:
    """Of waits with full jitter: what the first is below, by which factor that grows, from which wait on it stays."""
    points = [(k, wait) for ladder in _newest(ladders) for k, wait in enumerate(ladder)]
    last = max(k for k, _ in points)
    rules = [(1.0, last), *((factor, stop) for factor in FACTORS for stop in _stops(points))]
    factor, stop = max(rules, key=lambda rule: _full(points, _by(_power(rule[0]), rule[1])))
    reached = max(wait / factor ** min(k, stop) for k, wait in points)
    return reached * (len(points) + 1) / len(points), factor, stop if factor != 1 and stop < last else None


def _repeats(ladders: Ladders) -> bool:
    """Whether ladders are one like the other, as they are by no jitter."""
    places = [[ladder[k] for ladder in ladders if k < len(ladder)] for k in range(max(map(len, ladders)))]
    several = [here for here in places if len(here) > 1]
    telling = sum(min(here) > 10 * LATE_S for here in several)
    return telling > 2 and all(max(here) - min(here) <= _close(min(here)) for here in several)


def _close(wait: float) -> float:
    return _ATOM * wait + LATE_S


def _newest(ladders: Ladders) -> Ladders:
    kept: list[tuple[float, ...]] = []
    for ladder in reversed(ladders):
        kept.append(tuple(max(wait, LEAST_S) for wait in ladder))
        if sum(map(len, kept)) >= _MOST:
            break
    return tuple(reversed(kept))


# ── what may grow, and how ──


def _power(factor: float) -> Callable[[int], float]:
    return lambda k: factor**k


def _sloping(step: float) -> Callable[[int], float]:
    return lambda k: 1 + step * k


def _by(rule: Callable[[int], float], stop: int) -> Callable[[int], float]:
    return lambda k: rule(min(k, stop))


def _stops(points: Points) -> list[int]:
    """The attempts from which on a rule may not grow any more; the last one: it grows all the time."""
    last = max(k for k, _ in points)
    return [*range(min(2, last), min(last, _LONGEST)), last]


def _growing(points: Points) -> Iterator[Callable[[int], float]]:
    for factor in FACTORS:
        for stop in _stops(points):
            yield _by(_power(factor), stop)


# ── how likely a kind makes the waits: logarithms of densities, so that they can be compared ──


def _band(points: Points, grow: Callable[[int], float], widest: float, mass: float = 0.0) -> float:
    """Each wait is drawn evenly from a band around a rule. mass: what is known of waits that are not among them."""
    low = min(wait / grow(k) for k, wait in points)
    high = max(max(wait - LATE_S, LEAST_S) / grow(k) for k, wait in points)
    middle = (low + high) / 2
    if high > low and (high - low) / (high + low) > widest:
        return -inf
    n, width = len(points), max(high - low, _NARROW * middle)
    spread = -sum(log(grow(k)) for k, _ in points) - (n - 2) * log(width)
    return spread - log(max(1, (n - 1) * (n - 2))) - log(2 * middle**2 * _WIDEST) + mass


def _cut(points: Points, widest: float) -> list[float]:
    """A band around a growing rule, in which what is longer than the longest is cut off at that."""
    top = max(wait for _, wait in points)
    free = [(k, wait) for k, wait in points if wait < top * (1 - _ATOM)]
    cut = [k for k, wait in points if wait >= top * (1 - _ATOM)]
    if len(cut) < 2 or len(free) < 3:
        return []
    found = []
    for factor in FACTORS:
        low, high = (extreme(wait / factor**k for k, wait in free) for extreme in (min, max))
        width = max(high - low, _NARROW * (high + low) / 2)
        over = [min(1.0, (low + width - top / factor**k) / width) for k in cut]
        if min(over) > 0:
            mass = sum(log(share) for share in over) - len(cut) * log(_ATOM * top)
            found.append(_band(free, _power(factor), widest, mass))
    return found


def _full(points: Points, grow: Callable[[int], float]) -> float:
    high = max(wait / grow(k) for k, wait in points)
    return -sum(log(grow(k)) for k, _ in points) - len(points) * log(high) - log(len(points))


def _above(points: Points, grow: Callable[[int], float]) -> float:
    """The same on top of the base: each wait is drawn from between that and as much more as the rule says."""
    low = max((wait / (1 + grow(k)) for k, wait in points), default=0.0) / (1 + _NARROW)
    high = min(wait for _, wait in points)
    if low >= high:
        return -inf
    n = len(points)  # the integral of base^-n over what the base may be, each size of it as likely
    return log(low**-n - high**-n) - log(n) - sum(log(grow(k)) for k, _ in points)


def _decorrelated(ladders: Ladders) -> float:
    """Each wait is drawn evenly from between the base and three times the one before it, and cut off at the longest."""
    low = max(ladder[0] for ladder in ladders if ladder) / 3 / (1 + _NARROW)
    high = min(wait for ladder in ladders for wait in ladder) * (1 + _NARROW)
    if low >= high or max(map(len, ladders)) < 3:
        return -inf
    top, steps = max(wait for ladder in ladders for wait in ladder), 12
    ended = [wait >= top * (1 - _ATOM) for ladder in ladders for wait in ladder]
    cut = 2 <= sum(ended) <= len(ended) / 2
    found = []
    for step in range(steps):
        base = low * (high / low) ** ((step + 0.5) / steps)
        likely = [_drawn(base, before, wait, top if cut else inf)
                  for ladder in ladders for before, wait in zip((base, *ladder), ladder, strict=False)]  # fmt: skip
        found.append(sum(likely) + log(log(high / low)))
    return _mean(found)


def _drawn(base: float, before: float, wait: float, top: float) -> float:
    most = max(3 * before, base * (1 + _NARROW))
    span = most - base * (1 - _NARROW)
    if wait >= top * (1 - _ATOM):
        return log(max(most - top, _ATOM * top) / span / (_ATOM * top)) if most > top else -inf
    return -log(span) if wait <= most * (1 + _NARROW) + LATE_S else -inf


def _steps(ladders: Ladders) -> float:
    """A list of waits, the same in every ladder: each may be anything, or is the one before it again."""
    total, before, values = 0.0, 0.0, 0
    for k in range(max(map(len, ladders))):
        here = [ladder[k] for ladder in ladders if k < len(ladder)]
        low, close = min(here), _close(min(here))
        if max(here) - low > close:
            return -inf
        again = abs(low - before) <= close
        total += -log(close) if again else log(_chosen(low) / low)
        total += -(len(here) - 1) * log(close) - log(2)
        values, before = values + (not again), low
    return total if values > 2 else -inf


def _chosen(wait: float) -> float:
    """How likely somebody writes this wait into a list, as a part of it: rather a round one."""
    size = 10 ** floor(log10(wait))
    near = any(-_ROUND * wait <= wait - round_ * size <= _ROUND * wait + LATE_S / 2 for round_ in _WRITTEN)
    return 1 / _DECADES / 2 + (wait / (_ATOM * wait + LATE_S / 2) / 4 / len(_WRITTEN) / 2 if near else 0.0)


def _irregular(points: Points) -> float:
    waits = [wait for _, wait in points]
    n, span = len(waits), max(log(max(waits) / min(waits)), 1.0)
    return -sum(map(log, waits)) - (n - 2) * log(span) - log(max(1, (n - 1) * (n - 2))) - log(_DECADES)


def _mean(values: Sequence[float]) -> float:
    """The logarithm of the mean of what some logarithms stand for."""
    best = max(values, default=-inf)
    return best if best == -inf else best + log(sum(exp(value - best) for value in values) / len(values))
