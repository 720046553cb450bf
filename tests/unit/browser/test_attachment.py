"""An attachment waits for a person where the browser does, and says so."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from monitor.browser.attachment import Attachment, Shared
from monitor.browser.discover import Where
from monitor.browser.outbox import Outbox
from monitor.errors import ApprovalError
from monitor.model import Event


class Sink:
    def extend(self, events: Sequence[Event]) -> None: ...

    def commit(self) -> None: ...


async def test_nobody_clicks_allow(tmp_path: Path) -> None:
    news: list[Mapping[str, Any]] = []
    # It takes connections and never says a word.
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        (tmp_path / "DevToolsActivePort").write_text(f"{port}\n/devtools/browser/x")
        shared = Shared(Outbox(Sink(), 1 << 20), news.append, (), "syncmon-test")
        attachment = Attachment(Where(profile_dir=tmp_path), shared, reattach_s=1.0, approval_s=0.2)
        with pytest.raises(ApprovalError, match="Click Allow in its window"):
            await attachment.run()
    assert news[0]["event"] == "waiting-for-approval"
    assert "click Allow" in news[0]["what"]
    assert not attachment.attached.is_set()


async def test_after_a_loss_tabs_that_were_missed_are_attached_to_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.browser.attachment.CANARY_S", 0.02)
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
        attachment.translator.losses += 1
        lost = await news.get()
        assert (lost["event"], lost["why"]) == (
            "lost",
            "What the browser dropped told of a new tab: attaching again.",
        )
        assert (await news.get())["event"] == "resumed"
        run.cancel()
