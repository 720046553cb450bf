"""An attachment that is lost is made again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from monitor.browser.attachment import Attachment
from monitor.browser.discover import Where
from monitor.browser.outbox import Outbox
from monitor.browser.shared import Shared
from monitor.model import Event


class Sink:
    def extend(self, events: Sequence[Event]) -> None: ...

    def commit(self) -> None: ...


async def test_after_a_loss_tabs_that_were_missed_are_attached_to_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.browser.liveness.CANARY_S", 0.02)
    monkeypatch.setattr("monitor.browser.attachment.AGAIN_S", 0.02)
    connections = 0

    async def browser(socket: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        async for message in socket:
            command = json.loads(message)
            missed = [{"targetId": "missed", "type": "tab"}] if connections == 1 else []
            await socket.send(json.dumps({"id": command["id"], "result": {"targetInfos": missed}}))

    news: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()
    shared = Shared(Outbox(Sink(), 1 << 20), news.put_nowait, (), "syncmon-test")
    async with serve(browser, "127.0.0.1", 0) as server, asyncio.TaskGroup() as group:
        where = Where(endpoint=f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/x")
        attachment = Attachment(where, shared, reattach_s=10.0, approval_s=1.0)
        run = group.create_task(attachment.run())
        assert (await news.get())["event"] == "attached"
        attachment.translator.parts.lateness.losses += 1
        lost = await news.get()
        assert (lost["event"], lost["why"]) == (
            "lost",
            "What the browser dropped told of a new tab: attaching again.",
        )
        assert (await news.get())["event"] == "resumed"
        run.cancel()
