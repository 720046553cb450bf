"""The face of the lab's push service: it is started with the lab, and tests send, trouble and await pushes through it.

The facts in the lab's log, with the push's id where there is one:
`checkin`, `subscribed`, `unsubscribed` (by the browser; site is the origin, note the token);
`mcs-login` (note: the ids that the browser says it has), `mcs-refused`, `mcs-ping`, `mcs-pong`, `mcs-close`, `mcs-end`,
`mcs-broken`, `mcs-dropped` (by the test);
`push-sent` (given to the service; `body` is the payload before encryption, note says how it was spoiled),
`push-posted` (came over HTTP), `push-refused` (note: status and reason), `push-delivered` (written to the connection;
its payload is the encrypted one), `push-acked` (the browser has it), `push-expired`;
`push-event` and `push-page` (what a service worker or a page said that it received: `body`), `push-notified` (Claude's
worker showed a notification: its title and text). Chromium gives workers nothing of a payload that is not UTF-8.
The lab's page of plain web push always says so, Claude's with `News.reports`.
"""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from aiohttp import web

from ..background import Background
from ..caller import Caller
from ..log import LabLog
from . import firebase, webpush
from .crypt import ENCODING, Keys, Sender, encrypt
from .gcm import CHECKIN, REGISTER, Gcm
from .mailbox import Mailbox, Push, Subscription
from .mcs import McsServer

HOSTS = (*firebase.HOSTS, *webpush.HOSTS)
AUDIENCE = f"https://{webpush.HOSTS[0]}"
PushSpoil = Literal["key", "auth", "bits", "head"]
"""How a push is made unreadable: encrypted for another key or secret, a bit flipped, its head cut off."""


class WorkerOrders(msgspec.Struct, frozen=True, rename="camel"):
    """How service workers of the lab's pages treat a push; they ask for it at each.

    notify: show a notification. fail: reject the promise given to waitUntil. hold_s: keep it pending for that long.
    """

    notify: bool = True
    fail: bool = False
    hold_s: float = 0.0


class PushService:
    """Everything between `send` and the browser. vapid: the key of the lab's own application server, base64url."""

    def __init__(self, log: LabLog, background: Background) -> None:
        self.orders = WorkerOrders()
        self.mailbox = Mailbox()
        self.firebase = firebase.Firebase(log)
        self.mcs = McsServer(self.mailbox, log, background)
        self.webpush = webpush.WebPush(self.mailbox, log, self.mcs.deliver)
        self._gcm = Gcm(self.mailbox, log)
        self._log, self._sender = log, Sender()
        self._keys: dict[str, Keys] = {}

    @property
    def vapid(self) -> str:
        """What pages subscribe with."""
        return self._sender.key

    async def start(self, context: ssl.SSLContext) -> None:
        """Listen for browsers' connections."""
        await self.mcs.start(context)

    async def stop(self) -> None:
        """End them."""
        await self.mcs.stop()

    def chromium_args(self, port: int) -> list[str]:
        """The switches that bring Chromium's push client here; port: of the lab's HTTPS."""
        return [
            f"--gcm-checkin-url=https://127.0.0.1:{port}{CHECKIN}",
            f"--gcm-registration-url=https://127.0.0.1:{port}{REGISTER}",
            f"--gcm-mcs-endpoint=https://127.0.0.1:{self.mcs.port}",
        ]

    def apps(self) -> dict[str, web.Application]:
        """The routes of Google's hosts, by host."""
        return {host: self.firebase.app() for host in firebase.HOSTS} | {
            host: self.webpush.app() for host in webpush.HOSTS
        }

    def add_own_routes(self, app: web.Application) -> None:
        """What Chromium's push client asks for."""
        self._gcm.add_routes(app)

    def add_report_routes(self, app: web.Application) -> None:
        """Where the lab's pages and workers say what they received, and give their subscriptions."""
        app.router.add_post("/lab/push/{who:event|page|notified}", self._reported)
        app.router.add_post("/lab/push/subscription", self._subscription)

    # ── what a test does ──

    @property
    def subscriptions(self) -> list[Subscription]:
        """Those to which one can send: alive, and their page gave its keys."""
        return [s for token, s in self.mailbox.subscriptions.items() if self._keys_of(token) is not None]

    def registered(self, token: str) -> Subscription | None:
        """The live subscription behind a token of FCM's."""
        found = self.firebase.registrations.get(token)
        return None if found is None else self.mailbox.subscriptions.get(found.push_token)

    def send(
        self,
        payload: bytes | str | Mapping[str, Any],
        *,
        to: Subscription | None = None,
        ttl: int = 3600,
        urgency: str = "normal",
        topic: str | None = None,
        spoil: PushSpoil | None = None,
    ) -> str:
        """Send a web push as an application server does, and answer with its id.

        payload: a mapping goes as JSON, text as UTF-8. to: may be left out where there is one subscription; else
        LookupError. ttl: seconds. Raises ValueError, with the status, where the service refuses it.
        """
        to = to or _only(self.subscriptions)
        body, raw = self._sealed(payload, to, spoil)
        headers = {
            "ttl": str(ttl),
            "urgency": urgency,
            "content-encoding": ENCODING,
            "authorization": self._sender.authorization(AUDIENCE, time.time()),
            **({} if topic is None else {"topic": topic}),
        }
        taken = self.webpush.take(to.token, headers, raw, AUDIENCE, time.time())
        if taken.push is None:
            self._log.add("push-refused", payload=body, keep=True, note=f"{taken.status} {taken.reason}")
            raise ValueError(f"{taken.status} {taken.reason}")
        return self._sent(taken.push, body, spoil)

    def send_fcm(
        self,
        data: Mapping[str, str],
        *,
        to: Subscription | None = None,
        ttl: int = 3600,
        notification: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> str:
        """Send an FCM message as Google does to who registered with it, and answer with its id; see `send`.

        Raises LookupError also where the subscription has ended.
        """
        to = to or _only(self.subscriptions)
        if to.token not in self.mailbox.subscriptions:
            raise LookupError(f"{to.token} has ended")
        body, raw = self._sealed(firebase.envelope(data, notification=notification, more=more), to, None)
        push = self.mailbox.put(to, raw, encoding=ENCODING, ttl=ttl, now=time.time())
        return self._sent(push, body, None)

    def drop(self) -> int:
        """Break the browsers' connections; they come back after a while. How many there were."""
        return self.mcs.drop()

    def go_down(self) -> None:
        """Break them, and every new one until `come_up`: pushes wait."""
        self.mcs.down = True
        self.mcs.drop()

    def come_up(self) -> None:
        """Take connections again."""
        self.mcs.down = False

    def expire(self) -> list[str]:
        """End the time of all pushes that wait; their ids."""
        over = [p for device in self.mailbox.devices.values() for p in self.mailbox.expire(device, float("inf"))]
        for push in over:
            self._log.add("push-expired", push=push.id, payload=push.raw)
        return [push.id for push in over]

    def unsubscribe(self, to: Subscription | None = None) -> None:
        """End a subscription on the service's side: from now on it answers 410."""
        self.mailbox.end((to or _only(self.subscriptions)).token)

    # ── inside ──

    def _sent(self, push: Push, body: bytes, spoil: PushSpoil | None) -> str:
        self._log.add("push-sent", site=push.to.origin, push=push.id, payload=body, keep=True, note=spoil)
        self.webpush.dispatch(push)
        return push.id

    def _sealed(
        self, payload: bytes | str | Mapping[str, Any], to: Subscription, spoil: PushSpoil | None
    ) -> tuple[bytes, bytes]:
        """A payload's bytes, and these encrypted, or spoiled in one way. Raises LookupError where there are no keys."""
        body = _bytes(payload)
        keys = self._keys_of(to.token)
        if keys is None:
            raise LookupError(f"no page gave the keys of {to.token}")
        stranger = Keys.stranger()
        if spoil == "key":
            keys = Keys(stranger.p256dh, keys.auth)
        elif spoil == "auth":
            keys = Keys(keys.p256dh, stranger.auth)
        raw = encrypt(body, keys)
        if spoil == "bits":
            raw = raw[:-1] + bytes([raw[-1] ^ 1])
        elif spoil == "head":
            raw = raw[20:]
        return body, raw

    def _keys_of(self, token: str) -> Keys | None:
        registered = (r.keys for r in self.firebase.registrations.values() if r.push_token == token)
        return self._keys.get(token) or next(registered, None)

    async def _reported(self, request: web.Request) -> web.Response:
        """Log what a worker or a page received; a worker is told how to treat it."""
        caller = Caller.of(request)
        self._log.add(
            f"push-{request.match_info['who']}",
            site=f"https://{request.host}",
            page=caller.page,
            tab=caller.tab,
            payload=await request.read(),
            keep=True,
            note=request.query.get("note"),
        )
        return web.Response(body=msgspec.json.encode(self.orders), content_type="application/json")

    async def _subscription(self, request: web.Request) -> web.Response:
        """Take a page's `PushSubscription.toJSON()`."""
        body = await request.json()
        try:
            token = str(body["endpoint"]).rsplit("/", 1)[-1]
            self._keys[token] = Keys.of(body["keys"]["p256dh"], body["keys"]["auth"])
        except (KeyError, TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text=f"no subscription: {error!r}") from error
        caller = Caller.of(request)
        self._log.add("register", site=f"https://{request.host}", page=caller.page, tab=caller.tab, note="subscription")
        return web.json_response({})


def _bytes(payload: bytes | str | Mapping[str, Any]) -> bytes:
    if isinstance(payload, bytes):
        return payload
    text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _only(found: list[Subscription]) -> Subscription:
    if len(found) != 1:
        raise LookupError(f"{len(found)} subscriptions: say to which")
    return found[0]
