from __future__ import annotations

import json
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from monitor.lab.log import LabLog
from monitor.lab.push.crypt import Keys, to_text
from monitor.lab.push.firebase import PROJECT, SENDER_ID, Firebase, envelope

PATH = f"/v1/projects/{PROJECT}"
ORIGIN = {"Origin": "https://claude.ai"}


def web_of(keys: Keys, token: str = "T") -> dict[str, Any]:
    endpoint = f"https://fcm.googleapis.com/fcm/send/{token}"
    return {"web": {"endpoint": endpoint, "p256dh": to_text(keys.p256dh), "auth": to_text(keys.auth)}}


async def test_an_installation_gets_its_tokens_across_origins() -> None:
    firebase = Firebase(LabLog())
    async with TestClient(TestServer(firebase.app())) as client:
        ask = {**ORIGIN, "Access-Control-Request-Headers": "x-goog-api-key"}
        allowed = await client.options(f"{PATH}/installations", headers=ask)
        assert allowed.headers["access-control-allow-headers"] == "x-goog-api-key"
        made = await client.post(f"{PATH}/installations", json={"fid": "f"}, headers=ORIGIN)
        assert made.headers["access-control-allow-origin"] == "https://claude.ai"
        body = await made.json()
        assert (body["fid"], body["authToken"]["expiresIn"], bool(body["refreshToken"])) == ("f", "604800s", True)
        renewed = await client.post(f"{PATH}/installations/f/authTokens:generate", json={}, headers=ORIGIN)
        assert (await renewed.json())["token"] != body["authToken"]["token"]


async def test_a_registration_is_kept_refreshed_and_deleted() -> None:
    firebase, keys = Firebase(LabLog()), Keys.stranger()
    async with TestClient(TestServer(firebase.app())) as client:
        token = (await (await client.post(f"{PATH}/registrations", json=web_of(keys))).json())["token"]
        again = (await (await client.post(f"{PATH}/registrations", json=web_of(keys))).json())["token"]
        assert again == token
        assert (firebase.registrations[token].push_token, firebase.registrations[token].keys) == ("T", keys)
        fresh = Keys.stranger()
        await client.patch(f"{PATH}/registrations/{token}", json=web_of(fresh, "U"))
        assert (firebase.registrations[token].push_token, firebase.registrations[token].keys) == ("U", fresh)
        await client.delete(f"{PATH}/registrations/{token}")
    assert firebase.registrations == {}


async def test_a_registration_without_a_subscription_is_refused() -> None:
    firebase, keys = Firebase(LabLog()), Keys.stranger()
    async with TestClient(TestServer(firebase.app())) as client:
        for body in ({}, {"web": None}, {"web": {"endpoint": "x"}}, web_of(Keys(keys.p256dh, b"short"))):
            answer = await client.post(f"{PATH}/registrations", json=body)
            assert (answer.status, (await answer.json())["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert firebase.registrations == {}


def test_a_message_is_what_the_sdk_reads() -> None:
    value = json.loads(envelope({"title": "ü"}, notification={"title": "N"}, more={"collapse_key": "k"}))
    assert value.pop("fcmMessageId")
    assert value == {"data": {"title": "ü"}, "from": SENDER_ID, "notification": {"title": "N"}, "collapse_key": "k"}
