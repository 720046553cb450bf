"""Sites that no profile knows: the list beside their pages, and a text that tabs edit together, by the server's log."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.browser.launch import Launched
from monitor.lab import Driver
from tests.e2e.harness import LOADED_S, Site
from tests.e2e.recording import divergence, recorded
from tests.e2e.rooms import Rooms, Told

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

CLOSE_S = 0.4
REST_S = 2.5
SHOWN_S = 30.0
WHAT = {"created": "made", "renamed": "changed", "deleted": "removed"}


async def act(driver: Driver, tab: str, *calls: str) -> None:
    """Do what a user of the rooms does."""
    for call in calls:
        await driver.evaluate(tab, f"{call}, 0")
        await asyncio.sleep(0.4)


def lists(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What is told of lists, and of nothing else."""
    return [subject for subject in found["subjects"] if "/room/" not in subject["subject"]]


def check(subject: dict[str, Any], log: list[Told], mode: str, after: dict[int, float]) -> None:
    """Each change, who made it, and when the other tab showed it. after: by number of the change, where it was late."""
    changes = [one for one in log if one.what in WHAT]
    rooms = [f"/{mode}/room/{change.room}" for change in changes]
    assert [write["items"][0].partition("/room/")[0][-len(mode) :] for write in subject["writes"]] == [mode] * len(
        rooms
    )
    for number, (change, write) in enumerate(zip(changes, subject["writes"], strict=True)):
        assert write["items"][0].endswith(rooms[number])
        for seen in write["seen"]:
            assert seen["state"] == "shown", write
            assert seen["after_s"] == pytest.approx(after.get(number, change.at) - change.at, abs=CLOSE_S), write


async def test_the_list_beside_pages_that_no_profile_knows(chromium: Launched, tmp_path: Path) -> None:
    capture, site = tmp_path / "x.syncmon", Site()
    rooms = Rooms(site)
    async with site.serving(), Driver(chromium.endpoint) as driver:
        async with recorded(chromium.endpoint, capture):
            writer, other = [await driver.open(f"{site.url}/socket/room/{number}") for number in (1, 2)]
            await asyncio.sleep(LOADED_S)
            await act(driver, writer, "go(3)", "fold()", "fold()", "go(1)")
            await act(driver, other, "filter('ro')", "filter('')", "go(5)", "go(2)")
            for _ in range(3):
                await rooms.unread("socket", 4)
            await act(driver, writer, "create('Engine room')", "rename(4, 'Found property')", "erase(6)")
            await asyncio.sleep(REST_S)
            [told] = lists(await divergence(capture))
            check(told, rooms.log, "socket", {})
            assert (told["stale_now"], told["disorders"], told["violations"]) == ([], [], [])

            rooms.deaf.add(str(await driver.evaluate(other, "window.name")))
            await act(driver, writer, "create('Chart room')", "rename(1, 'Boat yard')", "erase(3)")
            await asyncio.sleep(REST_S)
            [told] = lists(await divergence(capture))
            dropped = [one for one in rooms.log if one.what == "dropped"]
            lost = {f"{site.url}/socket/room/{one.room}" for one in dropped}
            [stale], [extra] = told["stale_now"], told["disorders"]
            assert set(stale["missing"]) | set(extra["items"]) == lost
            assert (stale["tab"], stale["received"], extra["tab"], extra["what"]) == (
                extra["tab"],
                False,
                stale["tab"],
                "extra",
            )

            rooms.deaf.clear()
            await driver.reload(other)
            await driver.wait_shown(other, "Chart room")
            healed = time.time()
            await asyncio.sleep(REST_S)
        for tab in (writer, other):
            await driver.close(tab)
        [told] = lists(await divergence(capture))
        check(told, rooms.log, "socket", dict.fromkeys(range(3, 6), healed))
        assert {seen["via"] for write in told["writes"][3:] for seen in write["seen"]} == {"reload"}
        assert (told["stale_now"], told["disorders"]) == ([], [])


PAD = Path(__file__).with_name("pad.html").read_text("utf-8")


class Pads:
    """Two texts that tabs edit together, in a textarea and in a contenteditable: each operation is relayed."""

    def __init__(self, site: Site) -> None:
        self.deaf: set[str] = set()
        self.kept: dict[str, list[bytes]] = {}
        self._sockets: dict[str, list[tuple[str, web.WebSocketResponse]]] = {}
        for kind in ("plain", "rich"):
            site.page(f"/{kind}", PAD)
            site.on("GET", f"/ops/{kind}", self._ops)

    async def _ops(self, request: web.Request) -> web.WebSocketResponse:
        socket, here = web.WebSocketResponse(), self._sockets.setdefault(request.path, [])
        await socket.prepare(request)
        for one in self.kept.setdefault(request.path, []):
            await socket.send_bytes(one)
        here.append((request.query["tab"], socket))
        async for message in socket:
            self.kept[request.path].append(message.data)
            for tab, other in here:
                if other is not socket and tab not in self.deaf:
                    await other.send_bytes(message.data)
        here.remove((request.query["tab"], socket))
        return socket


async def test_a_text_that_two_tabs_edit_together(chromium: Launched, tmp_path: Path) -> None:
    capture, site = tmp_path / "x.syncmon", Site()
    pads = Pads(site)
    lines = "Minutes of the meeting\nPresent: Ann and Bob\nApologies from Cara"
    async with site.serving(), Driver(chromium.endpoint) as driver:
        pairs: dict[str, tuple[str, str]] = {}

        async def judged() -> dict[str, dict[str, Any]]:
            return {one["subject"].rpartition("/")[2]: one for one in (await divergence(capture))["subjects"]}

        async def everywhere(call: str) -> None:
            await asyncio.gather(*(driver.evaluate(writer, f"{call}.then(() => 0)") for writer, _ in pairs.values()))

        async with recorded(chromium.endpoint, capture):
            for kind in ("plain", "rich"):
                pairs[kind] = (await driver.open(f"{site.url}/{kind}"), await driver.open(f"{site.url}/{kind}"))
            await asyncio.sleep(LOADED_S)
            await everywhere(f"type(0, {json.dumps(lines)})")
            await everywhere("(async () => { document.getElementById('composer').value = 'a draft of my own'; })()")
            await asyncio.sleep(REST_S)
            for one in (await judged()).values():
                assert (one["stale_now"], one["disorders"], one["writes"]) == ([], [], [])

            for _, other in pairs.values():
                pads.deaf.add(str(await driver.evaluate(other, "window.name")))
            began = time.time()
            await everywhere(f"type({len(lines)}, '\\nThe crane needs a rope')")
            await everywhere(f"(async () => edit({lines.index('Present')}, {len('Present: Ann and Bob') + 1}, ''))()")
            async with asyncio.timeout(SHOWN_S):
                found: dict[str, dict[str, Any]] = {}
                while not all(one["stale_now"] and one["disorders"] for one in found.values()) or not found:
                    asked, found, now = time.time(), await judged(), time.time()
            for one in found.values():
                [stale], [extra] = one["stale_now"], one["disorders"]
                assert asked - began - 2.0 < stale["for_s"] < now - began
                assert "The crane needs a rope" in stale["why"]
                assert (extra["tab"], extra["what"], len(extra["items"])) == (stale["tab"], "extra", 1)
                assert "Present: Ann and Bob" in extra["why"]

            pads.deaf.clear()
            for _, other in pairs.values():
                await driver.reload(other)
            await asyncio.sleep(4.0)
        for pair in pairs.values():
            for tab in pair:
                await driver.close(tab)
        for one in (await judged()).values():
            assert (one["stale_now"], one["disorders"]) == ([], [])
            [write] = one["writes"]
            assert [(seen["state"], seen["via"]) for seen in write["seen"]] == [("shown", "reload")]
