"""How far a server's clock is ahead of the browser's: an interval that the evidence leaves, never a guess.

The offset is server minus browser, as in NTP (RFC 5905, 8). One exchange bounds it: what a server stamped between the
browser's sending and its receiving was stamped between them (Cristian, Probabilistic Clock Synchronization, 1989; trace
viewers such as Jaeger and Zipkin fit a server's span between its client's two ends by the same rule, but assume that
both ways take equally long, which nothing here does). A stamp alone bounds one side: nothing arrives before it is sent.

The intervals of one clock are intersected; an old one widens with its age, as two clocks may drift apart. What
contradicts the others is left out as NTP leaves out falsetickers (RFC 5905, 11.2.1, after Marzullo), and three
contradictions in a row that agree with each other mean that the clock was set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

PHI = 30e-6
"""How fast two clocks drift apart at most: each by NTP's frequency tolerance of 15 ppm (RFC 5905, 7.2)."""
SLACK_S = 0.005
"""What the browser's own stamps may be off: its two clocks differ by a little noise."""
TURN = 3
_RIVALS = 4


class Interval(NamedTuple):
    """Where the offset lies, seconds. An end that nothing bounds is infinite."""

    low: float = -inf
    high: float = inf

    @property
    def known(self) -> bool:
        """Whether both ends are bounded."""
        return self.low > -inf and self.high < inf

    def meets(self, other: Interval) -> bool:
        """Whether both can be true."""
        return self.low <= other.high and other.low <= self.high

    def both(self, other: Interval) -> Interval:
        """What both leave."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def wider(self, by: float) -> Interval:
        """The same, some time away."""
        return Interval(self.low - by, self.high + by)

    def moved(self, by: float) -> Interval:
        """The same of a clock that is so much further ahead."""
        return Interval(self.low + by, self.high + by)


@dataclass(slots=True)
class _Belief:
    """An interval at one time, and what bounds it. streak: how often it was right lately where the chosen one erred."""

    at: float
    found: Interval
    since: float
    count: int = 1
    streak: int = 0
    low_seq: int = 0
    high_seq: int = 0

    def takes(self, at: float, seen: Interval) -> bool:
        """Whether an observation agrees."""
        return self.found.meets(seen.wider(PHI * abs(at - self.at)))

    def take(self, at: float, seen: Interval, seq: int) -> None:
        """Narrow it by an observation, which may be a little older than the newest one."""
        now = max(self.at, at)
        mine, new = self.found.wider(PHI * (now - self.at)), seen.wider(PHI * (now - at))
        if new.low > mine.low:
            self.low_seq = seq
        if new.high < mine.high:
            self.high_seq = seq
        self.at, self.found, self.count = now, mine.both(new), self.count + 1


class Clock:
    """One clock's offset, from observations that come one by one; its memory does not grow with them.

    jumps: how often it was set. since: from when the offset holds.
    """

    def __init__(self) -> None:
        self.jumps = 0
        self._chosen: _Belief | None = None
        self._rivals: list[_Belief] = []

    def see(self, at: float, seen: Interval, seq: int = 0) -> bool:
        """The offset at a time lies within an interval, says an event; whether that shows that the clock was set."""
        if self._chosen is None:
            self._chosen = _made(at, seen, seq)
            return False
        right = self._chosen.takes(at, seen)
        found = False
        for one in self._rivals:
            agrees = one.takes(at, seen)
            if agrees:
                one.take(at, seen, seq)
                if not right and not one.streak:
                    one.since = at
                one.streak += not right
                found = True
            elif right:
                one.streak = 0
        if right:
            self._chosen.take(at, seen, seq)
            return False
        if not found:
            self._rivals = [*self._rivals, _made(at, seen, seq, streak=1)][-_RIVALS:]
        return self._turn()

    def _turn(self) -> bool:
        """Choose another belief where it was right often enough while the chosen one was wrong."""
        best = max(self._rivals, key=lambda one: one.streak)
        if best.streak < TURN or self._chosen is None:
            return False
        was_set = self._chosen.count >= TURN
        self.jumps += was_set
        self._chosen, self._rivals = best, []
        if not was_set:
            best.since = min(best.since, 0.0)  # the first observations were wrong: there was no other time
        return was_set

    @property
    def count(self) -> int:
        """The observations that agree."""
        return self._chosen.count if self._chosen is not None else 0

    @property
    def since(self) -> float:
        """From when it holds: 0 where the clock was never seen to be set."""
        return self._chosen.since if self._chosen is not None and self.jumps else 0.0

    @property
    def at(self) -> float:
        """The time of the newest observation."""
        return self._chosen.at if self._chosen is not None else 0.0

    @property
    def events(self) -> tuple[int, ...]:
        """The events that bound it now."""
        if self._chosen is None:
            return ()
        return tuple(seq for seq in dict.fromkeys((self._chosen.low_seq, self._chosen.high_seq)) if seq)

    def interval(self, at: float) -> Interval:
        """Where the offset lies at a time."""
        if self._chosen is None:
            return Interval()
        return self._chosen.found.wider(PHI * abs(at - self._chosen.at))


def _made(at: float, seen: Interval, seq: int, streak: int = 0) -> _Belief:
    low, high = seq if seen.low > -inf else 0, seq if seen.high < inf else 0
    return _Belief(at, seen, at, streak=streak, low_seq=low, high_seq=high)


def exchange(sent: float, received: float, stamp: float, step: float) -> Interval:
    """What a stamp bounds that was made between a sending and a receiving; `step` is how fine it is told.

    Stamps are mostly cut off and sometimes rounded, so the true moment is up to half a step before, or a step after.
    """
    return Interval(stamp - step / 2 - received - SLACK_S, stamp + step - sent + SLACK_S)


def answered(sent: float, received: float, date: float) -> Interval:
    """What the Date of an answer bounds: whole seconds, cut off (RFC 9110, 6.6.1)."""
    return Interval(date - received - SLACK_S, date + 1.0 - sent + SLACK_S)


def agree(sources: Sequence[Interval]) -> tuple[Interval, tuple[int, ...]]:
    """The interval that the most sources leave, and which ones; where as many leave another, the one with the first.

    Marzullo's algorithm, which NTP's selection comes from; sources are few, so every end is tried.
    """
    best: tuple[int, ...] = ()
    for edge in dict.fromkeys(one.low for one in sources):
        agreeing = tuple(number for number, one in enumerate(sources) if one.low <= edge <= one.high)
        if (len(agreeing), 0 in agreeing) > (len(best), 0 in best):
            best = agreeing
    found = Interval()
    for number in best:
        found = found.both(sources[number])
    return found, best
