"""Claim: the recorder loses nothing of flooded pages, and what that costs beside only reading the socket."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from tests.bench.stage import LOOK_S, Case, Flooded, by_reader, by_us, stage
from tests.bench.table import Line, Table, rounds

BARE, OURS = "bare websockets loop", "syncmon record"
CASES = (
    Case("1 tab, notes", 20_000), Case("8 tabs, notes", 40_000, 8), Case("1 tab, mixed", 10_000, 1, "mixed"),
    Case("1 tab, bytes", 10_000, 1, "binary"),
)  # fmt: skip
# What is told of each case: in words, how it is had of a flood, and of whom.
FIGURES: tuple[tuple[str, Callable[[Flooded], float]], ...] = (
    ("CPU s/100k frames", lambda one: one.cpu / one.sent * 1e5),
    ("wall s/100k frames", lambda one: one.wall / one.sent * 1e5),
    ("peak MB", lambda one: one.memory),
)


def measure(repeats: int, *, quick: bool, long: bool = False) -> Table:
    """Flood pages of a real headless Chromium, once for each reader in turns. AssertionError where a frame is lost."""
    cases = [Case(one.name, one.frames // 10 if quick else one.frames, one.tabs, one.kind) for one in CASES]
    return _table(cases, asyncio.run(_floods(cases, repeats)))


async def _floods(cases: Sequence[Case], repeats: int) -> Mapping[tuple[str, str], list[Flooded]]:
    found: dict[tuple[str, str], list[Flooded]] = defaultdict(list)
    async with stage() as on:
        for case in cases:
            for name in rounds((BARE, OURS), repeats):
                taken = await (by_reader(on, case, "tests.bench.bare") if name == BARE else by_us(on, case))
                found[case.name, name].append(taken)
    return found


def _table(cases: Sequence[Case], found: Mapping[tuple[str, str], Sequence[Flooded]]) -> Table:
    lines = []
    for case in cases:
        for unit, figure in FIGURES:
            floor = [figure(one) for one in found[case.name, BARE]]
            ours = [figure(one) for one in found[case.name, OURS]]
            lines += [
                Line(what=f"{case.name}: {BARE}", unit=unit, figures=floor),
                Line(what=f"{case.name}: {OURS}", unit=unit, figures=ours, floor=floor),
            ]
        disk = [one.disk / one.sent for one in found[case.name, OURS]]
        lines.append(Line(what=f"{case.name}: {OURS}", unit="bytes/frame on disk", figures=disk))
    runs = [one for taken in found.values() for one in taken]
    return Table(
        title="The recorder",
        how=(
            "A loopback server sends frames to pages of a headless Chromium, as fast as they take them: JSON notes of"
            " about 100 bytes; mixed with some of 2 and 20 kB and some of bytes; 150 bytes. The bare loop parses"
            " nothing. CPU is the reader's, user and system, from before the flood to its end: starting and attaching"
            " do not count, committing does. Wall is from the first frame sent to the last one received (bare) or seen"
            f" in the capture file (syncmon; looked at each {LOOK_S * 1000:.0f} ms)."
        ),
        lines=tuple(lines),
        notes=(
            f"Sent {sum(one.sent for one in runs):,} frames in {len(runs)} floods, received as many.",
            "Every payload that syncmon captured was compared with the server's log, in order.",
        ),
    )
