"""t-visibility: how long a write takes to be shown in another tab, with the waits that had not ended counted in.

A wait that never ended, or that the user ended by loading the page again, says only 'at least so long'. Leaving such
waits out makes a site look faster than it is, so the distribution is Kaplan and Meier's (1958): at each time the share
that still waits, of those that were observed for so long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from monitor.sync.snapshot import SeenView

Sample = tuple[float, bool]
"""Seconds, and whether the wait ended then (else it lasted at least so long)."""


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """The share that still waits, after each time at which a wait ended: `(seconds, share)`, falling.

    count: waits, of which `censored` had not ended. longest: the longest time that any was observed for.
    """

    count: int = 0
    censored: int = 0
    longest: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()

    def quantile(self, share: float) -> float | None:
        """The time by which that share of the waits had ended; None where so many had not within what was observed."""
        return next((at for at, waiting in self.steps if waiting <= 1 - share + 1e-9), None)

    def waiting(self, at: float) -> float:
        """The share that still waits at a time."""
        share = 1.0
        for time, left in self.steps:
            if time > at:
                break
            share = left
        return share


def curve(samples: Iterable[Sample]) -> Curve:
    """Kaplan and Meier's estimate. At equal times, waits end before others are given up."""
    ordered = sorted((max(0.0, time), not ended) for time, ended in samples)
    steps: list[tuple[float, float]] = []
    share, at_risk = 1.0, len(ordered)
    for time, censored in ordered:
        if not censored:
            share *= 1 - 1 / at_risk
            if steps and steps[-1][0] == time:
                steps.pop()
            steps.append((time, share))
        at_risk -= 1
    return Curve(
        count=len(ordered), censored=sum(censored for _, censored in ordered),
        longest=ordered[-1][0] if ordered else 0.0, steps=tuple(steps),
    )  # fmt: skip


def samples(seen: Sequence[SeenView], *, by_itself: bool = True) -> list[Sample]:
    """The waits as samples; with `by_itself`, one that a reload ended lasted at least so long, as nobody knows more."""
    return [(one.waited_s, not one.censored and not (by_itself and reloaded(one))) for one in seen]


def reloaded(one: SeenView) -> bool:
    """Whether a wait ended because the page was loaded again, though a later request of that page brought it."""
    return "reload" in (one.via, one.prompted_by)


def in_view(seen: Iterable[SeenView]) -> list[SeenView]:
    """The waits of tabs that were mostly visible."""
    return [one for one in seen if one.hidden_s * 2 <= max(one.waited_s, 1e-9)]


def hidden(seen: Iterable[SeenView]) -> list[SeenView]:
    """The waits of tabs that were mostly hidden."""
    return [one for one in seen if one.hidden_s * 2 > max(one.waited_s, 1e-9)]
