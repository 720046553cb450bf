"""Between the reader and the capture file: events wait here, in bounded memory, and are written off the reader's path.

A short hold lets tabs that speak over different processes fall into time order: an event is written when it is so old
that nothing earlier is expected. Where a source tells of things seconds after they were, the hold is as long as that.
Past the byte budget events are counted instead of kept, and the count becomes a gap as soon as there is room.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Protocol

import msgspec

from monitor.browser.clock import offset_now
from monitor.errors import CaptureError
from monitor.model import Event, Fault, Frame, Gap, Shown

HOLD_S = 0.03
# A commit comes so long after the one before; where commits take long, later, so that they take no more than this share
# of the time, but not later than this, which is also when one that failed is tried again.
COMMIT_S = 0.01
COMMIT_SHARE = 0.05
COMMIT_LATEST_S = 0.05
WATCH_S = 0.25
EVENT_OVERHEAD = 400
# How much later than it was an event without a stamp can come to be dated.
MISPLACED_S = 0.1

_mono = attrgetter("mono")


class Sink(Protocol):
    """Where events go: the capture file's writer, or a list in tests."""

    def extend(self, events: Sequence[Event]) -> None:
        """Take events."""

    def commit(self) -> object:
        """Make what was taken safe; CaptureError if that is not possible, then it may be called again."""


class Outbox:
    """Events on their way to the sink.

    budget: bytes that may wait. fault: told why the sink failed or lags, and None when it recovered. hold: seconds that
    events wait for earlier ones.
    """

    def __init__(
        self, sink: Sink, budget: int, fault: Callable[[str | None], None] = lambda message: None, hold: float = HOLD_S
    ) -> None:
        self._sink = sink
        self._budget = budget
        self._hold = hold
        self._shift = offset_now()
        self._fault = fault
        # The events that wait; for each, when it happened on our monotonic clock, and its bytes.
        self._waiting: list[Event] = []
        self._when: list[float] = []
        self._sizes: list[int] = []
        self._something = asyncio.Event()
        self._bytes = 0
        self._written = 0  # of those, what the sink has and could not make safe yet
        self._lost = 0
        self._lost_since: float | None = None
        self._failing = False
        self._slow = False
        self._segment = 1
        # Called when the sink went on in another file, for a sink that counts its files as `segment`.
        self.began_segment: Callable[[int], None] = lambda number: None
        self.events = 0
        self.gaps = 0

    def put(self, events: Iterable[Event], arrival: float, shift: float | None = None) -> None:
        """Take events; never waits. shift: how far their times are ahead of our monotonic clock, if not as ours are."""
        for event in events:
            self.gaps += isinstance(event, Gap)
            self._take(event, weight(event), arrival, shift)

    def take(self, frame: Frame, arrival: float, shift: float | None = None) -> None:
        """The same for a frame, of which there are many."""
        self._take(frame, EVENT_OVERHEAD + frame.size, arrival, shift)

    def _take(self, event: Event, size: int, arrival: float, shift: float | None) -> None:
        if self._bytes + size > self._budget:
            self._lost += 1
            self._lost_since = self._lost_since or event.time
            return
        if self._lost:
            self._own_up(event, arrival)
        self.events += 1
        self._bytes += size
        when = event.time - (self._shift if shift is None else shift)
        if not self._waiting:
            self._something.set()
        self._waiting.append(event)
        # However old: after a stop the oldest come first, and what is younger must not overtake them.
        self._when.append(min(when, arrival))
        self._sizes.append(size)

    def _own_up(self, event: Event, arrival: float) -> None:
        reason = "the capture file could not be written fast enough"
        gap = Gap(time=event.time, mono=event.mono, reason=reason, count=self._lost, since=self._lost_since)
        self._lost, self._lost_since = 0, None
        self.put([gap], arrival)

    async def run(self) -> None:
        """Commit for ever, and say so when more waits than should."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._watch())
            while True:
                await self._due()
                began = time.monotonic()
                await self.commit(began - self._hold)
                pause = max(COMMIT_S, (time.monotonic() - began) / COMMIT_SHARE)
                await asyncio.sleep(COMMIT_LATEST_S if self._failing else min(pause, COMMIT_LATEST_S))

    async def _due(self) -> None:
        """Wait until something can be written, or should be tried again."""
        if not self._waiting and not self._failing:
            self._something.clear()
            await self._something.wait()
        if self._waiting:
            await asyncio.sleep(self._when[0] + self._hold - time.monotonic())

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            self.watch()

    def watch(self) -> None:
        """Tell whether the sink keeps up; a commit that takes long does not come to tell."""
        if self._bytes > self._budget // 4 and not self._failing:
            self._slow = True
            size = self._bytes >> 20
            self._tell(
                f"The disk is slower than the browser: {size} MB wait, and past {self._budget >> 20} they are lost."
            )
        elif self._slow and self._bytes < self._budget // 8:
            self._slow = False
            self._tell(None)

    async def commit(self, before: float | None = None) -> None:
        """Write what happened before that moment, or everything."""
        batch = self._taken(before)
        if not (batch or self._failing):
            return
        try:
            await asyncio.to_thread(self._write, batch)
        except CaptureError as error:
            # The sink keeps the batch and its bytes stay on our account.
            self._slow = False
            self._tell(str(error))
            return
        self._bytes, self._written = self._bytes - self._written, 0
        if (segment := getattr(self._sink, "segment", 1)) != self._segment:
            self._segment = segment
            self.began_segment(segment)
        if not self._slow:
            self._tell(None)

    def hand_over(self) -> None:
        """Give the sink everything, for its owner to commit: there is more to come that belongs among it."""
        self._sink.extend(placed(self._taken(None)))
        self._bytes, self._written = 0, 0

    def _taken(self, before: float | None) -> list[Event]:
        """What happened before that moment; it waits no longer."""
        self._let_lead()
        waiting = zip(self._waiting, self._when, self._sizes, strict=True)
        self._waiting, self._when, self._sizes = [], [], []
        batch: list[Event] = []
        for event, when, size in waiting:
            if before is None or when < before:
                batch.append(event)
                self._written += size
            else:
                self._waiting.append(event)
                self._when.append(when)
                self._sizes.append(size)
        return batch

    def _let_lead(self) -> None:
        """An event that the browser did not stamp is dated by its coming: it waits no longer than by its place."""
        if None in map(_mono, self._waiting):
            self._when = _places(self._waiting, self._when)

    def _write(self, batch: list[Event]) -> None:
        self._sink.extend(placed(batch))
        self._sink.commit()

    def _tell(self, message: str | None) -> None:
        if (message is not None) != self._failing:
            self._failing = message is not None
            self._fault(message)
            if message is not None:
                fault = Fault(time=time.time(), mono=time.monotonic(), what="capture", message=message)
                self.put([fault], time.monotonic())


def placed(batch: list[Event]) -> list[Event]:
    """The batch, with events that the browser did not stamp dated no later than what their target did after them."""
    if None not in map(_mono, batch):
        return batch
    times = _places(batch, [event.time for event in batch])
    return [
        event if event.time == at else msgspec.structs.replace(event, time=at)
        for event, at in zip(batch, times, strict=True)
    ]


def _places(events: Sequence[Event], times: Sequence[float]) -> list[float]:
    """When these events were: without a stamp, no later than what came after them, where that is not an old one."""
    found = list(times)
    after: dict[str, float] = {}
    for index in range(len(events) - 1, -1, -1):
        event, at = events[index], found[index]
        if event.target is None:
            continue
        if event.mono is None:
            later = after.get(event.target, at)
            found[index] = later if at - MISPLACED_S < later < at else at
            at = min(at, later)
        after[event.target] = at
    return found


def weight(event: Event) -> int:
    """About how many bytes an event takes in memory."""
    text: str | None = getattr(event, "text", None)
    data: bytes | None = getattr(event, "data", None)
    blocks = sum(2 * len(block.text) + 200 for block in event.blocks) if isinstance(event, Shown) else 0
    return EVENT_OVERHEAD + (len(text) if text else 0) + (len(data) if data else 0) + blocks
