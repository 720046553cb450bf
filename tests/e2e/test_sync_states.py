"""A small list of things to do: they are ticked off, and a table beside it says a word of its own for that."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from monitor.browser.launch import Launched
from monitor.lab import Driver
from monitor.model import TargetAttached
from monitor.sync.snapshot import Snapshot, SubjectView
from tests.e2e.harness import LOADED_S, Listeners, Recording, Site, recording, told, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

PAGE = """<style>.done { text-decoration: line-through }</style>
<ul id=boxes></ul><ul id=lines></ul><ul id=stars></ul><table><tbody></tbody></table><script>
let rows = [];
const send = (id, fields) => fetch(`/rows/${id}`, { method: "PATCH", body: JSON.stringify(fields) });
const draw = () => {
  for (const row of rows) {
    const star = document.querySelector(`#stars [data-id="${row.id}"] [role]`);
    if (star) star.setAttribute("aria-checked", row.done);
    else stars.insertAdjacentHTML("beforeend",
      `<li data-id=${row.id}><span role=switch aria-checked=${row.done}></span>Star of ${row.text}</li>`);
    const box = document.querySelector(`#boxes [data-id="${row.id}"] input`);
    if (box) { box.checked = row.done; continue; }
    const ticked = row.done ? "checked" : "";
    boxes.insertAdjacentHTML("beforeend",
      `<li data-id=${row.id}><input type=checkbox ${ticked}><label>${row.text}</label></li>`);
    boxes.lastChild.firstChild.onchange = (event) => send(row.id, { done: event.target.checked });
  }
  lines.innerHTML = rows.map((row) => `<li class="${row.done ? "done" : ""}">Line of ${row.text}</li>`).join("");
  document.querySelector("tbody").innerHTML = rows.map((row) => `<tr><td>Cell of ${row.text}</td>` +
    `<td contenteditable>${row.left}</td><td>${row.done ? "finished" : "open"}</td></tr>`).join("");
};
const go = async () => {
  rows = await (await fetch("/rows")).json();
  draw();
  new WebSocket(`ws://${location.host}/told?me=${window.name ||= Math.random()}`).onmessage = ({ data }) => {
    const told = JSON.parse(data);
    Object.assign(rows.find((row) => row.id === told.id), told);
    draw();
  };
};
go();
</script>"""
WORDS = "[...document.querySelectorAll('td:last-child')].map((one) => one.textContent).join() === '{}'"
STAYS_S = 3.2  # a word that stands for so long is a state
TEXTS = ("oat milk", "rye bread", "pear juice")


class Todos(Site):
    """The rows, in memory; the log is (row, what was set) as each was written."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, dict[str, Any]] = {
            f"r{n}x7": {"id": f"r{n}x7", "text": text, "done": False, "left": 11 + n} for n, text in enumerate(TEXTS)
        }
        self.listeners = Listeners(self)
        self.page("/", PAGE)
        self.on("GET", "/rows", self._rows)
        self.on("PATCH", "/rows/{id}", self._set)

    async def _rows(self, request: web.Request) -> web.Response:
        return web.json_response([*self.rows.values()], headers={"Cache-Control": "no-store"})

    async def _set(self, request: web.Request) -> web.Response:
        row, fields = self.rows[request.match_info["id"]], await request.json()
        row.update(fields)
        self.log.append((row["id"], fields))
        await self.listeners.tell({"id": row["id"], **fields})
        return web.json_response({})


async def test_who_does_not_tick_off_what_another_does_is_behind(chromium: Launched) -> None:
    site, click = Todos(), "document.querySelectorAll('input')[{}].click()"
    async with site.serving(), Driver(chromium.endpoint) as driver, recording(chromium.endpoint) as one:
        writer, other = [await driver.open(f"{site.url}/") for _ in range(2)]
        await asyncio.sleep(LOADED_S)
        await driver.evaluate(writer, click.format(0))
        await until(driver, other, WORDS.format("finished,open,open"))
        await asyncio.sleep(STAYS_S)
        await driver.evaluate(writer, "send('r1x7', { left: 64 }).then(() => 0)")
        await driver.evaluate(other, "boxes.querySelectorAll('input')[2].checked = true")  # and tells nobody
        await asyncio.sleep(1.0)
        site.listeners.deaf.add(str(await driver.evaluate(other, "window.name")))
        await driver.evaluate(writer, click.format(1))
        await until(driver, writer, WORDS.format("finished,finished,open"))
        await asyncio.sleep(STAYS_S)
        [behind] = await one.until(lambda: lacking(one, site), timeout_s=20.0)
        await driver.reload(other)
        await until(driver, other, WORDS.format("finished,finished,open"))
        await asyncio.sleep(1.0)
        subject = subject_of(told(one, later_s=4.0), site)
        label = one.of(TargetAttached, target=other)[0].tab
    names = {item.id: item.excerpt for item in subject.items}
    written = [({names[item] for item in write.items}, write.request) for write in subject.writes]
    assert written == [
        ({f"☑ {TEXTS[0]}", f"☑ Line of {TEXTS[0]}", f"☑ Star of {TEXTS[0]}", "finished"}, "PATCH /rows/r0x7"),
        ({"64"}, "PATCH /rows/r1x7"),
        ({f"☑ {TEXTS[1]}", f"☑ Line of {TEXTS[1]}", f"☑ Star of {TEXTS[1]}", "finished"}, "PATCH /rows/r1x7"),
    ]
    assert behind == (label, sorted(subject.writes[2].items))
    ways = [[(seen.tab, seen.via, seen.censored) for seen in write.seen] for write in subject.writes]
    assert ways == [[(label, via, False)] for via in ("socket", "socket", "reload")]
    assert (subject.stale_now, subject.disorders) == ((), ())
    assert [row for row, _ in site.log] == ["r0x7", "r1x7", "r1x7"]


def lacking(one: Recording, site: Site) -> list[tuple[str, list[str]]]:
    """Who lacks what, by what was recorded so far."""
    return [(stale.tab, sorted(stale.missing)) for stale in subject_of(told(one), site).stale_now]


def subject_of(found: Snapshot, site: Site) -> SubjectView:
    """The one page of the site."""
    [subject] = [one for one in found.subjects if one.subject.startswith(site.url)]
    return subject
