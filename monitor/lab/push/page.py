"""A page of plain web push, without Firebase: it subscribes at load, and shows what its service worker hands on."""

from __future__ import annotations

import secrets

from aiohttp import web

from ..log import LabLog
from ..stage import TEMPLATES, fill

HOST = "push.lab.test"


def page_app(log: LabLog, vapid: str) -> web.Application:
    """The routes of `HOST`."""

    async def page(request: web.Request) -> web.Response:
        config = {"page": secrets.token_hex(6), "vapid": vapid}
        log.add("page", site=f"https://{HOST}", page=config["page"])
        headers = {"cache-control": "no-store"}
        return web.Response(text=fill("push.html", config), content_type="text/html", headers=headers)

    async def worker(request: web.Request) -> web.Response:
        return web.Response(
            text=TEMPLATES["push-worker.js"], content_type="text/javascript", headers={"cache-control": "no-store"}
        )

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/push-worker.js", worker)
    return app
