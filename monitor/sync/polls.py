"""Requests that repeat: what a document asks one endpoint for again and again, and whether that is a poll."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

_KEPT = 2_000  # endpoints; a page may have an address for each item, and go on for days
_MANY = 4
_BENEATH = 24  # requests that are looked through for a period beneath others
_SKIPPED = 0.1  # a gap with a turn left out is so near to its multiple, in periods
_JITTER_S = 0.4  # a busy machine moves a timer by as much


@dataclass(slots=True)
class Polls:
    """The requests of one document to one endpoint: a page that is loaded again and again polls nothing."""

    loader: str | None = None
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=64))
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=64))

    def ask(self, time: float, loader: str | None) -> None:
        """A request begins."""
        self.loader = loader or self.loader
        self.starts.append(time)

    @property
    def period(self) -> float | None:
        """Seconds between requests where they repeat on a period: three at least, two thirds of the gaps alike.

        Few gaps must be more alike than many: what a user does now and then looks regular by chance. Among many, one
        that is a small multiple is alike too: a page that is busy leaves out a turn.
        """
        gaps = [b - a for a, b in zip(self.starts, list(self.starts)[1:], strict=False)]
        if len(gaps) < 2:
            return None
        middle = median(gaps)
        slack = 0.25 if len(gaps) >= _MANY else 0.1
        alike = sum(
            abs(gap - middle) <= max(slack * middle, min(_JITTER_S, middle / 4))
            or any(abs(gap - times * middle) <= _SKIPPED * middle for times in (2, 3) if len(gaps) >= _MANY)
            for gap in gaps
        )
        return middle if middle > 0.05 and alike * 3 >= len(gaps) * 2 else self._beneath(gaps)

    def _beneath(self, gaps: list[float]) -> float | None:
        """The period of a poll where the page asks in between, too: nearly all turns that fit in are taken."""
        starts = list(self.starts)[-_BENEATH:]
        span = starts[-1] - starts[0]
        for period in sorted({round(gap, 1) for gap in gaps if gap * _MANY <= span}, reverse=True):
            if period < _SKIPPED or len(starts) * period > 4 * span:
                continue
            near = min(max(_SKIPPED * period / 2, 0.05), 0.15)
            hits = sum(any(abs(other - start - period) <= near for other in starts) for start in starts)
            if hits > _MANY and hits * 6 >= int(span / period) * 5:
                return period
        return None

    @property
    def held(self) -> bool:
        """Whether most requests take most of the time until the next one: the server answers when it has news."""
        starts, ends = sorted(self.starts), sorted(self.ends)
        spans = [(end - start, after - start) for start, after in pairwise(starts)
                 if (end := next((at for at in ends if at >= start), None)) is not None]  # fmt: skip
        return len(spans) > 1 and sum(took * 2 > gap for took, gap in spans) * 2 > len(spans)

    @property
    def relays(self) -> bool:
        """Whether each request begins when the one before it ends, and is held: a long poll."""
        if len(self.starts) < 3 or not self.held:
            return False
        ends = sorted(self.ends)
        follow = sum(any(-0.02 <= start - end <= 1.0 for end in ends) for start in list(self.starts)[1:])
        return follow * 3 >= (len(self.starts) - 1) * 2


class Asked:
    """The requests of each tab to each endpoint, of those that were asked last."""

    def __init__(self) -> None:
        self._polls: dict[str, dict[str | None, Polls]] = {}

    def ask(self, tab: str | None, endpoint: str, time: float, loader: str | None) -> Polls:
        """The requests of this document to this endpoint, of which one begins; a document before it has its own."""
        tabs = self._polls.pop(endpoint, {})
        self._polls[endpoint] = tabs
        if len(self._polls) > _KEPT:
            del self._polls[next(iter(self._polls))]
        known = tabs.get(tab)
        if known is None or (loader is not None and known.loader not in (None, loader)):
            known = tabs[tab] = Polls()
        known.ask(time, loader)
        return known

    def get(self, tab: str | None, endpoint: str) -> Polls | None:
        """The requests of a tab to an endpoint."""
        return self._polls.get(endpoint, {}).get(tab)

    def of(self, endpoint: str) -> Iterator[Polls]:
        """The requests of every tab to an endpoint."""
        yield from self._polls.get(endpoint, {}).values()

    def __iter__(self) -> Iterator[tuple[str | None, str, Polls]]:
        """Tab, endpoint and requests."""
        return ((tab, endpoint, polls) for endpoint, tabs in self._polls.items() for tab, polls in tabs.items())
