from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from firebase_messaging.proto.checkin_pb2 import AndroidCheckinRequest, AndroidCheckinResponse

from monitor.lab.log import LabLog
from monitor.lab.push.gcm import CHECKIN, REGISTER, Gcm
from monitor.lab.push.mailbox import Mailbox

Client = TestClient[web.Request, web.Application]
FORM = {"app": "com.chrome", "X-subtype": "wp:https://a.test/#G-V2", "sender": "KEY"}


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Client, Mailbox, LabLog]]:
    app, mailbox, log = web.Application(), Mailbox(), LabLog()
    Gcm(mailbox, log).add_routes(app)
    async with TestClient(TestServer(app)) as client:
        yield client, mailbox, log


async def check_in(client: Client, **more: Any) -> AndroidCheckinResponse:
    asked = AndroidCheckinRequest(version=3, user_serial_number=0, **more)
    asked.checkin.SetInParent()
    answer = await client.post(CHECKIN, data=asked.SerializeToString())
    return AndroidCheckinResponse.FromString(await answer.read())


async def test_a_browser_that_is_new_gets_an_id_and_keeps_it() -> None:
    async with running() as (client, mailbox, _):
        first = await check_in(client)
        again = await check_in(client, id=first.android_id, security_token=first.security_token)
        assert (await client.post(CHECKIN, data=b"\xff")).status == 400
    assert first.android_id > 0
    assert first.security_token > 0
    assert first.stats_ok
    assert (again.android_id, again.security_token) == (first.android_id, first.security_token)
    assert list(mailbox.devices) == [first.android_id]


async def test_a_worker_gets_a_token_and_gives_it_back() -> None:
    async with running() as (client, mailbox, log):
        known = await check_in(client)
        head = {"Authorization": f"AidLogin {known.android_id}:{known.security_token}"}
        token = (await (await client.post(REGISTER, data=FORM, headers=head)).text()).removeprefix("token=")
        found = mailbox.subscriptions[token]
        assert (found.app, found.subtype, found.sender) == tuple(FORM.values())
        ended = await client.post(REGISTER, data={**FORM, "delete": "true"}, headers=head)
        assert await ended.text() == "deleted=com.chrome"
    assert mailbox.subscriptions == {}
    assert [(e.what, e.site, e.note) for e in log][1:] == [
        ("subscribed", "https://a.test", token),
        ("unsubscribed", "https://a.test", token),
    ]


async def test_who_is_not_known_or_does_not_say_what_gets_no_token() -> None:
    async with running() as (client, mailbox, _):
        known = await check_in(client)
        for head in ("", "AidLogin 1:2", f"Bearer {known.android_id}:{known.security_token}"):
            assert (await client.post(REGISTER, data=FORM, headers={"Authorization": head})).status == 401
        good = {"Authorization": f"AidLogin {known.android_id}:{known.security_token}"}
        answer = await client.post(REGISTER, data={"app": "com.chrome"}, headers=good)
        assert await answer.text() == "Error=INVALID_PARAMETERS"
    assert mailbox.subscriptions == {}
