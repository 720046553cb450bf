"""A lab without TLS behind aiohttp's test client, and readers of its streams, written from the protocols' words."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse, ClientWebSocketResponse
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from monitor.lab.server import Lab
from monitor.lab.stage import Site, SyncMode

Client = TestClient[Request, Application]
CHATGPT = {"Host": "chatgpt.com"}
CLAUDE = {"Host": "claude.ai"}


@asynccontextmanager
async def running(
    sync: dict[Site, SyncMode] | None = None, *, answer_s: float = 0.02, handoff: bool = False, clock_s: float = 0.0
) -> AsyncIterator[tuple[Lab, Client]]:
    """A lab and a client of it."""
    lab = Lab(sync, answer_s=answer_s, push_s=0.0, handoff=handoff, clock_s=clock_s)
    async with lab.stage.background, TestClient(TestServer(lab.app())) as client:
        yield lab, client


def events(text: str) -> list[tuple[str, Any]]:
    """The names and JSON data of a whole event stream; `[DONE]` stays text."""
    found = []
    for block in text.split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        data = fields["data"]
        found.append((fields.get("event", "message"), data if data == "[DONE]" else json.loads(data)))
    return found


def decode(deltas: list[Any]) -> Any:
    """The value that a list of v1 deltas builds, on one channel."""
    carry: dict[str, Any] = {"c": 0, "o": "add", "p": ""}
    holder: dict[str, Any] = {"root": None}
    for delta in deltas:
        carry |= {k: delta[k] for k in ("c", "o", "p") if k in delta}
        parts = delta["v"] if carry["o"] == "patch" else [{**carry, "v": delta["v"]}]
        for part in parts:
            _apply(holder, part)
    return holder["root"]


def _apply(holder: dict[str, Any], part: dict[str, Any]) -> None:
    at: Any = holder
    keys = ["root", *part["p"].split("/")[1:]]
    for key in keys[:-1]:
        at = at[int(key) if isinstance(at, list) else key]
    last = int(keys[-1]) if isinstance(at, list) else keys[-1]
    if part["o"] == "append" and isinstance(part["v"], str):
        at[last] += part["v"]
    elif part["o"] == "append":
        at[last] |= part["v"]
    else:
        at[last] = part["v"]


async def socket_of(client: Client, page: str, tab: str = "t1") -> ClientWebSocketResponse:
    """A page's celsius socket, connected and subscribed to `conversations`."""
    answer = await client.get("/backend-api/celsius/ws/user", headers={**CHATGPT, "x-lab": f"{page} {tab} socket"})
    path = (await answer.json())["websocket_url"].removeprefix("wss://ws.chatgpt.com")
    socket = await client.ws_connect(path, headers={"Host": "ws.chatgpt.com"})
    await socket.send_json(
        [
            {"id": 1, "command": {"type": "connect", "presence": {"type": "presence", "state": "foreground"}}},
            {"id": 2, "command": {"type": "subscribe", "topic_id": "conversations"}},
        ]
    )
    replies = await socket.receive_json()
    assert replies[1]["reply"] == {"type": "subscribe", "topic_id": "conversations", "recovered": False}
    return socket


async def page_of(client: Client, path: str, host: dict[str, str]) -> str:
    """Load a page; its id."""
    text = await (await client.get(path, headers=host)).text()
    config = text.split("const lab = ", 1)[1].split(";\n", 1)[0]
    return str(json.loads(config)["page"])


def question(lab: Lab, text: str = "Why?", **more: Any) -> dict[str, Any]:
    """The body of a ChatGPT write on the lab's conversation."""
    conversation = lab.chatgpt.conversations[lab.conversation("chatgpt")]
    message = {"id": "m-user", "author": {"role": "user"}, "content": {"content_type": "text", "parts": [text]}}
    return {
        "action": "next",
        "messages": [message],
        "conversation_id": conversation.id,
        "parent_message_id": conversation.leaf,
        "model": "gpt-5",
        "supported_encodings": ["v1"],
        **more,
    }


async def ask_chatgpt(client: Client, lab: Lab, **more: Any) -> ClientResponse:
    """Write on the lab's ChatGPT conversation."""
    return await client.post(
        "/backend-api/f/conversation", json=question(lab, **more), headers={**CHATGPT, "x-lab": "pA tA write"}
    )
