"""Pushes as DevTools injects them, on any Chromium: dispatched and completed, but received from no push service."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import msgspec

from monitor.browser.connection import Connection, connect


class Injector:
    """A DevTools client of its own, on a hidden page: it injects pushes, stops workers and looks at Chrome's log."""

    def __init__(self) -> None:
        self.connection: Connection
        self.session = ""
        self.registrations: dict[str, str] = {}
        self._scopes: dict[str, str] = {}
        self.recording: dict[str, bool] = {}
        self.logged: list[dict[str, Any]] = []

    def heard(self, session: str | None, method: str, params: msgspec.Raw, arrival: float) -> None:
        """What the browser says."""
        said = json.loads(bytes(params))
        if method == "ServiceWorker.workerRegistrationUpdated":
            for one in said["registrations"]:
                self._scopes[one["registrationId"]] = one["scopeURL"]
        elif method == "ServiceWorker.workerVersionUpdated":
            for one in said["versions"]:
                if one["status"] == "activated":
                    self.registrations[self._scopes[one["registrationId"]]] = one["registrationId"]
        elif method == "BackgroundService.recordingStateChanged":
            self.recording[said["service"]] = said["isRecording"]
        elif method == "BackgroundService.backgroundServiceEventReceived":
            self.logged.append(said["backgroundServiceEvent"])

    async def do(self, method: str, **params: Any) -> Mapping[str, Any]:
        """One command to the hidden page; its result."""
        result = await self.connection.call(method, params, self.session)
        found: dict[str, Any] = json.loads(bytes(result))
        return found

    async def push(self, scope: str, data: str) -> None:
        """Inject one push into the worker of that scope."""
        async with asyncio.timeout(8):
            while scope not in self.registrations:  # noqa: ASYNC110 - filled by the reader
                await asyncio.sleep(0.02)
        origin = "/".join(scope.split("/")[:3])
        await self.do(
            "ServiceWorker.deliverPushMessage", origin=origin, registrationId=self.registrations[scope], data=data
        )

    async def close(self, target: str) -> None:
        """Close a target, and wait until it is gone."""
        await self.connection.call("Target.closeTarget", {"targetId": target})
        while target.encode() in bytes(await self.connection.call("Target.getTargets", {"filter": [{}]})):  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    async def logs(self, count: int) -> None:
        """Wait until so many entries came since the log was last asked for."""
        async with asyncio.timeout(8):
            while len(self.logged) < count:  # noqa: ASYNC110 - filled by the reader
                await asyncio.sleep(0.02)

    async def log(self, service: str = "pushMessaging") -> list[str]:
        """The names of the entries in Chrome's log, and whether it is on in `recording`."""
        self.logged.clear()
        await self.do("BackgroundService.stopObserving", service=service)
        await self.do("BackgroundService.startObserving", service=service)
        return [entry["eventName"] for entry in self.logged]


@contextlib.asynccontextmanager
async def injecting(endpoint: str) -> AsyncIterator[Injector]:
    """An injector for the time of a `with`."""
    one = Injector()

    def ignore(*_: object) -> None:
        pass

    async with connect(endpoint, one.heard, ignore, ignore) as connection, asyncio.TaskGroup() as group:
        task = group.create_task(connection.run())
        one.connection = connection
        made = json.loads(bytes(await connection.call("Target.createTarget", {"url": "about:blank", "hidden": True})))
        reply = await connection.call("Target.attachToTarget", {"targetId": made["targetId"], "flatten": True})
        one.session = json.loads(bytes(reply))["sessionId"]
        await one.do("ServiceWorker.enable")
        try:
            yield one
        finally:
            task.cancel()
