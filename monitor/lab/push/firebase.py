"""Firebase's two REST services (installations, registrations), and what its messages look like to a service worker.

FCM holds the keys of those who registered with it, and sends from inside the push service: no VAPID is needed there.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from ..log import LabLog
from .crypt import Keys

HOSTS = ("firebaseinstallations.googleapis.com", "fcmregistrations.googleapis.com")
PROJECT = "proj-lab"
SENDER_ID = "103953800507"
CONFIG = {
    "apiKey": "AIzaLab",
    "projectId": PROJECT,
    "messagingSenderId": SENDER_ID,
    "appId": f"1:{SENDER_ID}:web:1ab0c0de1ab0c0de",
}
"""What a page gives `firebase.initializeApp`."""


@dataclass(frozen=True)
class Registration:
    """One page that registered: FCM's token for it, and the push subscription behind that."""

    token: str
    push_token: str
    keys: Keys


class Firebase:
    """Who registered, by FCM's token."""

    def __init__(self, log: LabLog) -> None:
        self.registrations: dict[str, Registration] = {}
        self._log = log

    def app(self) -> web.Application:
        """The routes of both hosts, for pages of any origin."""
        app = web.Application()
        project = "/v1/projects/{project}"
        app.router.add_post(project + "/installations", self._install)
        app.router.add_post(project + "/installations/{fid}/authTokens:generate", self._renew)
        app.router.add_post(project + "/registrations", self._register)
        app.router.add_patch(project + "/registrations/{token:.+}", self._register)
        app.router.add_delete(project + "/registrations/{token:.+}", self._delete)
        app.router.add_route("OPTIONS", "/{any:.*}", self._allowed)
        return app

    async def _install(self, request: web.Request) -> web.Response:
        self._log.add("register", site="claude", note="installations")
        fid = (await request.json()).get("fid")
        answer = {"fid": fid, "refreshToken": secrets.token_urlsafe(30), "authToken": _auth_token()}
        return web.json_response(answer, headers=_cross_origin(request))

    async def _renew(self, request: web.Request) -> web.Response:
        return web.json_response(_auth_token(), headers=_cross_origin(request))

    async def _register(self, request: web.Request) -> web.Response:
        """Keep a page's subscription under a token of FCM's; a refresh keeps the token."""
        body = await request.json()
        allow = _cross_origin(request)
        try:
            found: Mapping[str, str] = body["web"]
            push_token = urlsplit(found["endpoint"]).path.rsplit("/", 1)[-1]
            keys = Keys.of(found["p256dh"], found["auth"])
        except (KeyError, TypeError, ValueError) as error:
            problem = {"error": {"code": 400, "message": f"{error!r}", "status": "INVALID_ARGUMENT"}}
            return web.json_response(problem, status=400, headers=allow)
        known = [r.token for r in self.registrations.values() if r.push_token == push_token]
        token = request.match_info.get("token") or (known[0] if known else f"{push_token}:{secrets.token_urlsafe(100)}")
        self.registrations[token] = Registration(token, push_token, keys)
        self._log.add("register", site="claude", note="registrations")
        return web.json_response({"token": token, "name": f"projects/{PROJECT}/registrations/{token}"}, headers=allow)

    async def _delete(self, request: web.Request) -> web.Response:
        self.registrations.pop(request.match_info["token"], None)
        return web.json_response({}, headers=_cross_origin(request))

    async def _allowed(self, request: web.Request) -> web.Response:
        return web.Response(status=204, headers=_cross_origin(request))


def envelope(
    data: Mapping[str, str], *, notification: Mapping[str, str] | None = None, more: Mapping[str, Any] | None = None
) -> bytes:
    """An FCM message as its worker reads it."""
    value: dict[str, Any] = {"data": dict(data), "from": SENDER_ID, "fcmMessageId": secrets.token_hex(16)}
    if notification is not None:
        value["notification"] = dict(notification)
    return json.dumps(value | dict(more or {}), separators=(",", ":"), ensure_ascii=False).encode()


def _auth_token() -> dict[str, str]:
    return {"token": secrets.token_urlsafe(60), "expiresIn": "604800s"}


def _cross_origin(request: web.Request) -> dict[str, str]:
    """What lets a page of another origin read the answer."""
    return {
        "access-control-allow-origin": request.headers.get("origin", "*"),
        "access-control-allow-headers": request.headers.get("access-control-request-headers", "*"),
        "access-control-allow-methods": "POST, PATCH, DELETE",
    }
