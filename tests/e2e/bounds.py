"""How long something lasted by what others than the recorder say: the server's log, and when a tab was seen to show it.

A busy machine widens these bounds by as much as it delays what is measured, so that a test of times can run beside any.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.capture.reader import Capture
from monitor.model import Event, Shown

NOISE_S = 0.02  # so little the clocks of server, browser and page differ
TELLS_S = 1.0  # a page tells what it shows no later than this, whatever the recording says


@dataclass
class Seen:
    """A tab showed something at a moment, or before it; right after that the test changed something else in it."""

    tab: str
    at: float

    def told(self, events: Sequence[Event]) -> float:
        """By when it was told: with what the page showed next, at the latest, and soon after the test saw it."""
        told = min(
            one.time for one in events if isinstance(one, Shown) and one.target == self.tab and one.time >= self.at
        )
        return min(told, self.at + TELLS_S)


async def all_told(capture: Path, seen: Iterable[Seen], timeout_s: float = 20.0) -> None:
    """Wait until a recording that is under way has what shows by when each was told."""
    due = {one.tab: one.at for one in seen}
    async with asyncio.timeout(timeout_s):
        while due:
            with Capture(capture) as opened:
                for event in opened.events():
                    if isinstance(event, Shown) and event.time >= due.get(event.target or "", float("inf")):
                        del due[event.target or ""]
            await asyncio.sleep(0.1)


@dataclass
class Bounds:
    """Between which moments something began, and ended: by the server's log, and by when a tab showed it."""

    began: tuple[float, float | Seen]
    ended: tuple[float, Seen]

    def hold(self, lasted_s: float, events: Sequence[Event]) -> bool:
        """Whether it can have lasted so long, in what was recorded."""
        _, late = self.began
        latest = late.told(events) if isinstance(late, Seen) else late
        least, most = self.ended[0] - latest, self.ended[1].told(events) - self.began[0]
        return least - NOISE_S <= lasted_s <= most + NOISE_S
