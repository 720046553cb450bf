"""Reads a capture beside the dashboard's own follower, in a thread of its own, from when that is first asked for.

The follower is not held up: this one reads the file again from its start, and then follows it. What it finds is put out
where something came, at most each second, and seldom enough to take a small part of the thread's time.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Generic, TypeVar

from monitor.capture.reader import Capture
from monitor.errors import SyncmonError
from monitor.model import Event, Recording

Found = TypeVar("Found")

BATCH = 200
POLL = 0.25
LEAST = 1.0
"""Seconds between two findings."""
SHARE = 0.2
"""How much of the thread's time making them may take."""


class Aside(ABC, Generic[Found]):
    """One reader of one capture file. live: it may still grow. nothing: what is known before anything is read."""

    def __init__(self, path: Path, nothing: Found, *, name: str, live: bool) -> None:
        self._path = path
        self._name = name
        self._live = live
        self._latest = nothing
        self._stop = Flag()
        self._thread: Thread | None = None
        self._put_at = -LEAST
        self._put_cost = 0.0

    # ── what a reader is ──

    @abstractmethod
    def begin(self) -> None:
        """Begin with nothing read; called within the thread."""

    @abstractmethod
    def feed(self, event: Event) -> None:
        """Take the next event."""

    @abstractmethod
    def tell(self, capture: Capture, progress: float | None, *, final: bool) -> Found:
        """What is known by now. progress: 0…1 while the file is first read. final: there is no more to come."""

    @abstractmethod
    def failed(self, problem: str) -> Found:
        """What is known where reading ended early."""

    # ── what every reader does ──

    def start(self) -> None:
        """Begin to read, unless it began already."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def latest(self) -> Found:
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
                self.begin()
                self._follow(capture)
        except SyncmonError as error:
            self._latest = self.failed(str(error))
        except Exception as error:
            self._latest = self.failed(f"{type(error).__name__}: {error}")

    def _follow(self, capture: Capture) -> None:
        seq, end, fresh, first = 0, capture.last_seq(), False, True
        while not self._stop.is_set():
            events = capture.read_after(seq, BATCH)
            for event in events:
                self.feed(event)
                self._live = self._live and not (isinstance(event, Recording) and event.state == "stopped")
            fresh = fresh or bool(events)
            seq = events[-1].seq if events else seq
            if len(events) == BATCH:
                self._stop.wait(0)  # whoever draws the screen comes first
                fresh = not self._put(capture, seq / max(1, end, seq)) if first else fresh
                continue
            if not self._live:
                self._put(capture, None, final=True, now=True)
                return
            fresh = fresh and not self._put(capture, None, now=first)
            first = False
            self._stop.wait(POLL)

    def _put(self, capture: Capture, progress: float | None, *, final: bool = False, now: bool = False) -> bool:
        """Put out what is known; whether that was done, since it is not before the last is old enough."""
        began = time.monotonic()
        if not now and began - self._put_at < max(LEAST, self._put_cost / SHARE):
            return False
        found = self.tell(capture, progress, final=final)
        self._put_at = time.monotonic()
        self._put_cost = self._put_at - began
        self._latest = found
        return True
