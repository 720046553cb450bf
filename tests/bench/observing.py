"""Claim: what observing costs the page: the time a flood and many fetches take, with nobody there and with us.

A part of what we cost a fetch beyond `Network.enable` is that its body is asked for: one command each, whether that is
`Network.streamResourceContent` at the request, which alone has every byte as it comes, or `Network.getResponseBody` at
the end. So readers that do no more than that are measured too. Asked for later, in idle moments, a body would be gone
with the next navigation.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence

from tests.bench.child import child
from tests.bench.stage import Stage, heard, stage
from tests.bench.table import Line, Table, rounds

NOBODY, BARE, OURS = "nobody", "Network.enable alone", "syncmon record"
BODIES, STREAMS = "and each body asked for at its end", "and each body followed from the request on"
ASKING = {BODIES: "--bodies", STREAMS: "--streams"}
FRAMES, FETCHES = 15_000, 400


def measure(repeats: int, *, quick: bool, long: bool = False) -> Table:
    """Let a page work under each observer in turns."""
    frames, fetches = (FRAMES // 10, FETCHES // 10) if quick else (FRAMES, FETCHES)
    found = asyncio.run(_work(repeats, frames, fetches))
    return _table(frames, fetches, found)


async def _work(repeats: int, frames: int, fetches: int) -> Mapping[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    async with stage() as on:
        for name in rounds((NOBODY, BARE, BODIES, STREAMS, OURS), repeats):
            (target,) = await on.tabs(1)
            async with _observed(on, name, target):
                on.flood.prepare(frames)
                await on.driver.evaluate(target, "flood()")
                await heard(on)
                found["flood", name].append(on.flood.took)
                began = time.monotonic()
                await on.driver.evaluate(target, f"fetches({fetches})")
                found["fetches", name].append(time.monotonic() - began)
            await on.close([target])
    return found


@contextlib.asynccontextmanager
async def _observed(on: Stage, name: str, target: str) -> AsyncIterator[None]:
    if name == NOBODY:
        yield
        return
    reader = ("tests.bench.bare", ASKING.get(name, ""), on.endpoint, "0", target)
    ours = ("monitor", "record", "--endpoint", on.endpoint, "-o", str(on.capture()))
    async with child(*(ours if name == OURS else reader)) as observer:
        await observer.news("attached")
        yield
        await observer.stop()


def _table(frames: int, fetches: int, found: Mapping[tuple[str, str], Sequence[float]]) -> Table:
    lines = []
    for work, unit, count in (("flood", "s/100k frames", frames), ("fetches", "ms/fetch", fetches)):
        scale = 1e5 / count if work == "flood" else 1e3 / count
        floor = [seconds * scale for seconds in found[work, BARE]]
        for name in (BARE, OURS, NOBODY) if work == "flood" else (BARE, BODIES, STREAMS, OURS, NOBODY):
            figures = [seconds * scale for seconds in found[work, name]]
            lines.append(
                Line(what=f"{work}: {name}", unit=unit, figures=figures, floor=None if name == BARE else floor)
            )
    return Table(
        title="What observing costs the page",
        how=(
            f"A page hears {frames:,} frames of about 100 bytes, as fast as they come, and makes {fetches:,} fetches of"
            " 1.7 kB of JSON, one after the other. Wall time, from the first frame sent to the page's word that it has"
            " heard all, and from the first fetch to the last. syncmon follows each body from its request on, so that"
            " streams are had as they come; readers that do no more than ask for the bodies are measured too."
        ),
        lines=tuple(lines),
    )
