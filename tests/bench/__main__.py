"""`python -m tests.bench [--only NAME] [--repeats N] [--quick] [--long]`: a table a claim.

A whole run also writes results.md. Everything compared is measured in this run, in turns. A claim that fails (a lost
frame) ends the run with 1.
"""

from __future__ import annotations

import argparse
import inspect
import os
import platform
import shlex
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from monitor.browser.launch import find_browser
from monitor.errors import SyncmonError
from tests.bench.table import Table, text

CLAIMS = ("recorder", "peers", "observing", "latency", "memory", "analysis", "decoding", "opening", "dashboard")
RESULTS = Path(__file__).with_name("results.md")
README = Path(__file__).parents[2] / "README.md"
MARKS = ("<!-- bench -->", "<!-- /bench -->")
# The rows that the README shows: how their name ends, and their unit.
TOLD = (
    ("notes: syncmon record", "CPU s/100k frames"),
    ("mixed: syncmon record", "CPU s/100k frames"),
    ("bytes: syncmon record", "CPU s/100k frames"),
    ("pychrome", "CPU s/100k frames"),
    ("cdp-use", "CPU s/100k frames"),
    ("playwright", "CPU s/100k frames"),
    ("flood: syncmon record", "s/100k frames"),
    ("fetches: syncmon record", "ms/fetch"),
    ("each 20 ms, to the file: median", "ms"),
    ("each 20 ms, to the screen: median", "ms"),
    ("each 20 ms, to the screen: p99", "ms"),
    ("frames, to a bare loop beside recorder and dashboard: p99", "ms"),
    ("frames, to the screen: p99", "ms"),
    ("after 250,000 frames", "MB"),
    ("reading and folding, as `syncmon divergence` does", "events/s"),
    ("Decoder.feed, JSON of no known protocol", "frames/s"),
    ("first 50 events and seqs(None)", "ms"),
    ('text: "needle", first 50 events', "ms"),
    ('text: "needle", every match', "ms"),
    ("first rows: syncmon FILE", "ms"),
    ("jump: syncmon, a page back, never seen", "ms"),
    ("filter: syncmon, first rows", "ms"),
)
NOTE = (
    "× floor: how many times the floor's cost, by the medians, and the least and greatest within one repeat; the floor"
    " is the nearest line above with 1."
)
BUSY = (
    "The machine was busy with other work when this began: its times are long, and ratios with a wide range say little."
)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and write down."""
    # A shell's background jobs, and so their children, ignore it; ours are ended with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options = _options(arguments)
    parts = [_head(arguments)]
    print(parts[0], flush=True)
    for name in options.only or CLAIMS:
        try:
            table: Table = _measured(name, options)
        except (AssertionError, TimeoutError, SyncmonError) as problem:
            print(f"{name} failed: {str(problem) or type(problem).__name__}", file=sys.stderr)
            return 1
        parts.append(text(table))
        print(f"\n{parts[-1]}", flush=True)
    if not options.only and not options.quick:
        RESULTS.write_text("\n\n".join(parts) + "\n", "utf-8")
        README.write_text(in_readme(README.read_text("utf-8"), RESULTS.read_text("utf-8")), "utf-8")
    return 0


def in_readme(readme: str, results: str) -> str:
    """The README with the telling rows of the results between its marks: what, unit, median, × floor."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in results.splitlines() if line[:2] == "| "]
    told = [(r[0], r[1], r[2], r[5]) for r in rows if any(r[0].endswith(end) and r[1] == unit for end, unit in TOLD)]
    table = ["| | | median | × floor |", "|---|---|---:|---:|", *(f"| {' | '.join(row)} |" for row in told)]
    before, _, rest = readme.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return "\n".join([f"{before}{MARKS[0]}", *table, f"{MARKS[1]}{after}"])


def _measured(name: str, options: argparse.Namespace) -> Table:
    measure = import_module(f"tests.bench.{name}").measure
    more = {"long": options.long} if "long" in inspect.signature(measure).parameters else {}
    table: Table = measure(options.repeats, quick=options.quick, **more)
    return table


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=CLAIMS, help="this claim only; may be repeated")
    parser.add_argument("--repeats", type=int, metavar="N", help="how often each case is measured (3; quick: 1)")
    parser.add_argument(
        "--quick", action="store_true", help="small and once: shows that it runs, its figures say little"
    )
    parser.add_argument("--long", action="store_true", help="as long as the claims are: two million frames for memory")
    options = parser.parse_args(arguments)
    if options.repeats is None:
        options.repeats = 1 if options.quick else 3
    if options.repeats < 1:
        parser.error("--repeats takes 1 or more")
    return options


def _head(arguments: Sequence[str]) -> str:
    command = shlex.join(["python", "-m", "tests.bench", *arguments])
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    machine = f"{platform.system()} {platform.machine()}, {cores} cores, load {load:.1f} at the start"
    packages = ", ".join(f"{name} {version(name)}" for name in ("websockets", "msgspec"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    versions = f"syncmon {version('syncmon')}, {python}, {packages}, SQLite {sqlite3.sqlite_version}, {_browser()}"
    notes = f"{BUSY}\n\n{NOTE}" if load > cores / 2 else NOTE
    return f"# What syncmon costs\n\n`{command}`\n\n{machine}; {versions}.\n\n{notes}"


def _browser() -> str:
    try:
        said = subprocess.run([find_browser(), "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (SyncmonError, OSError, subprocess.SubprocessError):
        return "no browser"
    return " ".join(said.stdout.split()[:2]) or "a browser that tells no version"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
