"""Claim: how long a frame takes from the server to the capture file, in quiet and under a flood."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.capture.reader import Capture
from monitor.model import Frame
from tests.bench.child import child
from tests.bench.stage import Case, Stage, begin, heard, stage
from tests.bench.table import Line, Table

LOOK_S = 0.001
QUIET, FLOODED = "a frame each 20 ms", "beside a flood of 20,000 frames"
TICKS, FRAMES = 200, 20_000
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
    return _table(ticks, asyncio.run(_latencies(repeats, ticks, FRAMES // 10 if quick else FRAMES)))


async def _latencies(repeats: int, ticks: int, frames: int) -> Mapping[str, list[list[float]]]:
    found: dict[str, list[list[float]]] = defaultdict(list)
    async with stage() as on:
        for _ in range(repeats):
            found[QUIET].append(await _one(on, ticks, 0))
            found[FLOODED].append(await _one(on, ticks, frames))
    return found


async def _one(on: Stage, ticks: int, frames: int) -> list[float]:
    """Seconds from each frame's stamp to its being in the file."""
    targets, path = await on.tabs(2), on.capture()
    async with child("monitor", "record", "--endpoint", on.endpoint, "-o", str(path)) as reader:
        await begin(on, reader, Case("", frames), targets[:1] if frames else [])
        watching = asyncio.create_task(_watch(path, ticks))  # noqa: TID251 - awaited below
        await on.driver.evaluate(targets[1], _TICK % ticks)
        seen = await watching
        if frames:
            await heard(on)
        await reader.stop()
    await on.close(targets)
    return seen


async def _watch(path: Path, ticks: int) -> list[float]:
    found: list[float] = []
    seq = 0
    with Capture(path) as capture:
        while len(found) < ticks:
            await asyncio.sleep(LOOK_S)
            events = capture.read_after(seq)
            now = time.time()
            for event in events:
                seq = event.seq
                if isinstance(event, Frame) and event.dir == "out" and '"tick"' in (event.text or ""):
                    found.append(now - json.loads(event.text or "")["at"] / 1000)
    return found


def _table(ticks: int, found: Mapping[str, Sequence[Sequence[float]]]) -> Table:
    lines = []
    for name, runs in found.items():
        for what, share in (("median", 0.5), ("p99", 0.99)):
            figures = [sorted(run)[int(len(run) * share)] * 1000 for run in runs]
            lines.append(Line(what=f"{name}: {what}", unit="ms", figures=figures))
    return Table(
        title="From the page to the file",
        how=(
            f"A page sends {ticks} frames, each with the time of its sending, and the capture is looked at each"
            f" {LOOK_S * 1000:.0f} ms: how long until the frame could be read there. In the recorder an event is held"
            " for 30 ms, so that those of several tabs fall into order, and a commit comes each 50 ms."
        ),
        lines=tuple(lines),
    )
