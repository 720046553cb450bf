"""What Chromium's push client asks for over HTTP: a check-in (who am I?), and register3 (a token for a worker)."""

from __future__ import annotations

import time

from aiohttp import web
from firebase_messaging.proto.checkin_pb2 import AndroidCheckinRequest, AndroidCheckinResponse
from google.protobuf.message import DecodeError

from ..log import LabLog
from .mailbox import Device, Mailbox

CHECKIN = "/checkin"
REGISTER = "/c2dm/register3"


class Gcm:
    """The two addresses that Chromium is given by `--gcm-checkin-url` and `--gcm-registration-url`."""

    def __init__(self, mailbox: Mailbox, log: LabLog) -> None:
        self._mailbox, self._log = mailbox, log

    def add_routes(self, app: web.Application) -> None:
        """Serve both."""
        app.router.add_post(CHECKIN, self._check_in)
        app.router.add_post(REGISTER, self._register)

    async def _check_in(self, request: web.Request) -> web.Response:
        try:
            asked = AndroidCheckinRequest.FromString(await request.read())
        except DecodeError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        device = self._mailbox.check_in(max(asked.id, 0))
        self._log.add("checkin", note=str(device.id))
        answer = AndroidCheckinResponse(
            stats_ok=True,
            time_msec=int(time.time() * 1000),
            android_id=device.id,
            security_token=device.secret,
            settings_diff=False,
        )
        return web.Response(body=answer.SerializeToString(), content_type="application/x-protobuf")

    async def _register(self, request: web.Request) -> web.Response:
        """A token, or with `delete` the end of one; errors are Google's words in a 200, as Chromium reads them."""
        form = {key: str(value) for key, value in (await request.post()).items()}
        device = self._device(request.headers.get("authorization", ""))
        if device is None:
            return web.Response(text="Error=AUTHENTICATION_FAILED", status=401)
        app, subtype = form.get("app", ""), form.get("X-subtype", "")
        if form.get("delete") == "true":
            for ended in self._mailbox.unsubscribe(device, subtype):
                self._log.add("unsubscribed", site=ended.origin, note=ended.token)
            return web.Response(text=f"deleted={app}")
        if not (app and subtype and form.get("sender")):
            return web.Response(text="Error=INVALID_PARAMETERS")
        made = self._mailbox.subscribe(device, app, subtype, form["sender"])
        self._log.add("subscribed", site=made.origin, note=made.token)
        return web.Response(text=f"token={made.token}")

    def _device(self, words: str) -> Device | None:
        """The device that an `Authorization: AidLogin ID:SECRET` proves."""
        kind, _, rest = words.partition(" ")
        device, _, secret = rest.partition(":")
        return self._mailbox.login(device, secret) if kind == "AidLogin" else None
