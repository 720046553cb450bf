"""A reader that stops: what the browser drops is said, and nothing is said where nothing was dropped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from aiohttp import web

from monitor.browser.launch import Launched
from monitor.capture.reader import Capture
from monitor.lab.driver import Driver
from monitor.model import Fault, Frame, Gap
from tests.e2e.harness import Site
from tests.e2e.recording import recorded

FLOOD = (
    "<script>const ws=new WebSocket(`ws://${location.host}/flood`);ws.onmessage=e=>ws.send(e.data.slice(0,8))</script>"
)


class Flood:
    """A page's socket that sends as much as it is told.

    sent, answered: when each frame left and when the page had answered it, by number, on the wall clock.
    """

    def __init__(self, site: Site) -> None:
        self.sent: list[float] = []
        self.answered: list[float] = []
        self._heard = 0
        self._news = asyncio.Event()
        self._orders: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
        site.page("/", FLOOD)
        site.on("GET", "/flood", self._serve)

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        while True:
            frames, size = await self._orders.get()
            for _ in range(frames):
                self.sent.append(time.time())
                await socket.send_str(f"{len(self.sent) - 1:08d}" + "x" * size)
                await socket.receive()
                self.answered.append(time.time())
                self._heard += 1
            self._news.set()

    async def send(self, frames: int, size: int) -> None:
        """Have the page sent frames, until it has answered each one."""
        self._news.clear()
        await self._orders.put((frames, size))
        async with asyncio.timeout(60):
            await self._news.wait()


async def captured(path: Path, number: int) -> None:
    """Wait until a frame is in the file."""
    async with asyncio.timeout(30):
        while True:
            with Capture(path) as capture:
                if capture.rows("SELECT 1 FROM events WHERE kind='frame' AND payload LIKE ?", (f"{number:08d}%",)):
                    return
            await asyncio.sleep(0.05)


async def test_what_a_stopped_reader_loses_is_said_and_no_more(chromium: Launched, tmp_path: Path) -> None:
    site = Site()
    flood = Flood(site)
    path = tmp_path / "loss.syncmon"
    async with site.serving(), Driver(chromium.endpoint) as driver:
        target = await driver.open(site.url + "/", window=False)
        async with recorded(chromium.endpoint, path) as attached:
            await flood.send(10, 100)
            # A short stop fills nothing: all of it is there afterwards.
            os.kill(attached["pid"], signal.SIGSTOP)
            await flood.send(400, 10_000)
            await asyncio.sleep(0.5)
            os.kill(attached["pid"], signal.SIGCONT)
            await captured(path, 409)
            whole = len(flood.sent)
            # A long one, until the browser's buffer is more than full.
            os.kill(attached["pid"], signal.SIGSTOP)
            await flood.send(340, 1_000_000)
            os.kill(attached["pid"], signal.SIGCONT)
            await flood.send(20, 100)
            await captured(path, len(flood.sent) - 1)
        await driver.close(target)
    with Capture(path) as capture:
        events = list(capture.events())
    frames = [e for e in events if isinstance(e, Frame) and e.dir == "in"]
    order = [int((e.text or "")[:8]) for e in frames]
    assert order == sorted(order)
    got = set(order)
    lost = sorted(set(range(len(flood.sent))) - got)
    assert lost, "the browser dropped nothing: the test has no subject"
    assert lost[0] >= whole
    gaps = [e for e in events if isinstance(e, Gap) and "dropped" in e.reason]
    assert len(gaps) == 1
    since = gaps[0].since or 0.0
    assert since <= flood.sent[lost[0]] + 0.5
    assert gaps[0].time >= flood.sent[lost[-1]]
    # What it blames is no longer than the stop.
    assert since >= flood.sent[whole]
    assert [e.what for e in events if isinstance(e, Fault)].count("loss") == 1


@pytest.mark.parametrize("after_s", [0.31, 0.77])
async def test_a_killed_recorder_leaves_a_file_that_lacks_its_last_moments_only(
    chromium: Launched, tmp_path: Path, after_s: float
) -> None:
    site = Site()
    flood = Flood(site)
    path = tmp_path / "killed.syncmon"
    async with site.serving(), Driver(chromium.endpoint) as driver, asyncio.TaskGroup() as group:
        target = await driver.open(site.url + "/", window=False)
        recorder = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "record", "--endpoint", chromium.endpoint, "-o", str(path),
            stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert recorder.stderr is not None
        assert b"attached" in await recorder.stderr.readline()
        await flood.send(1, 200)  # the page is connected
        sending = group.create_task(flood.send(100_000, 200))
        await asyncio.sleep(after_s)
        recorder.kill()
        killed = time.time()
        await recorder.wait()
        sending.cancel()
        await driver.close(target)
    with Capture(path) as capture:
        events = list(capture.events())
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    got = [int((e.text or "")[:8]) for e in events if isinstance(e, Frame) and e.dir == "in"]
    assert got == list(range(len(got)))
    # A frame is held for 30 ms and committed within 50 more; a busy machine is given time.
    assert len(got) >= sum(at < killed - 1.0 for at in flood.answered)
    assert got
