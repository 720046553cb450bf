"""Latencies and clocks of real pages, on servers whose clocks are off by a known amount: the truth is their own log."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from email.utils import formatdate
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import WSMsgType, web

from monitor.browser.launch import Launched, launched
from monitor.capture.reader import Capture
from monitor.lab import Driver, Lab
from monitor.lab.log import digest
from monitor.model import Event, Frame, Request, Response, SocketHandshake, SocketOpened
from tests.e2e.harness import Site
from tests.e2e.recording import divergence, recorded
from tests.e2e.test_lab_in_chromium import Pair

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

AHEAD_S = 2.5
BEHIND_S = -7.25
HELD_S = 0.15
DATE_S = 1.02  # what a Date leaves open of an exchange that takes no time: it is cut to seconds, and clocks are noisy
MESSAGES = 12
CHAT = """
<title>Chat</title><ul id=list></ul><script>
const list = document.getElementById('list'), show = (m) => {
  list.appendChild(document.createElement('li')).textContent = m.body;
};
fetch('/history').then((r) => r.json()).then((h) => h.items.forEach(show));
const socket = new WebSocket(location.href.replace('http', 'ws') + '/feed');
socket.onmessage = (event) => {
  const m = JSON.parse(event.data);
  if (m.kind === 'said') { show(m.payload); socket.send('got it'); }
};
setInterval(() => fetch('/alive'), 370);
</script>
"""


class Chat:
    """A chat of its own making: frames are stamped, held back a while, and sent; a list of old ones is loaded.

    sent, answered: of each message, how long after its stamp it was sent, and the page's word for it was there.
    dated: the answers that had a Date.
    """

    def __init__(self) -> None:
        self.site = Site()
        self.sockets: dict[web.WebSocketResponse, None] = {}
        self.sent: list[float] = []
        self.answered: list[float] = []
        self.dated = 0
        self.opened = asyncio.Event()
        self.got = asyncio.Event()
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
        """One message to the page, which says that it got it: when is the log."""
        at = time.time()
        said = {"body": f"What was said as number {number}", "emitted": self.stamp(at), "joined": self.stamp(at - 5000)}
        await asyncio.sleep(HELD_S)
        self.got.clear()
        self.sent.append(time.time() - at)
        [socket] = self.sockets
        await socket.send_str(json.dumps({"kind": "said", "payload": said}))
        await self.got.wait()
        self.answered.append(time.time() - at)

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
            assert (message.type, message.data) == (WSMsgType.TEXT, "got it")
            self.got.set()
        self.sockets.pop(socket)
        return socket

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(int(time.time() + BEHIND_S), usegmt=True)
        self.dated += 1


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


def events_of(capture: Path) -> list[Event]:
    """What was recorded."""
    with Capture(capture) as opened:
        return list(opened.events())


def of_host(found: Sequence[dict[str, Any]], host: str) -> dict[str, Any]:
    [one] = [one for one in found if one["host"] == host]
    return one


def holds(clock: dict[str, Any], ahead: float, events: Sequence[Event]) -> bool:
    """Whether the stated interval has the truth in it, and is no wider than the quickest answer with a Date leaves."""
    asked = {
        one.connection: one.time
        for one in events
        if isinstance(one, Request | SocketOpened) and urlsplit(one.url).hostname == clock["host"]
    }
    took = [
        one.time - asked[one.connection]
        for one in events
        if isinstance(one, Response | SocketHandshake)
        and one.connection in asked
        and "date" in map(str.lower, one.headers)
    ]
    return bool(clock["low_s"] <= ahead <= clock["high_s"] <= clock["low_s"] + DATE_S + min(took))


def has_median(stated: dict[str, float], count: int, least: Sequence[float], most: Sequence[float]) -> bool:
    """Whether the stated bounds of a median hold the true one, of messages that took from `least` to `most` seconds.

    Which `count` of them it is of, is not known: of any so many, the median is between the two that are compared.
    """
    rank, left_out = ceil(count / 2) - 1, len(least) - count
    return stated["low_s"] <= sorted(most)[rank + left_out] and sorted(least)[rank] <= stated["high_s"]


async def test_a_chat_with_a_clock_and_a_field_of_its_own(chromium: Launched, tmp_path: Path) -> None:
    async with chatting(chromium, tmp_path / "x.syncmon") as chat:
        found = await divergence(tmp_path / "x.syncmon")
    clock = of_host(found["clocks"], "127.0.0.1")
    assert holds(clock, BEHIND_S, events_of(tmp_path / "x.syncmon")), clock
    assert MESSAGES < clock["dates"] <= chat.dated
    believed = [one for one in found["latencies"] if one["believed"]]
    assert [(one["type"], one["field"], one["form"]) for one in believed] == [
        ("said", "payload.emitted", "unix milliseconds")
    ], found["latencies"]
    [latency] = believed
    assert MESSAGES - 2 <= latency["count"] <= MESSAGES
    assert has_median(latency["median"], latency["count"], chat.sent, chat.answered), (
        latency,
        chat.sent,
        chat.answered,
    )


def arrivals(events: Sequence[Event], lab: Lab) -> list[float]:
    """From the stamp of each piece of an answer, by the lab's clock, to its first arrival in a tab."""
    sent = {one.digest for one in lab.log.of("frame", type="message/conversation-turn-stream/stream-item")}
    came: dict[int, float] = {}
    for one in events:
        if isinstance(one, Frame) and one.dir == "in" and digest(text := one.text or "") in sent:
            came.setdefault(json.loads(text)[0]["payload"]["payload"]["server_timestamp_ms"], one.time)
    return [at - (stamp / 1000 - AHEAD_S) for stamp, at in came.items()]


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
    found, events = await divergence(capture), events_of(capture)
    for host in ("chatgpt.com", "ws.chatgpt.com"):
        assert holds(of_host(found["clocks"], host), AHEAD_S, events), found["clocks"]
    took = arrivals(events, lab)
    [latency] = [one for one in found["latencies"] if one["type"].endswith("/stream-item") and one["host"][:3] == "ws."]
    assert latency["believed"], latency
    # A stamp is cut to milliseconds.
    assert has_median(latency["median"], latency["count"], [one - 0.001 for one in took], took), (latency, took)
    [shown] = [one for one in found["displays"] if one["channel"] == "socket"]
    assert 0 <= shown["median_s"] < 0.5
    # Old messages came with the page, and the list of conversations: neither is on its way for so long.
    assert not [one for one in found["latencies"] if one["believed"] and one["channel"] == "fetch"]
