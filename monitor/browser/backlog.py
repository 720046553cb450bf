"""How many bytes the browser holds for us, worked out from what we have read; pure.

Chrome keeps what a slow reader has not taken, up to `LIMIT` for each connection, and drops what does not fit without a
word. A message says when it happened, and we know how much we had read by then: all that was read since, up to that
message, stood in the buffer before it. A reader that was stopped for long but not behind by `LIMIT` has lost nothing.
"""

from __future__ import annotations

from collections import deque

LIMIT = 256 << 20
# The browser, or its pipe to us, may hold a little more or less than what we work out.
MARGIN = 4 << 20
SAMPLE_S = 0.01
SAMPLES = 4_000
CAUGHT_UP = 1 << 20


class Backlog:
    """What was waiting for us in one connection.

    held: bytes that stood before the latest message. full_since: when the buffer became full, on the browser's clock.
    """

    def __init__(self) -> None:
        self.held = 0
        self.full_since: float | None = None
        self._total = 0
        self._read: deque[tuple[float, int]] = deque([(0.0, 0)])
        self._latest = 0.0
        self._largest = 0

    def read(self, size: int, at: float) -> None:
        """`size` more bytes of whole messages were read by `at`, on the browser's clock."""
        self._total += size
        self._largest = max(self._largest if self.held > CAUGHT_UP else 0, size)
        if at - self._read[-1][0] > SAMPLE_S:
            self._read.append((at, self._total))
            if len(self._read) > SAMPLES:
                self._read = deque(list(self._read)[::2])

    def reached(self, stamp: float) -> tuple[float, float] | None:
        """The last of what was read happened at `stamp`. Returns the span in which messages were dropped, once over."""
        self._latest = max(self._latest, stamp)
        while len(self._read) > 1 and self._read[1][0] <= self._latest:
            self._read.popleft()
        self.held = max(0, self._total - self._read[0][1])
        if self.held <= LIMIT - max(MARGIN, self._largest):
            return self.over(self._latest)
        if self.full_since is None:
            self.full_since = self._latest
        return None

    def over(self, now: float) -> tuple[float, float] | None:
        """Nothing is dropped any more; returns the span in which something was."""
        since, self.full_since = self.full_since, None
        return None if since is None else (since, max(now, since))
