"""What the tests on a real browser share: a loopback site that logs what it served, and a recording one can wait on."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from monitor.browser.recorder import RecordOptions, Where, record
from monitor.lab import Driver
from monitor.model import Action, Event, TargetAttached
from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot

LOADED_S = 3.0
"""What a page shows so long after it was opened is no part of its load, seconds."""

E = TypeVar("E", bound=Event)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A web server on loopback. `log` is what its handlers say that they did: the truth to compare with."""

    def __init__(self) -> None:
        self.app = web.Application()
        self.log: list[Any] = []
        self.port = 0
        self._pages: dict[str, str] = {}

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str, html: str) -> None:
        """Serve a document."""
        self.text(path, f"<!doctype html><title>{path}</title>{html}", "text/html")

    def script(self, path: str, source: str) -> None:
        """Serve a script."""
        self.text(path, source, "text/javascript")

    def text(self, path: str, body: str, kind: str) -> None:
        """Serve text of a content type."""

        async def serve(request: web.Request) -> web.Response:
            return web.Response(text=body, content_type=kind, headers={"Cache-Control": "no-store"})

        self.app.router.add_get(path, serve)

    def on(self, method: str, path: str, handler: Handler) -> None:
        """Serve with a handler."""
        self.app.router.add_route(method, path, handler)

    def socket(self, path: str, frames: tuple[str | bytes, ...] = (), hold: bool = True) -> None:
        """Serve a socket that sends frames, echoes text in capitals, and logs (path, direction, payload)."""

        async def serve(request: web.Request) -> web.WebSocketResponse:
            socket = web.WebSocketResponse(max_msg_size=0)
            await socket.prepare(request)
            for frame in frames:
                self.log.append((path, "in", frame))
                await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
            async for message in socket if hold else _nothing():
                self.log.append((path, "out", message.data))
                if isinstance(message.data, str):
                    self.log.append((path, "in", message.data.upper()))
                    await socket.send_str(message.data.upper())
            return socket

        self.app.router.add_get(path, serve)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Site]:
        """The site for the time of a `with`."""
        self.text("/favicon.ico", "", "image/x-icon")
        runner = web.AppRunner(self.app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", self.port)
            await site.start()
            self.port = runner.addresses[0][1]
            yield self
        finally:
            await runner.cleanup()


async def _nothing() -> AsyncIterator[Any]:
    return
    yield


class Listeners:
    """The sockets of a site's tabs, by the name that each gives as `me`; those that are `deaf` are told nothing."""

    def __init__(self, site: Site, path: str = "/told") -> None:
        self.deaf: set[str] = set()
        self._sockets: dict[str, web.WebSocketResponse] = {}
        site.on("GET", path, self._listen)

    async def tell(self, news: Any) -> None:
        """Send JSON to all who hear it."""
        for name, socket in self._sockets.items():
            if name not in self.deaf and not socket.closed:
                await socket.send_json(news)

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[request.query["me"]] = socket
        async for _ in socket:
            pass
        return socket


class ListSink:
    """Keeps events in memory, in the order in which they were committed."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._batch: list[Event] = []

    def extend(self, events: Sequence[Event]) -> None:
        """Take events."""
        self._batch.extend(events)

    def commit(self) -> int:
        """Keep what was taken, by time within the batch, as a capture file does."""
        self.events += sorted(self._batch, key=lambda event: event.time)
        self._batch.clear()
        return len(self.events)


class Recording:
    """A recording under way. `status` is all the news so far."""

    def __init__(self) -> None:
        self.sink = ListSink()
        self.status: list[Mapping[str, Any]] = []
        self._control: asyncio.Queue[Mapping[str, Any]] = asyncio.Queue()

    @property
    def events(self) -> list[Event]:
        """What was committed so far."""
        return self.sink.events

    def of(self, kind: type[E], **fields: object) -> list[E]:
        """The events of a kind whose fields are as given."""
        return [e for e in self.events if isinstance(e, kind) and all(getattr(e, k) == v for k, v in fields.items())]

    async def until(self, what: Callable[[], Any], timeout_s: float = 8.0) -> Any:
        """Wait until `what()` is true, and return it."""
        try:
            async with asyncio.timeout(timeout_s):
                while not (found := what()):  # noqa: ASYNC110 - the sink is filled by the recorder, which knows no tests
                    await asyncio.sleep(0.02)
        except TimeoutError:
            listing = "\n".join(repr(event)[:200] for event in self.events[-60:])
            raise AssertionError(f"never came; the last events were\n{listing}\n{self.status}") from None
        return found

    async def one(self, kind: type[E], timeout_s: float = 8.0, **fields: object) -> E:
        """Wait for the first event of a kind."""
        found: list[E] = await self.until(lambda: self.of(kind, **fields), timeout_s)
        return found[0]

    async def do(self, **action: Any) -> None:
        """Have something done, and wait until it was."""
        done = len([s for s in self.status if s["event"] == "action"])
        await self._control.put(action)
        await self.until(lambda: len([s for s in self.status if s["event"] == "action"]) > done)

    async def open(self, url: str) -> str:
        """Open a tab; returns its label."""
        earlier = len(self.of(Action, do="open"))
        await self.do(do="open", url=url)
        done: Action = await self.until(lambda: self.of(Action, do="open")[earlier:] and self.of(Action, do="open")[-1])
        assert done.ok, done.error
        assert done.tab is not None
        return done.tab

    async def control(self) -> AsyncIterator[Mapping[str, Any]]:
        """The actions, as the recorder takes them."""
        while True:
            yield await self._control.get()


@contextlib.asynccontextmanager
async def recording(endpoint: str, **options: Any) -> AsyncIterator[Recording]:
    """Record a browser for the time of a `with`; every tab but the first is closed at the end."""
    one = Recording()
    wanted = RecordOptions(**{"browsers": (Where(endpoint=endpoint),), "reattach_s": 5.0, **options})
    async with asyncio.TaskGroup() as group:
        task = group.create_task(record(wanted, one.sink, one.control(), one.status.append))
        try:
            await one.until(lambda: task.done() or any(s["event"] == "attached" for s in one.status))
            yield one
        finally:
            with contextlib.suppress(AssertionError):
                for tab in sorted({e.tab for e in one.of(TargetAttached, type="page") if e.tab} - {"A"}):
                    await one.do(do="close", tab=tab)
            await one._control.put({"do": "stop"})
    one.sink.commit()


async def until(driver: Driver, tab: str, condition: str) -> None:
    """Wait until an expression is true in a page."""
    async with asyncio.timeout(20.0):
        while not await driver.evaluate(tab, condition):  # noqa: ASYNC110 - a page has no news for a test
            await asyncio.sleep(0.05)


def told(one: Recording, later_s: float = 0.0) -> Snapshot:
    """What the analysis makes of the recording so far, if nothing happens for some seconds."""
    analysis = Analysis()
    for number, event in enumerate(sorted(one.events, key=lambda event: event.time), 1):
        analysis.feed(msgspec.structs.replace(event, seq=number))
    analysis.tick(time.time() + later_s)
    return analysis.snapshot()
