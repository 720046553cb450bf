"""Follows a capture file from a thread: reads what was appended, feeds the analysis, and puts a snapshot out.

A finished file is read to its end and shown as it was then. A growing one is polled; only when everything there is has
been read does the wall clock tick into the analysis, so that waits go on counting while nothing happens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Protocol

import msgspec

from monitor.capture.reader import Capture
from monitor.errors import SyncmonError
from monitor.model import Event, Recording
from monitor.sites.profile import Profile
from monitor.sync.snapshot import Snapshot
from monitor.tui.draft import DraftWriter
from monitor.tui.records import CaptureMessages, open_messages
from monitor.tui.source import Update
from monitor.tui.study import FormatsReader

BATCH = 200
POLL = 0.01
FPS, FLOOD_FPS, BEHIND_FPS = 30.0, 15.0, 5.0
"""Snapshots a second: fewer in a flood, and fewer yet while there is more to read, as drawing holds up who reads."""
FLOOD, BEHIND_S = 50, 0.1
"""Events since the last snapshot that make a flood, and for how long there has been more to read."""
SHARE = 0.3
"""How much of the thread's time snapshots may take while a file is being read."""


class Fold(Protocol):
    """The analysis, as far as it is used here: `monitor.sync.analysis.Analysis`."""

    def feed(self, event: Event) -> object:
        """Take in one event."""

    def tick(self, now: float) -> object:
        """It is now that late."""

    def snapshot(self) -> Snapshot:
        """What is known."""


class CaptureSource:
    """A capture file, followed.

    analysis: makes the fold, within the thread. live: the file may still grow. profiles: name the sites of formats.
    Raises CaptureError where the file cannot be opened.
    """

    def __init__(
        self, path: Path, analysis: Callable[[], Fold], *, live: bool, profiles: Sequence[Profile] = ()
    ) -> None:
        self._path = path
        self._make = analysis
        self._live = live
        self._capture = Capture(path)
        self._messages = open_messages(self._capture)
        self._studies = FormatsReader(path, profiles, live=live)
        self._drafts = DraftWriter(path, profiles, live=live)
        self._latest = Update(live=live, progress=0.0)
        self._counted = self._latest, self._latest
        self._stop = Flag()
        self._thread = Thread(target=self._run, name="syncmon-follow", daemon=True)
        self._put_at = 0.0
        self._put_cost = 0.0
        self._unseen = 0
        self._at_end = 0.0
        self._news: Callable[[], None] = lambda: None

    @property
    def path(self) -> Path:
        """The capture file."""
        return self._path

    @property
    def messages(self) -> CaptureMessages:
        """Its messages."""
        return self._messages

    @property
    def studies(self) -> FormatsReader:
        """The formats of its messages."""
        return self._studies

    @property
    def drafts(self) -> DraftWriter:
        """Its report."""
        return self._drafts

    def start(self, news: Callable[[], None] = lambda: None) -> None:
        """Begin to read."""
        self._news = news
        self._thread.start()

    def latest(self) -> Update:
        """The newest update."""
        update, matching = self._latest, self._messages.matching
        if update.matching == matching or update.progress is not None:
            return update
        base, counted = self._counted
        if base is not update or counted.matching != matching:
            # Only the follower sets `_latest`: what it puts there meanwhile must not be lost.
            counted = msgspec.structs.replace(update, matching=matching)
            self._counted = update, counted
        return counted

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        self._studies.close()
        self._drafts.close()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._messages.close()
        self._capture.close()

    def _run(self) -> None:
        try:
            self._follow(self._make())
        except SyncmonError as error:
            self._fail(str(error))
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
                self._messages.grow(events)
            if len(events) == BATCH:
                self._put(fold, seq / max(1, end, seq) if first and seq < end else None)
                continue
            self._at_end = time.monotonic()
            if first or not self._live or self._is_due():
                if self._live:
                    fold.tick(time.time())
                self._put(fold, None, final=True)
            first = False
            if not self._live:
                return
            self._stop.wait(POLL)

    def _is_due(self) -> bool:
        """Whether it is time for another snapshot: the last is not too young, and they do not cost too much."""
        now = time.monotonic()
        rate = FPS if self._unseen < FLOOD else FLOOD_FPS
        if now - self._at_end > BEHIND_S:
            rate = BEHIND_FPS
        return now - self._put_at >= max(1 / rate, self._put_cost / SHARE)

    def _put(self, fold: Fold, progress: float | None, *, final: bool = False) -> None:
        """Put a snapshot out, if it is time to."""
        if not final and not self._is_due():
            return
        now = time.monotonic()
        self._messages.make_ready()
        snapshot = fold.snapshot()
        self._put_at = time.monotonic()
        self._put_cost = self._put_at - now
        self._unseen = 0
        self._latest = Update(
            snapshot=snapshot, live=self._live, progress=progress,
            messages=self._messages.total, matching=self._messages.matching,
        )  # fmt: skip
        self._news()

    def _fail(self, what: str) -> None:
        hint = "what was read so far is still shown; syncmon doctor checks the file"
        self._latest = msgspec.structs.replace(self._latest, progress=None, live=False, problem=what, hint=hint)
        self._news()
