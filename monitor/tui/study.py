"""Finds out the message formats of a capture in a thread of its own, from when they are first asked for.

The dashboard's own follower is not held up: this one reads the file again from its start, and then follows it. A report
is made where something came, at most each second, and seldom enough to take a small part of the thread's time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from monitor.capture.reader import Capture
from monitor.decode import Decoder
from monitor.errors import SyncmonError
from monitor.formats.collect import Formats
from monitor.model import Recording
from monitor.sites.profile import Profile
from monitor.tui.source import Study

BATCH = 200
POLL = 0.25
LEAST = 1.0
"""Seconds between two reports."""
SHARE = 0.2
"""How much of the thread's time reports may take."""


class FormatsReader:
    """The formats of one capture file. live: it may still grow."""

    def __init__(self, path: Path, profiles: Sequence[Profile] = (), *, live: bool) -> None:
        self._path = path
        self._profiles = tuple(profiles)
        self._live = live
        self._latest = Study(progress=0.0)
        self._stop = Flag()
        self._thread: Thread | None = None
        self._put_at = -LEAST
        self._put_cost = 0.0

    def start(self) -> None:
        """Begin to read, unless it began already."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="syncmon-formats", daemon=True)
            self._thread.start()

    def latest(self) -> Study:
        """What is known by now; the same object as before where nothing is new."""
        return self._latest

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            with Capture(self._path) as capture:
                self._follow(capture, Formats(self._profiles), Decoder())
        except SyncmonError as error:
            self._latest = Study(report=self._latest.report, problem=str(error))
        except Exception as error:
            self._latest = Study(report=self._latest.report, problem=f"{type(error).__name__}: {error}")

    def _follow(self, capture: Capture, formats: Formats, decoder: Decoder) -> None:
        seq, end, fresh, first = 0, capture.last_seq(), False, True
        while not self._stop.is_set():
            events = capture.read_after(seq, BATCH)
            for event in events:
                formats.feed(event, decoder.feed(event))
                self._live = self._live and not (isinstance(event, Recording) and event.state == "stopped")
            fresh = fresh or bool(events)
            seq = events[-1].seq if events else seq
            if len(events) == BATCH:
                self._stop.wait(0)  # whoever draws the screen comes first
                fresh = not self._put(formats, seq / max(1, end, seq)) if first else fresh
                continue
            if not self._live:
                formats.settle()
                self._put(formats, None, final=True)
                return
            fresh = fresh and not self._put(formats, None, final=first)
            first = False
            self._stop.wait(POLL)

    def _put(self, formats: Formats, progress: float | None, *, final: bool = False) -> bool:
        """Put a report out; whether that was done, since it is not before the last one is old enough."""
        now = time.monotonic()
        if not final and now - self._put_at < max(LEAST, self._put_cost / SHARE):
            return False
        report = formats.report()
        self._put_at = time.monotonic()
        self._put_cost = self._put_at - now
        self._latest = Study(report=report, progress=progress)
        return True
