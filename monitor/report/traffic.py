"""What the report keeps of traffic: an address that a site asks, a socket that it has, and when each event was."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, deque
from dataclasses import dataclass, field

TIMES = 64


@dataclass(slots=True)
class Endpoint:
    """Requests of one site to one address pattern. keys: the top keys of the first JSON answer.

    times: of its last requests: tab and time. reads: the profile says that its answers bring items.
    """

    site: str
    method: str
    pattern: str
    resource: str
    seq: int
    at: float
    role: str = ""
    reads: bool = False
    count: int = 0
    tabs: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    firsts: dict[str, tuple[int, float]] = field(default_factory=dict)  # by tab: event and time of the first request
    times: deque[tuple[str, float]] = field(default_factory=lambda: deque(maxlen=TIMES))
    answers: list[int] = field(default_factory=list)  # the first few, by event
    answered: dict[str, tuple[int, float]] = field(default_factory=dict)  # by tab: of the first answer
    mime: str = ""
    keys: tuple[str, ...] = ()

    @property
    def status(self) -> int | None:
        """The most frequent status."""
        return self.statuses.most_common(1)[0][0] if self.statuses else None


@dataclass(slots=True)
class Socket:
    """One WebSocket of a site's tab. said, heard: the first message each way: type, time, event.

    at: when its handshake was sent, or else when it came to be known. late: it was open before the recording began.
    up: it came to be open.
    """

    site: str
    tab: str
    pattern: str
    host: str
    seq: int
    at: float
    late: bool = False
    shaken: bool = False
    up: bool = False
    subprotocol: str = ""
    protocol: str = ""
    frames: int = 0
    bytes: int = 0
    said: tuple[str, float, int] | None = None
    heard: tuple[str, float, int] | None = None


class Moments:
    """When each event was, by its number: 16 bytes an event."""

    def __init__(self) -> None:
        self._seqs, self._times = array("q"), array("d")

    def note(self, seq: int, time: float) -> None:
        """An event; a number that does not rise is not kept."""
        if not self._seqs or seq > self._seqs[-1]:
            self._seqs.append(seq)
            self._times.append(time)

    def at(self, seq: int | None) -> float | None:
        """The time of an event; None of one that was not noted."""
        if seq is None:
            return None
        place = bisect_left(self._seqs, seq)
        return self._times[place] if place < len(self._seqs) and self._seqs[place] == seq else None
