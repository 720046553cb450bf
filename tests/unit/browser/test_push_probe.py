"""The probe, against a browser that is played: it switches nothing on, and closes its page whatever comes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from monitor.browser.discover import Endpoint
from monitor.browser.push_probe import Probed, probe
from monitor.errors import AttachError

Events = tuple[dict[str, Any], ...]
RESULTS = {"Target.createTarget": {"targetId": "T"}, "Target.attachToTarget": {"sessionId": "S"}}


@asynccontextmanager
async def played(
    refuses: str = "", events: tuple[dict[str, Any], ...] = ()
) -> AsyncIterator[tuple[Endpoint, list[str]]]:
    """A browser that refuses one method, and says something before it answers `startObserving`."""
    asked: list[str] = []

    async def browser(socket: ServerConnection) -> None:
        async for raw in socket:
            command = json.loads(raw)
            method = command["method"]
            asked.append(method)
            for event in events if method == "BackgroundService.startObserving" else ():
                await socket.send(json.dumps({"sessionId": "S", **event}))
            refused = {"error": {"code": -32601, "message": f"'{method}' wasn't found"}}
            answer = refused if method == refuses else {"result": RESULTS.get(method, {})}
            await socket.send(json.dumps({"id": command["id"], **answer}))

    async with serve(browser, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield Endpoint(socket=f"ws://127.0.0.1:{port}/devtools/browser/x"), asked


async def test_what_the_log_holds() -> None:
    state = {"method": "BackgroundService.recordingStateChanged",
             "params": {"service": "pushMessaging", "isRecording": True}}  # fmt: skip
    entry = {"method": "BackgroundService.backgroundServiceEventReceived", "params": {}}
    async with played(events=(state, entry, entry)) as (endpoint, asked):
        assert await probe(endpoint) == Probed(True, logged=True, entries=2)
    assert "BackgroundService.setRecording" not in asked
    assert asked[-1] == "Target.closeTarget"


@pytest.mark.parametrize("method", ["Target.createTarget", "Target.attachToTarget", "BackgroundService.startObserving"])
async def test_a_browser_that_cannot(method: str) -> None:
    async with played(refuses=method) as (endpoint, asked):
        found = await probe(endpoint)
    assert not found.works
    assert "wasn't found" in (found.why or "")
    assert ("Target.closeTarget" in asked) == (method == "BackgroundService.startObserving")


async def test_no_browser(deaf_port: int) -> None:
    with pytest.raises(AttachError):
        await probe(Endpoint(socket=f"ws://127.0.0.1:{deaf_port}/devtools/browser/x"))
