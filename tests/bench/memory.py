"""Claim: the recorder's memory does not grow with the length of the recording."""

from __future__ import annotations

import asyncio

from tests.bench.child import child
from tests.bench.stage import committed, heard, stage
from tests.bench.table import Line, Table

FIRST, LAST, LONG = 50_000, 250_000, 2_000_000
PIECE = 50_000


def measure(repeats: int, *, quick: bool, long: bool = False) -> Table:
    """One recording, looked at twice; `repeats` is not for this."""
    first, last, piece = (2_000, 10_000, 2_000) if quick else (FIRST, LONG if long else LAST, PIECE)
    early, late, size = asyncio.run(_grow(first, last, piece))
    return Table(
        title="The recorder's memory",
        how=f"Resident memory of one recorder after {first:,} and after {last:,} frames of about 100 bytes.",
        lines=(
            Line(what=f"after {first:,} frames", unit="MB", figures=[early]),
            Line(what=f"after {last:,} frames", unit="MB", figures=[late], floor=[early]),
        ),
        notes=(f"The capture was {size / 1e6:,.0f} MB then.",),
    )


async def _grow(first: int, last: int, piece: int) -> tuple[float, float, int]:
    early = 0.0
    async with stage() as on:
        (target,), path = await on.tabs(1), on.capture()
        async with child("monitor", "record", "--endpoint", on.endpoint, "-o", str(path)) as reader:
            await reader.news("attached")
            for done in range(piece, last + 1, piece):
                on.flood.prepare(piece)
                await on.driver.evaluate(target, "flood()")
                await heard(on)
                await committed(path, done)
                if done == first:
                    early = reader.memory()
            late = reader.memory()
            await reader.stop()
        return early, late, path.stat().st_size
