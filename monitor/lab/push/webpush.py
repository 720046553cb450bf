"""The push service as application servers see it: RFC 8030, with its refusals.

`take` is the whole rule; the HTTP handler and the lab's own senders both go through it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from ..log import LabLog
from .crypt import ENCODING, check_vapid
from .mailbox import Mailbox, Push

HOSTS = ("fcm.googleapis.com", "jmt17.google.com")
"""Where a browser's subscriptions point to: branded Chrome's, and Chromium's."""
LARGEST = 4096
LONGEST_TTL = 4 * 7 * 24 * 3600
URGENCIES = ("very-low", "low", "normal", "high")


@dataclass(frozen=True)
class Taken:
    """The service's answer: an HTTP status, the push where it was accepted, else the reason."""

    status: int
    push: Push | None = None
    reason: str = ""


class WebPush:
    """The endpoint `/fcm/send/TOKEN` (and `/wp/TOKEN`). deliver: sends an accepted push if its device is connected."""

    def __init__(self, mailbox: Mailbox, log: LabLog, deliver: Callable[[Push], bool]) -> None:
        self._mailbox, self._log, self._deliver = mailbox, log, deliver

    def app(self) -> web.Application:
        """The routes of the push hosts."""
        app = web.Application()
        app.router.add_post("/{how:fcm/send|wp}/{token}", self._post)
        return app

    def take(self, token: str, headers: Mapping[str, str], raw: bytes, audience: str, now: float) -> Taken:
        """Accept a push or say why not. headers: by lower-case name. audience: the endpoint's origin."""
        to = self._mailbox.subscriptions.get(token)
        if to is None:
            return Taken(410, reason="unsubscribed") if token in self._mailbox.gone else Taken(404, reason="unknown")
        if len(raw) > LARGEST:
            return Taken(413, reason=f"{len(raw)} bytes, {LARGEST} at most")
        ttl = headers.get("ttl", "")
        if not ttl.isdecimal():
            return Taken(400, reason="no TTL header in seconds")
        if headers.get("urgency", "normal") not in URGENCIES:
            return Taken(400, reason="no such Urgency")
        if raw and headers.get("content-encoding") != ENCODING:
            return Taken(400, reason=f"the Content-Encoding must be {ENCODING}")
        try:
            key = check_vapid(headers.get("authorization", ""), audience, now)
        except ValueError as error:
            return Taken(401, reason=str(error))
        if key != to.sender.rstrip("="):
            return Taken(403, reason="the subscription is another server's")
        encoding = ENCODING if raw else None
        lives = min(int(ttl), LONGEST_TTL)
        return Taken(201, self._mailbox.put(to, raw, encoding=encoding, ttl=lives, now=now, topic=headers.get("topic")))

    def dispatch(self, push: Push) -> None:
        """Deliver what was accepted, if its device is there; a push of ttl 0 does not wait for it."""
        if not self._deliver(push) and push.ttl == 0:
            self._mailbox.devices[push.to.device].waiting.pop(push.id, None)
            self._log.add("push-expired", push=push.id, payload=push.raw)

    async def _post(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        raw = await request.read()
        taken = self.take(request.match_info["token"], headers, raw, f"https://{request.host}", time.time())
        if taken.push is None:
            self._log.add("push-refused", payload=raw, note=f"{taken.status} {taken.reason}")
            return web.Response(status=taken.status, text=taken.reason)
        self._log.add("push-posted", push=taken.push.id, site=taken.push.to.origin, payload=raw)
        self.dispatch(taken.push)
        where = f"https://{request.host}/message/{taken.push.id}"
        return web.Response(status=201, headers={"location": where, "ttl": str(taken.push.ttl)})
