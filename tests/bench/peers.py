"""Claim: others that only count the frames of one page, beside the bare loop and the recorder, which keeps them."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from tests.bench.recorder import BARE, FIGURES, OURS
from tests.bench.stage import Case, Flooded, Stage, by_reader, by_us, stage
from tests.bench.table import Line, Table, rounds

CASE = Case("1 tab, notes", 5_000)
NODE = Path(__file__).with_name("peer_node.mjs")
PYTHON = {"pychrome": "pychrome", "cdp-use": "cdp_use", "playwright": "playwright"}
NODE_PEER = "chrome-remote-interface"

Take = Callable[[Stage, Case], Awaitable[Flooded]]


def measure(repeats: int, *, quick: bool, long: bool = False) -> Table:
    """Flood a page, once for each reader in turns; what is not installed is skipped, and named."""
    case = Case(CASE.name, CASE.frames // 10 if quick else CASE.frames)
    readers, skipped = _readers()
    found = asyncio.run(_floods(case, readers, repeats))
    return _table(case, found, skipped)


def _readers() -> tuple[dict[str, Take], list[str]]:
    readers: dict[str, Take] = {
        BARE: lambda on, case: by_reader(on, case, "tests.bench.bare"),
        OURS: by_us,
    }
    skipped = []
    for name, package in PYTHON.items():
        if find_spec(package) is None:
            skipped.append(name)
        else:
            readers[name] = lambda on, case, name=name: by_reader(on, case, "tests.bench.peer", name)  # type: ignore[misc]
    node = shutil.which("node")
    if node is None or not _node_has(NODE_PEER):
        skipped.append(f"{NODE_PEER} (npm install it where NODE_PATH looks)")
    else:
        readers[NODE_PEER] = lambda on, case: by_reader(on, case, "", program=(node, str(NODE)))
    return readers, skipped


def _node_has(package: str) -> bool:
    folders = [Path(folder) for folder in os.environ.get("NODE_PATH", "").split(os.pathsep) if folder]
    return any((folder / package).is_dir() for folder in folders)


async def _floods(case: Case, readers: Mapping[str, Take], repeats: int) -> Mapping[str, list[Flooded]]:
    found: dict[str, list[Flooded]] = defaultdict(list)
    async with stage() as on:
        for name in rounds(readers, repeats):
            found[name].append(await readers[name](on, case))
    return found


def _table(case: Case, found: Mapping[str, Sequence[Flooded]], skipped: Sequence[str]) -> Table:
    lines = []
    for unit, figure in FIGURES:
        floor = [figure(one) for one in found[BARE]]
        for name in sorted(found, key=lambda name: name != BARE):
            figures = [figure(one) for one in found[name]]
            lines.append(Line(what=name, unit=unit, figures=figures, floor=None if name == BARE else floor))
    notes = ["playwright's CPU has its driver process in it, started up and all; its memory has not."]
    notes += [f"Not installed, so not measured: {', '.join(skipped)}."] if skipped else []
    return Table(
        title="Others",
        how=(
            f"The same flood of {case.frames:,} notes to one page, read by other clients of the DevTools protocol that"
            " count the frames and keep nothing. syncmon keeps them all."
        ),
        lines=tuple(lines),
        notes=tuple(notes),
    )
