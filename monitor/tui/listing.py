"""Which events of a capture are messages: an index of their numbers, made by SQL and continued as the file grows.

A number is all that is kept of a message, and no event is read whole for it: the list of a long capture is complete
long before anything has read through it.
"""

from __future__ import annotations

from array import array

from monitor.capture.reader import Capture

# What the list shows when no filter asks for a kind by name: what carried something, and what interrupted it.
LISTED = frozenset(
    {"frame", "sse", "chunk", "body", "request", "request-body", "push", "storage", "database", "cookie",
     "broadcast", "worker-message", "worker-event", "push-state", "push-watch", "socket-control", "socket-error",
     "socket-closed", "failed", "navigation", "gap", "fault", "mark", "action", "recording", "target-crashed"}
)  # fmt: skip
WINDOW = 10_000
# One row in place of many: whoever reads them row by row gives way to other threads at each.
_SQL = (
    "SELECT group_concat(seq) FROM (SELECT seq FROM events WHERE seq > ? AND seq <= ?"
    f" AND kind IN ({', '.join(repr(kind) for kind in sorted(LISTED))}) ORDER BY seq)"
)


class Listing:
    """The messages of one capture.

    numbers: theirs, ascending. grown: the last event that was looked at. flags: of each of those, whether it is one.
    """

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self.flags = bytearray(1)
        self.numbers = array("q")
        self.grown = 0

    def grow(self, most: int = WINDOW) -> int:
        """Look at what was appended, at so many events at most; gives how many there were."""
        last = self._capture.last_seq()
        until = min(last, self.grown + most)
        if until == self.grown:
            return 0
        for part, low, high in self._capture.stretches(self.grown, until):
            found = part.rows(_SQL, (low, high))[0][0]
            self._take(array("q", sorted(map(int, found.split(",")))) if found else array("q"), high)
        took, self.grown = until - self.grown, until
        return took

    def _take(self, numbers: array[int], until: int) -> None:
        self.flags.extend(bytes(until + 1 - len(self.flags)))
        for number in numbers:
            self.flags[number] = 1
        self.numbers.extend(numbers)
