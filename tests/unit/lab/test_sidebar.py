"""The lab's lists of conversations: whose they are, who changed them, and who is told."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.lab import claude
from monitor.lab.stage import ListMode
from tests.unit.lab.helpers import CHATGPT, CLAUDE, Client, page_of, running, socket_of

CHATS = f"/api/organizations/{claude.ORG}/chat_conversations"
MINE = {"x-lab": "page1 tab1 write"}


async def listed(client: Client, **cookies: str) -> dict[str, str]:
    """ChatGPT's list: ids and titles."""
    cookie = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
    answer = await client.get("/backend-api/conversations", headers=CHATGPT | MINE | cookie)
    return {one["id"]: one["title"] for one in (await answer.json())["items"]}


async def recents(client: Client) -> dict[str, str]:
    """Claude's."""
    answer = await client.get(f"{CHATS}_v2", headers=CLAUDE)
    return {one["uuid"]: one["name"] for one in (await answer.json())["data"]}


async def test_chatgpts_conversations_are_renamed_and_made_invisible() -> None:
    async with running() as (lab, client):
        one, other = lab.conversation("chatgpt"), lab.new_conversation("chatgpt")
        address = f"/backend-api/conversation/{one}"
        await client.patch(address, json={"title": "Birches"}, headers=CHATGPT | MINE)
        assert await listed(client) == {other: "Names of trees", one: "Birches"}
        await client.patch(address, json={"is_visible": False}, headers=CHATGPT | MINE)
        assert await listed(client) == {other: "Names of trees"}
        assert (await client.patch(address, json={"title": "x"}, headers=CHATGPT)).status == 404
    assert [(e.type, e.conversation, e.note, e.tab) for e in lab.log.of("list-changed")] == [
        ("renamed", one, "Birches", "tab1"), ("removed", one, "Birches", "tab1"),
    ]  # fmt: skip
    assert [set(entry.messages) for entry in lab.log.of("list-served", tab="tab1")] == [{one, other}, {other}]


async def test_claudes_are_made_renamed_and_deleted() -> None:
    async with running() as (lab, client):
        first = lab.conversation("claude")
        await client.post(CHATS, json={"uuid": "u1", "name": ""}, headers=CLAUDE | MINE)
        assert await recents(client) == {"u1": "", first: "Names of trees"}
        await client.put(f"{CHATS}/u1", json={"name": "Birches"}, headers=CLAUDE | MINE)
        assert (await recents(client))["u1"] == "Birches"
        await client.delete(f"{CHATS}/u1", headers=CLAUDE | MINE)
        assert await recents(client) == {first: "Names of trees"}
    assert [entry.type for entry in lab.log.of("list-changed", site="claude")] == ["created", "renamed", "removed"]


@pytest.mark.parametrize(("mode", "told"), [("socket", ["title-update"]), ("none", []), ("poll", [])])
async def test_only_lists_that_listen_to_the_socket_are_told_and_not_the_one_that_did_it(
    mode: ListMode, told: list[str]
) -> None:
    async with running() as (lab, client):
        lab.set_list("chatgpt", mode)
        writer, other = [await page_of(client, "/", CHATGPT) for _ in range(2)]
        for page in (writer, other):
            await socket_of(client, page)
        mine = {"x-lab": f"{writer} tab1 write"}
        address = f"/backend-api/conversation/{lab.conversation('chatgpt')}"
        await client.patch(address, json={"title": "Birches"}, headers=CHATGPT | mine)
    frames = [e for e in lab.log.of("frame") if e.type and e.type.startswith("conversation-update")]
    assert [(e.page, e.type) for e in frames] == [(other, f"conversation-update/{kind}") for kind in told]


async def test_an_account_sees_its_own_conversations_and_has_names_of_its_own() -> None:
    async with running() as (_, client):
        body: dict[str, Any] = {"messages": [{"content": {"parts": ["Which fjord?"]}}]}
        cookie = {"Cookie": "lab-account=ada"}
        await (await client.post("/backend-api/f/conversation", json=body, headers=CHATGPT | cookie)).text()
        assert list((await listed(client, **{"lab-account": "ada"})).values()) == ["Which fjord?"]
        assert list((await listed(client)).values()) == ["Names of trees"]
        addresses = [
            (await (await client.get("/backend-api/celsius/ws/user", headers=CHATGPT | some)).json())["websocket_url"]
            for some in ({}, cookie)
        ]
        assert addresses[0].partition("?")[0] + "-ada" == addresses[1].partition("?")[0]
        organizations = [
            (await (await client.get("/api/bootstrap", headers=CLAUDE | some)).json())["account"]["memberships"]
            for some in ({}, cookie)
        ]
        assert organizations[0] != organizations[1]
        answer = await client.get("/lab/as/ada", headers=CHATGPT)
        assert "lab-account=ada" in answer.headers["Set-Cookie"]
        assert (await client.get("/lab/as/A%20B", headers=CHATGPT)).status == 400


async def test_a_switch_that_there_is_not_is_refused() -> None:
    async with running() as (lab, client):
        with pytest.raises(ValueError, match="claude list socket"):
            lab.set_list("claude", "socket")
        for body, status in (({"site": "claude", "list": "poll"}, 200), ({"site": "claude", "list": "x"}, 400)):
            assert (await client.post("/lab/switch", json=body, headers=CHATGPT)).status == status
        assert lab.stage.lists == {"chatgpt": "none", "claude": "poll"}
