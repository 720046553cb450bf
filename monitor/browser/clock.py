"""The two clocks of a browser: its monotonic stamps, and wall-clock time as that plus an offset.

Events without a stamp of their own get one from their arrival, less the delay that stamped events have now, and never
before the last stamped event of the same session: so sorting by `mono` keeps the order in which the browser spoke.
"""

from __future__ import annotations

import time
from collections.abc import Callable

# Below this the two measures differ by noise alone, and a steady offset keeps `time` in the order of `mono`.
NOISE_S = 0.002
# A browser that has to wait for its turn between the reading of both clocks tells of a difference that never was; it
# waits no longer than this.
TURN_S = 1.0
# From so much on the system's clock was set, or the machine slept, in which the monotonic clock stands still.
STEP_S = 0.02
WINDOW_S = 0.5
READINGS = 5


def offset_now(wall: Callable[[], float] = time.time, mono: Callable[[], float] = time.monotonic) -> float:
    """This machine's wall clock minus its monotonic one, seconds.

    By the quickest of a few readings: a process may have to wait for its turn in the middle of one.
    """
    readings = ((mono(), wall(), mono()) for _ in range(READINGS))
    before, now, after = min(readings, key=lambda one: one[2] - one[0])
    return now - (before + after) / 2


class Clock:
    """One browser's clocks.

    offset: wall minus monotonic, seconds. shared: the browser's monotonic clock is this machine's (loopback on Linux),
    so arrival times and stamps can be compared; else the offset between both is learnt from the events.
    """

    def __init__(self, offset: float, shared: bool = True) -> None:
        self.offset = offset
        self._window = (0.0, 0.0, 0.0)
        self._doubtful: float | None = None
        self._shared = shared
        self._skew: float | None = 0.0 if shared else None
        self._last: dict[str | None, float] = {}
        self._fresh: float | None = None

    @property
    def shared(self) -> bool:
        """Whether the browser's clocks are this machine's."""
        return self._shared

    @property
    def shift(self) -> float:
        """How far the times of this browser's events are ahead of our monotonic clock."""
        return self.offset - (self._skew or 0.0)

    def wall(self, mono: float) -> float:
        """Wall-clock time of a stamp, in epoch seconds."""
        return mono + self.offset

    def mono_of(self, wall: float) -> float:
        """The stamp of a wall-clock time."""
        return wall - self.offset

    def stamped(self, session: str | None, mono: float, arrival: float) -> float:
        """Note a stamp that the browser gave; returns it unchanged."""
        delay = arrival - mono
        if not self._shared:
            # The least delay ever seen is the best guess of the difference between two machines' clocks.
            self._skew = delay if self._skew is None else min(self._skew, delay)
            delay -= self._skew
        since, least, _ = self._window
        if delay < least or arrival - since > WINDOW_S:
            self._note(max(0.0, delay), arrival)
        self._fresh = mono
        if mono > self._last.get(session, 0.0):
            self._last[session] = mono
        return mono

    def fresh(self) -> float | None:
        """The last stamp, if there was one since this was last asked."""
        stamp, self._fresh = self._fresh, None
        return stamp

    def lag(self, arrival: float) -> float:
        """The least delay of the last second's stamped events, 0 without any: some arrive long after their stamp."""
        since, now, before = self._window
        if arrival - since > 2 * WINDOW_S:
            return 0.0
        return now if arrival - since > WINDOW_S else min(now, before)

    def _note(self, delay: float, arrival: float) -> None:
        since, now, _ = self._window
        age = arrival - since
        if age > WINDOW_S:
            self._window = (arrival, delay, now if age <= 2 * WINDOW_S else delay)
        elif delay < now:
            self._window = (since, delay, self._window[2])

    def read(self, arrival: float) -> float:
        """A local moment on the browser's monotonic clock, as well as is known."""
        return arrival - (self._skew or 0.0)

    def arrived(self, session: str | None, arrival: float) -> float:
        """The stamp for an event that came without one."""
        mono = arrival - (self._skew or 0.0) - self.lag(arrival)
        return max(mono, self._last.get(session, 0.0))

    def learn(self, wall: float, mono: float) -> None:
        """Learn the offset from an event that carries both times: at first, and when the system clock was changed.

        A small change counts only when the next such event says the same, so that no time goes ahead and back again.
        """
        told, doubtful, self._doubtful = wall - mono, self._doubtful, None
        by = abs(told - self.offset)
        if by > TURN_S or (by > NOISE_S and doubtful is not None and abs(told - doubtful) <= NOISE_S):
            self.offset = told
        elif by > NOISE_S:
            self._doubtful = told

    def moved(self, wall: float, mono: float) -> float:
        """By how many seconds the wall clock moved on against this machine's monotonic one, both read at one moment.

        0 where it did not, or where the browser's clocks are not this machine's.
        """
        by = wall - mono - self.offset
        return by if self._shared and abs(by) >= STEP_S else 0.0

    def forget(self, session: str) -> None:
        """Drop what is known of a session that ended."""
        self._last.pop(session, None)
