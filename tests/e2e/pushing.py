"""A lab with push and a Chromium that is pushed to: what tests of push are written with.

`async with push_lab() as pushed:` gives a browser that may be pushed to, and that can be stopped and started again.
`page = await pushed.open()` subscribes a page; `pushed.push.send(…)` sends; `await pushed.fact("push-acked", push=id)`
waits for a fact in the lab's log, of which `monitor.lab.push.service` lists the kinds.
After `pushed.push.drop()` Chromium comes back within half a minute, and at once if it had been connected for 10 s: then
`await pushed.steady()` before.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from monitor.browser.launch import Launched, launch
from monitor.lab import Driver, Entry, Lab, Subscription, allow_notifications
from monitor.lab.push import PushService
from monitor.lab.server import ORIGINS

PAGE = "https://push.lab.test/"
WAIT_S = 20.0
STEADY_S = 10.5


class PushLab:
    """A lab, a profile on disk, and the browser on it as it runs now."""

    def __init__(self, lab: Lab, profile: Path, extra: Sequence[str]) -> None:
        self.lab, self.profile = lab, profile
        self._extra = extra
        self._browser: Launched | None = None
        self._driver: Driver | None = None

    @property
    def push(self) -> PushService:
        """The push service: send, drop, expire, unsubscribe, orders to the workers."""
        return self.lab.push

    @property
    def endpoint(self) -> str:
        """The running browser's ws:// address."""
        assert self._browser is not None
        return self._browser.endpoint

    @property
    def driver(self) -> Driver:
        """Hands on the running browser."""
        assert self._driver is not None
        return self._driver

    async def start(self) -> None:
        """Start the browser on the profile, which keeps what it subscribed to."""
        args = [*self.lab.chromium_args, *self._extra]
        self._browser = await launch(headless=True, profile_dir=self.profile, extra=args)
        self._driver = await Driver(self._browser.endpoint).__aenter__()

    async def stop(self) -> None:
        """End the browser, and wait until its connections are gone too; the profile stays."""
        if self._driver is not None:
            await self._driver.__aexit__(None, None, None)
        if self._browser is not None:
            await self._browser.close()
        self._driver = self._browser = None
        async with asyncio.timeout(WAIT_S):
            while self.push.mcs.logged_in:  # noqa: ASYNC110 - its network process ends a little after it
                await asyncio.sleep(0.02)

    async def open(self) -> str:
        """Open the lab's page of plain web push; its target, once it is subscribed and the browser is connected."""
        target = await self.driver.open(PAGE)
        await self.driver.wait_shown(target, "state: subscribed", WAIT_S)
        await self.connected()
        return target

    async def connected(self) -> None:
        """Wait until the browser is logged in to the push service and stays so."""
        if not self.push.mcs.logged_in:
            await self.fact("mcs-login", len(self.lab.log.of("mcs-login")) + 1)

    async def steady(self) -> None:
        """Wait until the connection is so old that Chromium makes a new one at once when it breaks."""
        login = self.lab.log.of("mcs-login")[-1].time
        await asyncio.sleep(max(0.0, login + STEADY_S - time.time()))

    async def fact(self, what: str, count: int = 1, **fields: object) -> Entry:
        """Wait for the `count`th fact of a kind in the lab's log."""
        async with asyncio.timeout(WAIT_S):
            return await self.lab.log.seen(what, count, **fields)

    async def received(self, target: str) -> list[str]:
        """The texts that a page got from its worker so far."""
        return [str(one["text"]) for one in await self.driver.evaluate(target, "window.received")]

    @property
    def subscription(self) -> Subscription:
        """The only one there is."""
        [one] = self.push.subscriptions
        return one


@contextlib.asynccontextmanager
async def push_lab(extra: Sequence[str] = (), **lab: Any) -> AsyncIterator[PushLab]:
    """A running lab and browser for the time of a `with`. extra: Chromium's switches; lab: what `Lab` takes."""
    async with Lab(**lab) as running:
        running.claude.news.reports = True
        profile = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="syncmon-push-"))
        allow_notifications(profile, ORIGINS)
        pushed = PushLab(running, profile, extra)
        try:
            await pushed.start()
            yield pushed
        finally:
            await pushed.stop()
            await asyncio.to_thread(shutil.rmtree, profile, ignore_errors=True)
