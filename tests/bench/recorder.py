"""Claim: the recorder loses nothing of a flooded page, and what that costs beside only reading the socket."""

from __future__ import annotations

import asyncio
import platform
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from monitor.browser.launch import launched
from monitor.capture.reader import Capture
from monitor.lab.driver import Driver
from monitor.model import Frame
from tests.bench.child import PATIENCE_S, Child, Cost, child
from tests.bench.flood import Flood
from tests.bench.table import Line, Table, rounds

FRAMES, QUICK = 20_000, 2_000
BARE, OURS = "bare websockets loop, parses nothing", "syncmon record, into a capture"
LOOK_S = 0.02
_NEW = "SELECT count(*) FILTER (WHERE kind = 'frame' AND dir = 'in'), max(seq) FROM events WHERE seq > ?"


class Flooded(msgspec.Struct, frozen=True, kw_only=True):
    """One flood as one reader took it. cpu, wall: seconds. memory: MB. sent and got: frames."""

    cpu: float
    wall: float
    memory: float
    sent: int
    got: int


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """A browser, a hand in it, a server, and a folder for captures."""

    endpoint: str
    driver: Driver
    flood: Flood
    folder: Path


def measure(repeats: int, *, quick: bool) -> Table:
    """Flood a page of a real headless Chromium, once for each reader in turns. AssertionError where a frame is lost."""
    assert platform.system() == "Linux", "what another process costs is asked in Linux's own way"
    frames = QUICK if quick else FRAMES
    with tempfile.TemporaryDirectory() as folder:
        return _table(frames, asyncio.run(_floods(frames, repeats, Path(folder))))


async def _floods(frames: int, repeats: int, folder: Path) -> Mapping[str, list[Flooded]]:
    found: dict[str, list[Flooded]] = defaultdict(list)
    flood = Flood()
    async with flood.serving(), launched(headless=True) as browser, Driver(browser.endpoint) as driver:
        stage = Stage(endpoint=browser.endpoint, driver=driver, flood=flood, folder=folder)
        await _bare(stage, frames // 10)  # the browser's first flood is slower
        for name in rounds((BARE, OURS), repeats):
            found[name].append(await (_bare if name == BARE else _ours)(stage, frames))
    return found


async def _bare(stage: Stage, frames: int) -> Flooded:
    target = await stage.driver.open(stage.flood.url, window=False)
    async with child("tests.bench.bare", stage.endpoint, target, str(frames + 1)) as reader:
        await _begin(stage, reader, target, frames)
        got = (await reader.news("whole"))["frames"]
        wall = time.monotonic() - stage.flood.began
        cost = await _end(stage, reader, target)
    return _flooded(stage, cost, wall, got)


async def _ours(stage: Stage, frames: int) -> Flooded:
    target = await stage.driver.open(stage.flood.url, window=False)
    path = stage.folder / f"{time.monotonic_ns()}.syncmon"
    async with child("monitor", "record", "--endpoint", stage.endpoint, "-o", str(path)) as reader:
        await _begin(stage, reader, target, frames)
        await _committed(path, frames + 1)
        wall = time.monotonic() - stage.flood.began
        cost = await _end(stage, reader, target)
    captured = _captured(path)
    path.unlink()
    flooded = _flooded(stage, cost, wall, len(captured))
    assert captured == stage.flood.sent, "the captured texts are not those in the server's log"
    return flooded


async def _begin(stage: Stage, reader: Child, target: str, frames: int) -> None:
    await reader.news("attached")
    stage.flood.prepare(frames)
    reader.mark()
    await stage.driver.evaluate(target, "flood()")


async def _end(stage: Stage, reader: Child, target: str) -> Cost:
    async with asyncio.timeout(PATIENCE_S):
        await stage.flood.heard.wait()
    cost = await reader.stop()
    await stage.driver.close(target)
    return cost


def _flooded(stage: Stage, cost: Cost, wall: float, got: int) -> Flooded:
    sent = len(stage.flood.sent)
    assert sent == got, f"{got} frames were received of {sent} that were sent"
    return Flooded(cpu=cost.cpu, memory=cost.memory, wall=wall, sent=sent, got=got)


async def _committed(path: Path, frames: int) -> None:
    """Wait until that many frames are in the file."""
    seen, seq, deadline = 0, 0, time.monotonic() + PATIENCE_S
    with Capture(path) as capture:
        while seen < frames:
            assert time.monotonic() < deadline, f"{seen} of {frames} frames were captured within {PATIENCE_S:g} s"
            await asyncio.sleep(LOOK_S)
            ((new, last),) = capture.rows(_NEW, (seq,))
            seen, seq = seen + new, last or seq


def _captured(path: Path) -> list[str]:
    with Capture(path) as capture:
        frames = (event for event in capture.events(kinds=("frame",)) if isinstance(event, Frame))
        return [frame.text or "" for frame in frames if frame.dir == "in"]


def _table(frames: int, found: Mapping[str, Sequence[Flooded]]) -> Table:
    lines = []
    for what, unit in (("cpu", "CPU s/100k frames"), ("wall", "wall s/100k frames"), ("memory", "peak MB")):
        scale = 1.0 if what == "memory" else 100_000 / frames
        floor = [getattr(one, what) * scale for one in found[BARE]]
        lines.append(Line(what=BARE, unit=unit, figures=floor))
        lines.append(
            Line(what=OURS, unit=unit, figures=[getattr(one, what) * scale for one in found[OURS]], floor=floor)
        )
    return Table(
        title="The recorder",
        how=(
            f"A loopback server sends {frames:,} JSON text frames of about 100 bytes to a page of a headless Chromium,"
            " as fast as it takes them. CPU is the child's, user and system, from before the flood to its end:"
            " starting and attaching do not count, committing does. Wall is from the first frame sent to the last one"
            f" received (bare) or seen in the capture file (syncmon; looked at each {LOOK_S * 1000:.0f} ms)."
        ),
        lines=tuple(lines),
        notes=tuple(
            f"{name}: sent {sum(one.sent for one in runs):,}, received {sum(one.got for one in runs):,}."
            for name, runs in found.items()
        ) + ("Every text that syncmon captured was compared with the server's log, in order.",),
    )  # fmt: skip
