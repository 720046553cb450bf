"""The ChatGPT lab: the page, the endpoints it calls and the turns it answers.

An answer is written by the server whether or not anyone still reads it, and becomes part of the conversation when it is
whole. What then goes to which socket is decided in `_announce`.
"""

from __future__ import annotations

import datetime
import secrets
import time
from typing import Any

from aiohttp import web

from . import deltas
from .caller import Caller
from .celsius import Celsius, Client
from .conversations import Conversation, Message, answer_to, new_id, start
from .sidebar import account_of, changed, of_account, served
from .stage import Stage, pause, stream
from .turn import Turn

HOST, SOCKET_HOST = "chatgpt.com", "ws.chatgpt.com"
USER = "user-Lab0Syncmon1Lab2Syncmon"


class ChatGPT:
    """State and routes of one ChatGPT lab."""

    def __init__(self, stage: Stage) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.celsius = Celsius(stage)
        self._stage = stage
        self._turns: dict[str, Turn] = {}
        self._tickets: dict[str, Caller] = {}

    def new(self, *, seeded: bool = True) -> Conversation:
        """Add a conversation."""
        made = start(seeded=seeded, now=self._stage.now)
        self.conversations[made.id] = made
        return made

    def app(self) -> web.Application:
        """The routes of chatgpt.com."""
        app = web.Application()
        app.router.add_get("/", self._page)
        app.router.add_get("/c/{id}", self._page)
        app.router.add_get("/backend-api/celsius/ws/user", self._ticket)
        app.router.add_post("/backend-api/f/conversation/prepare", self._prepare)
        app.router.add_post("/backend-api/f/conversation/resume", self._resume)
        app.router.add_post("/backend-api/f/conversation", self._write)
        app.router.add_get("/backend-api/conversations", self._list)
        app.router.add_get("/backend-api/lab/events", self._stage.events.serve("chatgpt"))
        app.router.add_get("/backend-api/conversation/{id}/stream_status", self._status)
        app.router.add_get("/backend-api/conversation/{id}", self._read)
        app.router.add_patch("/backend-api/conversation/{id}", self._change)
        return app

    def socket_app(self) -> web.Application:
        """The routes of ws.chatgpt.com."""
        app = web.Application()
        app.router.add_get("/p24/ws/user/{user}", self._socket)
        return app

    async def _page(self, request: web.Request) -> web.Response:
        return self._stage.page("chatgpt", "chatgpt.html", request.match_info.get("id"))

    async def _ticket(self, request: web.Request) -> web.Response:
        """An address for one socket; its signature tells the socket's page without showing it."""
        ticket = f"{int(time.time())}-{secrets.token_urlsafe(32)}"
        self._tickets[ticket] = Caller.of(request)
        account = account_of(request)
        user = f"{USER}-{account}" if account else USER
        return web.json_response({"websocket_url": f"wss://{SOCKET_HOST}/p24/ws/user/{user}?verify={ticket}"})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        caller = self._tickets.pop(request.query.get("verify", ""), None)
        if caller is None:
            raise web.HTTPForbidden
        return await self.celsius.serve(request, caller)

    async def _list(self, request: web.Request) -> web.Response:
        offset, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", 28))
        newest = of_account(self.conversations.values(), request)
        served(self._stage, "chatgpt", request, newest[offset : offset + limit])
        items = [
            {"id": c.id, "title": c.title, "create_time": _iso(c.created), "update_time": _iso(c.updated)}
            for c in newest[offset : offset + limit]
        ]
        return web.json_response({"items": items, "total": len(newest), "limit": limit, "offset": offset})

    async def _read(self, request: web.Request) -> web.Response:
        conversation = self._find(request)
        self._stage.served("chatgpt", Caller.of(request), conversation)
        return web.json_response(deltas.conversation_json(conversation))

    async def _change(self, request: web.Request) -> web.Response:
        """Give a conversation another title, or, as the real site deletes, make it invisible."""
        conversation, body = self._find(request), await request.json()
        if title := str(body.get("title") or ""):
            conversation.title = title
        if body.get("is_visible") is False:
            del self.conversations[conversation.id]
        how = "renamed" if title else "removed"
        changed(self._stage, "chatgpt", request, conversation, how)
        await self._announce_entry(conversation, "title-update" if title else "conversation-removed", request)
        return web.json_response({"success": True})

    async def _announce_entry(self, conversation: Conversation, how: str, request: web.Request) -> None:
        """Bring a change of the list to the pages whose list listens to the socket, but not to the one that made it."""
        update = {
            "conversation_id": conversation.id,
            "update_type": how,
            "update_content": {"title": conversation.title},
        }
        for client in tuple(self.celsius.clients):
            page = client.caller.page or ""
            if self._stage.list_modes.get(page) == "socket" and page != Caller.of(request).page:
                frame = {"type": "conversation-update", "payload": update}
                await self.celsius.send(client, frame, f"conversation-update/{how}")

    async def _status(self, request: web.Request) -> web.Response:
        turn = self._turns.get(self._find(request).id)
        return web.json_response({"status": "IS_STREAMING" if turn and not turn.finished else "COMPLETE"})

    async def _prepare(self, request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"status": "ok", "conduit_token": secrets.token_urlsafe(24)})

    async def _resume(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        turn = self._turns.get(body.get("conversation_id", ""))
        if turn is None:
            raise web.HTTPNotFound
        return await stream(self._stage, request, "chatgpt", turn, (), int(body.get("offset", 0)))

    async def _write(self, request: web.Request) -> web.StreamResponse:
        """Take the user's message, start its answer, and stream the answer or the word that it comes elsewhere."""
        body = await request.json()
        fresh = body.get("conversation_id") is None
        conversation = self._conversation(body.get("conversation_id"))
        question = _add(conversation, body)
        caller = Caller.of(request)
        if fresh:
            conversation.owner = account_of(request)
            changed(self._stage, "chatgpt", request, conversation, "created")
            await self._announce_entry(conversation, "conversation-created", request)
        self._stage.log.add(
            "write",
            site="chatgpt",
            page=caller.page,
            tab=caller.tab,
            conversation=conversation.id,
            messages=(question.id,),
        )
        handed = self._stage.handoff or str(body.get("model", "")).endswith("-thinking")
        turn = Turn(conversation.id, new_id())
        self._turns[conversation.id] = turn
        work = self._hand_off(turn, conversation, question) if handed else self._answer(turn, conversation, question)
        self._stage.background.spawn(work)
        return await stream(self._stage, request, "chatgpt", turn, (question.id,))

    async def _answer(self, turn: Turn, conversation: Conversation, question: Message) -> None:
        """Write the answer into the turn's own stream."""
        for event in deltas.opening(conversation.id, question, secrets.token_urlsafe(24)):
            await turn.emit(event)
        await self._announce_messages(conversation, [question])
        reply = _reply(conversation, question)
        events = deltas.answer(conversation.id, reply)
        for event in events:
            await turn.emit(event)
            await pause(self._stage, len(events))
        await self._complete(conversation, reply)
        for event in deltas.closing(conversation.id):
            await turn.emit(event)
        await turn.finish()

    async def _hand_off(self, turn: Turn, conversation: Conversation, question: Message) -> None:
        """Say that the answer comes over the socket, and publish it there with repeats, as the real server does.

        It also goes on in the turn's own stream, for a page that resumes that instead.
        """
        head = deltas.opening(conversation.id, question, secrets.token_urlsafe(24))
        for event in [*head, *deltas.handoff(conversation.id, turn.id)]:
            await turn.emit(event)
        await self._announce_messages(conversation, [question])
        reply = _reply(conversation, question)
        topic = f"conversation-turn-{turn.id}"
        items: list[dict[str, Any]] = []
        texts = [deltas.ENCODING, *deltas.answer(conversation.id, reply)]
        for number, text in enumerate(texts):
            await turn.emit(text)
            items.append(_stream_item(turn, items, text, self._stage.now()))
            for payload in items[-3:][::-1]:
                await self.celsius.publish(topic, {"type": "conversation-turn-stream", "payload": payload})
            if number % 5 == 4:
                await self.celsius.publish(topic, _turn_payload(turn, "heartbeat"))
            await pause(self._stage, len(texts))
        await self._complete(conversation, reply)
        await self.celsius.publish(topic, _turn_payload(turn, "done"))
        for event in deltas.closing(conversation.id):
            await turn.emit(event)
        await turn.finish()

    async def _complete(self, conversation: Conversation, reply: Message) -> None:
        conversation.messages[reply.id] = reply
        conversation.leaf, conversation.updated = reply.id, self._stage.now()
        await self._stage.completed("chatgpt", conversation, reply)
        await self._announce_messages(conversation, [reply])
        word = {"type": "conversation-turn-complete", "payload": {"conversation_id": conversation.id}}
        await self.celsius.publish("conversations", word)

    async def _announce_messages(self, conversation: Conversation, messages: list[Message]) -> None:
        """Bring new messages to the pages whose switch is `socket`; no others are ever sent content of this kind."""
        content = {"messages": [deltas.message_json(m) for m in messages], "current_node": messages[-1].id}
        update = {"conversation_id": conversation.id, "update_type": "add-messages", "update_content": content}
        frame = {"type": "conversation-update", "payload": update}
        for client in tuple(self.celsius.clients):
            if self._wants_content(client):
                await self.celsius.send(client, frame, "conversation-update/add-messages")
        await self._stage.events.send("chatgpt", update, "add-messages")

    def _wants_content(self, client: Client) -> bool:
        return self._stage.modes.get(client.caller.page or "") == "socket"

    def _conversation(self, conversation_id: str | None) -> Conversation:
        if conversation_id is None:
            return self.new(seeded=False)
        if conversation_id not in self.conversations:
            raise web.HTTPNotFound
        return self.conversations[conversation_id]

    def _find(self, request: web.Request) -> Conversation:
        return self._conversation(request.match_info["id"])


def _add(conversation: Conversation, body: dict[str, Any]) -> Message:
    """The request's message, added under the parent that it names."""
    sent = body["messages"][0]
    text = "".join(part for part in sent["content"]["parts"] if isinstance(part, str))
    if not conversation.messages:
        conversation.title = text[:40]
    return conversation.add("user", text, body.get("parent_message_id"), sent.get("id"))


def _reply(conversation: Conversation, question: Message) -> Message:
    """The answer, not yet part of the conversation."""
    return Message(new_id(), question.id, "assistant", answer_to(conversation), conversation.now())


def _stream_item(turn: Turn, before: list[dict[str, Any]], text: str, now: float) -> dict[str, Any]:
    return {
        "type": "stream-item",
        "conversation_id": turn.conversation,
        "turn_id": turn.id,
        "stream_item_id": new_id(),
        "parent_stream_item_id": before[-1]["stream_item_id"] if before else None,
        "server_timestamp_ms": int(now * 1000),
        "encoded_item": text,
    }


def _turn_payload(turn: Turn, kind: str) -> dict[str, Any]:
    inner = {"type": kind, "conversation_id": turn.conversation, "turn_id": turn.id}
    return {"type": "conversation-turn-stream", "payload": inner}


def _iso(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat()
