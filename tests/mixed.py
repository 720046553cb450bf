"""`python -m tests.mixed [--minutes M] [--seed N]`: applications that are well, used for long; nothing is found wrong.

The lab's two sites, its notes and a board of tasks (written, edited, renamed, deleted) are used in several tabs, in
one healthy way of syncing after the other: with reloads, navigation, tabs opened, closed and hidden, and boards taken
off the network. That all is well, the pages and the server's own list say, when all is quiet.

Then nothing may have been found: no violation, no disorder, no conflict, and nobody stale for longer than the way of
syncing takes, or than the tab was offline or hidden.
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
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from signal import SIGINT
from typing import Any

from aiohttp import web

from monitor.browser.launch import launched
from monitor.capture.reader import Capture
from monitor.commands.analyse import new_analysis
from monitor.lab import SITES, Driver, DriverFailed, GenericLab, Lab, NotesMode, Site, SyncMode
from monitor.model import TargetAttached
from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot
from tests.e2e.harness import Site as Server
from tests.soak import News

LASTS_S = 4.0  # no healthy way takes longer: a poll each second, and a busy machine that stalls a page
STEP_S = 0.25  # how often, in event time, it is looked whether somebody is stale
WAYS: tuple[tuple[SyncMode, SyncMode, str, NotesMode], ...] = (
    ("socket", "socket", "socket", "socket-text"),
    ("socket-refetch", "push", "sse", "socket-word"),
    ("sse", "sse", "poll", "sse"),
    ("poll", "poll", "socket", "poll"),
    ("storage", "storage", "sse", "storage"),
    ("broadcast", "broadcast", "poll", "broadcast"),
    ("socket", "socket-refetch", "socket", "stream"),
)
"""ChatGPT, Claude, the board and the notes, for a part of the time each."""
WORDS = ("water", "paint", "mend", "carry", "count", "fold", "wash", "lift", "stack", "sort", "sweep", "dry")
THINGS = ("roof", "bench", "gate", "fence", "shed", "lamp", "boat", "cart", "bridge", "well", "tower", "stove")

BOARD = """<title>Tasks</title><h1>Tasks</h1><ul id=list></ul><script>
const mode = "MODE", list = document.getElementById("list");
const call = (method, path, body) => fetch("/api" + path, { method, body: body && JSON.stringify(body) });
function put({ id, text }) {
  const row = document.getElementById(id) || list.appendChild(Object.assign(document.createElement("li"), { id }));
  if (row.textContent !== text) row.textContent = text;
}
function take(change) {
  if (change.gone) document.getElementById(change.gone)?.remove();
  else if (change.task) put(change.task);
}
async function load() {
  const { tasks } = await (await call("GET", "/tasks")).json();
  tasks.forEach(put);
  const there = new Set(tasks.map((task) => task.id));
  for (const row of [...list.children]) if (!there.has(row.id)) row.remove();
}
async function act(method, id, text) {
  const answer = await call(method, `/tasks/${id}`, text && { text });
  take(method === "DELETE" ? { gone: id } : { task: await answer.json() });
}
function listen() {
  const socket = new WebSocket(`ws://${location.host}/live`);
  socket.onopen = load;
  socket.onmessage = ({ data }) => take(JSON.parse(data));
  socket.onclose = () => setTimeout(listen, 500);
}
addEventListener("online", () => load());
if (mode === "socket") listen();
else if (mode === "sse") {
  const source = new EventSource("/events");
  source.onopen = load;
  source.onmessage = ({ data }) => take(JSON.parse(data));
} else { load(); setInterval(() => load().catch(() => null), 1000); }
</script>"""


class Board:
    """The server of the tasks: a list that pages change and are told of, by their mode."""

    def __init__(self) -> None:
        self.tasks: dict[str, str] = {}
        self.site = Server()
        self._sockets: set[web.WebSocketResponse] = set()
        self._streams: set[web.StreamResponse] = set()
        for mode in ("socket", "sse", "poll"):
            self.site.text(f"/{mode}", "<!doctype html>" + BOARD.replace("MODE", mode), "text/html")
        self.site.on("GET", "/api/tasks", self._read)
        self.site.on("PUT", "/api/tasks/{id}", self._change)
        self.site.on("DELETE", "/api/tasks/{id}", self._change)
        self.site.on("GET", "/live", self._live)
        self.site.on("GET", "/events", self._events)

    async def _read(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"tasks": [{"id": id_, "text": text} for id_, text in self.tasks.items()]})

    async def _change(self, request: web.Request) -> web.StreamResponse:
        id_ = request.match_info["id"]
        if request.method == "DELETE":
            self.tasks.pop(id_, None)
            await self._tell({"gone": id_})
            return web.json_response({})
        task = {"id": id_, "text": (await request.json())["text"]}
        self.tasks[id_] = task["text"]
        await self._tell({"task": task})
        return web.json_response(task)

    async def _tell(self, change: dict[str, Any]) -> None:
        text = json.dumps(change)
        for socket in tuple(self._sockets):
            with contextlib.suppress(ConnectionError):
                await socket.send_str(text)
        for stream in tuple(self._streams):
            with contextlib.suppress(ConnectionError):
                await stream.write(f"data: {text}\n\n".encode())

    async def _live(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            async for _ in socket:
                pass
        finally:
            self._sockets.discard(socket)
        return socket

    async def _events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await stream.prepare(request)
        self._streams.add(stream)
        try:
            await stream.write(b": hello\n\n")
            await asyncio.Event().wait()
        finally:
            self._streams.discard(stream)
        return stream


class Hands:
    """The recorder, and what is asked of it."""

    def __init__(self, process: asyncio.subprocess.Process, capture: Path) -> None:
        self._process = process
        self._path = capture
        self._labels: dict[str, str] = {}
        self._read = 0

    def offline(self, target: str, *, on: bool) -> None:
        """Take a tab off the network, or put it back."""
        assert self._process.stdin is not None
        action = {"do": "offline", "tab": self._label(target), "on": on}
        self._process.stdin.write(json.dumps(action).encode() + b"\n")

    def _label(self, target: str) -> str:
        with Capture(self._path) as capture:
            while events := capture.read_after(self._read):
                self._read = events[-1].seq
                pages = (one for one in events if isinstance(one, TargetAttached) and one.type == "page")
                self._labels.update({one.target: one.tab for one in pages if one.target and one.tab})
        return self._labels[target]


@dataclass
class Place:
    """The tabs of one page, and how one writes in it. away: hidden or offline ones, left alone until they are back."""

    name: str
    url: str
    tabs: list[str] = field(default_factory=list)
    away: set[str] = field(default_factory=set)


class Play:
    """Somebody who uses it all, at random."""

    def __init__(self, lab: Lab, notes: GenericLab, board: Board, driver: Driver, hands: Hands, chance: Random) -> None:
        self._lab, self._notes, self._board, self._driver = lab, notes, board, driver
        self._hands, self._chance = hands, chance
        self._numbers = itertools.count(1)
        self.done: dict[str, int] = {}
        self.wrong: list[str] = []

    async def part(self, way: tuple[SyncMode, SyncMode, str, NotesMode], seconds: float) -> None:
        """A part of the time, in one way of syncing: new pages, used, looked at, and closed."""
        chatgpt, claude, board, notes = way
        modes: dict[Site, SyncMode] = {"chatgpt": chatgpt, "claude": claude}
        places = [Place("board", f"{self._board.site.url}/{board}"), Place("notes", self._notes.url(notes))]
        for site in SITES:
            self._lab.set_sync(site, modes[site])
            places.append(Place(site, self._lab.url(site, self._lab.new_conversation(site))))
        for place in places:
            for _ in range(2):
                await self._open(place)
        await asyncio.sleep(3.5)  # pages register for pushes, polls show their period
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            await self._act(self._chance.choice(places))
            await asyncio.sleep(self._chance.uniform(0.1, 1.2))
        for place in places:
            await self._back(place)
        await asyncio.sleep(LASTS_S)
        for place in places:
            await self._look(place)
            for target in place.tabs:
                await self._driver.close(target)

    async def _act(self, place: Place) -> None:
        """One thing that somebody does."""
        here = [target for target in place.tabs if target not in place.away]
        choice = self._chance.random()
        if choice < 0.55:
            await self._write(place, self._chance.choice(here))
            return
        if choice < 0.65 and len(place.tabs) < 3:
            await self._open(place)
        elif choice < 0.7 and len(here) > 2:
            target = self._chance.choice(here)
            place.tabs.remove(target)
            self._count("closed")
            await self._driver.close(target)
        elif choice < 0.8:
            self._count("reloaded")
            await self._driver.reload(self._chance.choice(here))
        elif choice < 0.85:
            self._count("navigated")
            target = self._chance.choice(here)
            await self._driver.go(target, self._notes.url("reload"))
            await asyncio.sleep(self._chance.uniform(0.1, 1.0))
            await self._driver.go(target, place.url)
        elif not place.away and len(here) > 1:
            await self._leave(place, self._chance.choice(here[1:]))
        else:
            await self._back(place)

    async def _leave(self, place: Place, target: str) -> None:
        """A tab is hidden, or a board's one is taken off the network."""
        place.away.add(target)
        if place.name == "board" and self._chance.random() < 0.6:
            self._count("taken offline")
            self._hands.offline(target, on=True)
        else:
            self._count("hidden")
            await self._driver.hide(target)

    async def _back(self, place: Place) -> None:
        """All tabs of a place are seen and on the network again."""
        for target in place.away:
            if place.name == "board":
                self._hands.offline(target, on=False)
            await self._driver.show(target)
        place.away.clear()
        await asyncio.sleep(0.3)

    async def _open(self, place: Place) -> None:
        self._count("opened")
        place.tabs.append(await self._driver.open(place.url))

    async def _write(self, place: Place, target: str) -> None:
        """One tab writes, and is done with it."""
        number = next(self._numbers)
        text = f"{self._chance.choice(WORDS)} the {self._chance.choice(THINGS)} number {number}".capitalize()
        if place.name == "board":
            await self._change(target, text)
        elif place.name == "notes":
            self._count("written")
            await self._driver.send(target, text)
        else:
            self._count("written")
            conversation = place.url.rpartition("/")[2]
            known = len(self._lab.log.of("complete", conversation=conversation))
            await self._driver.send(target, f"{text}?")
            async with asyncio.timeout(20):
                await self._lab.log.seen("complete", known + 1, conversation=conversation)
            await asyncio.sleep(0.5)  # storage and broadcasts are the page's own last word

    async def _change(self, target: str, text: str) -> None:
        """A task is written, edited, renamed or deleted."""
        ids, choice = list(self._board.tasks), self._chance.random()
        if len(ids) > 3 and choice < 0.15:
            self._count("deleted")
            await self._driver.evaluate(target, f"act('DELETE', {json.dumps(self._chance.choice(ids))})")
            return
        old = self._chance.choice(ids) if ids and choice < 0.4 else None
        self._count("edited" if old else "written")
        if old and choice < 0.25:
            text = f"{self._board.tasks[old]}, and soon"
        id_ = old or f"t{next(self._numbers)}"
        await self._driver.evaluate(target, f"act('PUT', {json.dumps(id_)}, {json.dumps(text)})")

    async def _look(self, place: Place) -> None:
        """All is quiet: every page of a place shows the same, and of the board what the server has."""
        shown = {target: await self._texts(target) for target in place.tabs}
        first = next(iter(shown.values()))
        wanted = list(self._board.tasks.values()) if place.name == "board" else first
        if any(sorted(texts) != sorted(wanted) for texts in shown.values()):
            self.wrong.append(f"the pages of {place.url} differ, which is this test's own fault: {shown}, {wanted}")

    async def _texts(self, target: str) -> list[str]:
        what = "[...document.querySelectorAll('#list > li, #thread [data-testid], #thread p')]"
        found = await self._driver.evaluate(target, f"{what}.map((e) => (e.querySelector('span') || e).textContent)")
        return list(dict.fromkeys(found))

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1


@contextlib.asynccontextmanager
async def recorder(endpoint: str, capture: Path) -> AsyncIterator[Hands]:
    """A recorder that takes actions."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "record", "--endpoint", endpoint, "-o", str(capture),
        stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    news = News(process.stderr)
    try:
        await news.wait("attached")
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(_drain(process.stderr))
            yield Hands(process, capture)
            process.send_signal(SIGINT)
            await reading
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(SIGINT)
            await process.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.readline():
        pass


async def mixed(minutes: float, seed: int, capture: Path, ways: Sequence[Any] = WAYS) -> str:
    """Run it all; returns what was done. AssertionError tells what was found though nothing was wrong."""
    board = Board()
    async with (
        Lab(answer_s=0.4, poll_s=1.0, push_s=0.2) as lab,
        GenericLab(poll_s=1.0) as notes,
        board.site.serving(),
        launched(headless=True, extra=lab.chromium_args) as browser,
        Driver(browser.endpoint) as driver,
        recorder(browser.endpoint, capture) as hands,
    ):
        play = Play(lab, notes, board, driver, hands, Random(seed))
        for way in ways:
            await play.part(way, minutes * 60 / len(ways))
    assert not play.wrong, play.wrong
    found, alerts = watch(capture)
    problems = [*judge(found), *alerts]
    assert not problems, "\n".join(problems)
    writes = sum(len(subject.writes) for subject in found.subjects)
    done = ", ".join(f"{count} × {what}" for what, count in sorted(play.done.items()))
    return f"{found.recording.events:,} events; {done}; {writes} writes found, and nothing wrong with them"


def watch(capture: Path) -> tuple[Snapshot, list[str]]:
    """The last snapshot, and who was said to be stale for too long at any moment."""
    analysis, looked = new_analysis(), 0.0
    worst: dict[tuple[str, str, tuple[str, ...]], tuple[float, str]] = {}
    with Capture(capture) as one:
        for event in one.events():
            if event.time - looked >= STEP_S:
                looked = event.time
                for subject in analysis.snapshot().subjects:
                    for stale in subject.stale_now:
                        if (
                            not stale.hidden
                            and stale.for_s > LASTS_S
                            and not _offline(analysis, stale.tab, stale.for_s)
                        ):
                            key = (subject.subject, stale.tab, stale.missing)
                            worst[key] = (stale.for_s, f"#{event.seq} {stale.why}")
            analysis.feed(event)
    told = [f"{place} {tab} stale for {for_s:.1f} s: {why}" for (place, tab, _), (for_s, why) in worst.items()]
    return analysis.snapshot(), told


def _offline(analysis: Analysis, tab: str, for_s: float) -> bool:
    """Whether a tab was off the network for all but a moment of the time that it has been stale."""
    now, one = analysis.state.now, analysis.state.tabs[tab]
    away = one.offline_during(now - for_s, now) + one.hidden_during(now - for_s, now)
    return for_s - away <= LASTS_S


def judge(found: Snapshot) -> list[str]:
    """What is said to be wrong at the end."""
    said = []
    for subject in found.subjects:
        place = f"{subject.site} {subject.subject}"
        said += [f"{place}: {one.guarantee} of {one.tab}: {one.text} {one.witness}" for one in subject.violations]
        said += [f"{place}: {one.tab} {one.what} {one.items} for {one.for_s:.1f} s" for one in subject.disorders]
        said += [f"{place}: {one.text} {one.writes}" for one in subject.conflicts]
        said += [
            f"{place}: {write.tab}'s write #{write.seq} came to {seen.tab} after {seen.waited_s:.1f} s: {seen.why}"
            for write in subject.writes
            for seen in write.seen
            if not seen.censored and seen.waited_s - seen.hidden_s > LASTS_S and "offline" not in seen.why
        ]
        if len(subject.writes) > 3 and subject.verdict in ("no-sync", "unknown"):
            said.append(f"{place}: {subject.verdict}")
    return said


def main(arguments: Sequence[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mixed", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--capture", type=Path, help="where to keep the recording")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        try:
            print(asyncio.run(mixed(options.minutes, options.seed, options.capture or Path(folder) / "x.syncmon")))
        except (AssertionError, DriverFailed) as problem:
            print(f"found, though nothing was wrong:\n{problem}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
