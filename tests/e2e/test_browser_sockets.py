"""Every frame of every kind of socket is recorded, byte for byte, by the server's own log."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.browser.launch import Launched
from monitor.model import Action, Frame, Gap, Navigation, SocketClosed, SocketHandshake, SocketOpened, TargetCrashed
from tests.e2e.harness import Recording, Site, recording

CLIENT = """
const ws = new WebSocket(`ws://${location.host}/NAME`); ws.binaryType = 'arraybuffer';
ws.onopen = () => { ws.send('hällo NAME'); ws.send(new Uint8Array([0, 255, 128, 10])); };
"""
PLACES = ("page", "frame", "worker", "shared", "service")


def whole_site() -> Site:
    site = Site()
    for name in PLACES:
        site.socket(f"/{name}", ("first ☃", b"\x00\xfe\xff"))
    site.script("/worker.js", CLIENT.replace("NAME", "worker"))
    site.script("/shared.js", CLIENT.replace("NAME", "shared"))
    site.script("/service.js", CLIENT.replace("NAME", "service"))
    site.page("/inner", f"<script>{CLIENT.replace('NAME', 'frame')}</script>")
    site.page(
        "/",
        f"""<iframe src=/inner></iframe><script>{CLIENT.replace("NAME", "page")}
        new Worker('/worker.js'); new SharedWorker('/shared.js'); navigator.serviceWorker.register('/service.js');
        </script>""",
    )
    return site


def carried(record: Recording, name: str) -> list[tuple[str, str, Any]]:
    opened = [e for e in record.of(SocketOpened) if e.url and e.url.endswith("/" + name)]
    connections = {e.connection for e in opened}
    frames = [e for e in record.of(Frame) if e.connection in connections]
    return [("/" + name, e.dir, e.text if e.opcode == 1 else e.data) for e in frames]


async def test_sockets_of_every_context(chromium: Launched) -> None:
    async with whole_site().serving() as site, recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        for name in PLACES:
            await record.until(lambda name=name: len(carried(record, name)) == 5)  # type: ignore[misc]
            said = [entry for entry in site.log if entry[0] == "/" + name]
            for way in ("in", "out"):
                told = [entry for entry in carried(record, name) if entry[1] == way]
                assert told == [entry for entry in said if entry[1] == way]
        tabs = {(e.url or "").rsplit("/", 1)[1]: e.tab for e in record.of(SocketOpened)}
        assert tabs == {"page": tab, "frame": tab, "worker": tab, "shared": None, "service": None}
        assert all(not e.late and e.url_is == "certain" for e in record.of(SocketOpened))
        answered = {e.connection for e in record.of(SocketHandshake, status=101)}
        assert answered == {e.connection for e in record.of(SocketOpened)}
        assert {e.size for e in record.of(Frame, text="first ☃")} == {len("first ☃".encode())}


async def test_a_reload_closes_sockets_that_chrome_does_not(chromium: Launched) -> None:
    async with whole_site().serving() as site, recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/inner")
        opened = await record.one(SocketOpened, tab=tab)
        await record.until(lambda: len(carried(record, "frame")) == 5)
        await record.do(do="reload", tab=tab)
        closed = await record.one(SocketClosed, connection=opened.connection)
        assert closed.derived
        assert closed.because == "navigation"
        assert (await record.one(Navigation, tab=tab, how="reload")).main
        await record.until(lambda: len(record.of(SocketOpened, tab=tab)) == 2)


async def test_a_closed_tab_ends_its_socket(chromium: Launched) -> None:
    async with whole_site().serving() as site, recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/inner")
        await record.until(lambda: len(carried(record, "frame")) == 5)
        await record.do(do="close", tab=tab)
        closed = await record.one(SocketClosed, tab=tab)
        assert closed.derived
        assert closed.because == "the page is gone"


@pytest.mark.parametrize("count", [1, 2])
async def test_a_socket_older_than_the_attach(chromium: Launched, count: int) -> None:
    site = Site()
    paths = [f"/live{n}" for n in range(count)]
    for path in paths:
        site.socket(path)
    opens = "".join(f"new WebSocket(`ws://${{location.host}}{path}`)," for path in paths)
    site.page("/", f"<script>window.sockets=[{opens}]; setInterval(() => sockets.at(-1).send('tick'), 100)</script>")
    async with site.serving(), recording(chromium.endpoint) as before:
        await before.open(site.url + "/")
        await before.until(lambda: len(before.of(Frame)) > 2)
        # A second recording attaches to what the first one saw from the start.
        async with recording(chromium.endpoint) as record:
            named = await record.one(SocketOpened, late=True, url=f"ws://127.0.0.1:{site.port}{paths[0]}")
            assert named.url_is == ("certain" if count == 1 else "guess")
            assert (await record.one(Frame, dir="out")).text == "tick"
            assert {e.connection for e in record.of(Frame)} == {named.connection}


async def test_a_page_with_webassembly_is_not_asked_what_would_crash_it(chromium: Launched) -> None:
    """Chrome crashes a page with a WebAssembly table (here the smallest module that has one) asked for its objects."""
    site = Site()
    site.socket("/live")
    site.page(
        "/",
        """<script>
        const code = [0, 97, 115, 109, 1, 0, 0, 0, 4, 4, 1, 112, 0, 1];
        window.made = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code)));
        window.table = new WebAssembly.Table({initial: 1, element: 'anyfunc'});
        window.channel = new BroadcastChannel('news');
        const socket = new WebSocket(`ws://${location.host}/live`);
        setInterval(() => socket.send('tick'), 100);
        </script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as before:
        tab = await before.open(site.url + "/")
        await before.until(lambda: len(before.of(Frame)) > 2)
        async with recording(chromium.endpoint) as record:
            late = await record.one(SocketOpened, late=True)
            assert (await record.one(Gap, tab=late.tab)).reason.startswith("the page has WebAssembly")
            await record.do(do="cut", tab=late.tab)
            refused = await record.one(Action, do="cut")
            assert not refused.ok
            assert "WebAssembly" in str(refused.error)
            seen = len(record.of(Frame))
            await record.until(lambda: len(record.of(Frame)) > seen + 2)
            assert {e.url_is for e in record.of(SocketOpened)} == {"unknown"}
        assert not before.of(TargetCrashed)
        told = [gap for gap in before.of(Gap, tab=tab) if "WebAssembly" in gap.reason]
        assert len(told) == 1, "it is told once, however often there would have been a look"


async def test_what_a_blob_carries_is_a_gap(chromium: Launched) -> None:
    site = Site()
    site.socket("/ws")
    site.page(
        "/",
        "<script>const w=new WebSocket(`ws://${location.host}/ws`);w.onopen=()=>w.send(new Blob(['abc']))</script>",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        await record.open(site.url + "/")
        frame = await record.one(Frame, dir="out")
        assert frame.size == 0
        assert (await record.one(Gap, connection=frame.connection)).count == 1


async def test_large_frames_are_whole(chromium: Launched) -> None:
    site = Site()
    big = bytes(range(256)) * 8000
    site.socket("/ws", (big, "é" * 1_000_000))
    site.page("/", "<script>const w=new WebSocket(`ws://${location.host}/ws`)</script>")
    async with site.serving(), recording(chromium.endpoint) as record:
        await record.open(site.url + "/")
        await record.until(lambda: len(record.of(Frame)) == 2)
        binary, text = record.of(Frame)
        assert binary.data == big
        assert (text.text, text.size) == ("é" * 1_000_000, 2_000_000)


async def test_cutting_a_tab_makes_its_page_come_back(chromium: Launched) -> None:
    site = Site()
    site.socket("/live", ("hello",))
    site.page(
        "/",
        """<p id=n>0</p><script>let n = 0; const go = () => { const ws = new WebSocket(`ws://${location.host}/live`);
        ws.onclose = (event) => { document.getElementById('n').textContent = event.code; setTimeout(go, 200); } };
        go();</script>""",
    )
    async with site.serving(), recording(chromium.endpoint) as record:
        tab = await record.open(site.url + "/")
        first = await record.one(SocketOpened, tab=tab)
        await record.until(lambda: record.of(Frame, text="hello"))
        await record.do(do="cut", tab=tab)
        done = await record.one(Action, do="cut")
        assert (done.ok, done.args) == (True, {"sockets": 1})
        closed = await record.one(SocketClosed, connection=first.connection)
        assert not closed.derived
        await record.until(lambda: len(record.of(SocketOpened, tab=tab)) == 2)
