from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import ClientResponse

from monitor.lab.blocks import ROOT
from monitor.lab.claude import ORG
from monitor.lab.server import Lab
from monitor.lab.stage import SyncMode

from .helpers import CLAUDE, Client, events, page_of, running


def chat(lab: Lab, rest: str = "") -> str:
    return f"/api/organizations/{ORG}/chat_conversations/{lab.conversation('claude')}{rest}"


async def ask(client: Client, lab: Lab, human: str = "h1", assistant: str = "a1") -> ClientResponse:
    body = {
        "prompt": "Why?",
        "parent_message_uuid": lab.claude.conversations[lab.conversation("claude")].leaf,
        "turn_message_uuids": {"human_message_uuid": human, "assistant_message_uuid": assistant},
        "rendering_mode": "messages",
    }
    return await client.post(chat(lab, "/completion"), json=body, headers={**CLAUDE, "x-lab": "pA tA write"})


async def read(client: Client, lab: Lab) -> dict[str, Any]:
    path = chat(lab, "?tree=True&rendering_mode=messages&render_all_tools=true")
    body: dict[str, Any] = await (await client.get(path, headers={**CLAUDE, "x-lab": "pB tB load"})).json()
    return body


async def test_an_answer_streams_as_blocks_and_ends_in_the_conversation() -> None:
    async with running() as (lab, client):
        found = events(await (await ask(client, lab)).text())
        body = await read(client, lab)
    assert all(name == value["type"] for name, value in found)
    names = [name for name, _ in found]
    assert names[:3] == ["conversation_ready", "message_start", "content_block_start"]
    assert names[-4:] == ["content_block_stop", "message_delta", "message_limit", "message_stop"]
    start = found[1][1]["message"]
    assert (start["uuid"], start["parent_uuid"]) == ("a1", "h1")
    text = "".join(v["delta"]["text"] for n, v in found if n == "content_block_delta")
    last = body["chat_messages"][-1]
    assert (last["uuid"], last["parent_message_uuid"], last["sender"]) == ("a1", "h1", "assistant")
    assert last["content"] == [{"type": "text", "text": text}]
    assert body["current_leaf_message_uuid"] == "a1"
    assert body["chat_messages"][0]["parent_message_uuid"] == ROOT
    assert [m["index"] for m in body["chat_messages"]] == [0, 1, 2, 3]


async def test_the_log_tells_the_write_its_acknowledgement_and_who_was_served_what() -> None:
    async with running() as (lab, client):
        await (await ask(client, lab)).text()
        await read(client, lab)
    ack, served = lab.log.of("acknowledged", page="pA")[0], lab.log.of("served", page="pB")[0]
    assert ack.messages == ("h1",)
    assert ack.acked_at is not None
    assert served.served_at is not None
    assert ack.acked_at < served.served_at
    assert served.messages[2:] == ("h1", "a1")


async def test_a_duplicate_turn_is_a_conflict() -> None:
    async with running() as (lab, client):
        await (await ask(client, lab)).text()
        assert (await ask(client, lab)).status == 409
    assert len(lab.log.of("write")) == 1


async def test_completion_status_holds_a_long_poll_until_the_answer_is_whole() -> None:
    async with running(answer_s=0.2) as (lab, client):
        answer = await ask(client, lab)
        now = await (await client.get(chat(lab, "/completion_status?poll=false"), headers=CLAUDE)).json()
        held = await (await client.get(chat(lab, "/completion_status?poll=true"), headers=CLAUDE)).json()
        assert len(lab.log.of("complete")) == 1
        await answer.text()
    assert now == {"is_pending": True, "is_error": False, "error_code": None, "error_detail": None}
    assert held["is_pending"] is False


async def test_what_a_page_asks_at_load() -> None:
    async with running() as (lab, client):
        org = f"/api/organizations/{ORG}"
        boot = await (await client.get("/api/bootstrap", headers=CLAUDE)).json()
        assert boot["account"]["memberships"][0]["organization"]["uuid"] == ORG
        assert (await client.get(f"{org}/feature_settings", headers=CLAUDE)).status == 200
        assert (await client.get(f"{org}/notification/preferences", headers=CLAUDE)).status == 200
        listed = await (await client.get(f"{org}/chat_conversations_v2?consistency=eventual", headers=CLAUDE)).json()
        assert (listed["data"][0]["uuid"], listed["has_more"]) == (lab.conversation("claude"), False)


@pytest.mark.parametrize("mode", ["socket", "socket-refetch"])
async def test_the_labs_own_socket_brings_the_messages_or_only_the_word(mode: SyncMode) -> None:
    async with running({"claude": mode}) as (lab, client):
        page = await page_of(client, f"/chat/{lab.conversation('claude')}", CLAUDE)
        boot = await (await client.get("/api/bootstrap", headers={**CLAUDE, "x-lab": f"{page} tB load"})).json()
        path = f"/api/ws/lab/organizations/{ORG}?ticket={boot['lab_ticket']}"
        async with client.ws_connect(path, headers=CLAUDE) as socket:
            await (await ask(client, lab)).text()
            first, second = json.loads(await socket.receive_str()), json.loads(await socket.receive_str())
        body = await read(client, lab)
    assert first["conversation_uuid"] == lab.conversation("claude")
    if mode == "socket":
        assert first["chat_messages"] + second["chat_messages"] == body["chat_messages"][2:]
    else:
        assert first == second == {"type": "conversation_changed", "conversation_uuid": lab.conversation("claude")}
    assert [e.tab for e in lab.log.of("frame", page=page)] == ["tB", "tB"]
