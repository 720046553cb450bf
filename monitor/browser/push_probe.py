"""Ask a browser, without recording anything, whether its push messages can be recorded, and what its log holds now."""

from __future__ import annotations

import asyncio

import msgspec

from monitor.browser.connection import Connection, connect, read
from monitor.browser.discover import Endpoint
from monitor.browser.output import decode
from monitor.browser.sessions import OURS
from monitor.browser.wire_worker import RecordingState
from monitor.errors import CommandError, ConnectionLost

SERVICE = {"service": "pushMessaging"}
PAGE = {"url": f"{OURS}-doctor", "hidden": True, "background": True}
PATIENCE_S = 5.0


class Probed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was found. why: it does not work. logged: Chrome logs pushes now. entries: in its log of the last days."""

    works: bool
    why: str | None = None
    logged: bool = False
    entries: int = 0


class _Made(msgspec.Struct):
    targetId: str  # noqa: N815 - the wire's name


class _Attached(msgspec.Struct):
    sessionId: str  # noqa: N815 - the wire's name


class _Prober:
    def __init__(self) -> None:
        self.logged = False
        self.entries = 0

    def heard(self, session: str | None, method: str, params: msgspec.Raw, arrival: float) -> None:
        if method == "BackgroundService.recordingStateChanged":
            self.logged = decode(params, RecordingState).is_recording
        elif method == "BackgroundService.backgroundServiceEventReceived":
            self.entries += 1

    async def ask(self, browser: Connection) -> Probed:
        made = read(await browser.call("Target.createTarget", PAGE), _Made)
        params = {"targetId": made.targetId, "flatten": True}
        session = read(await browser.call("Target.attachToTarget", params), _Attached).sessionId
        try:
            await browser.call("BackgroundService.startObserving", SERVICE, session)
        finally:
            await browser.call("Target.closeTarget", {"targetId": made.targetId})
        return Probed(True, logged=self.logged, entries=self.entries)


async def probe(endpoint: Endpoint) -> Probed:
    """Whether pushes can be recorded; nothing is switched on. Raises AttachError."""
    prober = _Prober()
    found = Probed(False, "it gave no answer")
    async with connect(endpoint.socket, prober.heard, _ignore, _ignore, open_timeout=PATIENCE_S) as browser:
        try:
            async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
                reading = group.create_task(browser.run())
                found = await prober.ask(browser)
                reading.cancel()
        except* (CommandError, ConnectionLost) as refused:
            found = Probed(False, str(refused.exceptions[0]))
        except* TimeoutError:
            pass
    return found


def _ignore(*_: object) -> None:
    pass
