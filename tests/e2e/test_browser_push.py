"""Push messages as DevTools injects them: each stage once, whatever tabs are open, and Chrome's log left as found."""

from __future__ import annotations

from aiohttp import web

from monitor.browser.discover import Endpoint
from monitor.browser.launch import Launched
from monitor.browser.push_probe import Probed, probe
from monitor.model import Push, PushWatch, Request, TargetAttached, WorkerMessage
from tests.e2e.harness import Recording, Site, recording
from tests.e2e.injecting import Injector, injecting

WORKER = """
addEventListener('install', event => skipWaiting());
addEventListener('activate', event => event.waitUntil(clients.claim()));
addEventListener('push', event => {
  const text = event.data ? event.data.text() : '';
  if (text.startsWith('bad')) { event.waitUntil(Promise.reject(new Error(text))); return; }
  event.waitUntil((async () => {
    await fetch('/seen', {method: 'POST', body: text});
    for (const client of await clients.matchAll({type: 'window', includeUncontrolled: true})) {
      client.postMessage({push: text});
    }
  })());
});
"""


def pushed(site: Site) -> None:
    """A site whose worker reports every push to its server, which logs it, and to its pages."""

    async def seen(request: web.Request) -> web.Response:
        site.log.append(await request.text())
        return web.Response(text="ok")

    site.script("/sw.js", WORKER)
    site.on("POST", "/seen", seen)
    site.page("/", "<p>page</p><script>navigator.serviceWorker.register('/sw.js')</script>")


def texts(record: Recording, stage: str = "dispatched") -> list[str | None]:
    """The payloads of a stage, in the order of the capture."""
    return [event.text for event in record.of(Push, stage=stage)]


async def test_pushes_in_every_state_of_the_page(chromium: Launched) -> None:
    site = Site()
    pushed(site)
    async with site.serving(), recording(chromium.endpoint) as record, injecting(chromium.endpoint) as injector:
        scope = site.url + "/"
        assert [(e.state, e.earlier, e.logged) for e in record.of(PushWatch)] == [("on", 0, False)]
        tab = await record.open(scope)
        await injector.push(scope, "onë")
        heard = await record.one(WorkerMessage, tab=tab)
        assert (heard.text, heard.worker) == ('{"push":"onë"}', site.url + "/sw.js")
        completed = await record.one(Push, stage="completed")
        sent = await record.one(Request, method="POST")
        (dispatched,) = record.of(Push, stage="dispatched")
        assert (sent.tab, sent.text) == (None, "onë")
        # In the order of time among all else, though each comes by a way of its own.
        assert dispatched.mono is not None
        assert completed.mono is not None
        assert dispatched.mono <= (sent.mono or 0.0) <= completed.mono
        assert (dispatched.origin, dispatched.worker, dispatched.tab) == (site.url, site.url + "/sw.js", None)

        await injector.do("ServiceWorker.stopAllWorkers")
        await injector.push(scope, "asleep")
        await record.until(lambda: len(record.of(Push, stage="completed")) == 2)
        await record.do(do="close", tab=tab)
        await injector.push(scope, "no tab")
        await record.until(lambda: len(record.of(Push, stage="completed")) == 3)
        await injector.do("ServiceWorker.stopAllWorkers")
        await injector.push(scope, "no tab, asleep")
        await injector.push(scope, "bad")
        failed = await record.one(Push, stage="failed")
        assert failed.reason == "waitUntil Rejected"
        for number in range(100):
            await injector.push(scope, f"burst {number}")
        await record.until(lambda: len(record.of(Push, stage="completed")) >= 104, 20.0)
        assert texts(record) == [
            "onë",
            "asleep",
            "no tab",
            "no tab, asleep",
            "bad",
            *(f"burst {n}" for n in range(100)),
        ]
        assert sorted([*site.log, "bad"]) == sorted(str(text) for text in texts(record))
        assert not [e for e in record.of(TargetAttached) if "syncmon" in e.url + e.title]


async def logs(injector: Injector) -> tuple[bool, int]:
    """Whether Chrome's log of pushes is on, and how many entries it has."""
    entries = await injector.log()
    return injector.recording["pushMessaging"], len(entries)


async def test_two_recorders_and_what_they_leave_behind(chromium: Launched) -> None:
    site = Site()
    pushed(site)
    async with site.serving(), injecting(chromium.endpoint) as injector:
        scope, endpoint = site.url + "/", Endpoint(socket=chromium.endpoint)
        async with recording(chromium.endpoint) as first:
            await first.open(scope)
            await injector.push(scope, "for one")
            await first.one(Push, stage="completed")
            async with recording(chromium.endpoint) as second:
                await second.one(PushWatch, earlier=2, logged=True)
                assert not second.of(Push)
                await injector.push(scope, "for two")
                await second.one(Push, stage="completed")
                await first.until(lambda: len(first.of(WorkerMessage)) >= 2)
                await second.one(WorkerMessage)
                # Each hears its own listener in the page alone.
                assert len(first.of(WorkerMessage)) == 2
                assert len(second.of(WorkerMessage)) == 1
            await injector.push(scope, "after the second")
            await first.until(lambda: len(first.of(Push, stage="completed")) == 3)
            assert texts(first) == ["for one", "for two", "after the second"]
            assert texts(second) == ["for two"]
        assert await logs(injector) == (False, 0)

        assert await probe(endpoint) == Probed(True)

        # What somebody else logs is left to them.
        await injector.do("BackgroundService.setRecording", service="pushMessaging", shouldRecord=True)
        await injector.push(scope, "for somebody else")
        await injector.logs(2)
        async with recording(chromium.endpoint) as third:
            await third.one(PushWatch, earlier=2, logged=True)
            await injector.push(scope, "for both")
            await third.one(Push, stage="completed")
            assert texts(third) == ["for both"]
        assert await logs(injector) == (True, 4)
        assert await probe(endpoint) == Probed(True, logged=True, entries=4)
        await injector.do("BackgroundService.clearEvents", service="pushMessaging")
        await injector.do("BackgroundService.setRecording", service="pushMessaging", shouldRecord=False)
        async with recording(chromium.endpoint, push=False) as without:
            await injector.push(scope, "unseen")
            assert await logs(injector) == (False, 0)
            assert not without.of(PushWatch)


async def test_the_hidden_page_is_made_again(chromium: Launched) -> None:
    site = Site()
    pushed(site)
    async with site.serving(), recording(chromium.endpoint) as record, injecting(chromium.endpoint) as injector:
        scope = site.url + "/"
        await record.open(scope)
        await injector.push(scope, "before")
        await record.one(Push, text="before")
        host = record.of(PushWatch)[0].target
        await injector.close(str(host))
        await injector.push(scope, "meanwhile")
        caught_up = await record.one(Push, text="meanwhile", stage="dispatched")
        assert caught_up.target != host
        await injector.push(scope, "after")
        await record.one(Push, text="after", stage="dispatched")
        assert texts(record) == ["before", "meanwhile", "after"]
