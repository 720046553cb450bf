"""Drives a dashboard in a test: press keys, wait for what they lead to, read the screen as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from monitor.tui.app import Dashboard, make_dashboard
from monitor.tui.source import Source
from monitor.tui.widgets.messages import MessageList


async def rest(pilot: Pilot[None]) -> None:
    """Until no worker runs, the newest update is drawn, and every row on the screen is there."""
    app = pilot.app
    assert isinstance(app, Dashboard)
    async with asyncio.timeout(30):
        for _ in range(2):
            await pilot.pause()
            await _workers_ended(app)
            app.look()
        while not all(rows.settled for rows in app.screen.query(MessageList)):
            app.screen._compositor.render_strips()
            await pilot.pause()
            await _workers_ended(app)
        await pilot.pause()


async def _effect(pilot: Pilot[None]) -> None:
    """Until every widget has read what it was sent, on every hop from the app to the focus and back, and workers."""
    app = pilot.app
    assert isinstance(app, Dashboard)
    for _ in range(2):
        for _ in range(4):
            await pilot._wait_for_screen()
        await _workers_ended(app)


async def _workers_ended(app: Dashboard) -> None:
    """Until none runs; one that a newer one took the place of has ended too, which is no error."""
    if tasks := [worker._task for worker in app.workers if worker._task is not None]:
        await asyncio.wait(tasks)


class Driver:
    """A dashboard that runs, and what it asked of the recorder."""

    def __init__(self, app: Dashboard, pilot: Pilot[None], sent: list[dict[str, Any]]) -> None:
        self.app = app
        self.pilot = pilot
        self.sent = sent

    async def press(self, *keys: str) -> None:
        """Press keys, each once the one before has had its effect, and let everything come to rest."""
        for key in keys:
            letter = key if len(key) == 1 else None
            self.app.post_message(Key(_character_to_key(key) if letter else key, letter))
            await _effect(self.pilot)
        await self.rest()

    async def rest(self) -> None:
        """Until nothing moves any more."""
        await rest(self.pilot)

    async def until(self, holds: Callable[[], bool], seconds: float = 20.0) -> None:
        """Until it holds."""
        async with asyncio.timeout(seconds):
            while not holds():
                await self.pilot.pause(0.01)

    def text(self) -> str:
        """The screen as text."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)


@asynccontextmanager
async def dashboard(
    source: Source, size: tuple[int, int] = (120, 40), *, recorder: bool = True, **options: Any
) -> AsyncIterator[Driver]:
    """A dashboard of that size, at rest."""
    sent: list[dict[str, Any]] = []
    app = make_dashboard(source, actions=sent.append if recorder else None, **options)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot, sent)
        await driver.rest()
        yield driver
