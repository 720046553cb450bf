"""Claude's pushes: every whole answer is told, through FCM, to the browsers whose pages registered a channel.

Nobody knows which tab asked: a browser is told of its own answers too, and its worker keeps still where they are seen.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from .caller import Caller
from .conversations import Conversation, Message
from .push import PushService
from .push.firebase import CONFIG
from .stage import Site, Stage, fill

PREVIEW = 40
"""Characters of an answer that a notification shows: less than the whole, so that a push heals by its word alone."""


class News:
    """A courier, and what Claude's page is registered with.

    channels: FCM's tokens of the pages that asked. reports: pages and workers tell the lab what they were pushed, and
    workers ask how to treat it (see `push.service`): traffic that the true application has not.
    """

    def __init__(self, stage: Stage, push: PushService) -> None:
        self.channels: set[str] = set()
        self.reports = False
        self._stage, self._push = stage, push
        self._sdk: dict[str, str] = {}
        stage.couriers.append(self)

    def use_sdk(self, scripts: dict[str, str]) -> None:
        """Have pages and workers load Firebase's SDK, its scripts by name in their order."""
        self._sdk = scripts

    @property
    def config(self) -> dict[str, Any]:
        """What the page and its worker need to know. sdk: the addresses of the SDK's scripts, null for none."""
        addresses = [f"/lab/firebase/{name}" for name in self._sdk]
        return {"firebase": CONFIG, "vapid": self._push.vapid, "sdk": addresses or None, "reports": self.reports}

    def add_routes(self, app: web.Application) -> None:
        """Serve the worker and the SDK, and take channels."""
        app.router.add_get("/firebase-messaging-sw.js", self._worker)
        app.router.add_get("/lab/firebase/{name}", self._script)
        app.router.add_post("/api/organizations/{org}/notification/channels", self._channel)

    async def __call__(self, site: Site, conversation: Conversation, reply: Message) -> None:
        """Tell of an answer, as late as pushes are."""
        if site == "claude":
            self._stage.background.spawn(self._tell(conversation, reply))

    async def _tell(self, conversation: Conversation, reply: Message) -> None:
        """Tell each channel; one whose browser unsubscribed is dropped."""
        await asyncio.sleep(self._stage.push_s)
        for token in sorted(self.channels):
            to = self._push.registered(token)
            if to is None:
                self.channels.discard(token)
                continue
            push = self._push.send_fcm(completion(conversation, reply), to=to)
            self._stage.log.add("told", site="claude", conversation=conversation.id, messages=(reply.id,), push=push)

    async def _channel(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.channels.add(str(body.get("registration_token")))
        caller = Caller.of(request)
        self._stage.log.add(
            "register", site="claude", page=caller.page, tab=caller.tab, why=caller.why, note="notification/channels"
        )
        kind, platform = body.get("channel_type"), body.get("client_platform")
        return web.json_response({"channel_type": kind, "client_platform": platform, "status": "ACTIVE"})

    async def _worker(self, request: web.Request) -> web.Response:
        return _script(fill("firebase-messaging-sw.js", self.config))

    async def _script(self, request: web.Request) -> web.Response:
        text = self._sdk.get(request.match_info["name"])
        if text is None:
            raise web.HTTPNotFound
        return _script(text)


def _script(text: str) -> web.Response:
    headers = {"cache-control": "no-store"}
    return web.Response(text=text, content_type="text/javascript", charset="utf-8", headers=headers)


def completion(conversation: Conversation, reply: Message) -> dict[str, str]:
    """The data of a push, all of it text: the payload is JSON inside the JSON."""
    request = {
        "@type": "type.googleapis.com/anthropic.claude.push.OpenChatRequest",
        "conversation_uuid": conversation.id,
        "message_uuid": reply.id,
        "is_temporary": False,
    }
    return {
        "title": conversation.title,
        "body": reply.text if len(reply.text) <= PREVIEW else reply.text[:PREVIEW] + "…",
        "notification_feature_category": "completion",
        "payload": json.dumps({"method": "OpenChat", "request": request}, separators=(",", ":")),
    }
