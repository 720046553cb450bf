"""What a recorder is told: actions as JSON lines on standard input, and signals that ask it to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Self

import msgspec

from monitor.commands.console import complain

STOP = {"do": "stop"}
LONGEST = 1 << 20


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
        """While this lasts, SIGINT, SIGTERM and SIGHUP ask for a clean stop; a second one ends at once."""
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for number in numbers:
            loop.add_signal_handler(number, self._signalled, number)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)

    def _signalled(self, number: signal.Signals) -> None:
        if self.interrupted:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.interrupted = True
        self.stop()

    async def read(self, stream: BinaryIO) -> None:
        """Take actions from a stream until it ends."""
        reader = asyncio.StreamReader(limit=LONGEST)
        try:
            await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stream)
        except (ValueError, OSError):  # a plain file cannot be waited for, and need not
            for line in await asyncio.to_thread(stream.readlines):
                self._take(line)
            return
        while line := await _line(reader):
            self._take(line)

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            action = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError as error:
            complain(f"what came on standard input is no action ({error}): {line[:80].decode('utf-8', 'replace')}")
            return
        self._queue.put_nowait(action)


async def _line(reader: asyncio.StreamReader) -> bytes:
    """The next line; one that is far too long reads as its rubbish tail."""
    try:
        return await reader.readline()
    except ValueError:
        return b"{}x\n"


def lines_of(number: int) -> Iterator[bytes]:
    """The lines of a file descriptor, until it ends.

    Not through a buffered stream: a thread that waits in one keeps the process from ending.
    """
    rest = b""
    while piece := os.read(number, 1 << 16):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    if rest:
        yield rest


def is_pipe() -> bool:
    """Whether standard input is something another program writes to."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
