"""What a recorder is told: actions as JSON lines on standard input, and signals that ask it to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any, Self

import msgspec

from monitor.commands.console import complain

STOP = {"do": "stop"}
LONGEST = 1 << 20
# A handler that only wakes the loop: loops do not take signals themselves everywhere.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Control:
    """The actions as they come, without an end: that standard input ended stops nothing."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.interrupted = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> dict[str, Any]:
        return await self._queue.get()

    def stop(self) -> None:
        self._queue.put_nowait(STOP)

    @contextmanager
    def signals(self) -> Iterator[None]:
        """While this lasts, SIGINT, SIGTERM and SIGHUP ask for a clean stop; a second one cancels the task at once."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        before = {number: signal.getsignal(number) for number in SIGNALS}

        def signalled(*_: object) -> None:
            loop.call_soon_threadsafe(self._signalled, task)

        for number in SIGNALS:
            signal.signal(number, signalled)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _signalled(self, task: asyncio.Task[object] | None) -> None:
        if self.interrupted and task is not None:
            task.cancel()
        self.interrupted = True
        self.stop()

    def listen(self, number: int) -> None:
        """Take actions from a file descriptor, in a thread that is left behind when the process ends."""
        loop = asyncio.get_running_loop()
        Thread(target=self._listen, args=(number, loop), name="syncmon-control", daemon=True).start()

    def _listen(self, number: int, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError, OSError):  # the loop has ended, or the stream was taken away
            for line in lines_of(number):
                loop.call_soon_threadsafe(self._take, line)

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            action = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError as error:
            complain(f"what came on standard input is no action ({error}): {line[:80].decode('utf-8', 'replace')}")
            return
        self._queue.put_nowait(action)


def lines_of(number: int) -> Iterator[bytes]:
    """The lines of a file descriptor, until it ends.

    Not through a buffered stream: a thread that waits in one keeps the process from ending.
    """
    rest = b""
    while piece := os.read(number, 1 << 16):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        if len(rest) > LONGEST:
            rest = b"(a line that is far too long)"
    if rest:
        yield rest


def is_pipe() -> bool:
    """Whether standard input is something another program writes to."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
