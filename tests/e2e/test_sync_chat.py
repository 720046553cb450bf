"""A chat nobody wrote a profile for, as people build them: held against what its server sent to whom, and when.

Each tab says `You:` of its own messages and the name of others, shows who is there with `(you)` behind itself, and who
types to the others alone; each message has likes. The server can keep messages from a tab, or hold them back.
"""

from __future__ import annotations

import asyncio
import json
import time
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from monitor.browser.launch import Launched
from monitor.lab import Driver
from tests.e2e.harness import Site
from tests.e2e.recording import divergence, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

HELD_S, LACKED_S, CLOSE_S = 2.5, 3.0, 0.5
PAGE = """<h1>Room</h1><ul id=who></ul><div id=list></div><i id=types></i><input type=text id=say>
<script>
const me = new URLSearchParams(location.search).get('tab'), name = (tab) => 'Visitor ' + tab;
let notes = [], who = [];
const put = (id, html) => { document.getElementById(id).innerHTML = html; };
const draw = () => {
  put('who', who.map((tab) => `<li>${name(tab)}${tab === me ? ' (you)' : ''}</li>`).join(''));
  const by = (note) => (note.by === me ? 'You' : name(note.by));
  put('list', notes.map((n) => `<div><p>${by(n)}: ${n.text}</p><p>${n.likes}</p></div>`).join(''));
};
const socket = new WebSocket(`ws://${location.host}/socket?tab=${me}`);
const hear = (m) => {
  if (m.op === 'all') ({ notes, who } = m);
  if (m.op === 'who') who = m.who;
  if (m.op === 'add' && !notes.some((n) => n.id === m.note.id)) notes.push(m.note);
  if (m.op === 'like') notes.find((n) => n.id === m.id).likes = m.likes;
  if (m.op === 'gone') notes = notes.filter((n) => n.id !== m.id);
  if (m.op === 'types') { put('types', `${m.by} is typing…`); setTimeout(() => put('types', ''), 1500); }
  draw();
};
socket.onmessage = (event) => hear(JSON.parse(event.data));
const ask = async (path, body) => {
  const answer = await fetch(`${path}?tab=${me}`, { method: 'POST', body: JSON.stringify(body) });
  hear(await answer.json());
};
const say = document.getElementById('say');
say.oninput = () => socket.send('{"op":"types"}');
say.onkeydown = (e) => { if (e.key === 'Enter') { ask('/add', { text: say.value }); say.value = ''; } };
const find = (text) => notes.find((n) => n.text === text).id;
window.like = (text) => ask('/like', { id: find(text) });
window.drop = (text) => ask('/gone', { id: find(text) });
</script>"""


class Chat:
    """The server. sent: what each tab was sent of it, by text, and when; acknowledged: when each write was."""

    def __init__(self) -> None:
        self.site = Site()
        self.notes: list[dict[str, Any]] = [{"id": "n100", "by": "X", "text": "Welcome to the room", "likes": 0}]
        self.numbers = count(101)
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.keeps: dict[str, list[str] | None] = {}
        self.sent: dict[tuple[str, str], float] = {}
        self.acknowledged: dict[str, float] = {}
        self.site.page("/", PAGE)
        for path in ("/add", "/like", "/gone"):
            self.site.on("POST", path, self._write)
        self.site.on("GET", "/socket", self._listen)

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        tab, socket = request.query["tab"], web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets[tab] = socket
        for note in self.notes:
            self.sent.setdefault((tab, note["text"]), time.time())
        await socket.send_str(json.dumps({"op": "all", "notes": self.notes, "who": sorted(self.sockets)}))
        await self._tell({"op": "who", "who": sorted(self.sockets)}, but=tab)
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                await self._tell({"op": "types", "by": f"Visitor {tab}"}, but=tab)
        return socket

    async def _write(self, request: web.Request) -> web.Response:
        tab, body = request.query["tab"], json.loads(await request.text())
        if request.path == "/add":
            note = {"id": f"n{next(self.numbers)}", "by": tab, "text": body["text"], "likes": 0}
            self.notes.append(note)
            told: dict[str, Any] = {"op": "add", "note": note}
            self.acknowledged[body["text"]] = time.time()
        elif request.path == "/like":
            note = next(note for note in self.notes if note["id"] == body["id"])
            note["likes"] += 1
            told = {"op": "like", "id": note["id"], "likes": note["likes"]}
        else:
            self.notes = [note for note in self.notes if note["id"] != body["id"]]
            told = {"op": "gone", "id": body["id"]}
        await self._tell(told)
        return web.json_response(told)

    async def _tell(self, told: dict[str, Any], but: str = "") -> None:
        for tab, socket in self.sockets.items():
            if tab != but and not socket.closed:
                await self._send(tab, json.dumps(told), told.get("note", {}).get("text", ""))

    async def _send(self, tab: str, text: str, note: str) -> None:
        if tab in self.keeps:
            if (kept := self.keeps[tab]) is not None:
                kept.append(text)
            return
        self.sent.setdefault((tab, note), time.time())
        await self.sockets[tab].send_str(text)

    async def release(self, tab: str) -> None:
        """Send what was held back."""
        for text in self.keeps.pop(tab) or ():
            await self._send(tab, text, json.loads(text).get("note", {}).get("text", ""))

    def waited(self, text: str, tab: str) -> float:
        """From the acknowledgement of a message to its being sent to a tab."""
        return max(0.0, self.sent[tab, text] - self.acknowledged[text])


async def play(chat: Chat, driver: Driver, a: str, b: str) -> None:
    """What two people do, and what the server keeps from the second."""
    for writer, reader, text in (
        (a, b, "Has the parcel come"),
        (b, a, "Not before noon"),
        (a, b, "Fine by me"),
        (b, a, "Fine by me"),
    ):
        await driver.send(writer, text)
        await driver.wait_shown(reader, f": {text}")
        await asyncio.sleep(0.7)  # nobody answers at once
    chat.keeps["B"] = []
    await driver.send(a, "The courier rang the bell")
    await asyncio.sleep(HELD_S)
    await chat.release("B")
    await driver.wait_shown(b, "The courier rang the bell")
    chat.keeps["B"] = None
    await driver.send(a, "Thanks for taking it in")
    await driver.wait_shown(a, "You: Thanks for taking it in")
    del chat.keeps["B"]
    await asyncio.sleep(LACKED_S)
    await driver.reload(b)
    await driver.wait_shown(b, "Thanks for taking it in")
    await asyncio.sleep(2.5)
    await driver.evaluate(a, "like('Not before noon')")
    chat.keeps["B"] = None
    await driver.evaluate(a, "drop('Thanks for taking it in')")
    await asyncio.sleep(3.0)


async def test_what_the_tabs_of_a_chat_say_each_in_its_own_words(chromium: Launched, tmp_path: Path) -> None:
    capture, chat = tmp_path / "x.syncmon", Chat()
    async with chat.site.serving() as site, Driver(chromium.endpoint) as driver:
        async with recorded(chromium.endpoint, capture):
            a, b = [await driver.open(f"{site.url}/?tab={tab}") for tab in "AB"]
            await driver.wait_shown(b, "Visitor A")
            await asyncio.sleep(2.5)
            await play(chat, driver, a, b)
        for target in (a, b):
            await driver.close(target)
    [subject] = (await divergence(capture))["subjects"]
    written = [write for write in subject["writes"] if write["request"] == "POST /add"]
    assert len(written) == 6
    assert all(write["request"] for write in subject["writes"]), subject["writes"]
    first, second = written[0]["tab"], written[1]["tab"]
    assert [write["tab"] for write in written] == [first, second, first, second, first, first]
    assert {seen["via"] for write in written[:4] for seen in write["seen"]} == {"socket"}
    for write, text, via in ((written[4], "The courier rang the bell", "socket"),
                             (written[5], "Thanks for taking it in", "reload")):  # fmt: skip
        [seen] = write["seen"]
        assert (seen["tab"], seen["state"], seen["via"]) == (second, "shown", via)
        assert seen["after_s"] == pytest.approx(chat.waited(text, "B"), abs=CLOSE_S)
    assert subject["stale_now"] == []
    assert subject["violations"] == []
    assert [(one["tab"], one["what"]) for one in subject["disorders"]] == [(second, "extra")]
    assert subject["verdict"] == "mixed"
