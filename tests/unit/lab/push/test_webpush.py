from __future__ import annotations

import time

import pytest
from aiohttp.test_utils import TestClient, TestServer

from monitor.lab.log import LabLog
from monitor.lab.push.crypt import Sender
from monitor.lab.push.mailbox import Push
from monitor.lab.push.webpush import LONGEST_TTL, WebPush

from .helpers import NOW, one_subscription

HOST = "https://push.test"


class Service:
    """A push service with one subscription; `delivered` where its device is connected."""

    def __init__(self, *, connected: bool = True) -> None:
        self.sender, self.log, self.delivered = Sender(), LabLog(), list[Push]()
        self.mailbox, self.device, self.to = one_subscription(self.sender.key)
        self.connected = connected
        self.webpush = WebPush(self.mailbox, self.log, self._deliver)

    def _deliver(self, push: Push) -> bool:
        self.delivered += [push] * self.connected
        return self.connected

    def headers(self, **other: str) -> dict[str, str]:
        good = {"ttl": "60", "content-encoding": "aes128gcm", "authorization": self.sender.authorization(HOST, NOW)}
        return good | {name.replace("_", "-"): value for name, value in other.items()}


def test_a_good_push_is_taken() -> None:
    service = Service()
    taken = service.webpush.take(service.to.token, service.headers(topic="t"), b"raw", HOST, NOW)
    assert taken.status == 201
    push = taken.push
    assert push is not None
    assert (push.raw, push.ttl, push.topic, push.encoding) == (b"raw", 60, "t", "aes128gcm")
    assert service.device.waiting == {push.id: push}


def test_a_push_without_a_body_is_taken_as_it_is() -> None:
    service = Service()
    taken = service.webpush.take(service.to.token, service.headers(content_encoding=""), b"", HOST, NOW)
    assert taken.push is not None
    assert taken.push.encoding is None


def test_a_ttl_is_cut_to_what_the_service_keeps() -> None:
    service = Service()
    taken = service.webpush.take(service.to.token, service.headers(ttl="99999999"), b"raw", HOST, NOW)
    assert taken.push is not None
    assert taken.push.ttl == LONGEST_TTL


@pytest.mark.parametrize(
    ("other", "size", "status"),
    [
        ({}, 4096, 201),
        ({}, 4097, 413),
        ({"ttl": ""}, 1, 400),
        ({"ttl": "-1"}, 1, 400),
        ({"urgency": "now"}, 1, 400),
        ({"content_encoding": "aesgcm"}, 1, 400),
        ({"authorization": ""}, 1, 401),
        ({"authorization": Sender().authorization(HOST, NOW)}, 1, 403),
    ],
)
def test_what_is_refused_says_why(other: dict[str, str], size: int, status: int) -> None:
    service = Service()
    taken = service.webpush.take(service.to.token, service.headers(**other), b"x" * size, HOST, NOW)
    assert (taken.status, bool(taken.reason)) == (status, status != 201)


def test_a_token_that_is_over_is_gone_and_one_that_never_was_is_not_found() -> None:
    service = Service()
    service.mailbox.end(service.to.token)
    for token, status in ((service.to.token, 410), ("never", 404)):
        assert service.webpush.take(token, service.headers(), b"raw", HOST, NOW).status == status


@pytest.mark.parametrize(("connected", "ttl", "waits"), [(True, 0, True), (False, 0, False), (False, 60, True)])
def test_only_a_push_without_a_ttl_does_not_wait(connected: bool, ttl: int, waits: bool) -> None:
    service = Service(connected=connected)
    taken = service.webpush.take(service.to.token, service.headers(ttl=str(ttl)), b"raw", HOST, NOW)
    assert taken.push is not None
    service.webpush.dispatch(taken.push)
    assert (taken.push.id in service.device.waiting) == waits
    assert bool(service.log.of("push-expired", push=taken.push.id)) != waits


async def test_an_application_server_posts_over_http() -> None:
    service = Service()
    async with TestClient(TestServer(service.webpush.app())) as client:
        headers = {"Host": "push.test", "TTL": "60", "Content-Encoding": "aes128gcm"}
        vapid = {"Authorization": service.sender.authorization(HOST, time.time())}
        path = f"/fcm/send/{service.to.token}"
        answer = await client.post(path, data=b"\x00raw", headers=headers | vapid)
        assert (answer.status, answer.headers["ttl"]) == (201, "60")
        refused = await client.post(path, data=b"raw", headers=headers)
        assert refused.status == 401
    [push] = service.delivered
    assert push.raw == b"\x00raw"
    assert answer.headers["location"] == f"https://push.test/message/{push.id}"
    assert [(e.what, e.push) for e in service.log] == [("push-posted", push.id), ("push-refused", None)]
