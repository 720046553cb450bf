"""A browser, a hand in it and a flooding server; and one flood as one reader, in a process of its own, takes it."""

from __future__ import annotations

import asyncio
import contextlib
import platform
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec

from monitor.browser.launch import launched
from monitor.capture.reader import Capture
from monitor.lab.driver import Driver
from monitor.model import Frame
from tests.bench.child import PATIENCE_S, Child, Cost, child
from tests.bench.flood import Flood, Kind

LOOK_S = 0.02
_NEW = "SELECT count(*) FILTER (WHERE kind = 'frame' AND dir = 'in'), max(seq) FROM events WHERE seq > ?"


class Flooded(msgspec.Struct, frozen=True, kw_only=True):
    """One flood as one reader took it. cpu, wall: seconds. memory: MB. disk: bytes. sent and got: frames."""

    cpu: float
    wall: float
    memory: float
    sent: int
    got: int
    disk: int = 0


class Case(msgspec.Struct, frozen=True):
    """What is flooded, and with what."""

    name: str
    frames: int
    tabs: int = 1
    kind: Kind = "small"


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """What every measurement needs. folder: for captures."""

    endpoint: str
    driver: Driver
    flood: Flood
    folder: Path

    async def tabs(self, count: int) -> list[str]:
        """Tabs with the page that can be flooded."""
        return [await self.driver.open(self.flood.url, window=False) for _ in range(count)]

    async def close(self, targets: Sequence[str]) -> None:
        for target in targets:
            await self.driver.close(target)

    def capture(self) -> Path:
        """A name for a new capture."""
        return self.folder / f"{time.monotonic_ns()}.syncmon"


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """The stage for the time of a `with`, warmed up: a browser's first flood is slower."""
    assert platform.system() == "Linux", "what another process costs is asked in Linux's own way"
    flood = Flood()
    with tempfile.TemporaryDirectory() as folder:
        async with (
            flood.serving(),
            launched(headless=True) as browser,
            Driver(browser.endpoint, answer_s=PATIENCE_S) as driver,
        ):
            one = Stage(endpoint=browser.endpoint, driver=driver, flood=flood, folder=Path(folder))
            await by_reader(one, Case("", 2000), "tests.bench.bare")
            yield one


async def by_reader(on: Stage, case: Case, module: str, *more: str, program: Sequence[str] = ()) -> Flooded:
    """A flood as a reader takes it that counts frames: `module ENDPOINT FRAMES TARGET…`."""
    targets = await on.tabs(case.tabs)
    arguments = (on.endpoint, str(case.frames // case.tabs * case.tabs + case.tabs), *targets)
    async with child(module, *more, *arguments, program=program) as reader:
        await begin(on, reader, case, targets)
        got = (await reader.news("whole"))["frames"]
        wall = time.monotonic() - on.flood.began
        cost = await _end(on, reader, targets)
    return _flooded(on, cost, wall, got, 0)


async def by_us(on: Stage, case: Case) -> Flooded:
    """A flood as the recorder takes it; every payload is compared with the server's log."""
    targets, path = await on.tabs(case.tabs), on.capture()
    async with child("monitor", "record", "--endpoint", on.endpoint, "-o", str(path)) as reader:
        await begin(on, reader, case, targets)
        await committed(path, case.frames // case.tabs * case.tabs + case.tabs)
        wall = time.monotonic() - on.flood.began
        cost = await _end(on, reader, targets)
    captured = _captured(path)
    disk = path.stat().st_size
    path.unlink()
    assert captured == sorted(on.flood.sent, key=repr), "the captured frames are not those in the server's log"
    return _flooded(on, cost, wall, sum(map(len, captured)), disk)


async def begin(on: Stage, reader: Child, case: Case, targets: Sequence[str]) -> None:
    """Begin the flood when the reader has attached; what the reader spent until then does not count."""
    await reader.news("attached")
    on.flood.prepare(case.frames, case.tabs, case.kind)
    reader.mark()
    for target in targets:
        await on.driver.evaluate(target, "flood()")


async def heard(on: Stage) -> None:
    """Wait until the pages have heard every frame."""
    async with asyncio.timeout(PATIENCE_S):
        await on.flood.heard.wait()


async def _end(on: Stage, reader: Child, targets: Sequence[str]) -> Cost:
    await heard(on)
    cost = await reader.stop()
    await on.close(targets)
    return cost


def _flooded(on: Stage, cost: Cost, wall: float, got: int, disk: int) -> Flooded:
    sent = on.flood.total
    assert sent == got, f"{got} frames were received of {sent} that were sent"
    return Flooded(cpu=cost.cpu, memory=cost.memory, wall=wall, sent=sent, got=got, disk=disk)


async def committed(path: Path, frames: int, patience_s: float = PATIENCE_S) -> None:
    """Wait until that many frames are in the file."""
    seen, seq, deadline = 0, 0, time.monotonic() + patience_s
    with Capture(path) as capture:
        while seen < frames:
            assert time.monotonic() < deadline, f"{seen} of {frames} frames were captured within {patience_s:g} s"
            await asyncio.sleep(LOOK_S)
            ((new, last),) = capture.rows(_NEW, (seq,))
            seen, seq = seen + new, last or seq


def _captured(path: Path) -> list[list[str | bytes]]:
    """The frames that came in, socket by socket."""
    found: dict[str, list[str | bytes]] = {}
    with Capture(path) as capture:
        for event in capture.events(kinds=("frame",)):
            if isinstance(event, Frame) and event.dir == "in":
                content = event.text if event.data is None else event.data
                found.setdefault(event.connection, []).append(content or "")
    return sorted(found.values(), key=repr)
