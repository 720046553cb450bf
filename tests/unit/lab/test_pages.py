from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from monitor.lab.pages import NOTES_MODES, GenericLab, NotesMode


@asynccontextmanager
async def lab_and_client() -> AsyncIterator[tuple[GenericLab, ClientSession]]:
    async with GenericLab(beat_s=0.05) as lab, ClientSession(f"http://127.0.0.1:{lab.port}") as session:
        yield lab, session


async def post(session: ClientSession, mode: str, text: str = "Buy bread") -> dict[str, Any]:
    async with session.post(f"/data/{mode}", json={"text": text}, headers={"x-lab": "pA tA write"}) as answer:
        assert answer.status == 201
        body: dict[str, Any] = await answer.json()
        return body


async def value_of(socket: ClientWebSocketResponse, kind: int) -> Any:
    """The next value of one kind on a socket, whatever its framing."""
    while True:
        message = await socket.receive(timeout=3)
        assert message.type in (WSMsgType.TEXT, WSMsgType.BINARY)
        if message.type is WSMsgType.BINARY:
            assert int.from_bytes(message.data[:4], "big") == len(message.data) - 4
            value = msgspec.msgpack.decode(message.data[4:])
        else:
            value = json.loads(message.data)
        if value.get("k") == kind:
            return value


@pytest.mark.parametrize("mode", NOTES_MODES)
async def test_a_note_is_kept_and_served_and_the_log_says_so(mode: NotesMode) -> None:
    async with lab_and_client() as (lab, session):
        made = await post(session, mode)
        async with session.get(f"/data/{mode}", headers={"x-lab": "pB tB load"}) as answer:
            notes = (await answer.json())["notes"]
        async with session.get(f"/notes/{mode}") as answer:
            assert "syncmon lab" in await answer.text()
        assert [n["text"] for n in notes] == ["Water the plants", "Buy bread"]
        assert lab.log.of("acknowledged", conversation=mode)[0].messages == (made["id"],)
        assert lab.log.of("served", page="pB")[0].messages[1] == made["id"]


@pytest.mark.parametrize("mode", ["socket-text", "socket-binary", "socket-word", "socket-write"])
async def test_a_socket_brings_the_note_or_the_word_of_it_and_beats(mode: NotesMode) -> None:
    async with lab_and_client() as (_, session), session.ws_connect(f"/w/{mode}?p=pB&t=tB") as socket:
        made = await post(session, mode)
        value = await value_of(socket, 2)
        assert value == ({"k": 2} if mode == "socket-word" else {"k": 2, "note": made})
        assert "now" in await value_of(socket, 1)


async def test_a_note_written_over_the_socket_is_answered_there_and_told_to_the_others() -> None:
    async with (
        lab_and_client() as (lab, session),
        session.ws_connect("/w/socket-write?p=pA&t=tA") as writer,
        session.ws_connect("/w/socket-write?p=pB&t=tB") as other,
    ):
        await writer.send_json({"n": 7, "text": "Buy bread"})
        reply = await writer.receive_json(timeout=3)
        told = await value_of(other, 2)
        assert (reply["re"], reply["id"]) == (7, told["note"]["id"])
        assert lab.log.of("acknowledged", page="pA")[0].messages == (reply["id"],)
        await writer.close()
        await other.close()


@pytest.mark.parametrize(("mode", "start"), [("sse", b"data: "), ("stream", b"")])
async def test_a_stream_brings_the_note(mode: NotesMode, start: bytes) -> None:
    async with lab_and_client() as (_, session), session.get(f"/e/{mode}") as answer:
        made = await post(session, mode)
        async for line in answer.content:
            if line.strip() and (value := json.loads(line.removeprefix(start)))["k"] == 2:
                assert value["note"] == made
                break
        else:
            pytest.fail("the stream ended")


async def test_nothing_is_left_running_when_readers_go_before_the_lab() -> None:
    async with GenericLab(beat_s=60) as lab, ClientSession(f"http://127.0.0.1:{lab.port}") as session:
        for mode in ("sse", "stream"):
            (await session.get(f"/e/{mode}")).close()
        async with asyncio.timeout(5):
            await lab.log.seen("cut", 2)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_unknown_mode_is_not_found() -> None:
    async with lab_and_client() as (_, session), session.get("/notes/magic") as answer:
        assert answer.status == 404
