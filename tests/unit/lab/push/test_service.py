from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import http_ece
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from monitor.lab.background import Background
from monitor.lab.log import LabLog
from monitor.lab.push.crypt import to_text
from monitor.lab.push.mailbox import Subscription
from monitor.lab.push.service import PushService, PushSpoil, WorkerOrders

SECRET = b"0123456789abcdef"
Client = TestClient[web.Request, web.Application]


class Worker:
    """A subscribed service worker: it reads what waits for it."""

    def __init__(self, service: PushService) -> None:
        self.device = service.mailbox.check_in()
        self.to = service.mailbox.subscribe(self.device, "app", "wp:https://push.lab.test/#G-V2", service.vapid)
        self.private = ec.generate_private_key(ec.SECP256R1())
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": to_text(point), "auth": to_text(SECRET)}
        self.subscription = {"endpoint": f"https://jmt17.google.com/fcm/send/{self.to.token}", "keys": keys}

    def read(self, push: str) -> bytes:
        raw = self.device.waiting[push].raw
        found: bytes = http_ece.decrypt(raw, private_key=self.private, auth_secret=SECRET, version="aes128gcm")
        return found


@asynccontextmanager
async def running() -> AsyncIterator[tuple[PushService, LabLog, Worker, Client]]:
    log = LabLog()
    async with Background() as background:
        service, app = PushService(log, background), web.Application()
        service.add_report_routes(app)
        worker = Worker(service)
        async with TestClient(TestServer(app)) as client:
            assert (await client.post("/lab/push/subscription", json=worker.subscription)).status == 200
            yield service, log, worker, client


@pytest.mark.parametrize(
    ("payload", "body"), [("ü", "ü".encode()), (b"\xff\x00", b"\xff\x00"), ({"a": "ü"}, '{"a":"ü"}'.encode())]
)
async def test_any_payload_is_sent_and_the_log_keeps_it(payload: object, body: bytes) -> None:
    async with running() as (service, log, worker, _):
        push = service.send(payload)  # type: ignore[arg-type]
        assert worker.read(push) == body
        [entry] = log.of("push-sent")
        assert (entry.push, entry.body, entry.site, entry.note) == (push, body, "https://push.lab.test", None)


@pytest.mark.parametrize("spoil", ["key", "auth", "bits", "head"])
async def test_a_spoiled_push_is_unreadable_and_the_log_says_how(spoil: PushSpoil) -> None:
    async with running() as (service, log, worker, _):
        push = service.send("x", spoil=spoil)
        with pytest.raises((http_ece.ECEException, ValueError)):
            worker.read(push)
        assert log.of("push-sent")[0].note == spoil


async def test_firebase_sends_from_inside_to_who_registered() -> None:
    async with running() as (service, _, worker, _):
        push = service.send_fcm({"title": "t"}, ttl=5)
        assert json.loads(worker.read(push))["data"] == {"title": "t"}
        assert worker.device.waiting[push].ttl == 5


async def test_what_the_service_refuses_is_told_and_kept() -> None:
    async with running() as (service, log, worker, _):
        with pytest.raises(ValueError, match="413"):
            service.send("x" * 3994)
        assert service.subscriptions == [worker.to]
        service.unsubscribe()
        assert service.subscriptions == []
        with pytest.raises(ValueError, match="410"):
            service.send("x", to=worker.to)
        with pytest.raises(LookupError, match="has ended"):
            service.send_fcm({}, to=worker.to)
        with pytest.raises(LookupError, match="0 subscriptions"):
            service.send("x")
        assert [e.note for e in log.of("push-refused")] == ["413 4097 bytes, 4096 at most", "410 unsubscribed"]


async def test_without_keys_nothing_can_be_sent() -> None:
    async with running() as (service, _, worker, _):
        stranger = Subscription("T", worker.device.id, "app", "wp:https://b.test/#G", service.vapid)
        with pytest.raises(LookupError, match="keys"):
            service.send("x", to=stranger)


async def test_while_it_is_down_pushes_wait() -> None:
    async with running() as (service, log, worker, _):
        service.go_down()
        was_down = service.mcs.down
        push = service.send("x")
        assert list(worker.device.waiting) == [push]
        service.come_up()
        assert (was_down, service.mcs.down) == (True, False)
        assert log.of("push-delivered") == []


async def test_time_can_be_ended_for_all_that_waits() -> None:
    async with running() as (service, log, worker, _):
        ids = [service.send("a"), service.send("b")]
        assert service.expire() == ids
        assert worker.device.waiting == {}
        assert [e.push for e in log.of("push-expired")] == ids


async def test_pages_and_workers_say_what_they_got_and_workers_are_told_what_to_do() -> None:
    async with running() as (service, log, _, client):
        service.orders = WorkerOrders(notify=False, hold_s=2)
        answer = await client.post("/lab/push/event", data=b"\xff", headers={"Host": "push.lab.test"})
        assert await answer.json() == {"notify": False, "fail": False, "holdS": 2}
        await client.post("/lab/push/page", data="ü", headers={"x-lab": "p t push"})
        assert (await client.post("/lab/push/other")).status == 404
        assert (await client.post("/lab/push/subscription", json={"endpoint": "x"})).status == 400
    [event], [page] = log.of("push-event"), log.of("push-page")
    assert (event.body, event.site) == (b"\xff", "https://push.lab.test")
    assert (page.body, page.page, page.tab) == ("ü".encode(), "p", "t")
