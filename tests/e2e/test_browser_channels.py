"""What tabs tell each other inside the browser: storage, BroadcastChannel, service worker messages."""

from __future__ import annotations

from monitor.browser.launch import Launched
from monitor.model import Broadcast, Shown, Storage, WorkerMessage
from tests.e2e.harness import Site, recording


async def test_storage_names_the_writer(chromium: Launched) -> None:
    site = Site()
    site.page("/read", "<p>reader</p>")
    site.page(
        "/write",
        """<script>setTimeout(()=>{localStorage.setItem('k','vä');localStorage.setItem('k','w');
        localStorage.removeItem('k');localStorage.clear();sessionStorage.setItem('s','\\ud800')},400)</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        reader = await record.open(site.url + "/read")
        await record.one(Shown, tab=reader)
        writer = await record.open(site.url + "/write")
        await record.one(Storage, area="session")
        await record.until(lambda: len(record.of(Storage, tab=reader)) == 3)

        def told(tab: str) -> list[tuple[object, ...]]:
            return [(e.op, e.key, e.text, e.old) for e in record.of(Storage, tab=tab, area="local")]

        changes = [("set", "k", "vä", None), ("set", "k", "w", "vä"), ("remove", "k", None, None)]
        assert [c[:3] for c in told(writer)] == [c[:3] for c in changes]
        assert [c[:3] for c in told(reader)] == [c[:3] for c in changes]
        assert {e.dir for e in record.of(Storage, tab=writer)} == {"out"}
        assert {e.dir for e in record.of(Storage, tab=reader)} == {"in"}
        assert record.of(Storage, area="session")[0].text == "\ufffd"


async def test_broadcast_channels_are_found_and_heard(chromium: Launched) -> None:
    site = Site()
    site.page("/hear", "<p>hear</p><script>const c=new BroadcastChannel('news')</script>")
    site.page(
        "/tell",
        """<p>tell</p><script>const c=new BroadcastChannel('news');let n=0;
        setInterval(()=>c.postMessage({n:n++,t:'é'}),150)</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        hearer = await record.open(site.url + "/hear")
        await record.open(site.url + "/tell")
        heard = await record.one(Broadcast, tab=hearer)
        assert heard.name == "news"
        assert heard.text is not None
        assert heard.text.startswith('{"n":')
        assert heard.size == len(heard.text.encode())


async def test_a_service_workers_message(chromium: Launched) -> None:
    site = Site()
    site.script(
        "/sw.js",
        """addEventListener('activate',e=>e.waitUntil(clients.claim()));
        addEventListener('message',e=>e.source.postMessage({said:e.data}))""",
    )
    site.page(
        "/",
        """<p>page</p><script>navigator.serviceWorker.register('/sw.js');navigator.serviceWorker.startMessages();
        navigator.serviceWorker.ready.then(r=>setTimeout(()=>r.active.postMessage('hi'),200))</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        heard = await record.one(WorkerMessage)
        assert (heard.tab, heard.text) == (tab, '{"said":"hi"}')
        assert heard.worker == site.url + "/sw.js"
