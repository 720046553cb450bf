"""The recorder as a whole: late attach, crash, loss and return of the browser, actions, what cannot be attached to."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web

from monitor.browser import discover
from monitor.browser.connection import connect
from monitor.browser.launch import Launched, launched
from monitor.browser.recorder import RecordOptions, Where, record
from monitor.errors import AttachError, CommandError
from monitor.model import (
    Action,
    Body,
    Chunk,
    Failed,
    Finished,
    Frame,
    Gap,
    Mark,
    Navigation,
    Recording,
    Request,
    Shown,
    SocketClosed,
    SocketHandshake,
    SocketOpened,
    TargetAttached,
    TargetCrashed,
)
from tests.e2e.harness import ListSink, Site, recording
from tests.e2e.test_browser_pages import REMOTE, Puppet


async def test_tabs_that_were_there(chromium: Launched) -> None:
    site = Site()
    site.page("/one", "<p>one</p>")
    site.page("/two", "<p>two</p>")
    async with site.serving(), recording(chromium.endpoint) as before:
        for path in ("/one", "/two"):
            tab = await before.open(site.url + path)
            await before.one(Shown, tab=tab)
        async with recording(chromium.endpoint) as late:
            status = late.status[0]
            assert status["event"] == "attached"
            # From left to right, as the user sees them.
            there = [(tab["tab"], tab["url"].rpartition("/")[2]) for tab in status["tabs"]]
            assert there == [("A", "about:blank"), ("B", "one"), ("C", "two")]
            head = await late.one(Recording, state="attached")
            assert head.browser is not None
            assert head.browser.startswith("Chrome/")
            shown = {block.text for event in late.of(Shown) for block in event.blocks}
            assert shown >= {"one", "two"}
            assert not any(event.early for event in late.of(TargetAttached))


async def test_a_crash_closes_what_was_open_and_can_be_reloaded(chromium: Launched) -> None:
    site = Site()
    site.socket("/ws", ("hello",))
    site.page("/", "<p>up</p><script>new WebSocket(`ws://${location.host}/ws`)</script>")
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.one(Frame, tab=tab)
        target = record.of(TargetAttached, tab=tab)[0].target
        await crash(chromium.endpoint, target or "")
        await record.one(TargetCrashed, tab=tab, reason="crashed")
        closed = await record.one(SocketClosed, tab=tab)
        assert closed.derived
        assert closed.because == "the renderer crashed"
        await record.do(do="reload", tab=tab)
        assert (await record.one(Navigation, tab=tab, how="reload")).main
        await record.until(lambda: len(record.of(Frame, tab=tab)) == 2)
        await record.until(lambda: len(record.of(Shown, tab=tab, full=True)) == 2)


async def crash(endpoint: str, target: str) -> None:
    """Crash a renderer, from a connection of our own."""

    def ignore(*_: object) -> None:
        pass

    async with connect(endpoint, ignore, ignore, ignore) as browser, asyncio.TaskGroup() as group:
        task = group.create_task(browser.run())
        reply = await browser.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        session = json.loads(bytes(reply))["sessionId"]
        with pytest.raises(CommandError, match=r"Page\.crash was not answered"):
            await browser.call("Page.crash", session=session, timeout_s=0.5)
        task.cancel()


async def test_actions_are_events(chromium: Launched) -> None:
    site = Site()
    site.socket("/ws")
    site.page(
        "/", "<script>setInterval(()=>fetch('/favicon.ico?'+Date.now()).then(r=>r.text()).catch(()=>0),100)</script>"
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.do(do="mark", text="here")
        assert record.status[-1]["ok"]
        assert (await record.one(Mark)).text == "here"
        await record.do(do="offline", tab=tab, on=True)
        cut = await record.one(Action, do="offline")
        assert (cut.tab, cut.ok, cut.args) == (tab, True, {"on": True})
        await record.one(Failed, tab=tab, error="net::ERR_INTERNET_DISCONNECTED")
        await record.do(do="offline", tab=tab, on=False)
        again = record.events[-1].time
        await record.until(lambda: [e for e in record.of(Finished, tab=tab) if e.time > again])
        await record.do(do="reload", tab="ZZ")
        failed = await record.one(Action, do="reload")
        assert not failed.ok
        assert failed.error == "There is no tab ZZ."
        await record.do(do="dance")
        assert "no action" in ((await record.one(Action, do="dance")).error or "")


class Cut:
    """Passes bytes between the recorder and the browser until it is cut."""

    def __init__(self, endpoint: str) -> None:
        self._host, _, self._path = endpoint.removeprefix("ws://").partition("/")
        self._pipes: list[asyncio.StreamWriter] = []
        self._dead: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()
        self.endpoint = ""

    @contextlib.asynccontextmanager
    async def passing(self) -> AsyncIterator[Cut]:
        server = await asyncio.start_server(self._pass, "127.0.0.1", 0)
        self.endpoint = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/{self._path}"
        try:
            yield self
        finally:
            self.cut()
            server.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self._host.partition(":")
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        self._pipes += [writer, there_writer]
        async with asyncio.TaskGroup() as group:
            group.create_task(self._copy(reader, there_writer))
            group.create_task(self._copy(there_reader, writer))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                await self._open.wait()
                if writer in self._dead:
                    continue
                writer.write(data)
                await writer.drain()
        writer.close()

    @contextlib.contextmanager
    def stalled(self) -> Iterator[None]:
        """Nothing passes, but nothing is lost."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def die(self) -> None:
        """What is connected stays connected, and nothing ever passes again."""
        self._dead.update(self._pipes)

    def cut(self) -> None:
        for writer in self._pipes:
            writer.transport.abort()
        self._pipes.clear()


async def test_what_is_asked_for_late_is_whole(chromium: Launched) -> None:
    """The page reads a stream's beginning, and all of a short answer, before the recorder hears that they exist."""
    site = Site()
    puppet, read, ended = Puppet(site), asyncio.Event(), asyncio.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write("data: först\n\n".encode())
        await ended.wait()
        await response.write(b"data: sist\n\n")
        return response

    async def got(request: web.Request) -> web.Response:
        read.set()
        return web.Response(text="ok")

    site.on("POST", "/stream", stream)
    site.on("GET", "/got", got)
    site.text("/short", '{"a":"é"}', "application/json")
    site.page("/", f"<body><p>page</p>{REMOTE}")
    script = """(async()=>{for(const path of ['/short?1','/short?2'])await (await fetch(path)).text();
        const body=(await fetch('/stream',{method:'POST'})).body.getReader();await body.read();
        await fetch('/got');while(!(await body.read()).done);})()"""
    async with site.serving(), Cut(chromium.endpoint).passing() as between, recording(between.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: record.of(Shown, tab=tab) and record.of(SocketHandshake, status=101))
        with between.stalled():
            await puppet.tell(script)
            async with asyncio.timeout(8):
                await read.wait()
        asked = await record.until(lambda: [e for e in record.of(Request) if e.url.endswith("/stream")])
        # The beginning is there while the stream is still open.
        assert (await record.one(Chunk, connection=asked[0].connection)).text == "data: först\n\n"
        ended.set()
        await record.one(Finished, connection=asked[0].connection, body="chunks")
        assert [e.text for e in record.of(Chunk)] == ["data: först\n\n", "data: sist\n\n"]
        short = [e.connection for e in record.of(Request) if "/short?" in e.url]
        await record.until(lambda: {e.connection for e in record.of(Body)} >= set(short))
        assert [e.text for e in record.of(Body) if e.connection in short] == ['{"a":"é"}'] * 2
        assert not record.of(Gap)


async def test_a_connection_that_stalls_loses_nothing_and_one_that_is_dead_is_replaced(
    chromium: Launched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.browser.liveness.CANARY_S", 0.1)
    site = Site()
    site.socket("/ws")
    site.page(
        "/",
        """<p>page</p><script>const w=new WebSocket(`ws://${location.host}/ws`);let n=0;
        w.onopen=()=>setInterval(()=>w.send(`${n++}`),20)</script>""",
    )
    async with site.serving(), Cut(chromium.endpoint).passing() as between, recording(between.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: len(record.of(Frame, dir="out")) > 5)
        seen = len(site.log)
        with between.stalled():
            async with asyncio.timeout(8):
                while len(site.log) < seen + 100:  # noqa: ASYNC110 - the log is filled by the site
                    await asyncio.sleep(0.02)
        await record.until(lambda: len(record.of(Frame, dir="out")) > seen)
        sent = [text for _, way, text in site.log if way == "out"]
        told = [e.text for e in record.of(Frame, dir="out")]
        assert told == sent[: len(told)]
        assert not record.of(Recording, state="lost")
        assert not record.of(Gap)
        monkeypatch.setattr("monitor.browser.liveness.DEAD_S", 0.5)
        between.die()
        lost = await record.one(Recording, state="lost")
        assert "said nothing for" in (lost.detail or "")
        await record.one(Recording, state="resumed")
        again = await record.until(lambda: record.of(SocketOpened, late=True))
        assert again[0].tab == tab
        await record.until(lambda: record.of(Frame, connection=again[0].connection))


async def test_a_lost_connection_is_resumed(chromium: Launched) -> None:
    site = Site()
    site.socket("/ws", ("hello",))
    site.page(
        "/",
        """<p>page</p><script>const w=new WebSocket(`ws://${location.host}/ws`);
        setInterval(()=>w.send('x'),50)</script>""",
    )
    async with site.serving(), Cut(chromium.endpoint).passing() as between, recording(between.endpoint) as record:
        tab = await record.open(site.url + "/")
        await record.until(lambda: len(record.of(Frame)) > 2)
        between.cut()
        lost = await record.one(Recording, state="lost")
        assert "ended" in (lost.detail or "")
        assert (await record.one(SocketClosed)).because == "the browser was lost"
        await record.one(Recording, state="resumed")
        # The tab keeps its label; its socket is a new connection, as what came between is not known.
        again = await record.until(lambda: record.of(SocketOpened, late=True))
        assert (again[0].tab, again[0].connection) == (tab, "w2")
        await record.until(lambda: [s for s in record.of(Shown, tab=tab, full=True) if s.time > lost.time])


async def test_a_killed_browser_is_lost() -> None:
    async with launched(headless=True) as browser, recording(browser.endpoint, reattach_s=0.5) as record:
        browser.kill()
        await record.one(Recording, state="lost")
        await record.one(Recording, state="stopped")


async def test_the_duration_ends_a_recording(chromium: Launched) -> None:
    sink = ListSink()
    news: list[object] = []
    options = RecordOptions(browsers=(Where(endpoint=chromium.endpoint),), duration=0.2)
    await record(options, sink, status=news.append)
    assert [e.state for e in sink.events if isinstance(e, Recording)] == ["started", "attached", "stopped"]


async def test_nothing_listens(free_port: int) -> None:
    with pytest.raises(
        AttachError, match=f"Nothing listens on 127.0.0.1:{free_port}.*--remote-debugging-port={free_port}"
    ):
        await record(RecordOptions(browsers=(Where(port=free_port),)), ListSink())


async def test_something_else_listens() -> None:
    site = Site()
    site.page("/json/version", "no browser")
    site.socket("/odd")
    async with site.serving():
        with pytest.raises(AttachError, match="does not speak the DevTools protocol"):
            await record(RecordOptions(browsers=(Where(port=site.port),)), ListSink())
        with pytest.raises(AttachError, match="404"):
            await record(RecordOptions(browsers=(Where(endpoint=f"ws://127.0.0.1:{site.port}/nothing"),)), ListSink())


async def test_the_ways_in(chromium: Launched) -> None:
    by_profile = await discover.find(Where(profile_dir=chromium.profile))
    assert by_profile.socket == chromium.endpoint
    assert by_profile.approval
    host = chromium.endpoint.split("/")[2]
    by_http = await discover.find(Where(endpoint=f"http://{host}"))
    assert by_http.socket == chromium.endpoint
    assert (by_http.browser or "").startswith("Chrome/")
    assert (await discover.find(Where(endpoint=chromium.endpoint))).http is None

    def ignore(*_: object) -> None:
        pass

    # Chrome would deflate what it says, and the library would cut the connection at 1 MiB or for want of a pong.
    async with connect(chromium.endpoint, ignore, ignore, ignore) as browser:
        socket = browser._socket
        assert (socket.protocol.extensions, socket.ping_interval) == ([], None)
        assert socket.protocol.max_message_size is None


async def test_tabs_over_http(chromium: Launched) -> None:
    endpoint = await discover.find(Where(endpoint=f"http://{chromium.endpoint.split('/')[2]}"))
    target = await discover.open_tab(endpoint, "about:blank?mine")
    listed = {tab.id: tab.url for tab in await discover.list_tabs(endpoint)}
    assert listed[target] == "about:blank?mine"
    await discover.focus_tab(endpoint, target)
    await discover.close_tab(endpoint, target)
    async with asyncio.timeout(5):
        while target in {tab.id for tab in await discover.list_tabs(endpoint)}:
            pass


async def test_a_refused_origin_is_explained() -> None:
    site = Site()

    async def refuse(request: web.Request) -> web.Response:
        raise web.HTTPForbidden

    site.on("GET", "/devtools/browser/x", refuse)
    async with site.serving():
        where = Where(endpoint=f"ws://127.0.0.1:{site.port}/devtools/browser/x")
        with pytest.raises(AttachError, match="403"):
            await record(RecordOptions(browsers=(where,)), ListSink())


async def test_what_the_page_sees(chromium: Launched) -> None:
    """The page's own world has nothing of ours in it."""
    site = Site()
    site.page(
        "/",
        """<script>const names=Object.getOwnPropertyNames(window).filter(n=>/syncmon/i.test(n)).length;
        const own=/native code/.test(WebSocket.prototype.send);
        fetch(`/saw?${names}-${typeof syncmonEmit}-${own}`)</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        await record.open(site.url + "/")
        await record.until(lambda: [e for e in record.of(Request) if e.url.endswith("/saw?0-undefined-true")])


async def test_two_browsers_in_one_recording(chromium: Launched) -> None:
    site = Site()
    site.socket("/ws", ("hello",))
    site.page("/", "<p>page</p><script>new WebSocket(`ws://${location.host}/ws`)</script>")
    async with site.serving(), launched([site.url + "/"], headless=True) as second:
        both = (Where(endpoint=chromium.endpoint), Where(endpoint=second.endpoint))
        async with recording("", browsers=both) as record:
            await record.until(lambda: len([s for s in record.status if s["event"] == "attached"]) == 2)
            await record.until(lambda: {e.tab for e in record.of(TargetAttached)} == {"A", "B"})
            there = next(e.tab for e in record.of(TargetAttached) if e.url.startswith(site.url))
            await record.do(do="reload", tab=there)
            assert (await record.one(Navigation, how="reload")).tab == there
            await record.one(Frame, tab=there)
            names = [e.connection for e in record.of(SocketOpened)]
            assert len(names) == len(set(names))
