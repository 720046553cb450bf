"""A lab and its browser in a thread of their own, with a loop of its own, for as long as a command needs them."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from queue import SimpleQueue

STOP_S = 15.0


class Backstage(ABC):
    """`run` is what happens in the thread: it says `ready` when the browser is there, and lasts until `ended`."""

    def __init__(self, name: str) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.ended = asyncio.Event()
        self._opened: SimpleQueue[str | BaseException] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    async def run(self) -> None:
        """All of it, within the thread."""

    def failed(self, problem: BaseException) -> None:  # noqa: B027 - most have nothing to add
        """It ended by this, within the thread; `open` raises it if it still waits."""

    def ready(self, endpoint: str) -> None:
        """The browser is there; called within the thread."""
        self._opened.put(endpoint)

    def open(self) -> str:
        """Start the lab and the browser; the browser's address. Raises what went wrong."""
        self._thread.start()
        opened = self._opened.get()
        if isinstance(opened, BaseException):
            raise opened
        return opened

    def tell(self, event: asyncio.Event) -> None:
        """Set an event of the thread's loop."""
        if self.loop is not None and self._thread.is_alive():
            self.loop.call_soon_threadsafe(event.set)

    def close(self) -> None:
        """End the browser and the lab."""
        self.tell(self.ended)
        self._thread.join(STOP_S)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as problem:
            while isinstance(problem, BaseExceptionGroup):
                problem = problem.exceptions[0]
            self._opened.put(problem)
            self.failed(problem)

    async def _main(self) -> None:
        self.loop = asyncio.get_running_loop()
        await self.run()
