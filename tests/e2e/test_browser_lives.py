"""What goes and comes back: tabs that Chrome discards, service workers that stop, pages out of the bfcache."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web

from monitor.browser.connection import Connection, connect
from monitor.browser.launch import Launched
from monitor.errors import CommandError
from monitor.model import (
    Frame,
    Gap,
    Navigation,
    Response,
    Shown,
    SocketClosed,
    SocketOpened,
    TargetAttached,
    TargetCrashed,
    TargetGone,
    Visibility,
)
from tests.e2e.harness import Site, recording
from tests.e2e.test_browser_pages import texts

ENABLE = "document.querySelector('chrome-urls-app')?.shadowRoot?.querySelector('cr-button')?.click()"
READY = "!!document.querySelector('chrome-urls-app')?.shadowRoot?.querySelector('cr-button')"
DISCARD = """(async () => {
  const from = (await import('chrome://discards/discards.mojom-webui.js')).DetailsProvider.getRemote();
  const one = (await from.getTabDiscardsInfo()).infos.find((info) => info.tabUrl === ADDRESS);
  await from.discardById(one.id, 0);
  return one.tabUrl;
})()"""


class Hand:
    """A connection of our own to the browser, for what no page can do."""

    def __init__(self, browser: Connection) -> None:
        self._browser = browser

    async def attach(self, target: str) -> str:
        """A session with a target."""
        reply = await self._browser.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        return str(json.loads(bytes(reply))["sessionId"])

    async def open(self, url: str) -> str:
        """A session with a new page in a window of its own."""
        reply = await self._browser.call("Target.createTarget", {"url": url, "newWindow": True})
        return await self.attach(str(json.loads(bytes(reply))["targetId"]))

    async def call(self, session: str, method: str) -> None:
        """A command without parameters."""
        await self._browser.call(method, session=session)

    async def evaluate(self, session: str, expression: str) -> Any:
        """What an expression comes to in the page."""
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        reply = json.loads(bytes(await self._browser.call("Runtime.evaluate", params, session)))
        return reply["result"].get("value")

    async def until(self, session: str, expression: str) -> Any:
        """Ask until it comes to something true."""
        while True:
            with contextlib.suppress(CommandError):  # the page is still on its way to its document
                asked = f"(async () => {{ try {{ return await ({expression}); }} catch {{}} }})()"
                if found := await self.evaluate(session, asked):
                    return found
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def hand(endpoint: str) -> AsyncIterator[Hand]:
    """A hand in the browser for the time of a `with`."""

    def ignore(*_: object) -> None:
        pass

    async with connect(endpoint, ignore, ignore, ignore) as browser, asyncio.TaskGroup() as group:
        task = group.create_task(browser.run())
        yield Hand(browser)
        task.cancel()


async def test_a_discarded_tab_keeps_its_label(chromium: Launched) -> None:
    """Chrome makes new targets for it and loads it at once, since it is attached to."""
    site = Site()
    site.socket("/ws", ("hello",))
    site.page("/here", "<p>here</p><script>new WebSocket(`ws://${location.host}/ws`)</script>")
    site.page("/front", "<p>front</p>")
    async with site.serving(), recording(chromium.endpoint) as record, hand(chromium.endpoint) as by_hand:
        tab = await record.open(site.url + "/here")
        await record.one(Frame, tab=tab)
        front = await record.open(site.url + "/front")
        await record.until(lambda: not record.of(Visibility, tab=tab)[-1].visible)
        urls = await by_hand.open("chrome://chrome-urls")
        await by_hand.until(urls, READY)
        await by_hand.evaluate(urls, ENABLE)
        discards = await by_hand.open("chrome://discards")
        await by_hand.until(discards, DISCARD.replace("ADDRESS", json.dumps(site.url + "/here")))
        gone = await record.one(TargetGone, tab=tab, type="page")
        back: TargetAttached = await record.until(
            lambda: next((e for e in record.of(TargetAttached, tab=tab) if e.target != gone.target), None)
        )
        await record.until(lambda: [e for e in record.of(SocketOpened, tab=tab) if e.target == back.target])
        closed = await record.one(SocketClosed, tab=tab, target=gone.target)
        assert (closed.derived, closed.because) == (True, "the page is gone")
        await record.until(lambda: len(record.of(Frame, tab=tab)) == 2)
        await record.until(lambda: record.of(Shown, tab=tab, target=back.target, full=True))
        assert {e.tab for e in record.of(Navigation, url=site.url + "/front")} == {front}
        another = await record.open(site.url + "/here")
        assert another not in (tab, front)


WORKER = """const socket = new WebSocket(`ws://${location.host}/worker`);
oninstall = () => skipWaiting(); onactivate = (event) => event.waitUntil(clients.claim());
onfetch = (event) => { if (/answer$/.test(event.request.url)) event.respondWith(new Response('by the worker')); };"""


async def test_a_service_worker_that_stops_is_started_again_unhindered_and_told_once(chromium: Launched) -> None:
    """Each start is seen from the first line on; two tabs of its origin do not make it three workers."""
    site = Site()
    site.socket("/worker", ("hello",))
    site.script("/worker.js", WORKER)
    heard: list[str] = []

    async def answered(request: web.Request) -> web.Response:
        heard.append(await request.text())
        return web.Response(text="ok")

    site.on("POST", "/heard", answered)
    site.page(
        "/",
        """<p>page</p><script>navigator.serviceWorker.register('/worker.js');
        const ask = async () => { const said = await (await fetch('/answer')).text();
          await fetch('/heard', {method: 'POST', body: said}); };
        navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ? ask()
          : navigator.serviceWorker.addEventListener('controllerchange', ask));</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record, hand(chromium.endpoint) as by_hand:
        tab = await record.open(site.url + "/")
        await record.until(lambda: heard == ["by the worker"])
        await record.open(site.url + "/")
        await record.until(lambda: len(heard) == 2)
        page = await by_hand.attach(record.of(TargetAttached, tab=tab)[-1].target or "")
        await by_hand.call(page, "ServiceWorker.enable")
        for start in (2, 3):
            await by_hand.call(page, "ServiceWorker.stopAllWorkers")
            await record.until(lambda start=start: len(record.of(TargetCrashed, reason="stopped")) == start - 1)  # type: ignore[misc]
            await by_hand.evaluate(page, "ask()")
            assert heard[-1] == "by the worker"
            await record.until(lambda start=start: len(record.of(SocketOpened)) == start)  # type: ignore[misc]
            await record.until(lambda start=start: len(record.of(Frame, text="hello")) == start)  # type: ignore[misc]
        assert len(heard) == 4
        assert len(record.of(TargetAttached, type="service_worker")) == 1
        assert len(record.of(SocketClosed)) == 2
        assert len(site.log) == len(record.of(Frame)) == 3
        answers = [e for e in record.of(Response) if e.url.endswith("/answer") and e.tab is not None]
        assert [e.from_service_worker for e in answers] == [True] * 4
        assert not [e for e in record.of(Gap) if "request" in e.reason]


async def test_a_page_out_of_the_back_forward_cache_says_again_what_it_shows(chromium: Launched) -> None:
    site = Site()
    kept: list[str] = []

    async def persisted(request: web.Request) -> web.Response:
        kept.append(request.path_qs)
        return web.Response(text="ok")

    async def first(request: web.Request) -> web.Response:
        script = "onpageshow = (event) => event.persisted && fetch('/persisted')"
        text = f"<!doctype html><title>first</title><p>first</p><script>{script}</script>"
        return web.Response(text=text, content_type="text/html")  # without the no-store of other pages

    site.on("GET", "/persisted", persisted)
    site.on("GET", "/first", first)
    site.page("/second", "<p>second</p>")
    async with site.serving(), recording(chromium.endpoint) as record, hand(chromium.endpoint) as by_hand:
        tab = await record.open(site.url + "/first")
        await record.until(lambda: texts(record, tab) == ["first"])
        page = await by_hand.attach(record.of(TargetAttached, tab=tab)[-1].target or "")
        await by_hand.evaluate(page, "void (location.href = '/second')")
        await record.until(lambda: texts(record, tab) == ["second"])
        await by_hand.evaluate(page, "void history.back()")
        assert (await record.one(Navigation, tab=tab, how="history")).url == site.url + "/first"
        await record.until(lambda: texts(record, tab) == ["first"])
        await record.until(lambda: kept)
        assert record.of(Shown, tab=tab)[-1].full
