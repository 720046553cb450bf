"""One socket to a browser, against a browser of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from monitor.browser.connection import Connection, connect
from monitor.browser.tapped import TappedConnection
from monitor.browser.wire import Reply, Send
from monitor.errors import AttachError, CommandError, ConnectionLost

Script = Callable[[ServerConnection, dict[str, Any]], Awaitable[None]]


class Heard:
    """What the connection handed on."""

    def __init__(self) -> None:
        self.events: list[tuple[str | None, str, bytes]] = []
        self.replies: list[tuple[Send, Reply]] = []
        self.bad: list[str] = []
        self.news = asyncio.Event()

    def event(self, session: str | None, method: str, params: Any, arrival: float) -> None:
        self.events.append((session, method, bytes(params)))
        self.news.set()

    def reply(self, send: Send, reply: Reply, arrival: float) -> None:
        self.replies.append((send, reply))
        self.news.set()

    def odd(self, raw: bytes, reason: str, arrival: float) -> None:
        self.bad.append(reason)
        self.news.set()

    async def until(self, what: Callable[[], Any]) -> None:
        async with asyncio.timeout(5):
            while not what():
                self.news.clear()
                await self.news.wait()


@contextlib.asynccontextmanager
async def browser(script: Script) -> AsyncIterator[tuple[Connection, Heard]]:
    """A connection to a server that answers each command with the script."""

    async def answer(socket: ServerConnection) -> None:
        async for message in socket:
            await script(socket, json.loads(message))

    heard = Heard()
    async with serve(answer, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with (
            connect(f"ws://127.0.0.1:{port}/x", heard.event, heard.reply, heard.odd) as connection,
            asyncio.TaskGroup() as group,
        ):
            task = group.create_task(connection.run())
            yield connection, heard
            task.cancel()


FRAME = b'{"method":"Network.webSocketFrameReceived","params":{}}'


def test_a_flood_of_frames_is_read_at_intervals_and_nothing_else_is() -> None:
    connection = Connection(
        TappedConnection.__new__(TappedConnection),
        lambda session, method, params, arrival: None,
        lambda send, reply, arrival: None,
        lambda raw, reason, arrival: None,
        lambda raw, arrival: True,
    )

    def reads(raw: bytes, at: float) -> bool:
        connection.take(raw, at)
        return connection.after_read(len(raw), at) > 0

    assert [reads(FRAME, 10 + n / 20) for n in range(4)] == [False] * 4, "frames that come one by one"
    assert [reads(FRAME, 11 + n / 1000) for n in range(4)] == [False, True, True, True]
    request = b'{"method":"Network.requestWillBeSent","params":{}}'
    assert not reads(request, 11.004), "the answer to a request is wanted at once"
    assert not any(reads(FRAME, 11.005 + n / 1000) for n in range(40))
    assert reads(FRAME, 11.06) is False
    assert reads(FRAME, 11.061)


async def echo(socket: ServerConnection, command: dict[str, Any]) -> None:
    reply: dict[str, Any] = {"id": command["id"], "result": {"got": command["method"]}}
    if command["method"] == "Bad.command":
        reply = {"id": command["id"], "error": {"code": -32601, "message": "not found"}}
    if command["method"] == "Slow.command":
        return
    if command["method"] == "Say.things":
        for text in (
            '{"method":"A.b","params":{"x":1},"sessionId":"s"}',
            "{",
            '{"method":"C.d","params":{"t":"\\ud800"}}',
        ):
            await socket.send(text)
    await socket.send(json.dumps(reply))


async def test_a_call_is_answered() -> None:
    async with browser(echo) as (connection, _):
        assert json.loads(bytes(await connection.call("Some.thing"))) == {"got": "Some.thing"}


async def test_a_refusal_and_a_silence_are_command_errors() -> None:
    async with browser(echo) as (connection, _):
        with pytest.raises(CommandError, match="not found"):
            await connection.call("Bad.command")
        with pytest.raises(CommandError, match=r"not answered within 0\.1 s"):
            await connection.call("Slow.command", timeout_s=0.1)


async def test_messages_are_handed_on_and_broken_ones_do_no_harm() -> None:
    async with browser(echo) as (connection, heard):
        connection.send(Send(None, "Say.things"))
        await heard.until(lambda: len(heard.events) == 2)
        assert heard.events[0] == ("s", "A.b", b'{"x":1}')
        assert "\\ufffd" in heard.events[1][2].decode()
        assert len(heard.bad) == 1


async def test_tokens_come_back_with_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.browser.connection.EXPIRE_S", 0.02)
    async with browser(echo) as (connection, heard):
        connection.send(Send(None, "Some.thing", token=("part", "1")))
        connection.send(Send(None, "Bad.command", token=("part", "2")))
        connection.send(Send(None, "Slow.command", token=("part", "3"), timeout=0.0))
        await heard.until(lambda: len(heard.replies) == 3)
        assert {s.token: r.error for s, r in heard.replies} == {
            ("part", "1"): None,
            ("part", "2"): "not found",
            ("part", "3"): "no answer in time",
        }


async def test_a_session_that_ended_answers_its_commands() -> None:
    async with browser(echo) as (connection, heard):
        connection.send(Send("gone", "Slow.command", token=("part", "1")))
        assert connection.sessions() == {"gone"}
        connection.forget("gone", 1.0)
        assert heard.replies[0][1].error == "the session ended"


async def test_the_end_of_the_browser_is_a_lost_connection() -> None:
    async def leave(socket: ServerConnection, command: dict[str, Any]) -> None:
        await socket.close()

    async def use() -> None:
        async with browser(leave) as (connection, _):
            connection.send(Send(None, "Any.thing"))
            await asyncio.sleep(5)

    with pytest.raises(BaseExceptionGroup) as caught:
        await use()
    assert caught.group_contains(ConnectionLost)


async def test_an_address_where_nobody_is(deaf_port: int) -> None:
    heard = Heard()
    with pytest.raises(AttachError, match="Nothing answers"):
        async with connect(f"ws://127.0.0.1:{deaf_port}/x", heard.event, heard.reply, heard.odd):
            pass
    with pytest.raises(AttachError, match="not a WebSocket address"):
        async with connect("http://x", heard.event, heard.reply, heard.odd):
            pass
