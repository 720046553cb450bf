"""A small site that goes from address to address within its document: drafts, titles and pages come back to."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from monitor.browser.launch import Launched
from monitor.lab import Driver
from monitor.sync.snapshot import Snapshot, SubjectView
from tests.e2e.harness import LOADED_S, Site, recording, told

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PAGE = """<!doctype html><title>Pages</title><h1></h1><ol></ol><script>
const get = async (path) => (await fetch(path)).json();
const post = async (path, body) => (await fetch(path, { method: "POST", body: JSON.stringify(body) })).json();
const draw = ({ title, notes }) => {
  document.querySelector("h1").textContent = title;
  const item = (note) => Object.assign(document.createElement("li"), { textContent: note });
  document.querySelector("ol").replaceChildren(...notes.map(item));
};
const kept = new Map();
const id = () => location.pathname.split(/[/-]/).at(-1);
async function open(path, again) {
  history.pushState({}, "", path);
  if (!kept.has(id()) || again) kept.set(id(), await get(`/api/${id()}`));
  draw(kept.get(id()));
}
async function begin(text) {
  draw({ title: "", notes: [text] });
  const made = await post("/api", { text });
  history.pushState({}, "", `/p/${made.id}`);
  kept.set(made.id, made);
  draw(made);
}
async function note(text) { const page = await post(`/api/${id()}`, { text }); kept.set(id(), page); draw(page); }
async function title(text) {
  const page = await post(`/api/${id()}`, { title: text });
  history.replaceState({}, "", `/p/${text.toLowerCase().replaceAll(" ", "-")}-${page.id}`);
  draw(page);
}
if (location.pathname === "/new") draw({ title: "Begin something", notes: [] }); else open(location.pathname);
</script>"""
FIRST, SECOND, THIRD = "Feed the cat at noon", "Water the birch by the brook", "Lock the shed in the evening"


class Pages(Site):
    """Pages of notes, in memory; the log is (page, text) as each was written."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, dict[str, Any]] = {
            name: {"id": name, "title": f"Page of {name}", "notes": [f"An old note of {name}"]}
            for name in ("x7k2", "y8m3")
        }
        for path in ("/new", "/p/{name}"):
            self.on("GET", path, self._page)
        self.on("GET", "/api/{name}", self._read)
        self.on("POST", "/api/{name}", self._write)
        self.on("POST", "/api", self._begin)

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _read(self, request: web.Request) -> web.Response:
        return web.json_response(self.pages[request.match_info["name"]], headers={"Cache-Control": "no-store"})

    async def _write(self, request: web.Request) -> web.Response:
        page, body = self.pages[request.match_info["name"]], json.loads(await request.text())
        if "title" in body:
            page["title"] = body["title"]
        else:
            page["notes"].append(body["text"])
        self.log.append((page["id"], body.get("text") or body["title"]))
        return web.json_response(page)

    async def _begin(self, request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        self.pages["z9n4"] = {"id": "z9n4", "title": "", "notes": [body["text"]]}
        self.log.append(("z9n4", body["text"]))
        await asyncio.sleep(0.2)
        return web.json_response(self.pages["z9n4"])


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    async with Pages().serving() as site:
        assert isinstance(site, Pages)
        yield site


def about(found: Snapshot, name: str) -> list[SubjectView]:
    """The subjects at addresses that end so."""
    return [one for one in found.subjects if re.search(rf"[/-]{name}$", one.subject)]


def behind(found: Snapshot) -> dict[str, list[str]]:
    """What each tab lacks, in words."""
    return {
        f"{stale.tab} {one.subject.rpartition('/')[2]}": [
            item.excerpt for item in one.items if item.id in stale.missing
        ]
        for one in found.subjects
        for stale in one.stale_now
    }


async def test_subjects_follow_their_tabs_from_address_to_address(chromium: Launched, pages: Pages) -> None:
    async with recording(chromium.endpoint) as one, Driver(chromium.endpoint) as driver:
        a, b = [await driver.open(f"{pages.url}/new") for _ in range(2)]
        c = await driver.open(f"{pages.url}/p/page-of-x7k2")
        await asyncio.sleep(LOADED_S)
        await driver.evaluate(a, f"begin({FIRST!r})")
        await driver.evaluate(c, "title('A better title')")
        await driver.go(b, f"{pages.url}/p/a-better-title-x7k2")
        await asyncio.sleep(LOADED_S)
        await driver.evaluate(b, f"note({SECOND!r})")
        await asyncio.sleep(0.5)
        found = told(one, later_s=1.5)
        labels = {view.target: view.label for view in found.tabs}
        assert pages.log == [("z9n4", FIRST), ("x7k2", "A better title"), ("x7k2", SECOND)]
        [begun], [renamed] = about(found, "z9n4"), about(found, "x7k2")
        assert [(write.tab, write.excerpt) for write in begun.writes] == [(labels[a], FIRST)]
        assert set(renamed.tabs) == {labels[b], labels[c]}
        assert behind(found) == {f"{labels[c]} page-of-x7k2": [SECOND]}
        await driver.evaluate(c, "open('/p/page-of-y8m3')")
        await asyncio.sleep(1.0)
        await driver.evaluate(b, f"note({THIRD!r})")
        await asyncio.sleep(0.5)
        assert behind(told(one, later_s=1.5)) == {}
        await driver.evaluate(c, "open('/p/a-better-title-x7k2')")
        await asyncio.sleep(0.5)
        assert behind(told(one, later_s=4.0)) == {f"{labels[c]} page-of-x7k2": [SECOND, THIRD]}
        await driver.evaluate(c, "open('/p/a-better-title-x7k2', true)")
        await driver.wait_shown(c, THIRD)
        await asyncio.sleep(0.5)
        assert behind(told(one)) == {}
