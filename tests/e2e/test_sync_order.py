"""Lists and chats nobody wrote a profile for: a tab that does not follow a move, and those that rightly differ."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from monitor.browser.launch import Launched
from monitor.lab import Driver
from monitor.sync.snapshot import Disorder, Snapshot
from tests.e2e.harness import LOADED_S, Site, recording, told

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PAGE = """<!doctype html><title>Errands</title><style>
.styled ol { display: flex; flex-direction: column } .upward ol { display: flex; flex-direction: column-reverse }
</style><h1>Errands</h1><ol></ol><script>
const build = location.pathname.slice(1), list = document.querySelector("ol"), rows = new Map();
let items = [], deaf = false, byName = false;
document.body.className = build;
const make = ({ id, text, by }) => {
  const row = document.createElement("li");
  row.innerHTML = `<p>${text}</p><div>for ${by}</div>`;
  rows.set(id, row);
  return row;
};
const builds = {
  anew: (shown) => { list.innerHTML = ""; list.append(...shown.map(make)); },
  keyed: (shown) => list.replaceChildren(...shown.map((one) => rows.get(one.id) || make(one))),
  styled: (shown) => shown.forEach((one, i) => {
    const row = rows.get(one.id) || list.appendChild(make(one));
    row.style.order = i;
  }),
};
Object.assign(builds, { newest: (shown) => builds.keyed(shown.reverse()), upward: builds.anew });
const draw = () => builds[build](byName ? items.toSorted((a, b) => a.text.localeCompare(b.text)) : [...items]);
const put = (id, to) => { items.splice(to, 0, ...items.splice(items.findIndex((one) => one.id === id), 1)); draw(); };
const move = (id, to) => { put(id, to); return send("PATCH", `/api/${build}/${id}`, { position: to }); };
const prefer = () => { byName = !byName; draw(); return send("PUT", "/preferences", { sort: "name" }); };
const send = async (method, path, body) => (await fetch(path, { method, body: JSON.stringify(body) })).status;
const load = async () => { items = await (await fetch(`/api/${build}`)).json(); draw(); };
const said = new Set();
const add = (one) => { items.push(one); draw(); };
const say = (id, text) => {
  said.add(id);
  add({ id, text, by: "all" });
  return send("POST", `/api/${build}`, { id, text });
};
let late = 0;
new WebSocket(`ws://${location.host}/live/${build}`).onmessage = async ({ data }) => {
  const told = JSON.parse(data);
  if (late) await new Promise((done) => setTimeout(done, late));
  if (told.text && !said.has(told.id)) add(told);
  else if (told.moved && !deaf) put(told.moved, told.position);
};
load();
</script>"""
BUILDS = ("anew", "keyed", "styled", "newest", "upward")
REST_S = 1.2
LASTING_S = 3.0  # what is over sooner is not told afterwards
TEXTS = ("Feed the cat at noon", "Water the birch", "Lock the shed", "Bake a plum cake", "Answer the letter")
MOVED, KETTLE, BISCUITS = TEXTS[3], "Put the kettle on", "Bring the biscuits"


class Errands(Site):
    """One list a build of the page, in memory; the log is what was moved where, and what was added."""

    def __init__(self) -> None:
        super().__init__()
        people = ("Ada", "Bo", "Cy", "Di", "Ed")
        self.lists = {
            build: [
                {"id": f"k{n}x", "text": text, "by": by} for n, (text, by) in enumerate(zip(TEXTS, people, strict=True))
            ]
            for build in BUILDS
        }
        self.tabs: dict[str, list[web.WebSocketResponse]] = {build: [] for build in BUILDS}
        for build in BUILDS:
            self.page(f"/{build}", PAGE)
        self.on("GET", "/api/{build}", self._read)
        self.on("POST", "/api/{build}", self._add)
        self.on("PATCH", "/api/{build}/{id}", self._move)
        self.on("PUT", "/preferences", self._read)
        self.on("GET", "/live/{build}", self._live)

    def texts(self, build: str) -> list[str]:
        return [one["text"] for one in self.lists[build]]

    async def _read(self, request: web.Request) -> web.Response:
        return web.json_response(self.lists.get(request.match_info.get("build", ""), []))

    async def _add(self, request: web.Request) -> web.Response:
        build, item = request.match_info["build"], json.loads(await request.text()) | {"by": "all"}
        self.lists[build].append(item)
        return await self._tell(build, item)

    async def _move(self, request: web.Request) -> web.Response:
        build, id_ = request.match_info["build"], request.match_info["id"]
        to, items = json.loads(await request.text())["position"], self.lists[build]
        items.insert(to, items.pop(next(n for n, one in enumerate(items) if one["id"] == id_)))
        return await self._tell(build, {"moved": id_, "position": to})

    async def _tell(self, build: str, said: dict[str, Any]) -> web.Response:
        self.log.append((build, said))
        for socket in self.tabs[build]:
            await socket.send_json(said)
        return web.json_response({})

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.tabs[request.match_info["build"]].append(socket)
        async for _ in socket:
            pass
        return socket


@pytest.fixture
async def errands() -> AsyncIterator[Errands]:
    async with Errands().serving() as site:
        assert isinstance(site, Errands)
        yield site


def lasting(found: Snapshot) -> dict[str, tuple[str, list[str]]]:
    """By build: which tab shows what at another place; nothing else may be wrong."""
    wrong: dict[str, tuple[str, list[str]]] = {}
    for one in found.subjects:
        assert (one.stale_now, one.violations, one.conflicts) == ((), (), ())
        texts = {item.id: item.excerpt for item in one.items}
        for each in one.disorders:
            assert each.what == "reordered"
            wrong[one.subject.rpartition("/")[2]] = (each.tab, [texts[item_id] for item_id in each.items])
    states = {tab.label: tab.state for tab in found.tabs if tab.subject}
    assert {label for label, state in states.items() if state == "stale"} == {tab for tab, _ in wrong.values()}
    return wrong


def past(found: Snapshot) -> list[Disorder]:
    return [each for one in found.subjects for each in one.past_disorders]


async def test_who_does_not_follow_a_move_is_out_of_order_and_who_sorts_is_not(
    chromium: Launched, errands: Errands
) -> None:
    async with recording(chromium.endpoint) as one, Driver(chromium.endpoint) as driver:
        tabs = {build: [await driver.open(f"{errands.url}/{build}") for _ in range(3)] for build in BUILDS}
        await asyncio.sleep(LOADED_S)
        labels = {tab.target: tab.label for tab in told(one).tabs}
        for first, second, _ in tabs.values():
            await driver.evaluate(second, "void (deaf = true)")
            await driver.evaluate(first, "move('k3x', 1)")
        await asyncio.sleep(LASTING_S)
        found = told(one, later_s=2.0)
        assert errands.log == [(build, {"moved": "k3x", "position": 1}) for build in BUILDS]
        assert lasting(found) == {build: (labels[second], [MOVED]) for build, (_, second, _) in tabs.items()}
        whys = {each.tab: each.why for subject in found.subjects for each in subject.disorders}
        for build, (first, second, _) in tabs.items():
            assert f"than {labels[first]} for " in whys[labels[second]]
            assert f"{labels[first]} moved it (PATCH /api/{build}/k3x)" in whys[labels[second]]
        for _, second, third in tabs.values():
            await driver.evaluate(second, "deaf = false, load()")
            await driver.evaluate(third, "void (byName = true, draw())")  # its user likes it so
        await asyncio.sleep(2.5)
        for first, second, _ in tabs.values():
            await driver.evaluate(first, "prefer()")
            await driver.evaluate(second, "move('k0x', 4)")
        await asyncio.sleep(REST_S)
        found = told(one, later_s=2.0)
        assert lasting(found) == {}
        assert sorted(each.tab for each in past(found)) == sorted(labels[second] for _, second, _ in tabs.values())


async def test_messages_that_came_to_one_tab_the_other_way_round(chromium: Launched, errands: Errands) -> None:
    async with recording(chromium.endpoint) as one, Driver(chromium.endpoint) as driver:
        first, second, third = [await driver.open(f"{errands.url}/anew") for _ in range(3)]
        await asyncio.sleep(LOADED_S)
        labels = {tab.target: tab.label for tab in told(one).tabs}
        await driver.evaluate(second, "void (late = 1200)")
        await driver.evaluate(first, f"say('m1', {KETTLE!r})")
        await driver.wait_shown(third, KETTLE)
        await driver.evaluate(second, f"say('m2', {BISCUITS!r})")
        await driver.wait_shown(second, KETTLE)
        await asyncio.sleep(LASTING_S)
        assert errands.texts("anew")[-2:] == [KETTLE, BISCUITS]
        assert lasting(told(one, later_s=2.0)) == {"anew": (labels[second], [BISCUITS])}
        await driver.reload(second)
        await driver.wait_shown(second, KETTLE)
        await asyncio.sleep(REST_S)
        found = told(one, later_s=3.0)
        assert lasting(found) == {}
        assert [each.tab for each in past(found)] == [labels[second]]
