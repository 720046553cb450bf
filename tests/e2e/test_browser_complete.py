"""What is easily missed: bodies of every kind, sockets of nested workers, state that tabs share, what breaks off."""

from __future__ import annotations

import hashlib

from aiohttp import WSMsgType, web

from monitor.browser.launch import Launched
from monitor.model import (
    Action,
    Body,
    CookieChange,
    DatabaseChange,
    Event,
    Failed,
    Finished,
    Frame,
    Gap,
    Request,
    RequestBody,
    SocketClosed,
    SocketError,
    SocketOpened,
    TargetAttached,
    payload,
)
from tests.e2e.harness import Recording, Site, recording
from tests.e2e.test_browser_lives import hand

POSTS = """<script>(async()=>{
const form=new FormData();form.append('a','é');form.append('f',new File([new Uint8Array([1,2,255])],'x.bin'));
const bodies=['text é','',new Uint8Array([0,255,1]),new Blob(['abc',new Uint8Array([0,255])]),form,
  new URLSearchParams({a:'b c'}),'y'.repeat(3<<20),new Uint8Array(2<<20).fill(200),
  new Blob([new Uint8Array(1<<20).fill(7)])];
for(const [n,body] of bodies.entries())await fetch('/post?'+n,{method:'POST',body});
const x=new XMLHttpRequest();x.open('POST','/post?9');x.send('xhr');
x.onload=()=>navigator.sendBeacon('/post?10','beacon');
})()</script>"""


def digest(content: str | bytes | None) -> str:
    raw = content.encode() if isinstance(content, str) else content or b""
    return hashlib.sha256(raw).hexdigest()


def sent_by(record: Recording, request: Request) -> Event | None:
    """The event that carries the body of a request."""
    if request.body_state == "later":
        return next(iter(record.of(RequestBody, connection=request.connection)), None)
    return request


async def test_posts_of_every_kind_are_what_the_server_got(chromium: Launched) -> None:
    site = Site()
    got: dict[str, str] = {}

    async def post(request: web.Request) -> web.Response:
        got[request.query_string] = digest(b"".join([piece async for piece in request.content.iter_any()]))
        return web.Response(text="x" * 20_000_000 if request.query_string == "9" else "ok")

    site.on("POST", "/post", post)
    site.page("/", POSTS)
    async with site.serving(), recording(chromium.endpoint) as record:
        await record.open(site.url + "/")
        await record.until(lambda: len(got) == 11, 20.0)

        def told() -> dict[str, str]:
            requests = [e for e in record.of(Request) if "/post?" in e.url]
            found = {e.url.rsplit("?", 1)[1]: sent_by(record, e) for e in requests}
            return {n: digest(payload(event)) for n, event in found.items() if event is not None}

        await record.until(lambda: len(told()) == 11, 20.0)
        assert told() == got
        # The largest answer is streamed to us as it comes: no buffer of the browser's is too small for it.
        large = next(e for e in record.of(Request) if e.url.endswith("/post?9"))
        await record.one(Finished, 20.0, connection=large.connection)

        def accounted() -> int:
            """Bytes that came, early or late; what a busy Chrome keeps to itself is a gap of just that size."""
            own = [e for e in record.events if getattr(e, "connection", None) == large.connection]
            here = sum(getattr(e, "size", 0) for e in own if e.kind in ("chunk", "body"))
            return here + sum(e.count or 0 for e in own if isinstance(e, Gap))

        await record.until(lambda: accounted() == 20_000_000, 20.0)


async def test_sockets_of_the_first_line_of_nested_workers_and_of_frames_that_go(chromium: Launched) -> None:
    site = Site()
    site.socket("/deep", ("hello",))
    site.socket("/frame", ("hello",))

    async def bad(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert socket._writer is not None
        await socket._writer.send_frame(b"\xff\xfe", WSMsgType.TEXT)
        await socket.receive()
        return socket

    site.on("GET", "/bad", bad)
    first_line = (
        "const w=new WebSocket(`ws://${location.host}/deep`);w.onmessage=()=>{w.onmessage=null;w.send('deep')};"
    )
    site.script("/outer.js", first_line + "new Worker('/inner.js')")
    site.script("/inner.js", first_line)
    site.page(
        "/inner",
        "<script>const w=new WebSocket(`ws://${location.host}/frame`);w.onmessage=()=>parent.postMessage(1)</script>",
    )
    site.page(
        "/",
        """<iframe id=f src=/inner></iframe><iframe sandbox=allow-scripts srcdoc="<p>at once</p>"></iframe><script>
        for(let i=0;i<6;i++)new Worker('/outer.js');
        new WebSocket(`ws://${location.host}/bad`);onmessage=()=>document.getElementById('f').remove()</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")

        def opened(name: str) -> list[SocketOpened]:
            return [e for e in record.of(SocketOpened) if (e.url or "").endswith(name)]

        await record.until(
            lambda: len(opened("/deep")) == 12 and len([e for e in site.log if e[:2] == ("/deep", "out")]) == 12
        )
        assert {(e.tab, e.late, e.url_is) for e in opened("/deep")} == {(tab, False, "certain")}
        deep = {e.connection for e in opened("/deep")}

        def frames() -> list[tuple[str, str | None]]:
            return sorted((e.dir, e.text) for e in record.of(Frame) if e.connection in deep)

        await record.until(lambda: len(frames()) == 36)
        assert frames() == sorted((way, text) for path, way, text in site.log if path == "/deep")
        workers = [e for e in record.of(TargetAttached, type="worker") if e.url.endswith("/inner.js")]
        outer = {e.target for e in record.of(TargetAttached, type="worker") if e.url.endswith("/outer.js")}
        assert len(workers) == 6
        assert {e.parent for e in workers} == outer
        # Text that is no UTF-8 is an error of the socket, which ends it.
        broken = opened("/bad")[0].connection
        assert "UTF-8" in (await record.one(SocketError, connection=broken)).message
        await record.one(SocketClosed, connection=broken)
        # Chrome holds no frame whose document it need not ask for, though that gets a process of its own.
        unheld = await record.until(lambda: [gap for gap in record.of(Gap) if "ran before" in gap.reason])
        assert [(gap.tab, gap.target) for gap in unheld] == [
            (tab, e.target) for e in record.of(TargetAttached, type="iframe")
        ]
        # Of a frame that is removed Chrome itself tells the end.
        frame = opened("/frame")[0].connection
        await record.one(Frame, connection=frame)
        assert not (await record.one(SocketClosed, connection=frame)).derived


async def test_databases_and_cookies_that_tabs_share(chromium: Launched) -> None:
    site = Site()

    async def login(request: web.Request) -> web.Response:
        return web.Response(text="in", headers={"Set-Cookie": "sid=secret; Path=/; HttpOnly"})

    site.on("GET", "/login", login)
    site.page("/read", "<p>reader</p>")
    site.page(
        "/write",
        """<p>writer</p><script>setTimeout(()=>{document.cookie='theme=dark';fetch('/login').then(()=>{
        const o=indexedDB.open('notes',1);o.onupgradeneeded=()=>o.result.createObjectStore('items');
        o.onsuccess=()=>o.result.transaction('items','readwrite').objectStore('items').put(5,'k')})},300)</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        reader = await record.open(site.url + "/read")
        await record.until(lambda: [e for e in record.events if e.kind == "shown" and e.tab == reader])
        writer = await record.open(site.url + "/write")
        changed = await record.one(DatabaseChange, database="notes", store="items")
        assert (changed.origin, changed.tab) == (site.url, None)
        heard = await record.until(lambda: record.of(CookieChange, how="heard", tab=reader))
        assert heard[0].names == ("theme",)
        await record.one(CookieChange, how="heard", tab=writer)
        answer = await record.one(CookieChange, how="response")
        asked = next(e for e in record.of(Request) if e.url.endswith("/login"))
        assert (answer.names, answer.connection, answer.tab) == (("sid",), asked.connection, writer)
        assert "secret" not in repr([e for e in record.events if e.kind in ("cookie", "response", "database")])
        assert len(record.of(DatabaseChange, store="items")) == 1


async def test_a_worker_that_is_started_while_its_tab_is_cut_off_is_cut_off_too(chromium: Launched) -> None:
    """Chrome cuts off a page with its dedicated workers, but no service worker."""
    site = Site()
    asked: list[str] = []

    async def ping(request: web.Request) -> web.Response:
        asked.append(request.query_string)
        return web.Response(text="pong")

    site.on("GET", "/ping", ping)
    site.script("/sw.js", "onmessage=(event)=>event.waitUntil(fetch('/ping?'+event.data).catch(()=>0))")
    site.page(
        "/",
        """<script>const source=`fetch('${location.origin}/ping?NAME').catch(()=>0)`;
        const start=(name)=>new Worker(URL.createObjectURL(new Blob([source.replace('NAME',name)])));
        const ready=navigator.serviceWorker.register('/sw.js').then(()=>navigator.serviceWorker.ready);
        const tell=async(name)=>(await ready).active.postMessage(name);
        addEventListener('offline',()=>start('early'));addEventListener('online',()=>start('later'))</script>""",
    )
    async with site.serving(), hand(chromium.endpoint) as by_hand:
        page = await by_hand.open(site.url + "/")
        await by_hand.call(page, "ServiceWorker.enable")
        await by_hand.until(
            page, "document.readyState === 'complete' && ready.then(() => tell('first')).then(() => true)"
        )
        await by_hand.call(page, "ServiceWorker.stopAllWorkers")
        async with recording(chromium.endpoint) as record:
            tab = next(one["tab"] for one in record.status[0]["tabs"] if one["url"] == site.url + "/")

            def tried(name: str) -> str | None:
                return next((e.connection for e in record.of(Request) if e.url.endswith("/ping?" + name)), None)

            await record.do(do="offline", tab=tab, on=True)
            # Of a service worker that starts now the first request can get through; then it is cut off as well.
            await by_hand.evaluate(page, "tell('started')")
            started = await record.until(lambda: tried("started"))
            await record.until(lambda: [e for e in record.of(Finished) + record.of(Failed) if e.connection == started])
            await by_hand.evaluate(page, "tell('running')")
            for name in ("early", "running"):
                connection = await record.until(lambda name=name: tried(name))  # type: ignore[misc]
                assert "DISCONNECTED" in (await record.one(Failed, connection=connection)).error
            await record.do(do="offline", tab=tab, on=False)
            await by_hand.evaluate(page, "tell('again')")
            for name in ("later", "again"):
                connection = await record.until(lambda name=name: tried(name))  # type: ignore[misc]
                await record.one(Body, connection=connection)
            assert all(e.ok for e in record.of(Action))
            await record.do(do="close", tab=tab)
        assert sorted(set(asked) - {"first", "started"}) == ["again", "later"]
