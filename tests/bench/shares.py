"""Which of the bench's processes spend the CPU, by the words that started them. Linux only."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

CHROME, RECORDER, DASHBOARD, ANALYSIS = "Chromium", "the recorder", "the dashboard", "the dashboard's analysis"
BENCH = "the server and what measures"
ROLES = (CHROME, RECORDER, DASHBOARD, ANALYSIS, BENCH)
_WORDS = {"monitor record": RECORDER, "monitor watch": DASHBOARD, "monitor.commands.judge": ANALYSIS}
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def spent() -> defaultdict[str, float]:
    """CPU seconds, user and system, of this process and all that came of it and live, by role."""
    parents, seconds, roles = dict[int, int](), dict[int, float](), dict[int, str]()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            number = int(folder.name)
            parents[number], seconds[number] = int(fields[1]), (int(fields[11]) + int(fields[12])) * _TICK_S
            roles[number] = _role(words)
    found: defaultdict[str, float] = defaultdict(float)
    for number, took in seconds.items():
        above = number
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid():
            found[roles[number]] += took
    return found


def _role(words: str) -> str:
    if "chrom" in words.partition(" ")[0]:
        return CHROME
    return next((role for part, role in _WORDS.items() if part in words), BENCH)
