"""The raw messages between a recorder and its browsers as a file, one JSON line each, which can be imported again.

    {"t":…,"attach":{"offset":…,"shared":…,"world":…,"endpoint":…}}     a connection was opened; clocks and names for it
    {"t":…,"dir":"in","message":{…}}                                    what the browser said, as it said it; `out`: we
    {"t":…,"do":"tick"}      time passed, with an effect; `deep`: workers are looked into from now on;
                             `end` and `farewell` are the ends of connection and recording

`t` is the arrival on the recorder's monotonic clock. `browser` tells several ones apart. A thread of its own writes, so
that no disk holds the recorder up; what does not fit into memory meanwhile is counted and told.
"""

from __future__ import annotations

import os
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Literal

import msgspec

from monitor.browser.wire import EMPTY
from monitor.errors import CaptureError

WAITING = 64 << 20
Do = Literal["tick", "clock", "deep", "end", "farewell"]

_encode = msgspec.json.Encoder().encode


class Attach(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a translator of a connection needs to know.

    offset, shared: of its `Clock`. push: the name of its memory of pushes, empty where they are left out. deep: the
    origins whose workers are looked into.
    """

    offset: float
    shared: bool
    world: str = ""
    endpoint: str = ""
    push: str = ""
    deep: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the file."""

    t: float | None = None
    browser: int = 0
    dir: Literal["in", "out"] = "in"
    message: msgspec.Raw = EMPTY
    attach: Attach | None = None
    do: Do | None = None
    because: str = ""
    lost: int = 0


class CdpLog:
    """The file, made anew and private. CaptureError where it cannot be made."""

    def __init__(self, path: Path) -> None:
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._waiting = self._lost = 0
        self.problem: str | None = None
        try:
            number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError as error:
            raise CaptureError(f"{path} exists already. Choose another name: a log is never overwritten.") from error
        except OSError as error:
            raise CaptureError(f"{path} cannot be made: {error.strerror or error}.") from error
        self._thread = Thread(target=self._write, args=(number,), name="syncmon-cdp-log", daemon=True)
        self._thread.start()

    def message(self, browser: int, way: Literal["in", "out"], raw: bytes, arrival: float) -> None:
        """A message came in or goes out; never waits."""
        self._put(b'{"t":%.9f,"browser":%d,"dir":"%s","message":%s}\n' % (arrival, browser, way.encode(), raw), arrival)

    def attach(self, browser: int, attach: Attach, arrival: float) -> None:
        """A connection was opened."""
        self._put(_encode(Line(t=arrival, browser=browser, attach=attach)) + b"\n", arrival)

    def do(self, browser: int, do: Do, arrival: float, because: str = "") -> None:
        """Time passed, or something ended."""
        self._put(_encode(Line(t=arrival, browser=browser, do=do, because=because)) + b"\n", arrival)

    def close(self) -> None:
        """Write what waits and close the file."""
        self._lines.put(None)
        self._thread.join()

    def _put(self, line: bytes, arrival: float) -> None:
        if self._waiting + len(line) > WAITING or self.problem is not None:
            self._lost += 1
            return
        if self._lost:
            told = _encode(Line(t=arrival, lost=self._lost)) + b"\n"
            self._lost = 0
            self._waiting += len(told)
            self._lines.put(told)
        self._waiting += len(line)
        self._lines.put(line)

    def _write(self, number: int) -> None:
        with open(number, "wb") as file:
            while (line := self._lines.get()) is not None:
                if self.problem is None:
                    try:
                        file.write(line)
                    except OSError as error:
                        self.problem = f"The log of CDP cannot be written on: {error.strerror or error}."
                self._waiting -= len(line)
