"""Work that outlives a request (an answer being written, a heartbeat): one group, ended with the lab.

A failure in it fails whoever runs the lab, as in any TaskGroup.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Self


class Background:
    """A TaskGroup whose tasks are cancelled at its end."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        if kind is asyncio.CancelledError:  # perhaps the group's own doing, because a task failed
            await self._group.__aexit__(kind, error, trace)
        else:  # the caller's own error stays as it is, not wrapped in a group
            await self._group.__aexit__(None, None, None)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Start `work`; it runs until it ends or the lab does."""
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
