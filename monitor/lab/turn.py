"""One turn being answered: its events in order, kept so that whoever comes late can follow from any offset."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

DONE = "data: [DONE]\n\n"
"""The event that ends a response; the turn may go on after it, elsewhere or for one who resumes."""


class Turn:
    """The events of an answer, as SSE text; grows until `finish`."""

    def __init__(self, conversation: str, turn_id: str) -> None:
        self.conversation = conversation
        self.id = turn_id
        self.events: list[str] = []
        self.finished = False
        self._changed = asyncio.Condition()

    async def emit(self, event: str) -> None:
        """Append one event and wake those who follow."""
        async with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    async def finish(self) -> None:
        """No event will come any more."""
        async with self._changed:
            self.finished = True
            self._changed.notify_all()

    async def follow(self, offset: int = 0) -> AsyncIterator[str]:
        """The events from `offset` on, as they come, to the end."""
        while True:
            async with self._changed:
                while offset >= len(self.events) and not self.finished:
                    await self._changed.wait()
                ready = self.events[offset:]
            if not ready:
                return
            for event in ready:
                yield event
            offset += len(ready)

    async def ended(self) -> None:
        """Wait until the turn is finished."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.finished)
