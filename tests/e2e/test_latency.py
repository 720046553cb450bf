"""Latencies and clocks of real pages, on servers whose clocks are off by a known amount: the truth is their own log."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from monitor.browser.launch import Launched, launched
from monitor.capture.reader import Capture
from monitor.lab import Driver, Lab
from monitor.lab.log import digest
from monitor.model import Event, Frame
from tests.e2e.harness import Site
from tests.e2e.recording import divergence, recorded
from tests.e2e.test_lab_in_chromium import Pair

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.timeout(120)]

AHEAD_S = 2.5
BEHIND_S = -7.25
HELD_S = 0.15
CLOSE_S = 0.03  # between the server's word that it sent something and the browser's that it came
MESSAGES = 12
CHAT = """
<title>Chat</title><ul id=list></ul><script>
const list = document.getElementById('list'), show = (m) => {
  list.appendChild(document.createElement('li')).textContent = m.body;
};
fetch('/history').then((r) => r.json()).then((h) => h.items.forEach(show));
const socket = new WebSocket(location.href.replace('http', 'ws') + '/feed');
socket.onmessage = (event) => { const m = JSON.parse(event.data); if (m.kind === 'said') show(m.payload); };
setInterval(() => fetch('/alive'), 370);
</script>
"""


class Chat:
    """A chat of its own making: frames are stamped, held back a while, and sent; a list of old ones is loaded."""

    def __init__(self) -> None:
        self.site = Site()
        self.sockets: dict[web.WebSocketResponse, None] = {}
        self.delays: list[float] = []
        self.opened = asyncio.Event()
        self.site.page("/chat", CHAT)
        for method, path, handler in (
            ("GET", "/history", self._history), ("GET", "/alive", self._alive), ("GET", "/chat/feed", self._feed),
        ):  # fmt: skip
            self.site.on(method, path, handler)
        self.site.app.on_response_prepare.append(self._date)

    def stamp(self, at: float) -> int:
        """Milliseconds by the server's clock."""
        return int((at + BEHIND_S) * 1000)

    async def say(self, number: int) -> None:
        """One message to every page: how long it was held is the log."""
        at = time.time()
        said = {"body": f"What was said as number {number}", "emitted": self.stamp(at), "joined": self.stamp(at - 5000)}
        await asyncio.sleep(HELD_S)
        for socket in self.sockets:
            await socket.send_str(json.dumps({"kind": "said", "payload": said}))
        self.delays.append(time.time() - at)

    def _items(self) -> list[dict[str, Any]]:
        return [{"body": f"Old thing {n}", "emitted": self.stamp(time.time() - 900 + 40 * n)} for n in range(20)]

    async def _history(self, request: web.Request) -> web.Response:
        return web.json_response({"items": self._items()})

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _feed(self, request: web.Request) -> web.WebSocketResponse:
        """What was said before first, one by one, then what is said."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for item in self._items()[-6:]:
            await socket.send_str(json.dumps({"kind": "before", "payload": item}))
        self.sockets[socket] = None
        self.opened.set()
        async for message in socket:
            assert message.type is WSMsgType.TEXT
        self.sockets.pop(socket)
        return socket

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(int(time.time() + BEHIND_S), usegmt=True)


@asynccontextmanager
async def chatting(chromium: Launched, capture: Path) -> AsyncIterator[Chat]:
    """A tab on a chat, recorded, which is loaded anew three times while messages come."""
    chat = Chat()
    async with chat.site.serving(), Driver(chromium.endpoint) as driver, recorded(chromium.endpoint, capture):
        tab = await driver.open(f"{chat.site.url}/chat")
        await chat.opened.wait()
        for number in range(MESSAGES):
            await chat.say(number)
            await asyncio.sleep(0.45)
            if number % 4 == 3:
                chat.opened.clear()
                await driver.reload(tab)
                await driver.wait_shown(tab, "Old thing 19")
                await chat.opened.wait()
        await driver.close(tab)
    yield chat


def of_host(found: Sequence[dict[str, Any]], host: str) -> dict[str, Any]:
    [one] = [one for one in found if one["host"] == host]
    return one


def holds(clock: dict[str, Any], ahead: float, width: float) -> bool:
    """Whether the stated interval has the truth in it, and is worth stating."""
    return bool(clock["low_s"] <= ahead <= clock["high_s"] <= clock["low_s"] + width)


async def test_a_chat_with_a_clock_and_a_field_of_its_own(chromium: Launched, tmp_path: Path) -> None:
    async with chatting(chromium, tmp_path / "x.syncmon") as chat:
        found = await divergence(tmp_path / "x.syncmon")
    clock = of_host(found["clocks"], "127.0.0.1")
    assert holds(clock, BEHIND_S, 1.0), clock
    assert clock["dates"] > MESSAGES
    believed = [one for one in found["latencies"] if one["believed"]]
    assert [(one["type"], one["field"], one["form"]) for one in believed] == [
        ("said", "payload.emitted", "unix milliseconds")
    ], found["latencies"]
    [latency] = believed
    truth = median(chat.delays)
    assert latency["median"]["low_s"] - CLOSE_S <= truth <= latency["median"]["high_s"] + CLOSE_S
    assert latency["count"] >= MESSAGES - 2


def arrivals(events: Sequence[Event], lab: Lab) -> list[float]:
    """From the lab's sending of each piece of an answer to its arrival in a tab, by the lab's log."""
    sent: dict[str, list[float]] = defaultdict(list)
    for entry in lab.log.of("frame", site="chatgpt", type="message/conversation-turn-stream/stream-item"):
        sent[entry.digest or ""].append(entry.time)
    frames = [one for one in events if isinstance(one, Frame) and one.dir == "in" and digest(one.text or "") in sent]
    return [one.time - min(sent[digest(one.text or "")]) for one in frames]


async def test_an_application_whose_servers_are_ahead(tmp_path: Path) -> None:
    capture = tmp_path / "x.syncmon"
    async with (
        Lab({"chatgpt": "socket"}, answer_s=1.5, clock_s=AHEAD_S) as lab,
        launched(headless=True, extra=lab.chromium_args) as browser,
        Driver(browser.endpoint) as driver,
        recorded(browser.endpoint, capture),
    ):
        pair = await Pair.open(lab, driver, "chatgpt")
        for number in range(2):
            answer = await pair.ask(f"What grows by the brook, number {number}?", think=True)
            await driver.wait_shown(pair.other, answer, 8.0)
        await asyncio.sleep(0.5)
    found = await divergence(capture)
    for host in ("chatgpt.com", "ws.chatgpt.com"):
        assert holds(of_host(found["clocks"], host), AHEAD_S, 1.2), found["clocks"]
    with Capture(capture) as opened:
        truth = median(arrivals(list(opened.events()), lab))
    [latency] = [one for one in found["latencies"] if one["type"].endswith("/stream-item") and one["host"][:3] == "ws."]
    assert latency["believed"], latency
    assert latency["median"]["low_s"] - CLOSE_S <= truth <= latency["median"]["high_s"] + CLOSE_S
    [shown] = [one for one in found["displays"] if one["channel"] == "socket"]
    assert 0 <= shown["median_s"] < 0.5
    # Old messages came with the page, and the list of conversations: neither is on its way for so long.
    assert not [one for one in found["latencies"] if one["believed"] and one["channel"] == "fetch"]
