"""What a tab does in its first moments: all that the server saw is recorded, or a gap says that it may not be all."""

from __future__ import annotations

import asyncio

from aiohttp import web

from monitor.browser.launch import Launched
from monitor.browser.requests import ONLY_THE_ANSWER, ONLY_THE_END
from monitor.browser.targets import UNHELD
from monitor.model import Body, Chunk, Frame, Gap, Request, RequestBody, SocketOpened, payload
from tests.e2e.harness import Recording, Site, recording
from tests.e2e.test_browser_lives import hand

POSTED = 2_000_000
PAGE = """<!doctype html><script>
const n = location.search;
localStorage.setItem('first' + n, n);
fetch('/post' + n, {method: 'POST', body: 'x'.repeat(POSTED)});
fetch('/stream' + n).then((answer) => answer.text());
const socket = new WebSocket('ws://' + location.host + '/socket' + n);
socket.onopen = () => { for (let i = 0; i < 20; i++) socket.send(n + i); };
</script><script src='/script.js?N'></script><img src='/image.png?N'>"""
OPENER = """<p>opener</p><script>
window.open('/page?1', '_blank', 'noopener');
window.open('/page?3', '_blank');
const link = document.createElement('a');
Object.assign(link, {href: '/page?2', target: '_blank', rel: 'noopener'});
document.body.append(link);
link.click();
</script>"""


class FirstMoments(Site):
    """A site that keeps what it was asked, what it streamed, and what its sockets carried, by the tab's number."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.streamed: dict[str, str] = {}
        self.carried: dict[str, list[tuple[str, str]]] = {}
        self.page("/opener", OPENER)
        for path in ("/page", "/post", "/stream", "/script.js", "/image.png"):
            self.app.router.add_route("*", path, self.answer)
        self.on("GET", "/socket", self.talk)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Anything but the socket."""
        self.asked.append(request.path_qs)
        number = request.query_string
        if request.path == "/page":
            text = PAGE.replace("POSTED", str(POSTED)).replace("N'", f"{number}'")
            return web.Response(text=text, content_type="text/html")
        if request.path != "/stream":
            return web.Response(text="", content_type="text/javascript")
        answer = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await answer.prepare(request)
        for count in range(8):
            piece = f"{count} of {number}\n" * 100
            self.streamed[number] = self.streamed.get(number, "") + piece
            await answer.write(piece.encode())
            await asyncio.sleep(0.02)
        return answer

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        """The socket."""
        self.asked.append(request.path_qs)
        carried = self.carried.setdefault(request.query_string, [])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for count in range(50):
            carried.append(("in", str(count)))
            await socket.send_str(str(count))
        async for message in socket:
            carried.append(("out", message.data))
        return socket

    def paths(self, number: str) -> set[str]:
        """What a tab asked for, by what the server saw."""
        return {path for path in self.asked if path.endswith(f"?{number}")}


def told(record: Recording, site: Site, number: str) -> set[str]:
    """The same by the recording."""
    urls = [event.url for event in record.of(Request)]
    urls += [(event.url or "").replace("ws:", "http:") for event in record.of(SocketOpened)]
    return {url.removeprefix(site.url) for url in urls if url.endswith(f"?{number}")}


def connection(record: Recording, path: str) -> str | None:
    """The one connection of a request, whose tab is known."""
    (one,) = (event for event in record.of(Request) if event.url.endswith(path))
    assert one.tab is not None
    return one.connection


def carried(record: Recording, number: str) -> list[tuple[str, str | None]]:
    """The frames of a tab's socket."""
    names = {event.connection for event in record.of(SocketOpened) if (event.url or "").endswith(f"/socket?{number}")}
    return sorted((event.dir, event.text) for event in record.of(Frame) if event.connection in names)


def streamed(record: Recording, number: str) -> str:
    """What came of a tab's stream so far."""
    name = connection(record, f"/stream?{number}")
    return "".join(str(payload(e)) for kind in (Body, Chunk) for e in record.of(kind, connection=name) if payload(e))


async def check(record: Recording, site: FirstMoments, number: str) -> None:
    """All that the server saw of a tab is in the recording, once."""
    await record.until(lambda: len(site.paths(number)) == 6 and len(site.carried.get(number, [])) == 70)
    await record.until(lambda: told(record, site, number) == site.paths(number))
    await record.until(lambda: len(carried(record, number)) >= 70)
    assert carried(record, number) == sorted(site.carried[number])
    await record.until(lambda: len(streamed(record, number)) >= len(site.streamed[number]) > 0)
    assert streamed(record, number) == site.streamed[number]
    posted = await record.one(RequestBody, connection=connection(record, f"/post?{number}"))
    assert posted.size == POSTED


async def test_tabs_that_a_page_opens_are_recorded_from_their_first_request(chromium: Launched) -> None:
    site = FirstMoments()
    async with site.serving(), recording(chromium.endpoint) as record:
        await record.open(site.url + "/opener")
        for number in ("1", "2", "3"):
            await check(record, site, number)
        assert not record.of(Gap)


def explained(record: Recording, site: FirstMoments, number: str) -> bool:
    """Whether a gap stands for whatever of a tab is missing: one of its own for the document, one for the rest."""
    missing, reasons = site.paths(number) - told(record, site, number), {gap.reason for gap in record.of(Gap)}
    document = f"/page?{number}"
    others = UNHELD.format(type="page") in reasons or missing <= {document}
    return others and (document not in missing or bool({ONLY_THE_END, ONLY_THE_ANSWER} & reasons))


async def test_of_a_tab_opened_from_outside_a_gap_tells_whatever_is_missing(chromium: Launched) -> None:
    site = FirstMoments()
    async with site.serving(), recording(chromium.endpoint) as record:
        async with hand(chromium.endpoint) as by_hand:
            await by_hand.open(site.url + "/page?4")
        await record.until(lambda: len(site.paths("4")) == 6 and len(site.carried.get("4", [])) == 70)
        await record.until(lambda: explained(record, site, "4"))
