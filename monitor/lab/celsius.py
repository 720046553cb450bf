"""ChatGPT's celsius socket: envelopes, topics, offsets and catch-ups, for every tab's socket at once.

The topic `conversations` reaches every socket that subscribed to it. A turn's topic keeps what was published, so that a
late subscriber is caught up from the offset it names.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from .caller import Caller
from .stage import Stage

IDLE_S = 20.0
"""Seconds between the empty arrays that the server sends on an idle socket."""


@dataclass(eq=False)
class Client:
    """One open socket, the page it belongs to and the topics it subscribed to."""

    socket: web.WebSocketResponse
    caller: Caller
    topics: set[str] = field(default_factory=set)


@dataclass
class Topic:
    """What was published on a topic, by offset; `last` is the newest offset."""

    published: list[dict[str, Any]] = field(default_factory=list)
    last: str = "0"
    clock: int = 0

    def append(self, topic_id: str, payload: dict[str, Any], now: float) -> dict[str, Any]:
        """Keep a payload under the next offset and answer with its envelope."""
        self.clock = max(self.clock + 1, int(now * 1000))
        self.last = f"{self.clock}-0"
        envelope = {"type": "message", "topic_id": topic_id, "offset": self.last, "payload": payload}
        self.published.append(envelope)
        return envelope

    def after(self, offset: str) -> list[dict[str, Any]]:
        """The envelopes published after an offset."""
        return [e for e in self.published if _order(e["offset"]) > _order(offset)]


def _order(offset: str) -> int:
    head = offset.partition("-")[0]
    return int(head) if head.isdigit() else 0


def _type(envelope: Any) -> str:
    """The path of `type`s that names an envelope in the log."""
    names: list[str] = []
    while isinstance(envelope, dict):
        names.append(str(envelope.get("type", "")))
        envelope = envelope.get("payload")
    return "/".join(n for n in names if n)


class Celsius:
    """All open sockets of the lab's one user."""

    def __init__(self, stage: Stage) -> None:
        self.clients: set[Client] = set()
        self._stage = stage
        self._turns: dict[str, Topic] = {}

    async def serve(self, request: web.Request, caller: Caller) -> web.WebSocketResponse:
        """Speak with one socket until it ends."""
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        client = Client(socket, caller)
        self.clients.add(client)
        self._log("socket-open", client)
        try:
            async with asyncio.TaskGroup() as group:
                idle = group.create_task(self._idle(client))
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        await self._receive(client, message.data)
                idle.cancel()
        finally:
            self.clients.discard(client)
            self._log("socket-close", client)
        return socket

    async def publish(self, topic_id: str, payload: dict[str, Any]) -> None:
        """Send a payload to the topic's subscribers; a turn's topic also keeps it under an offset."""
        envelope: dict[str, Any] = {"type": "message", "topic_id": topic_id, "payload": payload}
        if topic_id.startswith("conversation-turn-"):
            envelope = self._turns.setdefault(topic_id, Topic()).append(topic_id, payload, self._stage.now())
        for client in tuple(self.clients):
            if topic_id in client.topics:
                await self.send(client, [envelope], _type(envelope))

    async def send(self, client: Client, value: Any, kind: str) -> None:
        """Send one JSON frame to one socket; a socket that is gone is no error."""
        text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        try:
            await client.socket.send_str(text)
        except ConnectionError:
            return
        self._log("frame", client, type=kind, payload=text)

    async def close(self) -> None:
        """End every socket."""
        for client in tuple(self.clients):
            await client.socket.close(code=1001)

    async def _idle(self, client: Client) -> None:
        while True:
            await asyncio.sleep(IDLE_S)
            await self.send(client, [], "idle")

    async def _receive(self, client: Client, text: str) -> None:
        """Answer a frame of commands with one frame of replies."""
        try:
            commands = json.loads(text)
        except ValueError:
            return
        commands = commands if isinstance(commands, list) else [commands]
        replies = [reply for c in commands if isinstance(c, dict) for reply in self._obey(client, c, text)]
        if replies:
            await self.send(client, replies, "reply")

    def _obey(self, client: Client, envelope: dict[str, Any], text: str) -> list[dict[str, Any]]:
        command = envelope.get("command") or {}
        kind, topic_id = command.get("type"), str(command.get("topic_id", ""))
        self._log("command", client, type=kind, payload=text, note=topic_id or None)
        reply: dict[str, Any] = {"type": kind}
        if kind == "subscribe":
            client.topics.add(topic_id)
            reply |= self._subscribed(topic_id, command.get("offset"))
        elif kind == "unsubscribe":
            client.topics.discard(topic_id)
            reply["topic_id"] = topic_id
        elif kind not in ("connect", "presence"):
            return []
        return [{"id": envelope.get("id"), "type": "reply", "reply": reply}]

    def _subscribed(self, topic_id: str, offset: str | None) -> dict[str, Any]:
        """The reply to a subscription: with an offset, what was published after it."""
        topic = self._turns.get(topic_id)
        if offset is None or topic is None:
            return {"topic_id": topic_id, "recovered": False}
        catchups = topic.after(offset)
        return {"topic_id": topic_id, "last_offset": topic.last, "recovered": True, "catchups": catchups}

    def _log(
        self,
        what: str,
        client: Client,
        *,
        type: str | None = None,  # noqa: A002 - the entry's own field name
        payload: str | None = None,
        note: str | None = None,
    ) -> None:
        caller = client.caller
        self._stage.log.add(
            what, site="chatgpt", page=caller.page, tab=caller.tab, type=type, payload=payload, note=note
        )
