"""Reads a capture into the analysis and tells what it found: the part of a dashboard that takes the most time.

It runs in a thread, or in a process of its own that tells its findings through a pipe: then nothing that it does holds
up the screen. A growing file is polled; only when everything there is has been read does the wall clock tick into the
analysis, so that waits go on counting while nothing happens.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import IO, Protocol

import msgspec

from monitor.capture.reader import Capture
from monitor.errors import SyncmonError
from monitor.model import Event, Recording
from monitor.sync.snapshot import Snapshot

BATCH = 200
POLL = 0.01
FPS, FLOOD_FPS, BEHIND_FPS = 15.0, 10.0, 5.0
"""Findings a second: fewer in a flood, and fewer yet while there is more to read, as they hold up the reading."""
FLOOD, BEHIND_S = 50, 0.1
"""Events since the last finding that make a flood, and for how long there has been more to read."""
SHARE = 0.3
"""How much of the time findings may take while a file is being read."""
NICE = 10
"""By how much a process of its own stands back behind the recorder and the screen."""
AUTOGROUP = Path("/proc/self/autogroup")
_HEAD = 4


class Fold(Protocol):
    """The analysis, as far as it is used here: `monitor.sync.analysis.Analysis`."""

    def feed(self, event: Event) -> object:
        """Take in one event."""

    def tick(self, now: float) -> object:
        """It is now that late."""

    def snapshot(self) -> Snapshot:
        """What is known."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a capture. live, progress, problem: as in `Update`."""

    snapshot: Snapshot = Snapshot()
    live: bool = False
    progress: float | None = None
    problem: str | None = None


Put = Callable[[Finding], None]


class Judge:
    """Follows one capture file and puts out findings, the last one with everything in it. live: it may still grow."""

    def __init__(self, capture: Capture, put: Put, *, live: bool, stop: Flag) -> None:
        self._capture = capture
        self._put_out = put
        self._live = live
        self._stop = stop
        self._put_at = 0.0
        self._put_cost = 0.0
        self._unseen = 0
        self._at_end = 0.0
        self._latest = Finding(live=live, progress=0.0)

    def run(self, make: Callable[[], Fold]) -> None:
        """Read to the end of what comes; what goes wrong is the last finding."""
        try:
            self._follow(make())
        except SyncmonError as error:
            self._fail(str(error))
        except BrokenPipeError:
            return  # nobody listens any more
        except Exception as error:
            self._fail(f"reading stopped: {type(error).__name__}: {error}")

    def _follow(self, fold: Fold) -> None:
        seq, end, first = 0, self._capture.last_seq(), True
        while not self._stop.is_set():
            events = self._capture.read_after(seq, BATCH)
            for event in events:
                fold.feed(event)
                if isinstance(event, Recording):
                    self._live = self._live and event.state != "stopped"
            if events:
                seq = events[-1].seq
                self._unseen += len(events)
            if len(events) == BATCH:
                if self._is_due():
                    self._put(fold, seq / max(1, end, seq) if first and seq < end else None)
                continue
            self._at_end = time.monotonic()
            if first or not self._live or self._is_due():
                if self._live:
                    fold.tick(time.time())
                self._put(fold, None)
            first = False
            if not self._live:
                return
            self._stop.wait(POLL)

    def _is_due(self) -> bool:
        """Whether it is time for another finding: the last is not too young, and they do not cost too much."""
        now = time.monotonic()
        rate = FPS if self._unseen < FLOOD else FLOOD_FPS
        if now - self._at_end > BEHIND_S:
            rate = BEHIND_FPS
        return now - self._put_at >= max(1 / rate, self._put_cost / SHARE)

    def _put(self, fold: Fold, progress: float | None) -> None:
        began = time.monotonic()
        self._latest = Finding(snapshot=fold.snapshot(), live=self._live, progress=progress)
        self._put_out(self._latest)
        self._put_at = time.monotonic()
        self._put_cost = self._put_at - began
        self._unseen = 0

    def _fail(self, what: str) -> None:
        self._put_out(Finding(snapshot=self._latest.snapshot, problem=what))


# ── where it runs ─────────────────────────────────────────────────────────────────────────────────────────────────────


class InThread:
    """A judge in a thread of ours. make: makes the fold, within the thread."""

    def __init__(self, path: Path, make: Callable[[], Fold], *, live: bool) -> None:
        self._path, self._make, self._live = path, make, live
        self._stop = Flag()
        self._thread: Thread | None = None

    def start(self, put: Put) -> None:
        """Begin to read."""
        self._thread = Thread(target=self._run, args=(put,), name="syncmon-judge", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self, put: Put) -> None:
        try:
            with Capture(self._path) as capture:
                Judge(capture, put, live=self._live, stop=self._stop).run(self._make)
        except SyncmonError as error:
            put(Finding(problem=str(error)))


class InProcess:
    """A judge in a process of its own, which `words` start: it writes what `write_to` writes to its standard output."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = tuple(words)
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: Thread | None = None
        self._closed = False

    def start(self, put: Put) -> None:
        """Begin to read."""
        self._process = subprocess.Popen(
            self._words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self._listener = Thread(target=self._listen, args=(self._process, put), name="syncmon-judge", daemon=True)
        self._listener.start()

    def close(self) -> None:
        """Stop reading."""
        self._closed = True
        if self._process is not None and self._listener is not None:
            self._process.kill()
            self._process.wait()
            self._listener.join(timeout=5)

    def _listen(self, process: subprocess.Popen[bytes], put: Put) -> None:
        last = Finding(progress=0.0)
        assert process.stdout is not None
        with process.stdout as stream:
            try:
                while (found := read_from(stream)) is not None:
                    last = found
                    put(last)
                what = f"the analysis ended ({process.wait()})"
            except (msgspec.DecodeError, OSError) as error:
                what = f"the analysis cannot be read: {error}"
        ended = last.problem or (last.progress is None and not last.live)
        if not ended and not self._closed:
            put(Finding(snapshot=last.snapshot, problem=what))


_ENCODER, _DECODER = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Finding)


def write_to(stream: IO[bytes]) -> Put:
    """Writes findings to a pipe: the length of each, four bytes, and itself as msgpack."""

    def put(found: Finding) -> None:
        piece = _ENCODER.encode(found)
        stream.write(len(piece).to_bytes(_HEAD, "big") + piece)
        stream.flush()

    return put


def read_from(stream: IO[bytes]) -> Finding | None:
    """The next finding of a pipe; None at its end."""
    head = stream.read(_HEAD)
    size = int.from_bytes(head, "big")
    piece = stream.read(size) if len(head) == _HEAD else b""
    return _DECODER.decode(piece) if piece and len(piece) == size else None


def stand_back() -> None:
    """Let the recorder and the screen go first, where processes can.

    Linux weighs sessions against each other and niceness only within one, where it groups them (`man 7 sched`, "The
    autogroup feature"): there the session of this process stands back as well.
    """
    if hasattr(os, "nice"):
        os.nice(NICE)
    with contextlib.suppress(OSError):
        AUTOGROUP.write_text(str(NICE))
