"""One field of one type of message that may be the server's stamp, and whether it is: it must move with the arrivals.

A field that holds moments may as well be when an old item was made, when something will expire, or what a page sent
itself. It is believed to be the stamp where enough messages came, over some time, that each had a newer one than the
last on its connection, and the distance to the arrival stayed about the same. What was stamped before the tab listened
is old: loaded with the page, and no latency.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from math import inf
from statistics import median
from typing import NamedTuple

from monitor.decode.moments import Moment
from monitor.sync.clocks import Clock, Interval, exchange

KEPT = 256
ENOUGH = 5
SPAN_S = 1.0
STEADY = 0.1  # of the time the messages came over: four fifths lie no further from the median
ZONE_S = 1800.0
_ZONE_SLACK_S = 60.0
_CONNECTIONS = 64
_LATER = re.compile(
    r"(?:^|_)(?:exp|expir\w*|ttl|until|deadline|due|valid\w*|next\w*|end\w*|renew\w*|refresh\w*|resets?|retry\w*)(?:_|$)"
)
_NOW = re.compile(
    r"^(?:server|current)_?(?:time|timestamp|date|now|ts|clock)(?:_?(?:s|ms|us|ns))?$|^now(?:_?ms)?$|^date$"
)
_TIME = re.compile(
    r"(?:^|_)(?:time\w*|\w*stamp|date\w*|ts|at|when|now|sent|emitted|created|updated|published|issued|ms)(?:_|$)"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Sample(NamedTuple):
    """One message. distance: arrival minus stamp, by two clocks. listened: how long its tab had been listening."""

    arrived: float
    distance: float
    listened: float
    seq: int


@dataclass(slots=True)
class Belief:
    """What is thought of a field. samples: those that are no old items; shift: of a mistaken time zone, seconds."""

    samples: list[Sample]
    believed: bool
    why: str
    middle: float = 0.0
    spread: float = 0.0
    shift: float = 0.0
    old: int = 0


@dataclass(slots=True, eq=False)
class Series:
    """A field's moments. count: messages that had one newer than before; echoed: that a page had sent; again: no newer.

    step: how fine it is told, seconds. clock: what it bounds by itself.
    """

    path: str
    form: str
    zoned: bool = False
    step: float = 60.0
    count: int = 0
    echoed: int = 0
    again: int = 0
    clock: Clock = field(default_factory=Clock)
    samples: deque[Sample] = field(default_factory=lambda: deque(maxlen=KEPT))
    bounds: deque[tuple[float, Interval, int]] = field(default_factory=lambda: deque(maxlen=KEPT))
    newest: dict[str, float] = field(default_factory=dict)  # by connection

    @property
    def name(self) -> str:
        """The last part of the path, in small letters with `_` between words."""
        last = self.path.rpartition(".")[2].removesuffix("[]")
        return _HUMP.sub("_", last).replace("-", "_").lower()

    @property
    def is_called_time(self) -> bool:
        """Whether its name speaks of time, as that of a place in a queue does not."""
        return _TIME.search(self.name) is not None

    @property
    def reads_clock(self) -> bool:
        """Whether it is named as the server's clock itself: then every answer has the moment it was made at."""
        return _NOW.fullmatch(self.name) is not None

    def add(self, moment: Moment, sample: Sample, connection: str, sent: float | None) -> None:
        """A message came with this moment. sent: when what it answers was sent, where that is known."""
        before = self.newest.get(connection)
        if before is not None and (moment.at < before or (moment.at == before and moment.step < 1.0)):
            self.again += 1
            return
        self.newest[connection] = moment.at
        if len(self.newest) > _CONNECTIONS:
            del self.newest[next(iter(self.newest))]
        self.step = min(self.step, moment.step)
        self.count += 1
        self.samples.append(sample)
        seen = exchange(sent if sent is not None else -inf, sample.arrived, moment.at, self.step)
        self.bounds.append((sample.arrived, seen, sample.seq))
        self.clock.see(sample.arrived, seen, sample.seq)

    def restart(self, since: float) -> None:
        """The server's clock was set: what was before bounds nothing any more, and its stamps may be the newer ones."""
        self.clock = Clock()
        self.newest.clear()
        for at, seen, seq in self.bounds:
            if at >= since:
                self.clock.see(at, seen, seq)

    def belief(self, since: float, offset: Interval) -> Belief:
        """What to think of it. since: from when the clock holds; offset: where it lies, as far as others tell."""
        found = [sample for sample in self.samples if sample.arrived >= since]
        shift = self._shift(found)
        # The least latency that is possible: that of the fastest is 0 where nothing else bounds the clock.
        low = offset.low if offset.low > -inf else -min((one.distance for one in found), default=0.0) + shift
        fresh = [one for one in found if one.distance - shift + low <= one.listened]
        old = len(found) - len(fresh)
        if len(fresh) < ENOUGH:
            few = f"{old} of {len(found)} were made before the tab listened" if old else f"{len(found)} are too few"
            return Belief(fresh, False, few, old=old, shift=shift)
        middle = median(one.distance for one in fresh) - shift
        away = sorted(abs(one.distance - shift - middle) for one in fresh)
        spread = away[len(away) * 4 // 5]
        why = self._doubt(fresh, spread, old) or self._ahead(fresh, shift, offset)
        return Belief(fresh, not why, why, middle, spread, shift, old)

    def _doubt(self, fresh: list[Sample], spread: float, old: int) -> str:
        """Why it is no stamp, from what came alone; empty where nothing says so."""
        span = max(one.arrived for one in fresh) - min(one.arrived for one in fresh)
        if _LATER.search(self.name):
            return "its name speaks of what is to come"
        if self.echoed * 5 > self.count + self.echoed:
            return "pages send it themselves"
        if old > 3 * len(fresh):
            return "most were made before the tab listened"
        if span < max(SPAN_S, 4 * self.step):
            return "they came within too short a time"
        if spread > STEADY * span + self.step:
            return "its distance to the arrival is not steady"
        return ""

    def _ahead(self, fresh: list[Sample], shift: float, offset: Interval) -> str:
        """Whether it lies ahead of the clock of its server."""
        if offset.high < inf and median(one.distance for one in fresh) - shift - self.step + offset.high < -60.0:
            return "it lies ahead of the server's clock"
        return ""

    def _shift(self, found: list[Sample]) -> float:
        """Whole half hours by which written-out times are off, where they are steadily so: a mistaken time zone."""
        if not self.zoned or len(found) < ENOUGH:
            return 0.0
        distances = sorted(one.distance for one in found)
        middle = distances[len(distances) // 2]
        shift = round(middle / ZONE_S) * ZONE_S
        steady = distances[len(distances) * 4 // 5] - distances[len(distances) // 5] <= _ZONE_SLACK_S
        return shift if shift and steady and abs(middle - shift) <= _ZONE_SLACK_S else 0.0
