"""A site that no profile knows: rooms at addresses of their own, and beside each the list of all of them.

`/{mode}/room/{id}` is a page; the mode says how its list learns of changes: `socket` (each change as a message),
`poll`, or `none`. Beside the list stands what each page legitimately has of its own: a breadcrumb, what was opened
lately in this tab, groups that fold, a filter, pages of a table, unread counts, ages, the mark of the current entry.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from tests.e2e.harness import Site

TITLES = ("Boat repairs", "Harbour plans", "Kitchen rota", "Lost property", "Night watch", "Rope and sail")

PAGE = Path(__file__).with_name("rooms.html").read_text("utf-8")


@dataclass
class Told:
    """A line of the site's log: `what` is `created`, `renamed`, `deleted`, or `sent`, `dropped` to a tab."""

    what: str
    room: int
    title: str
    at: float
    tab: str = ""


class Rooms:
    """The site. deaf: tabs that are sent nothing any more."""

    def __init__(self, site: Site) -> None:
        self.log: list[Told] = []
        self.deaf: set[str] = set()
        self._rooms: dict[str, dict[int, str]] = {}
        self._sockets: dict[str, list[tuple[str, web.WebSocketResponse]]] = {}
        self._number = len(TITLES)
        site.on("GET", "/{mode}/room/{id}", self._page)
        site.on("GET", "/{mode}/live", self._live)
        for method, path in (("GET", "rooms"), ("POST", "rooms"), ("PATCH", "rooms/{id}"), ("DELETE", "rooms/{id}")):
            site.on(method, f"/{{mode}}/api/{path}", self._api)
        site.on("POST", "/{mode}/api/seen", self._seen)

    async def unread(self, mode: str, room: int) -> None:
        """Somebody wrote in a room: its count of what is unread grows in every tab."""
        await self._tell(mode, {"op": "unread", "id": room}, "unread", room, "")

    async def _page(self, request: web.Request) -> web.Response:
        html = PAGE.replace("MODE", request.match_info["mode"])
        return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _seen(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        here = self._sockets.setdefault(request.match_info["mode"], [])
        here.append((request.query["tab"], socket))
        async for message in socket:
            if message.type is WSMsgType.ERROR:
                break
        here.remove((request.query["tab"], socket))
        return socket

    async def _api(self, request: web.Request) -> web.Response:
        mode, tab = request.match_info["mode"], request.headers.get("x-tab", "")
        rooms = self._rooms.setdefault(mode, {n + 1: title for n, title in enumerate(TITLES)})
        if request.method == "GET":
            if tab in self.deaf:
                await asyncio.sleep(60)
            self.log.append(Told("served", 0, "", time.time(), tab))
            return web.json_response([{"id": number, "title": title} for number, title in rooms.items()])
        body: dict[str, Any] = await request.json() if request.body_exists else {}
        await asyncio.sleep(0.03)
        if request.method == "POST":
            self._number += 1
            number, what, op = self._number, "created", "room.created"
        else:
            number = int(request.match_info["id"])
            what, op = ("renamed", "room.renamed") if request.method == "PATCH" else ("deleted", "room.deleted")
        title = body.get("title", "")
        if what == "deleted":
            rooms.pop(number)
        else:
            rooms[number] = title
        self.log.append(Told(what, number, title, time.time(), tab))
        room = {"id": number, "title": title}
        event = {"op": op, "id": number} if what == "deleted" else {"op": op, "room": room}
        await self._tell(mode, event, "sent", number, title)
        return web.json_response(room)

    async def _tell(self, mode: str, event: dict[str, Any], what: str, room: int, title: str) -> None:
        for tab, socket in self._sockets.get(mode, []):
            if tab in self.deaf:
                self.log.append(Told("dropped", room, title, time.time(), tab))
            else:
                self.log.append(Told(what, room, title, time.time(), tab))
                await socket.send_json(event)
