"""A page of plain web push, without Firebase: it subscribes at load, and shows what its service worker hands on."""

from __future__ import annotations

import secrets
from pathlib import Path

from aiohttp import web

from ..log import LabLog
from ..stage import fill

HOST = "push.lab.test"
WORKER = (Path(__file__).parent.parent / "static" / "push-worker.js").read_text("utf-8")


def page_app(log: LabLog, vapid: str) -> web.Application:
    """The routes of `HOST`."""

    async def page(request: web.Request) -> web.Response:
        config = {"page": secrets.token_hex(6), "vapid": vapid}
        log.add("page", site=f"https://{HOST}", page=config["page"])
        headers = {"cache-control": "no-store"}
        return web.Response(text=fill("push.html", config), content_type="text/html", headers=headers)

    async def worker(request: web.Request) -> web.Response:
        return web.Response(text=WORKER, content_type="text/javascript", headers={"cache-control": "no-store"})

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_get("/push-worker.js", worker)
    return app
