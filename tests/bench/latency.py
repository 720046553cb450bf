"""Claim: how long a frame takes from the page to the capture file and to the screen, in quiet and under a flood."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tests.bench.child import child
from tests.bench.shares import ROLES, spent
from tests.bench.stage import Stage, heard, stage
from tests.bench.table import Line, Table

QUIET, FLOODED = "a frame each 20 ms", "beside a flood of 20,000 frames"
BARE, FILE, BESIDE, SCREEN = "to a bare loop", "to the file", "to the file, dashboard open", "to the screen"
SHARED = "to a bare loop beside recorder and dashboard"
ALL = f"the flood with the dashboard open: all of {os.cpu_count()} cores"
TICKS, FRAMES = 200, 20_000
SEEN_S = 120.0
Shares = Mapping[str, float]
_TICK = """(async () => {
  const socket = new WebSocket(`ws://${location.host}/tick`);
  await new Promise((opened) => socket.onopen = opened);
  for (let n = 0; n < %d; n++) {
    socket.send(JSON.stringify({tick: n, at: performance.timeOrigin + performance.now()}));
    await new Promise((later) => setTimeout(later, 20));
  }
})()"""


def measure(repeats: int, *, quick: bool, long: bool = False) -> Table:
    """Frames that a page stamps and sends, and when each could be read from the file."""
    ticks = TICKS // 5 if quick else TICKS
    return _table(ticks, *asyncio.run(_latencies(repeats, ticks, FRAMES // 10 if quick else FRAMES)))


async def _latencies(repeats: int, ticks: int, frames: int) -> tuple[dict[str, list[list[float]]], list[Shares]]:
    found: dict[str, list[list[float]]] = defaultdict(list)
    shares: list[Shares] = []
    async with stage() as on:
        for _ in range(repeats):
            for name, flood in ((QUIET, 0), (FLOODED, frames)):
                found[f"{name}, {BARE}"].append(await _floor(on, ticks, flood))
                found[f"{name}, {FILE}"].append((await _one(on, ticks, flood, dashboard=False))[0])
                beside, screen = await _one(on, ticks, flood, dashboard=True)
                found[f"{name}, {BESIDE}"].append(beside)
                found[f"{name}, {SCREEN}"].append(screen)
            found[f"{FLOODED}, {SHARED}"].append(await _shared(on, ticks, frames))
            shares.append(await _shares(on, ticks // 10, frames))
    return found, shares


async def _floor(on: Stage, ticks: int, frames: int) -> list[float]:
    """Seconds from each frame's stamp to its being read by a loop that does nothing with it."""
    targets = await on.tabs(2)
    async with child("tests.bench.bare", "--ticks", on.endpoint, str(ticks), *targets) as reader:
        await reader.news("attached")
        await _run(on, targets, ticks, frames)
        seen: list[float] = (await reader.news("seen", SEEN_S))["seconds"]
        if frames:
            await heard(on)
    await on.close(targets)
    return seen


async def _shared(on: Stage, ticks: int, frames: int) -> list[float]:
    """Seconds to a loop that does nothing, while a recorder and a dashboard take their share of the machine."""
    targets, path = await on.tabs(2), on.capture()
    async with contextlib.AsyncExitStack() as stack:
        watch = await stack.enter_async_context(child("tests.bench.screen", on.endpoint, str(path), str(ticks)))
        await watch.news("attached")
        words = ("tests.bench.bare", "--ticks", on.endpoint, str(ticks), *targets)
        reader = await stack.enter_async_context(child(*words))
        await reader.news("attached")
        await _run(on, targets, ticks, frames)
        seen: list[float] = (await reader.news("seen", SEEN_S))["seconds"]
        await watch.news("seen", SEEN_S)
        await heard(on)
        await watch.news("ended")
    await on.close(targets)
    return seen


async def _shares(on: Stage, ticks: int, frames: int) -> Shares:
    """CPU seconds by role while a flood is recorded and shown, and those that there were of all cores."""
    targets, path = await on.tabs(2), on.capture()
    async with child("tests.bench.screen", on.endpoint, str(path), str(ticks)) as watch:
        await watch.news("attached")
        on.flood.prepare(frames)
        before, began = spent(), time.monotonic()
        await on.driver.evaluate(targets[0], "flood()")
        await heard(on)
        after, wall = spent(), time.monotonic() - began
        await on.driver.evaluate(targets[1], _TICK % ticks)  # the screen ends with them
        await watch.news("seen", SEEN_S)
        await watch.news("ended")
    await on.close(targets)
    return {ALL: wall * (os.cpu_count() or 1)} | {role: after[role] - before[role] for role in ROLES}


async def _run(on: Stage, targets: Sequence[str], ticks: int, frames: int) -> None:
    """Let one page hear its flood, and the other send its ticks."""
    on.flood.prepare(frames)
    if frames:
        await on.driver.evaluate(targets[0], "flood()")
    await on.driver.evaluate(targets[1], _TICK % ticks)


async def _one(on: Stage, ticks: int, frames: int, *, dashboard: bool) -> list[list[float]]:
    """Seconds from each frame's stamp to its being in the file, and on the screen where there is one."""
    targets, path = await on.tabs(2), on.capture()
    record = ("monitor", "record", "--endpoint", on.endpoint, "-o", str(path))
    screen = ("tests.bench.screen", on.endpoint, str(path), str(ticks))
    async with contextlib.AsyncExitStack() as stack:
        recorder = await stack.enter_async_context(child(*(screen if dashboard else record)))
        await recorder.news("attached")
        file = await stack.enter_async_context(child("tests.bench.readable", str(path), str(ticks)))
        await file.news("attached")
        await _run(on, targets, ticks, frames)
        seen = [(await one.news("seen", SEEN_S))["seconds"] for one in ((file, recorder) if dashboard else (file,))]
        if frames:
            await heard(on)
        await (recorder.news("ended") if dashboard else recorder.stop())
    await on.close(targets)
    return seen


def _table(ticks: int, found: Mapping[str, Sequence[Sequence[float]]], shares: Sequence[Shares]) -> Table:
    lines: list[Line] = []
    for name, runs in found.items():
        floors = {line.what: line.figures for line in lines}
        for what, share in (("median", 0.5), ("p99", 0.99)):
            figures = [sorted(run)[int(len(run) * share)] * 1000 for run in runs]
            floor = None if name.endswith(BARE) else floors[f"{name.split(', ')[0]}, {BARE}: {what}"]
            lines.append(Line(what=f"{name}: {what}", unit="ms", figures=figures, floor=floor))
    cores = [one[ALL] for one in shares]
    lines.append(Line(what=ALL, unit="CPU s", figures=cores))
    lines += [
        Line(what=f"the flood with the dashboard open: {role}", unit="CPU s", figures=[one[role] for one in shares],
             floor=cores)
        for role in ROLES
    ]  # fmt: skip
    return Table(
        title="From the page to the file and to the screen",
        how=(
            f"A page sends {ticks} frames, each with the time of its sending, and a process of its own looks at the"
            " capture each 1 ms: how long until the frame could be read there. The floor is a loop that reads Chrome's"
            " socket and does nothing else: beside a flood, Chrome itself can be late, and more so where a recorder and"
            " a dashboard want the same cores: how late is told as well, and who had the cores while the flood lasted."
            " The recorder keeps an event"
            " until it is 30 ms old, so that tabs are told in order; a commit comes each 50 ms. To the screen: `syncmon"
            " watch` in a terminal of 220 by 50, with a filter for these frames, until it wrote the row."
        ),
        lines=tuple(lines),
    )
