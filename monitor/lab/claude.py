"""The Claude lab: the page, the endpoints it calls, and the turns it answers.

The real application has no socket for conversations; the modes `socket` and `socket-refetch` open one of the lab's own,
`/api/ws/lab/organizations/{org}`. Its pushes are in `news.py`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

from aiohttp import web

from . import blocks
from .caller import Caller
from .conversations import Conversation, Message, answer_to, new_id, pieces, start
from .news import News
from .push import PushService
from .sidebar import account_of, changed, number_of, of_account, served
from .stage import Stage, pause, stream
from .turn import Turn

HOST = "claude.ai"
ORG = "1ab0c0de-0000-4000-8000-00000000ab1e"
LONG_POLL_S = 20.0


class Claude:
    """State and routes of one Claude lab."""

    def __init__(self, stage: Stage, push: PushService) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.news = News(stage, push)
        self._stage = stage
        self._turns: dict[str, Turn] = {}
        self._sockets: dict[web.WebSocketResponse, Caller] = {}
        self._tickets: dict[str, Caller] = {}

    def new(self, *, seeded: bool = True) -> Conversation:
        """Add a conversation."""
        made = start(seeded=seeded, now=self._stage.now)
        self.conversations[made.id] = made
        return made

    def app(self) -> web.Application:
        """The routes of claude.ai."""
        app = web.Application()
        org, chat = "/api/organizations/{org}", "/api/organizations/{org}/chat_conversations/{id}"
        app.router.add_get("/", self._begin)
        app.router.add_get("/new", self._begin)
        app.router.add_get("/chat/{id}", self._page)
        app.router.add_get("/api/bootstrap", self._bootstrap)
        app.router.add_get(f"{org}/feature_settings", self._settings)
        app.router.add_get(f"{org}/notification/preferences", self._settings)
        app.router.add_get(f"{org}/chat_conversations_v2", self._list)
        app.router.add_post(f"{org}/chat_conversations", self._create)
        app.router.add_get(chat, self._read)
        app.router.add_put(chat, self._rename)
        app.router.add_delete(chat, self._remove)
        app.router.add_post(f"{chat}/completion", self._write)
        app.router.add_get(f"{chat}/completion_status", self._status)
        app.router.add_get("/api/ws/lab/organizations/{org}", self._socket)
        app.router.add_get("/api/lab/events", self._stage.events.serve("claude"))
        self.news.add_routes(app)
        return app

    async def close(self) -> None:
        """End every socket."""
        for socket in tuple(self._sockets):
            await socket.close(code=1001)

    async def _page(self, request: web.Request) -> web.Response:
        return self._stage.page("claude", "claude.html", request.match_info["id"], self.news.config)

    async def _begin(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(f"/chat/{self.new(seeded=False).id}")

    async def _bootstrap(self, request: web.Request) -> web.Response:
        """Who is logged in; where the lab's own socket is on, also the word that opens it for this page."""
        caller = Caller.of(request)
        account: dict[str, Any] = {
            "uuid": "1ab0acc0-0000-4000-8000-000000000001",
            "full_name": "Lab",
            "memberships": [
                {
                    "organization": {
                        "uuid": number_of(whose) if (whose := account_of(request)) else ORG,
                        "name": "syncmon lab",
                    },
                    "role": "admin",
                }
            ],
        }
        ticket = secrets.token_urlsafe(16)
        self._tickets[ticket] = caller
        return web.json_response({"account": account, "locale": "en-US", "lab_ticket": ticket})

    async def _settings(self, request: web.Request) -> web.Response:
        return web.json_response({"features": [{"feature": "web_search", "enabled": True}]})

    async def _list(self, request: web.Request) -> web.Response:
        newest = of_account(self.conversations.values(), request)
        served(self._stage, "claude", request, newest)
        data = [
            {"uuid": c.id, "name": c.title, "updated_at": blocks.iso(c.updated), "created_at": blocks.iso(c.created)}
            for c in newest
        ]
        return web.json_response({"data": data, "has_more": False})

    async def _read(self, request: web.Request) -> web.Response:
        conversation = self._find(request)
        self._stage.served("claude", Caller.of(request), conversation)
        return web.json_response(blocks.conversation_json(conversation))

    async def _create(self, request: web.Request) -> web.Response:
        """Make the conversation that the client names."""
        body = await request.json()
        conversation = self.conversations.setdefault(str(body["uuid"]), start(str(body["uuid"])))
        conversation.title, conversation.owner = str(body.get("name", "")), account_of(request)
        changed(self._stage, "claude", request, conversation, "created")
        return web.json_response({"uuid": conversation.id, "name": conversation.title}, status=201)

    async def _rename(self, request: web.Request) -> web.Response:
        conversation, body = self._find(request), await request.json()
        conversation.title = str(body["name"])
        changed(self._stage, "claude", request, conversation, "renamed")
        return web.json_response({"uuid": conversation.id, "name": conversation.title}, status=202)

    async def _remove(self, request: web.Request) -> web.Response:
        conversation = self._find(request)
        del self.conversations[conversation.id]
        changed(self._stage, "claude", request, conversation, "removed")
        return web.Response(status=204)

    async def _status(self, request: web.Request) -> web.Response:
        """Whether an answer is being written; `poll=true` holds the question until it is not."""
        turn = self._turns.get(self._find(request).id)
        if turn and request.query.get("poll") == "true":
            try:
                async with asyncio.timeout(LONG_POLL_S):
                    await turn.ended()
            except TimeoutError:
                pass
        pending = turn is not None and not turn.finished
        return web.json_response({"is_pending": pending, "is_error": False, "error_code": None, "error_detail": None})

    async def _write(self, request: web.Request) -> web.StreamResponse:
        """Take the user's message under the id that the client chose, and stream its answer."""
        body = await request.json()
        conversation = self._find(request)
        ids = body.get("turn_message_uuids") or {}
        human, assistant = ids.get("human_message_uuid") or new_id(), ids.get("assistant_message_uuid") or new_id()
        if human in conversation.messages:
            return web.json_response({"type": "error", "error": {"type": "conflict_error"}}, status=409)
        question = conversation.add("user", str(body.get("prompt", "")), body.get("parent_message_uuid"), human)
        self._log("write", Caller.of(request), conversation=conversation.id, messages=(human,))
        turn = self._turns[conversation.id] = Turn(conversation.id, assistant)
        self._stage.background.spawn(self._answer(turn, conversation, question))
        return await stream(self._stage, request, "claude", turn, (human,))

    async def _answer(self, turn: Turn, conversation: Conversation, question: Message) -> None:
        """Write the answer into the turn's stream; the whole of it becomes part of the conversation at its end."""
        await self._announce(conversation, [question])
        text = answer_to(conversation)
        parts = pieces(text)
        for event in blocks.opening(turn.id, question.id):
            await turn.emit(event)
        for part in parts:
            delta = {"type": "text_delta", "text": part}
            await turn.emit(blocks.event_text("content_block_delta", index=0, delta=delta))
            await pause(self._stage, len(parts))
        reply = conversation.add("assistant", text, question.id, turn.id)
        await self._stage.completed("claude", conversation, reply)
        await self._announce(conversation, [reply])
        for event in blocks.closing():
            await turn.emit(event)
        await turn.finish()

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        """The lab's own socket: pages whose switch asks for it; it carries nothing of the page's to the server."""
        caller = self._tickets.pop(request.query.get("ticket", ""), None)
        if caller is None:
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        self._sockets[socket] = caller
        self._log("socket-open", caller)
        try:
            async for _ in socket:
                pass
        finally:
            del self._sockets[socket]
            self._log("socket-close", caller)
        return socket

    async def _announce(self, conversation: Conversation, messages: list[Message]) -> None:
        """Bring new messages, or the word that there are some, to the pages that have a socket."""
        found = [blocks.message_json(conversation, m) for m in messages]
        whole: dict[str, Any] = {
            "type": "conversation_messages", "conversation_uuid": conversation.id, "chat_messages": found
        }  # fmt: skip
        await self._stage.events.send("claude", whole, "conversation_messages")
        for socket, caller in tuple(self._sockets.items()):
            frame: dict[str, Any] = {"type": "conversation_changed", "conversation_uuid": conversation.id}
            if self._stage.modes.get(caller.page or "") == "socket":
                frame = whole
            text = json.dumps(frame)
            try:
                await socket.send_str(text)
            except ConnectionError:
                continue
            self._log("frame", caller, conversation=conversation.id, type=str(frame["type"]), payload=text)

    def _find(self, request: web.Request) -> Conversation:
        """The request's conversation; one that the client names first is made, as its id is the client's choice."""
        conversation_id = request.match_info["id"]
        return self.conversations.setdefault(conversation_id, start(conversation_id, now=self._stage.now))

    def _log(
        self,
        what: str,
        caller: Caller,
        *,
        conversation: str | None = None,
        messages: tuple[str, ...] = (),
        type: str | None = None,  # noqa: A002 - the entry's own field name
        payload: str | None = None,
        note: str | None = None,
    ) -> None:
        self._stage.log.add(
            what,
            site="claude",
            page=caller.page,
            tab=caller.tab,
            why=caller.why,
            conversation=conversation,
            messages=messages,
            type=type,
            payload=payload,
            note=note,
        )
