"""A capture file as the dashboard sees it: its list, which is there at once, and the analysis, which takes its time.

Two readers follow the file, and neither waits for the other: a thread of ours lists the messages, so that the newest
are on the screen whatever the analysis is doing; the analysis is read by a judge, best in a process of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread

from monitor.errors import SyncmonError
from monitor.sites.profile import Profile
from monitor.tui.draft import DraftWriter
from monitor.tui.judging import Finding, Fold, InProcess, InThread
from monitor.tui.listing import WINDOW
from monitor.tui.records import CaptureMessages
from monitor.tui.source import Update
from monitor.tui.study import FormatsReader

POLL = 0.01
FPS, FLOOD_FPS = 30.0, 20.0
"""News of the list a second, fewer where many messages came since the last."""
FLOOD = 50
HINT = "what was read so far is still shown; syncmon doctor checks the file"


class CaptureSource:
    """A capture file, followed.

    analysis: makes the fold, within a thread; or what starts a process that judges (`judging.InProcess`).
    live: the file may still grow. profiles: name the sites of formats.
    Raises CaptureError where the file cannot be opened.
    """

    def __init__(
        self, path: Path, analysis: Callable[[], Fold] | Sequence[str], *, live: bool,
        profiles: Sequence[Profile] = (),
    ) -> None:  # fmt: skip
        self._path = path
        self._judge = InThread(path, analysis, live=live) if callable(analysis) else InProcess(analysis)
        self._messages = CaptureMessages(path)
        self._studies = FormatsReader(path, profiles, live=live)
        self._drafts = DraftWriter(path, profiles, live=live)
        self._found = Finding(live=live, progress=0.0)
        self._problem: str | None = None
        self._latest = Update(live=live, progress=0.0)
        self._latest_of = self._found
        self._latest_counts: tuple[int, int, float | None, str | None] = (0, 0, None, None)
        self._lock = Lock()
        self._stop = Flag()
        self._thread = Thread(target=self._list, name="syncmon-list", daemon=True)
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
        self._judge.start(self._judged)

    def latest(self) -> Update:
        """The newest update."""
        with self._lock:
            found, messages = self._found, self._messages
            counts = messages.total, messages.matching, messages.searching, self._problem or found.problem
            if found is not self._latest_of or counts != self._latest_counts:
                self._latest_of, self._latest_counts = found, counts
                total, matching, searching, problem = counts
                self._latest = Update(
                    snapshot=found.snapshot, live=found.live and not problem,
                    progress=None if problem else found.progress,
                    messages=total, matching=matching, searching=searching,
                    problem=problem, hint=HINT if problem else "",
                )  # fmt: skip
            return self._latest

    def close(self) -> None:
        """Stop reading."""
        self._stop.set()
        self._studies.close()
        self._drafts.close()
        self._judge.close()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._messages.close()

    def _judged(self, found: Finding) -> None:
        """Take a finding; it is drawn with the next rows, or when the dashboard looks by itself."""
        self._found = found

    def _list(self) -> None:
        try:
            self._follow()
        except SyncmonError as error:
            self._problem = str(error)
        except Exception as error:
            self._problem = f"listing stopped: {type(error).__name__}: {error}"
        self._news()

    def _follow(self) -> None:
        told_at, took = 0.0, 0
        while not self._stop.is_set():
            live = self._found.live
            due = time.monotonic() - told_at >= 1 / (FPS if took < FLOOD else FLOOD_FPS)
            if live and not due:
                self._stop.wait(POLL)
                continue
            took = self._messages.grow()
            if took and (due or took < WINDOW):
                self._messages.make_ready()
                told_at = time.monotonic()
                self._news()
            if not took and not live:
                return
            if took < WINDOW:
                self._stop.wait(POLL)
