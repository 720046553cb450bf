"""What comes by odd ways: made by a service worker, begun in one process and ended in another, cut off, unseen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from monitor.browser.launch import Launched
from monitor.model import (
    Body,
    Chunk,
    Event,
    Failed,
    Finished,
    Frame,
    Gap,
    Navigation,
    Request,
    RequestBody,
    Response,
    SocketClosed,
    SocketError,
    SocketHandshake,
    SocketOpened,
    TargetAttached,
    TargetCrashed,
    payload,
)
from tests.e2e.harness import Recording, Site, recording
from tests.e2e.test_browser_pages import texts

SAY = "const say=(name,text)=>fetch('/said?'+name,{method:'POST',body:text});"
CORS = b"Content-Type: text/plain\r\nAccess-Control-Allow-Origin: *\r\n"


def told(site: Site) -> dict[str, str]:
    """Have the site's pages tell by `say(name, text)` what they got."""
    said: dict[str, str] = {}

    async def hear(request: web.Request) -> web.Response:
        said[request.query_string] = await request.text()
        return web.Response(text="ok")

    site.on("POST", "/said", hear)
    return said


def ends(record: Recording, path: str) -> list[Request]:
    """The requests whose address ends so."""
    return [e for e in record.of(Request) if e.url.endswith(path)]


def body(record: Recording, path: str) -> str:
    """What a request brought, as one body or as chunks; a copy of a body that has a hole does not count twice."""
    connection = ends(record, path)[-1].connection
    pieces: list[Event] = [*record.of(Chunk, connection=connection)] or [*record.of(Body, connection=connection)]
    return "".join(str(payload(piece) or "") for piece in pieces)


MAKER = """oninstall=()=>skipWaiting();onactivate=e=>e.waitUntil(clients.claim());
const text=(t,type)=>new Response(t,{headers:{'content-type':type||'text/plain'}});
const sleep=ms=>new Promise(r=>setTimeout(r,ms));
const stream=()=>new ReadableStream({async start(c){for(let i=0;i<4;i++){c.enqueue(new TextEncoder().encode(
  `data: ${i} é\\n\\n`));await sleep(60)}c.close()}});
const made={'/made-text':()=>text('made é'),'/made-stream':()=>text(stream(),'text/event-stream'),
  '/made-post':async r=>text('got '+await r.text()),'/made-page':()=>text('<p>made page</p>','text/html'),
  '/made-cache':async()=>{const c=await caches.open('c');await c.put('/kept',text('kept'));return c.match('/kept')}};
onfetch=e=>{const make=made[new URL(e.request.url).pathname];if(make)e.respondWith(make(e.request))}"""


async def test_what_a_service_worker_makes_is_whole(chromium: Launched) -> None:
    """Chrome keeps no body of a worker's for us while it keeps those of the network beyond their page."""
    site = Site()
    said = told(site)
    site.script("/maker.js", MAKER)
    site.page(
        "/",
        f"""<script>{SAY}(async()=>{{await navigator.serviceWorker.register('/maker.js');
        if(!navigator.serviceWorker.controller)
          await new Promise(r=>navigator.serviceWorker.addEventListener('controllerchange',r));
        for(const name of ['text','stream','post','cache'])
          say(name,await (await fetch('/made-'+name,name=='post'?{{method:'POST',body:'in é'}}:{{}})).text());
        setTimeout(()=>location.href='/made-page',300)}})()</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: texts(record, tab) == ["made page"])
        await record.until(lambda: len(said) == 4)
        paths = [f"/made-{name}" for name in (*said, "page")]
        names = {ends(record, path)[0].connection for path in paths}
        await record.until(
            lambda: (
                names
                <= {e.connection for e in record.of(Body)} | {e.connection for e in record.of(Finished, body="chunks")}
            )
        )
        assert {name: body(record, f"/made-{name}") for name in said} == said
        assert body(record, "/made-page") == "<p>made page</p>"
        assert [e.text for e in ends(record, "/made-post")] == ["in é"]
        heads = {e.connection: e for e in record.of(Response)}
        assert all(heads[ends(record, path)[0].connection].from_service_worker for path in paths)
        assert not record.of(Gap)


async def test_what_begins_in_one_process_and_ends_in_another(chromium: Launched) -> None:
    """Frames of other sites and workers go on with what their page asked for; what nobody asked for is no loss."""
    site = Site()
    site.socket("/ws")
    says = "const w=new WebSocket(`ws://${HOST}/ws`);w.onopen=()=>w.send(NAME)"

    def saying(name: str, host: str = "location.host") -> str:
        return says.replace("NAME", f"'{name}'").replace("HOST", host)

    inner = f"<p>inside</p><script>{saying('inner')}</script>"
    site.page("/inner", inner)
    site.page("/hop", "<script>location.href = `http://127.0.0.1:${location.port}/inner?hop`</script>")
    page = """<iframe src=http://localhost:PORT/inner></iframe><iframe src=http://localhost:PORT/hop></iframe>
        <iframe sandbox=allow-scripts src=/inner?s></iframe>
        <iframe srcdoc="<p>in it</p><script>SRCDOC</script>"></iframe><script>const host=`'${location.host}'`;
        const blob=(code)=>URL.createObjectURL(new Blob([code.replace('HERE',host)]));
        new Worker(blob("BLOB"));new Worker('data:text/javascript,'+encodeURIComponent("DATA".replace('HERE',host)));
        window.kept=new SharedWorker(blob("SHARED"));</script>"""

    async def serve(request: web.Request) -> web.Response:
        text = page.replace("PORT", str(site.port)).replace("SRCDOC", saying("srcdoc", f"'127.0.0.1:{site.port}'"))
        for name in ("blob", "data", "shared"):
            text = text.replace(name.upper(), saying(name, "HERE"))
        return web.Response(text=f"<!doctype html><title>x</title>{text}", content_type="text/html")

    site.on("GET", "/", serve)
    names = ("inner", "inner", "inner", "srcdoc", "blob", "data", "shared")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: len(record.of(Frame)) == 2 * len(names))
        assert sorted(str(e.text) for e in record.of(Frame, dir="out")) == sorted(names)
        for path in ("/inner", "/inner?s", "/inner?hop"):
            await record.until(lambda path=path: record.of(Body, connection=ends(record, path)[0].connection))  # type: ignore[misc]
            assert body(record, path) == f"<!doctype html><title>/inner</title>{inner}"
        scripts = [e for e in record.of(Request, resource="script") if e.url.startswith("blob:")]
        await record.until(lambda: {e.connection for e in record.of(Finished)} >= {e.connection for e in scripts})
        assert len(scripts) == 2
        assert all(e.url for e in record.of(Navigation))
        # The handshake has the only stamp: what was before it is dated no later, and not by when we heard of it.
        for opened in record.of(SocketOpened):
            shaken = record.of(SocketHandshake, connection=opened.connection)[0]
            assert (opened.mono, opened.time) == (shaken.mono, shaken.time)
        assert not record.of(Gap)
        shared = record.of(TargetAttached, type="shared_worker")[0].target
        # What is under way as its tab is closed fails, and rightly so.
        await record.until(
            lambda: (
                {e.connection for e in record.of(Request)}
                <= {e.connection for e in record.of(Finished)} | {e.connection for e in record.of(Failed)}
            )
        )
        await record.do(do="close", tab=tab)
        await record.until(lambda: len(record.of(SocketClosed)) == len(names))
        assert {e.because for e in record.of(SocketClosed, target=shared)} == {"the shared worker stopped"}
        assert not record.of(TargetCrashed, reason="crashed")
        # Of a document that leaves its process while it is read, Chrome may tell no end.
        hop = {e.connection for e in ends(record, "/hop")}
        assert {e.connection for e in record.of(Failed)} <= hop
        assert all(e.canceled and e.derived for e in record.of(Failed))


@contextlib.asynccontextmanager
async def raw() -> AsyncIterator[str]:
    """A server of answers that no library gives: its address."""
    length = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" + CORS + b"\r\n"
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + CORS + b"\r\n5\r\nhello\r\n"
    answers = {
        "/trailers": [chunked + b"6;ext=1\r\n world\r\n0\r\nX-Check: abc\r\n\r\n"],
        "/hints": [b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n", length % 5 + b"hints"],
        "/old": [b"HTTP/1.0 200 OK\r\n" + CORS + b"\r\nuntil the end"],
        "/short": [length % 50 + b"only this"],
        "/cut": [chunked + b"9\r\nbro"],
    }

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            asked = await reader.readuntil(b"\r\n\r\n")
            for piece in answers[asked.split()[1].decode()]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


ODD = """
const raw='RAW',far='http://localhost:PORT',ask=async(name,url,how)=>{
  let got;try{const r=await fetch(url||raw+'/'+name,how);got=r.status+' '+await r.text()}catch(e){got='failed'}
  await say(name,got)};
(async()=>{
for(const name of ['trailers','hints','old','short','cut'])await ask(name);
await ask('nothing','/nothing');
await ask('etag','/etag');await ask('again','/etag',{cache:'no-cache'});await ask('cached','/etag');
await ask('part','/part',{headers:{Range:'bytes=5-9'}});
await ask('away','/away',{method:'POST',body:'posted é'});
await ask('allowed',far+'/allowed',{method:'PUT',headers:{'x-a':'1'},body:'over there'});
await ask('refused',far+'/refused',{method:'PUT',body:'x'});
const stop=new AbortController(),open=await fetch('/endless',{signal:stop.signal});
await open.body.getReader().read();stop.abort();
const other=(await fetch('/endless?2')).body.getReader();await other.read();await other.cancel();
navigator.sendBeacon('/sink?blob',new Blob(['from a blob é']));
fetch('/sink?kept',{method:'POST',body:'kept',keepalive:true});
if(globalThis.fetchLater)fetchLater('/sink?later',{method:'POST',body:'later',activateAfter:0});
const w=new WebSocket(`ws://${location.host}/ws`);w.onopen=()=>{w.send('');w.send(new ArrayBuffer(0));w.send('é')};
new WebSocket(`ws://${location.host}/nowhere`);
const s=new WebSocketStream(`ws://${location.host}/ws?stream`),{readable,writable}=await s.opened;
await writable.getWriter().write('by a stream');await say('stream',(await readable.getReader().read()).value);s.close();
new WebTransport('https://127.0.0.1:PORT/wt?secret').ready.catch(()=>0);
const a=document.createElement('a');a.href='/file?secret';a.download='x';document.body.append(a);a.click();
await say('done','');
})()"""


def odd_site(address: str) -> Site:
    """What `ODD` asks for."""
    site = Site()

    async def etag(request: web.Request) -> web.Response:
        site.log.append(request.headers.get("If-None-Match"))
        head = {"ETag": '"v1"', "Cache-Control": "max-age=100"}
        return web.Response(status=304, headers=head) if site.log[-1] else web.Response(text="tagged", headers=head)

    async def allowed(request: web.Request) -> web.Response:
        allow = {f"Access-Control-Allow-{name}": "*" for name in ("Origin", "Methods", "Headers")}
        return web.Response(text="got " + await request.text(), headers=allow)

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            await response.write(b"data: first\n\n")
            await asyncio.sleep(5)
        return response

    async def sink(request: web.Request) -> web.Response:
        site.log.append((request.query_string, await request.text()))
        return web.Response(text="sunk")

    async def nothing(request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def part(request: web.Request) -> web.Response:
        return web.Response(status=206, text="56789", headers={"Content-Range": "bytes 5-9/20"})

    async def away(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=307, headers={"Location": "/allowed"})

    async def page(request: web.Request) -> web.Response:
        script = SAY + ODD.replace("RAW", address).replace("PORT", str(site.port))
        return web.Response(text=f"<p>odd</p><script>{script}</script>", content_type="text/html")

    for path, handler in (("/etag", etag), ("/endless", endless), ("/nothing", nothing), ("/part", part), ("/", page)):
        site.on("GET", path, handler)
    for method in ("PUT", "OPTIONS", "POST"):
        site.on(method, "/allowed", allowed)
    site.on("POST", "/away", away)
    site.on("POST", "/sink", sink)
    site.text("/file", "a file", "application/octet-stream")
    site.socket("/ws")
    return site


async def test_odd_answers_posts_and_sockets_are_what_the_page_and_the_server_saw(chromium: Launched) -> None:
    async with raw() as address:
        site = odd_site(address)
        said = told(site)
        async with site.serving(), recording(chromium.endpoint) as record:
            tab = await record.open(site.url + "/")
            await record.until(lambda: "done" in said, 15.0)
            await record.until(lambda: len([e for e in record.of(Gap) if "http" in e.reason]) == 2)
            await record.until(lambda: ends(record, "/sink?later"))

            for name in ("trailers", "hints", "old", "nothing", "part", "away"):
                request = ends(record, "/" + name)[0]
                status = record.of(Response, connection=request.connection)[-1].status
                assert f"{status} {body(record, '/' + name)}" == said[name]
            # Fresh, asked for again and unchanged, and from the cache: each is told as the page got it.
            tagged = [e.connection for e in ends(record, "/etag")]
            assert [e.text for name in tagged for e in record.of(Body, connection=name)] == ["tagged"] * 3
            assert [e.from_cache for name in tagged for e in record.of(Response, connection=name)][::2] == [False, True]
            assert {said[name] for name in ("etag", "again", "cached")} == {"200 tagged"}
            assert '"v1"' in site.log
            assert sorted(e.method for e in ends(record, "/allowed")) == ["OPTIONS", "POST", "PUT"]
            assert {e.text for e in ends(record, "/away")} == {"posted é"}
            # What breaks off fails, and what had come by then is there.
            for path, error in (("/short", "LENGTH"), ("/cut", "INCOMPLETE"), ("/refused", "FAILED")):
                connection = next(e.connection for e in ends(record, path) if e.method != "OPTIONS")
                assert error in (await record.one(Failed, connection=connection)).error
            assert body(record, "/cut") == "hellobro"
            for path in ("/endless", "/endless?2"):
                assert body(record, path) == "data: first\n\n"
                assert record.of(Failed, connection=ends(record, path)[0].connection)[0].canceled
            # Posts that no page waits for, each in its tab.
            for name in ("blob", "kept", "later"):
                (sent,) = ends(record, "/sink?" + name)
                whole = sent if sent.text else await record.one(RequestBody, connection=sent.connection)
                assert (name, whole.text) in site.log
                assert whole.tab == tab
            carried = [(e.dir, e.opcode, e.text) for e in record.of(Frame)]
            for way, opcode, text in (("out", 1, ""), ("out", 2, None), ("out", 1, "é"), ("in", 1, said["stream"])):
                assert (way, opcode, text) in carried
            nowhere = next(e for e in record.of(SocketOpened) if (e.url or "").endswith("/nowhere"))
            assert "404" in record.of(SocketError, connection=nowhere.connection)[0].message
            reasons = sorted(e.reason for e in record.of(Gap))
            assert not [reason for reason in reasons if "secret" in reason]
