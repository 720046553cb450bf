"""`python -m tests.soak [--minutes M] [--rate N] [--tabs N]`: record for long, and compare frame by frame.

Tabs are sent frames over sockets and answer some of them. They are reloaded, one crashes, and the browser is killed and
started again; the capture is cut into segments meanwhile. At the end the server's log and the capture must agree: of
every socket the capture holds the frames in order without a hole, all of them where it lived to the end, and else all
that the page had answered, or a gap says that the last ones may be missing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from signal import SIGINT

import msgspec
from aiohttp import WSMsgType, web

from monitor.browser.launch import Launched, launch
from monitor.capture.reader import Capture
from monitor.lab.driver import Driver
from monitor.model import Frame, Gap, Recording
from tests.e2e.harness import Site

PAGE = """<p id=n>0</p><script>const ws=new WebSocket(`ws://${location.host}/live`);
ws.onmessage=e=>{const [id,n]=e.data.split(' ');
if(n%10==9){ws.send(`${id} ${n}`);document.getElementById('n').textContent=n}
if(e.data.endsWith('end'))ws.send(`${id} end`)}</script>"""
AWAY = "the browser was not attached"
PAGES = (  # what is said of the page that has a socket, and not of the socket
    "ran before it could be recorded: what it did in its first moments may be missing",
    "no longer had the body when it was asked for",
)
FILLER = "the text of a message that somebody wrote, as long as such texts are; "


class Sent(msgspec.Struct):
    """What the server knows of one socket. sent: frames. answers: the numbers that the page answered."""

    sent: int = 0
    answers: list[int] = []
    ended: bool = False


class Story:
    """The server's side. done: what was done to a tab or the browser."""

    def __init__(self, rate: float, tabs: int) -> None:
        self.sockets: dict[str, Sent] = {}
        self.done: list[str] = []
        self._pause = tabs / rate
        self._ids = itertools.count(1)
        self._over = asyncio.Event()
        self._ended = asyncio.Semaphore(0)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One socket of a page."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        name = f"s{next(self._ids)}"
        one = self.sockets[name] = Sent(answers=[])
        with contextlib.suppress(ConnectionError):
            async with asyncio.TaskGroup() as group:
                sending = group.create_task(self._send(socket, name, one))
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        self._answered(one, message.data)
                sending.cancel()
        return socket

    def _answered(self, one: Sent, text: str) -> None:
        number = text.split(" ")[1]
        if number == "end":
            one.ended = True
            self._ended.release()
        else:
            one.answers.append(int(number))

    async def _send(self, socket: web.WebSocketResponse, name: str, one: Sent) -> None:
        due = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while not self._over.is_set():
                await socket.send_str(f"{name} {one.sent} {FILLER}")
                one.sent += 1
                due += self._pause
                await asyncio.sleep(max(0.0, due - time.monotonic()))
            await socket.send_str(f"{name} {one.sent} end")
            one.sent += 1

    async def end(self, tabs: int) -> None:
        """Send the last frame of every socket, and wait until every page has answered it."""
        self._over.set()
        async with asyncio.timeout(30):
            for _ in range(tabs):
                await self._ended.acquire()


class Stage:
    """A browser that can be killed and comes back in the same profile."""

    def __init__(self, profile: Path, url: str, tabs: int) -> None:
        self._profile, self._url, self._tabs = profile, url, tabs
        self.browser: Launched | None = None
        self.targets: list[str] = []

    async def start(self) -> None:
        """Start the browser, without tabs of ours."""
        self.browser = await launch(headless=True, profile_dir=self._profile)

    async def open(self) -> None:
        """Open the tabs."""
        assert self.browser is not None
        async with Driver(self.browser.endpoint) as driver:
            self.targets = [await driver.open(self._url) for _ in range(self._tabs)]

    async def reload(self, number: int) -> None:
        assert self.browser is not None
        async with Driver(self.browser.endpoint) as driver:
            await driver.go(self.targets[number % self._tabs], self._url)

    async def crash(self, number: int) -> None:
        """Crash a tab's process, and load the page again."""
        assert self.browser is not None
        async with Driver(self.browser.endpoint) as driver:
            target = self.targets[number % self._tabs]
            with contextlib.suppress(TimeoutError, Exception):
                async with asyncio.timeout(1.0):
                    await driver.go(target, "chrome://crash")
        async with Driver(self.browser.endpoint) as driver:
            self.targets[number % self._tabs] = await driver.open(self._url)
            await driver.close(target)

    async def kill(self) -> None:
        assert self.browser is not None
        self.browser.kill()
        await self.browser.close()


async def soak(minutes: float, rate: float, tabs: int, folder: Path) -> str:
    """Run it all; returns what was compared. AssertionError where the log and the capture differ."""
    site, story = Site(), Story(rate, tabs)
    site.page("/", PAGE)
    site.on("GET", "/live", story.serve)
    (profile := folder / "profile").mkdir()
    capture = folder / "soak.syncmon"
    async with site.serving():
        stage = Stage(profile, site.url + "/", tabs)
        await stage.start()
        try:
            async with _recorder(profile, capture, segment_s=minutes * 60 / 4) as news:
                await _play(stage, story, news, minutes * 60)
                await story.end(tabs)
                await asyncio.sleep(0.2)
        finally:
            await stage.kill()
    return compare(story, capture)


async def _play(stage: Stage, story: Story, news: News, seconds: float) -> None:
    """Reloads all along, a crash at a third of the time, the browser's death at two thirds."""
    began = time.monotonic()
    await stage.open()
    for step in range(1, 13):
        await asyncio.sleep(max(0.0, began + seconds * step / 13 - time.monotonic()))
        if step == 4:
            await stage.crash(1)
            story.done.append("a tab crashed")
        elif step == 8:
            await stage.kill()
            await news.wait("lost")
            await stage.start()
            await news.wait("resumed")
            await stage.open()
            story.done.append("the browser was killed and started again")
        else:
            await stage.reload(step)
            story.done.append("a tab was reloaded")


class News:
    """What the recorder says."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream
        self.said: list[str] = []

    async def wait(self, event: str) -> None:
        """Wait for a piece of news."""
        async with asyncio.timeout(60):
            while line := await self._stream.readline():
                self.said.append(line.decode())
                with contextlib.suppress(ValueError):
                    if json.loads(line).get("event") == event:
                        return
        raise AssertionError(f"the recorder never said {event}: {''.join(self.said)}")


@contextlib.asynccontextmanager
async def _recorder(profile: Path, capture: Path, segment_s: float) -> AsyncIterator[News]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "record", "--profile-dir", str(profile), "-o", str(capture),
        "--max-age", f"{segment_s:.1f}s", stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    news = News(process.stderr)
    try:
        await news.wait("attached")
        yield news
    finally:
        process.send_signal(SIGINT)
        await news.wait("stopped")
        await process.wait()


def compare(story: Story, path: Path) -> str:
    """The server's log and the capture agree; AssertionError says where they do not."""
    got: dict[str, int] = defaultdict(int)
    answered: dict[str, list[int]] = defaultdict(list)
    names: dict[str, str] = {}
    gaps: list[Gap] = []
    states: list[str] = []
    with Capture(path) as capture:
        assert len(capture.parts) > 2, "the capture was not cut into segments"
        for event in capture.events():
            match event:
                case Frame(text=str(text)):
                    name, number, *rest = text.split(" ", 2)
                    names[event.connection] = name
                    if event.dir == "in":
                        assert int(number) == got[name], f"{name}: {number} came, {got[name]} was next ({event.seq})"
                        assert rest[0] in (FILLER, "end"), f"{name} {number} is not what was sent ({event.seq})"
                        got[name] += 1
                    elif number != "end":
                        answered[name].append(int(number))
                case Gap():
                    gaps.append(event)
                case Recording():
                    states.append(event.state)
                case _:
                    pass
    assert states == ["started", "attached", "lost", "resumed", "stopped"], states
    unsure = {names[gap.connection] for gap in gaps if gap.connection in names}
    others = [gap.reason for gap in gaps if gap.connection not in names and not gap.reason.endswith(PAGES)]
    assert [reason.startswith(AWAY) for reason in others] == [True], f"gaps about no socket of ours: {others}"
    missing = sum(_missing(name, one, got[name], answered[name], name in unsure) for name, one in story.sockets.items())
    sent = sum(one.sent for one in story.sockets.values())
    return (
        f"{sent:,} frames sent over {len(story.sockets)} sockets, {sum(got.values()):,} captured, all in their places;"
        f" {sum(map(len, answered.values())):,} answers; {len(story.done)} times something was done to a tab or the"
        f" browser; {len(gaps)} gaps, behind which pages had answered {missing} frames that are not in the capture"
    )


def _missing(name: str, one: Sent, got: int, answered: list[int], unsure: bool) -> int:
    """How many answered frames are not in the capture: none, unless a gap says so."""
    assert got <= one.sent, f"{name}: {got} frames captured, {one.sent} sent"
    assert got == one.sent or not one.ended, f"{name} lived to its end: {got} frames captured, {one.sent} sent"
    here = [n for n in one.answers if n < got]
    assert answered[: len(here)] == here or unsure, f"{name}: the answers captured are not those that came"
    missing = max(0, one.answers[-1] + 1 - got) if one.answers else 0
    assert not missing or unsure, f"{name}: {one.answers[-1]} was answered, {got} were captured, and no gap says so"
    return missing


def main(arguments: Sequence[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=500.0, help="frames a second, all tabs together")
    parser.add_argument("--tabs", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        try:
            print(asyncio.run(soak(options.minutes, options.rate, options.tabs, Path(folder))))
        except AssertionError as problem:
            print(f"they differ: {problem}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
