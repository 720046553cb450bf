"""The lab with two tabs of one conversation, in a thread of its own, and a driver that types where a person would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from itertools import count
from typing import Any, cast

from monitor.commands.backstage import Backstage
from monitor.errors import SyncmonError

WRITE_S = 30.0


class LabHands(Backstage):
    """site: of the lab. lab: how the lab is set up, as `Lab` takes it."""

    def __init__(self, site: str, lab: dict[str, Any]) -> None:
        super().__init__("syncmon-hands")
        self._site, self._lab = site, lab
        self._driver: Any = None
        self._numbers = count(1)

    def write(self, target: str) -> None:
        """Type a question into a page and send it. Raises SyncmonError where the page does not take it."""
        self._do(lambda: self._driver.send(target, f"Question {next(self._numbers)} of the experiment."))

    def type(self, target: str) -> None:
        """Begin a question, and do not send it. Raises SyncmonError where the page does not take it."""
        self._do(lambda: self._driver.type(target, "By the way: "))

    def _do(self, what: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        assert self.loop is not None
        done: Future[Any] = asyncio.run_coroutine_threadsafe(what(), self.loop)
        try:
            done.result(WRITE_S)
        except Exception as problem:
            raise SyncmonError(f"the lab's page took no message: {problem}") from problem

    async def run(self) -> None:
        """The lab and its tabs."""
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
            self.ready(browser.endpoint)
            await self.ended.wait()
