"""When a fact of a page happened: by the page's own clock, mended where that clock is off; pure."""

from __future__ import annotations

from monitor.browser.clock import Clock
from monitor.browser.page_observer import Said

# A page's clock is coarse: what it gives may be so much before the moment. Then what a frame led to is not before it.
COARSE_S = 0.0001
# How far a page's clock may be off unmended, and how long the estimate of that is kept.
NOISE_S = 0.01
WINDOW_S = 10.0


class PageClock:
    """The clocks of one browser's pages beside its own, by session."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._off: dict[str, tuple[float, float, float]] = {}  # since when, the least delay since, and before

    def when(self, session: str, message: Said, arrival: float) -> float:
        """The stamp of a fact.

        A message takes no negative time, and some of the last took next to none: the least delay is how far it is off.
        """
        clock = self._clock
        off = clock.read(arrival) - clock.mono_of(message.n / 1000)
        since, now, before = self._off.get(session, (arrival, off, off))
        if arrival - since > WINDOW_S:
            since, now, before = arrival, off, now
        now = min(now, off)
        self._off[session] = (since, now, before)
        best = min(now, before)
        when = clock.mono_of(message.t / 1000) + COARSE_S
        return min(when + best if abs(best) > NOISE_S else when, clock.read(arrival))

    def end(self, session: str) -> None:
        """Forget a session."""
        self._off.pop(session, None)
