"""An attachment that is lost is made again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from monitor.browser.attachment import AWAY, Attachment
from monitor.browser.connection import Connection
from monitor.browser.discover import Where
from monitor.browser.outbox import Outbox
from monitor.browser.shared import Shared
from monitor.errors import AttachError
from monitor.model import Event, Gap, Recording


class Sink:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def extend(self, events: Sequence[Event]) -> None:
        self.events += events

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
    sink = Sink()
    shared = Shared(Outbox(sink, 1 << 20), news.put_nowait, (), "syncmon-test")
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
    await shared.outbox.commit()
    lost_at = next(e.time for e in sink.events if isinstance(e, Recording) and e.state == "lost")
    assert [(gap.reason, gap.since) for gap in sink.events if isinstance(gap, Gap)] == [(AWAY, lost_at)]


async def speaks_odd(socket: ServerConnection) -> None:
    async for message in socket:
        for odd in ("", "[" * 3000, "null", '{"method":5}', '{"method":"Target.attachedToTarget","params":[]}'):
            await socket.send(odd)
        await socket.send(json.dumps({"id": json.loads(message)["id"], "result": "odd"}))


async def says_nothing(socket: ServerConnection) -> None:
    await socket.wait_closed()


async def breaks_off(socket: ServerConnection) -> None:
    await socket.recv()
    socket.transport.write(b"\xff\x00" * 20)
    await socket.wait_closed()


@pytest.mark.parametrize(
    ("browser", "why"), [(says_nothing, "says nothing"), (breaks_off, "ended the connection"), (speaks_odd, "")]
)
async def test_what_is_no_browser_is_an_error_or_gaps(
    browser: Callable[[ServerConnection], Awaitable[None]], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it says, that is told, and nothing is waited for that will not come."""
    call = Connection.call

    async def quick(
        self: Connection, method: str, params: Mapping[str, Any] = {}, session: str | None = None, timeout_s: float = 0
    ) -> msgspec.Raw:
        return await call(self, method, params, session, 0.3)

    monkeypatch.setattr(Connection, "call", quick)
    monkeypatch.setattr("monitor.browser.ready.READY_S", 0.3)
    sink = Sink()
    shared = Shared(Outbox(sink, 1 << 20), lambda news: None, (), "syncmon-test", push=False)
    async with serve(browser, "127.0.0.1", 0) as server, asyncio.TaskGroup() as group:
        where = Where(endpoint=f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/x")
        attachment = Attachment(where, shared, reattach_s=10.0, approval_s=1.0)
        if why:
            with pytest.raises(AttachError, match=f"could not be recorded: .*{why}"):
                await attachment.run()
            return
        run = group.create_task(attachment.run())
        await attachment.attached.wait()
        run.cancel()
    await shared.outbox.commit()
    assert len([gap for gap in sink.events if isinstance(gap, Gap)]) > 5
