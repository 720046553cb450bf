"""The lab with two tabs of one conversation, in a thread of its own, and a driver that types where a person would."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from itertools import count
from queue import SimpleQueue
from typing import Any, cast

from monitor.errors import SyncmonError

STOP_S = 15.0
WRITE_S = 30.0


class LabHands:
    """site: of the lab. lab: how the lab is set up, as `Lab` takes it."""

    def __init__(self, site: str, lab: dict[str, Any]) -> None:
        self._site, self._lab = site, lab
        self._opened: SimpleQueue[str | BaseException] = SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end = asyncio.Event()
        self._driver: Any = None
        self._numbers = count(1)
        self._thread = threading.Thread(target=self._run, name="syncmon-hands", daemon=True)

    def open(self) -> str:
        """Start the lab and a browser with two tabs; the browser's address. Raises what went wrong."""
        self._thread.start()
        opened = self._opened.get()
        if isinstance(opened, BaseException):
            raise opened
        return opened

    def write(self, target: str) -> None:
        """Type a question into a page and send it. Raises SyncmonError where the page does not take it."""
        self._do(lambda: self._driver.send(target, f"Question {next(self._numbers)} of the experiment."))

    def type(self, target: str) -> None:
        """Begin a question, and do not send it. Raises SyncmonError where the page does not take it."""
        self._do(lambda: self._driver.type(target, "By the way: "))

    def _do(self, what: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        assert self._loop is not None
        done: Future[Any] = asyncio.run_coroutine_threadsafe(what(), self._loop)
        try:
            done.result(WRITE_S)
        except Exception as problem:
            raise SyncmonError(f"the lab's page took no message: {problem}") from problem

    def close(self) -> None:
        """End the browser and the lab."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(STOP_S)

    def _run(self) -> None:
        try:
            asyncio.run(self._stage())
        except BaseException as problem:
            while isinstance(problem, BaseExceptionGroup):
                problem = problem.exceptions[0]
            self._opened.put(problem)

    async def _stage(self) -> None:
        self._loop = asyncio.get_running_loop()
        from monitor.browser.launch import launched
        from monitor.lab.driver import Driver
        from monitor.lab.server import Lab

        async with (
            Lab(**self._lab) as lab,
            launched(headless=True, extra=lab.chromium_args) as browser,
            Driver(browser.endpoint) as self._driver,
        ):
            url = cast("dict[str, str]", lab.urls)[self._site]
            blank = await self._driver.blank()
            if blank is not None:
                await self._driver.go(blank, url)
            for _ in range(1 if blank is not None else 2):
                await self._driver.open(url)
            self._opened.put(browser.endpoint)
            await self._end.wait()
