"""What tends to come before what: for each effect, the causes that precede it more often than they precede any moment.

For a cause and a window, the base rate is the part of the watched time that lies within the window after an occurrence:
the chance that any moment has the cause before it. The share is the part of the effect's onsets that have it before
them, and the lift how many times more that is. An onset is a message with none of its type shortly before, so that a
burst, or the same message in two tabs, counts once. Time in which nothing happened for long is not watched.

Evidence is asked for: by Chernoff's bound, chance must be unlikelier than `CHANCE` to give that many, over all causes
and windows that were looked at. Where there is too little, there is no trigger. Memory: a few numbers a cause, a sketch
a pair of effect and cause, both bounded in number.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

import msgspec

from monitor.formats.model import Trigger, TypeKey
from monitor.formats.quantiles import Quantiles, edge, edges

REACH_S = 20.0
"""How long before an effect a cause is looked for, and how long after the last event time is still watched."""
ONSET_S = 0.5
CHANCE = 0.05
LEAST_SHARE = 0.3
LEAST_LIFT = 2.0
LEAST_COUNT = 3
WINDOWS = tuple(edge(0.05 * 1.25**step) for step in range(26))  # up to 13 s
_EDGES = edges(WINDOWS)
_INDEPENDENT = 3  # windows that lie within one another count as so many
MAX_CAUSES = 2_000
MAX_EFFECTS = 2_000
MAX_PAIRS = 128  # of one effect
_RANK = {"action": 0, "navigation": 1, "request": 2, "input": 3, "connection": 4, "visibility": 5, "message": 7}
ROOTS = ("action", "input", "navigation")
"""Kinds of causes that nothing in the page causes."""
_BEHIND = 0.03  # of the share: what a lower rank must explain more to be told before a higher one
_EACH = 2  # triggers of one kind that are told
_MOST = 5


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that may come before something else. name: in words. key: the type, where it is a message.

    The same words are the same cause: messages whose type is found out later have no key until then.
    """

    kind: str
    name: str
    site: str = ""
    key: TypeKey | None = field(default=None, compare=False)


class Near(msgspec.Struct, frozen=True):
    """The nearest occurrence of a cause before a moment."""

    cause: Cause
    distance: float
    tab: str | None


class _Occurrences:
    """When a cause occurred, as far as that is needed."""

    __slots__ = ("count", "gaps", "key", "last", "latest")

    def __init__(self) -> None:
        self.count = 0
        self.key: TypeKey | None = None
        self.last = -math.inf
        self.latest: deque[tuple[float, str | None]] = deque(maxlen=6)
        self.gaps = Quantiles()

    def add(self, time: float, tab: str | None) -> None:
        if self.count and time >= self.last:
            self.gaps.add(time - self.last)
        self.count += 1
        self.last = max(self.last, time)
        self.latest.append((time, tab))

    def before(self, time: float) -> tuple[float, str | None] | None:
        """The last occurrence that is not after a moment."""
        return next(((at, tab) for at, tab in reversed(self.latest) if at <= time), None)

    def covered(self, now: float) -> list[float]:
        """For each window, how many seconds lie within it after an occurrence."""
        left = max(0.0, now - self.last)
        return [total + min(window, left) for window, (_, total) in zip(WINDOWS, self.gaps.up_to(_EDGES), strict=True)]


class _Pair:
    """What is kept of an effect and a cause."""

    __slots__ = ("distances", "same_tab", "tabs")

    def __init__(self) -> None:
        self.distances = Quantiles()
        self.same_tab = 0
        self.tabs: set[str | None] = set()

    def add(self, near: Near, tab: str | None) -> None:
        self.distances.add(near.distance)
        self.same_tab += near.tab is not None and near.tab == tab
        if len(self.tabs) < 4:
            self.tabs.add(near.tab)


class _Effect:
    """What came before the onsets of an effect."""

    __slots__ = ("last", "onsets", "pairs")

    def __init__(self) -> None:
        self.last = -math.inf
        self.onsets = 0
        self.pairs: dict[Cause, _Pair] = {}

    def add(self, tab: str | None, before: Iterable[Near]) -> None:
        self.onsets += 1
        for near in before:
            pair = self.pairs.get(near.cause)
            if pair is None:
                if len(self.pairs) >= MAX_PAIRS and not self._forget():
                    continue
                pair = self.pairs[near.cause] = _Pair()
            pair.add(near, tab)

    def _forget(self) -> bool:
        """Make room: a cause that preceded only a small part can no longer matter."""
        rare = min(self.pairs, key=lambda cause: self.pairs[cause].distances.count)
        if self.pairs[rare].distances.count * 10 > self.onsets:
            return False
        del self.pairs[rare]
        return True


class Triggers:
    """Tell it what happens, in order, and what may be an effect; ask it what the triggers of an effect are."""

    def __init__(self) -> None:
        self._causes: OrderedDict[Cause, _Occurrences] = OrderedDict()  # the latest last
        self._effects: dict[Hashable, _Effect] = {}
        self._now: float | None = None
        self._watched = 0.0
        self._based_at: float | None = None
        self._based: dict[Cause, list[float]] = {}

    def pass_time(self, time: float) -> None:
        """Something happened, whatever it was."""
        if self._now is None:
            self._now = time
        elif time > self._now:
            self._watched += min(time - self._now, REACH_S)
            self._now = time

    def happened(self, cause: Cause, time: float, tab: str | None = None) -> None:
        """A cause occurred, perhaps."""
        found = self._causes.get(cause)
        if found is None:
            if len(self._causes) >= MAX_CAUSES:
                self._causes.popitem(last=False)
            found = self._causes[cause] = _Occurrences()
        self._causes.move_to_end(cause)
        found.key = cause.key or found.key
        found.add(time, tab)

    def before(self, time: float) -> tuple[Near, ...]:
        """What came before a moment, of each cause the nearest occurrence."""
        found = []
        for cause in reversed(self._causes):
            one = self._causes[cause]
            if one.last < time - REACH_S:
                break
            near = one.before(time)
            if near is not None and time - near[0] <= REACH_S:
                found.append(Near(cause, time - near[0], near[1]))
        return tuple(found)

    def followed(
        self, effect: Hashable, time: float, tab: str | None = None, before: tuple[Near, ...] | None = None
    ) -> None:
        """An effect occurred. before: what came before it, where that was asked for earlier."""
        found = self._effects.get(effect)
        if found is None:
            if len(self._effects) >= MAX_EFFECTS:
                return
            found = self._effects[effect] = _Effect()
        if time - found.last >= ONSET_S:
            found.add(tab, self.before(time) if before is None else before)
        found.last = max(found.last, time)

    def of(self, effect: Hashable, but: Callable[[Cause], bool] = lambda cause: False) -> tuple[Trigger, ...]:
        """The triggers of an effect, the most telling first; `but` leaves causes out."""
        found = self._effects.get(effect)
        if found is None or found.onsets < LEAST_COUNT or self._watched <= 0:
            return ()
        looked_at = sum(one.count >= LEAST_COUNT and not but(cause) for cause, one in self._causes.items())
        asked = math.log(max(1, looked_at) * _INDEPENDENT / CHANCE)
        judged = []
        for cause, pair in found.pairs.items():
            if pair.distances.count >= max(LEAST_COUNT, LEAST_SHARE * found.onsets) and not but(cause):
                one = self._judge(found, cause, pair, asked)
                if one is not None:
                    judged.append((*one, cause))
        judged.sort(key=lambda one: (_BEHIND * _rank(one[2]) - one[1].share, -one[0], one[2].name))
        told: list[Trigger] = []
        for _, trigger, cause in judged:
            if len(told) < _MOST and sum(one.kind == cause.kind for one in told) < _EACH:
                told.append(trigger)
        return tuple(told)

    def locked(self, effect: Hashable, period: float) -> bool:
        """Whether an effect keeps a nearly constant distance to what a person did, or a script in a person's place.

        A timer that runs by itself does not, unless the person is as regular: then the effect has no rhythm of its own.
        """
        found = self._effects.get(effect)
        if found is None:
            return False
        for cause, pair in found.pairs.items():
            occurrences, distances = self._causes.get(cause), pair.distances
            if cause.kind not in ROOTS or occurrences is None or distances.count < 0.8 * found.onsets:
                continue
            spread = distances.quantile(0.9) - distances.quantile(0.1)
            if spread <= 0.1 * period and distances.quantile(0.9) < 0.9 * period:
                return True
        return False

    def _judge(self, effect: _Effect, cause: Cause, pair: _Pair, asked: float) -> tuple[float, Trigger] | None:
        """The evidence for a cause and its trigger, at the window that tells most; None where it is less than asked."""
        bases = self._bases(cause)
        if bases is None:
            return None
        best, at = 0.0, -1
        hits = [number for number, _ in pair.distances.up_to(_EDGES)]
        for index, (number, base) in enumerate(zip(hits, bases, strict=True)):
            evidence = _evidence(number, effect.onsets, base) if number >= LEAST_COUNT else 0.0
            if evidence > best:
                best, at = evidence, index
        if at < 0 or best < asked:
            return None
        share = hits[at] / effect.onsets
        if share < LEAST_SHARE or share / bases[at] < LEAST_LIFT:
            return None
        return best, self._told(effect, cause, pair, WINDOWS[at], hits[at], bases[at])

    def _bases(self, cause: Cause) -> list[float] | None:
        """The base rate of a cause for each window; None where it is too rare. Kept until time passes."""
        if self._based_at != self._now:
            self._based_at, self._based = self._now, {}
        found = self._based.get(cause)
        if found is None:
            occurrences = self._causes.get(cause)
            if occurrences is None or occurrences.count < LEAST_COUNT:
                return None
            found = self._based[cause] = [
                min(1.0, seconds / self._watched) for seconds in occurrences.covered(self._now or 0.0)
            ]
        return found

    def _told(self, effect: _Effect, cause: Cause, pair: _Pair, window: float, hits: int, base: float) -> Trigger:
        tab = next(iter(pair.tabs)) if len(pair.tabs) == 1 else None
        share = hits / effect.onsets
        return Trigger(
            what=f"{tab} {cause.name}" if tab else cause.name, kind=cause.kind,  # type: ignore[arg-type]
            share=share, lift=share / base, median_s=pair.distances.quantile(hits / pair.distances.count / 2),
            window_s=window, count=hits, of=effect.onsets, tab=tab,
            same_tab=pair.same_tab / max(1, pair.distances.count), key=self._causes[cause].key,
        )  # fmt: skip


def _rank(cause: Cause) -> int:
    """What was done comes first, then what changes something; what only asks, and messages, come last."""
    return 6 if cause.kind == "request" and cause.name.startswith("GET ") else _RANK[cause.kind]


def _evidence(hits: int, count: int, base: float) -> float:
    """How unlikely it is that chance gave at least so many: the negative logarithm of Chernoff's bound."""
    share = hits / count
    if share <= base or base <= 0:
        return 0.0
    found = share * math.log(share / base)
    if share < 1:
        found += (1 - share) * math.log((1 - share) / (1 - base))
    return count * found
