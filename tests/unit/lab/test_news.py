from __future__ import annotations

import asyncio
import json
from typing import Any

from monitor.lab.claude import ORG
from monitor.lab.conversations import start
from monitor.lab.news import completion
from monitor.lab.push.crypt import Keys, to_text
from monitor.lab.server import Lab

from .helpers import CLAUDE, Client, ask_chatgpt, running

CHANNELS = f"/api/organizations/{ORG}/notification/channels"


async def registered(lab: Lab, client: Client) -> str:
    """A browser's page that registered as Claude's does; its push token."""
    device, keys = lab.push.mailbox.check_in(), Keys.stranger()
    to = lab.push.mailbox.subscribe(device, "app", "wp:https://claude.ai/#G-V2", lab.push.vapid)
    web = {
        "endpoint": f"https://fcm.googleapis.com/fcm/send/{to.token}",
        "p256dh": to_text(keys.p256dh),
        "auth": to_text(keys.auth),
    }
    google = {"Host": "fcmregistrations.googleapis.com"}
    made = await client.post("/v1/projects/proj-lab/registrations", json={"web": web}, headers=google)
    body = {
        "channel_type": "FCM",
        "registration_token": (await made.json())["token"],
        "device_id": "d",
        "client_platform": "web_claude_ai",
    }
    answer = await client.post(CHANNELS, json=body, headers={**CLAUDE, "x-lab": "p t load"})
    assert await answer.json() == {"channel_type": "FCM", "client_platform": "web_claude_ai", "status": "ACTIVE"}
    return to.token


async def complete(lab: Lab) -> str:
    """An answer of Claude's; its id."""
    conversation = lab.claude.conversations[lab.conversation("claude")]
    reply = conversation.add("assistant", "So it is.")
    await lab.stage.completed("claude", conversation, reply)
    return reply.id


def test_a_completion_is_told_as_json_inside_text() -> None:
    conversation = start("c1", seeded=True)
    reply = conversation.add("assistant", "x" * 200, message_id="a1")
    told = completion(conversation, reply)
    payload: dict[str, Any] = json.loads(told.pop("payload"))
    assert told == {"title": "Names of trees", "body": "x" * 40 + "…", "notification_feature_category": "completion"}
    assert payload["method"] == "OpenChat"
    assert payload["request"]["@type"] == "type.googleapis.com/anthropic.claude.push.OpenChatRequest"
    assert (payload["request"]["conversation_uuid"], payload["request"]["message_uuid"]) == ("c1", "a1")


async def test_each_channel_is_told_of_claudes_answers_once_and_of_no_others() -> None:
    async with running() as (lab, client):
        await registered(lab, client)
        await registered(lab, client)
        await (await ask_chatgpt(client, lab)).text()
        reply = await complete(lab)
        async with asyncio.timeout(5):
            await lab.log.seen("told", 2)
        told, sent = lab.log.of("told"), lab.log.of("push-sent")
    assert [e.messages for e in told] == [(reply,)] * 2
    assert [e.push for e in told] == [e.push for e in sent]
    assert json.loads(sent[0].body or b"")["data"]["title"] == "Names of trees"
    assert [(e.page, e.tab) for e in lab.log.of("register", note="notification/channels")] == [("p", "t")] * 2


async def test_a_channel_whose_browser_unsubscribed_is_dropped() -> None:
    async with running() as (lab, client):
        token = await registered(lab, client)
        lab.push.mailbox.end(token)
        await complete(lab)
        while lab.claude.news.channels:  # noqa: ASYNC110 - what is dropped says nothing
            await asyncio.sleep(0)
        assert lab.log.of("told") == []


async def test_the_worker_is_served_with_the_sdk_or_without() -> None:
    async with running() as (lab, client):
        plain = await client.get("/firebase-messaging-sw.js", headers=CLAUDE)
        assert plain.content_type == "text/javascript"
        assert '"sdk": null' in await plain.text()
        lab.claude.news.use_sdk({"app.js": "one", "messaging.js": "two"})
        text = await (await client.get("/firebase-messaging-sw.js", headers=CLAUDE)).text()
        assert '"sdk": ["/lab/firebase/app.js", "/lab/firebase/messaging.js"]' in text
        assert await (await client.get("/lab/firebase/messaging.js", headers=CLAUDE)).text() == "two"
        assert (await client.get("/lab/firebase/other.js", headers=CLAUDE)).status == 404
        lab.claude.news.reports = True
        page = await (await client.get(f"/chat/{lab.conversation('claude')}", headers=CLAUDE)).text()
        assert f'"vapid": "{lab.push.vapid}"' in page
        assert '"reports": false' in text
        assert '"reports": true' in page
