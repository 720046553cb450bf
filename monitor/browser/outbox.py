"""Between the reader and the capture file: events wait here, in bounded memory, and are written off the reader's path.

A short hold lets tabs that speak over different processes fall into time order. Past the byte budget events are counted
instead of kept, and the count becomes a gap as soon as there is room.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from monitor.errors import CaptureError
from monitor.model import Event, Fault, Gap, Shown

COMMIT_S = 0.05
HOLD_S = 0.03
EVENT_OVERHEAD = 400
# How much later than it was an event without a stamp can come to be dated.
MISPLACED_S = 0.1


class Sink(Protocol):
    """Where events go: the capture file's writer, or a list in tests."""

    def append(self, event: Event) -> None:
        """Take an event."""

    def commit(self) -> object:
        """Make what was taken safe; CaptureError if that is not possible, then it may be called again."""


class Outbox:
    """Events on their way to the sink.

    budget: bytes that may wait. fault: told why the sink failed, and None when it recovered.
    """

    def __init__(self, sink: Sink, budget: int, fault: Callable[[str | None], None] = lambda message: None) -> None:
        self._sink = sink
        self._budget = budget
        self._fault = fault
        self._waiting: list[tuple[float, Event]] = []
        self._bytes = 0
        self._lost = 0
        self._lost_since: float | None = None
        self._failing = False
        self.events = 0
        self.gaps = 0

    def put(self, events: Iterable[Event], arrival: float) -> None:
        """Take events; never waits."""
        for event in events:
            size = weight(event)
            if self._bytes + size > self._budget:
                self._lost += 1
                self._lost_since = self._lost_since or event.time
                continue
            if self._lost:
                self._own_up(event, arrival)
            self.events += 1
            self.gaps += isinstance(event, Gap)
            self._bytes += size
            self._waiting.append((arrival, event))

    def _own_up(self, event: Event, arrival: float) -> None:
        reason = "the capture file could not be written fast enough"
        gap = Gap(time=event.time, mono=event.mono, reason=reason, count=self._lost, since=self._lost_since)
        self._lost, self._lost_since = 0, None
        self.put([gap], arrival)

    async def run(self) -> None:
        """Commit for ever."""
        while True:
            await asyncio.sleep(COMMIT_S)
            await self.commit(time.monotonic() - HOLD_S)

    async def commit(self, before: float | None = None) -> None:
        """Write what arrived before that moment, or everything."""
        held = (
            0 if before is None else next((n for n, (at, _) in enumerate(reversed(self._waiting)) if at < before), None)
        )
        if held is None or not (self._waiting or self._failing):
            return
        cut = len(self._waiting) - held
        batch, self._waiting = placed([event for _, event in self._waiting[:cut]]), self._waiting[cut:]
        try:
            await asyncio.to_thread(self._write, batch)
        except CaptureError as error:
            # The sink keeps the batch and its bytes stay on our account.
            self._tell(str(error))
            return
        self._bytes = sum(weight(event) for _, event in self._waiting)
        self._tell(None)

    def _write(self, batch: list[Event]) -> None:
        for event in batch:
            self._sink.append(event)
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
    after: dict[str | None, float] = {}
    for index in range(len(batch) - 1, -1, -1):
        event = batch[index]
        if event.target is None:
            continue
        later = after.get(event.target, event.time)
        if event.mono is None and event.time - MISPLACED_S < later < event.time:
            batch[index] = event = msgspec.structs.replace(event, time=later)
        after[event.target] = min(event.time, later) if event.mono is None else event.time
    return batch


def weight(event: Event) -> int:
    """About how many bytes an event takes in memory."""
    text: str | None = getattr(event, "text", None)
    data: bytes | None = getattr(event, "data", None)
    blocks = sum(2 * len(block.text) + 200 for block in event.blocks) if isinstance(event, Shown) else 0
    return EVENT_OVERHEAD + (len(text) if text else 0) + (len(data) if data else 0) + blocks
