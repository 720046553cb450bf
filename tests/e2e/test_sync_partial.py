"""Pages that leave things out within one address, by the server's log: a filter, a part of a feed, a changing order."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.browser.launch import Launched
from monitor.lab import Driver
from tests.e2e.harness import LOADED_S, Site
from tests.e2e.recording import divergence, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PAGE = Path(__file__).with_name("views.html").read_text("utf-8")
THINGS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "islet", "jetty", "knoll", "meadow")
REST_S = 2.5
Pair = tuple[str, str]


class Boards:
    """Tasks, comments and tickets: of each change all are told by their sockets, but for those that are deaf."""

    def __init__(self, site: Site) -> None:
        self.deaf: set[str] = set()
        self.log: list[tuple[str, str, str]] = []  # (what, kind, text): `told` or `dropped`
        self._sockets: dict[str, dict[str, web.WebSocketResponse]] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {}
        began = time.time() * 1000
        for number, kind in enumerate(("tasks", "feed", "queue")):
            self._rows[kind] = [
                {
                    "id": f"{kind[0]}{n}x{number}",
                    "text": f"The {thing} of {kind}",
                    "done": n % 3 == 1,
                    "seen": began - n,
                }
                for n, thing in enumerate(THINGS)
            ]
            site.page(f"/{kind}", PAGE)
        site.on("GET", "/api/{kind}", self._listed)
        site.on("POST", "/api/{kind}", self._said)
        site.on("GET", "/live/{kind}", self._live)

    async def _listed(self, request: web.Request) -> web.Response:
        return web.json_response(self._rows[request.match_info["kind"]])

    async def _said(self, request: web.Request) -> web.Response:
        kind, change = request.match_info["kind"], await request.json()
        row = next((row for row in self._rows[kind] if row["id"] == change["id"]), None)
        if row is None:
            row = change
            self._rows[kind].append(row)
        row |= change
        for tab, socket in self._sockets[kind].items():
            self.log.append(("dropped" if tab in self.deaf else "told", kind, row["text"]))
            if tab not in self.deaf:
                await socket.send_json(change)
        return web.json_response({})

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket, here = web.WebSocketResponse(), self._sockets.setdefault(request.match_info["kind"], {})
        await socket.prepare(request)
        here[request.query["tab"]] = socket
        async for _ in socket:
            pass
        del here[request.query["tab"]]
        return socket


async def say(driver: Driver, tab: str, **change: object) -> None:
    """Change a row, or make one."""
    await driver.evaluate(tab, f"say({json.dumps(change)}).then(() => 0)")
    await asyncio.sleep(0.5)


async def judged(capture: Path) -> dict[str, dict[str, Any]]:
    """What is told of each kind."""
    return {one["subject"].rpartition("/")[2]: one for one in (await divergence(capture))["subjects"]}


async def test_who_looks_at_a_part_lacks_only_what_has_its_place_there(chromium: Launched, tmp_path: Path) -> None:
    capture, site = tmp_path / "x.syncmon", Site()
    boards = Boards(site)
    async with site.serving(), Driver(chromium.endpoint) as driver:
        tabs: dict[str, Pair] = {}

        async def look(which: int, kind: str, call: str) -> None:
            await driver.evaluate(tabs[kind][which], f"{call}, 0")

        async with recorded(chromium.endpoint, capture):
            for kind in ("tasks", "feed", "queue"):
                tabs[kind] = (await driver.open(f"{site.url}/{kind}"), await driver.open(f"{site.url}/{kind}"))
            await asyncio.sleep(LOADED_S)
            (tasks, filtered), (feed, _), (queue, _) = tabs["tasks"], tabs["feed"], tabs["queue"]
            await look(1, "tasks", "look('open')")
            await look(0, "feed", "more()")
            await asyncio.sleep(1.5)
            await say(driver, tasks, id="t90", text="Paint the gate", done=True, seen=1)
            await say(driver, filtered, id="t91", text="Oil the hinge", done=True, seen=1)
            await say(driver, feed, id="f6x1", text="The islet, and what became of it")
            await say(driver, queue, id="q8x2", seen=time.time() * 1000)
            await asyncio.sleep(1.0)
            await look(1, "tasks", "look('all')")
            await look(1, "feed", "more()")
            await asyncio.sleep(1.0)
            await look(1, "tasks", "look('open')")
            await asyncio.sleep(REST_S)
            for kind, told in (await judged(capture)).items():
                assert (told["stale_now"], told["disorders"], told["violations"]) == ([], [], []), kind
                seen = [one for write in told["writes"] for one in write["seen"]]
                late = [one for one in seen if one["censored"] or one["after_s"] > 2]
                assert late == [], kind

            for _, other in tabs.values():
                boards.deaf.add(str(await driver.evaluate(other, "window.name")))
            await say(driver, tasks, id="t92", text="Mend the fence", done=False, seen=1)
            await say(driver, feed, id="f93", text="What a day for the fair", seen=1)
            await say(driver, queue, id="q5x2", seen=time.time() * 1000)
            await asyncio.sleep(REST_S)
            await say(driver, tasks, id="t92", done=False)  # time has passed for a file when something came after it
            found, dropped = await judged(capture), {kind: text for what, kind, text in boards.log if what == "dropped"}
            for kind in ("tasks", "feed"):
                [stale] = found[kind]["stale_now"]
                assert len(stale["missing"]) == 1
                assert dropped[kind] in stale["why"]
            [disorder] = found["queue"]["disorders"]
            assert (disorder["what"], len(disorder["items"])) == ("reordered", 1)
            assert dropped["queue"] in disorder["why"]

            boards.deaf.clear()
            for kind, (_, other) in tabs.items():
                await driver.reload(other)
                await driver.wait_shown(other, dropped[kind])
            await asyncio.sleep(REST_S)
        for pair in tabs.values():
            for tab in pair:
                await driver.close(tab)
        for kind, told in (await judged(capture)).items():
            assert (told["stale_now"], told["disorders"]) == ([], []), kind
