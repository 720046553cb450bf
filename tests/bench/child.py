"""A process that is measured: what it says on standard error, and what it cost from a moment on. Linux only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

PATIENCE_S = 30.0
_PROCESS_CLOCK = 2  # Linux: the clock id of a process's CPU time is made of its number and this


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """CPU seconds, user and system, since the mark; the most memory it ever held, MB."""

    cpu: float
    memory: float


class Child:
    """`python -m …`, or another program, as a child of ours, with JSON lines on its standard error."""

    def __init__(self, arguments: Sequence[str], program: Sequence[str] = ()) -> None:
        self._process = subprocess.Popen(
            [*(program or (sys.executable, "-m")), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        self._marked = 0.0
        self._said: list[str] = []

    async def news(self, event: str, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """Wait for the line about an event."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while line := await asyncio.to_thread(self._line):
                    with contextlib.suppress(ValueError):
                        found = json.loads(line)
                        if isinstance(found, dict) and found.get("event") == event:
                            return found
        raise AssertionError(f"it never said {event} within {patience_s:g} s: {''.join(self._said)}")

    def mark(self) -> None:
        """What was spent until now, on starting and attaching, does not count."""
        self._marked = time.clock_gettime(~self._process.pid << 3 | _PROCESS_CLOCK)

    async def stop(self) -> Cost:
        """Interrupt it, wait for its end, and tell what it cost from the mark to its end: its last writing counts."""
        memory = await asyncio.to_thread(self._peak)
        self._process.send_signal(signal.SIGINT)
        _, status, usage = await asyncio.to_thread(os.wait4, self._process.pid, 0)
        self._process.returncode = code = os.waitstatus_to_exitcode(status)
        assert code in (0, 130), f"it ended with {code}: {''.join(self._said)}{await asyncio.to_thread(self._line)}"
        cpu = usage.ru_utime + usage.ru_stime - self._marked
        return Cost(cpu=cpu, memory=memory)

    def end(self) -> None:
        """Leave nothing behind."""
        if self._process.returncode is None:
            self._process.kill()
            self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def memory(self) -> float:
        """What it holds now, MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1000

    def _peak(self) -> float:
        # Not ru_maxrss: that of a child begins with what its parent held.
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1000

    def _line(self) -> str:
        assert self._process.stderr is not None
        line = self._process.stderr.readline().decode()
        self._said.append(line)
        return line


@contextlib.asynccontextmanager
async def child(*arguments: str, program: Sequence[str] = ()) -> AsyncIterator[Child]:
    """A child for the time of a `with`: a module of ours, or another program."""
    one = Child([argument for argument in arguments if argument], program)
    try:
        yield one
    finally:
        one.end()
