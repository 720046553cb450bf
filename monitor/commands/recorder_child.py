"""A recorder as a child process: started, waited for, told what to do, and asked how it is.

It runs in a session of its own: neither Ctrl-C in our terminal nor our own death ends it, only `stop` or its browser.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import msgspec

from monitor.commands.control import lines_of
from monitor.commands.options import Attach
from monitor.errors import SyncmonError

STOP_S = 10.0


class RecorderFailed(SyncmonError):
    """The recorder ended before it was attached; its sentence and its exit code."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.exit_code = code


class RecorderChild:
    """The recorder of one capture.

    say: told in words what the recorder waits for, from a thread of its own. more: arguments besides.
    """

    def __init__(
        self,
        path: Path,
        attach: Attach,
        duration: float | None,
        say: Callable[[str], None],
        more: Sequence[str] = (),
    ) -> None:
        self.path = path
        self._say = say
        self._news: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._last_words = ""
        self._trouble: tuple[str, str] | None = None
        self.process = subprocess.Popen(
            [*command_line(path, attach.arguments(), duration), *more], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, bufsize=0,
        )  # fmt: skip
        self._listener = Thread(target=self._listen, name="syncmon-recorder", daemon=True)
        self._listener.start()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def wait_attached(self) -> dict[str, Any]:
        """Wait until every tab that was there is being recorded; RecorderFailed where that comes to nothing."""
        while True:
            news = self._news.get()
            if news is None:
                code = self.process.wait()
                raise RecorderFailed(self._last_words or f"the recorder ended with {code}.", code if code > 0 else 3)
            if news.get("event") == "attached":
                return news

    def do(self, action: dict[str, Any]) -> None:
        """Have the recorder do something; nothing happens if it has ended."""
        stream = self.process.stdin
        assert stream is not None
        try:
            stream.write(msgspec.json.encode(action) + b"\n")
            stream.flush()
        except (OSError, ValueError):
            return

    def health(self) -> tuple[str, str] | None:
        """What happened to the recorder and what to do about it; None while it is well."""
        code = self.process.poll()
        if code is not None:
            what = "the recording has ended" if code == 0 else f"the recorder died ({self._last_words or code})"
            return what, f"what there is stays in {self.path.name}; start syncmon again to go on"
        return self._trouble

    def stop(self) -> None:
        """Ask for a clean end and wait for it; after `STOP_S` it is ended anyway."""
        self.do({"do": "stop"})
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.terminate()
            self.process.wait(STOP_S)
        self._listener.join(STOP_S)
        for stream in (self.process.stdin, self.process.stderr):
            if stream is not None:
                stream.close()

    def _listen(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        for line in lines_of(stream.fileno()):
            self._take(line.decode("utf-8", "replace").strip())
        self._news.put(None)

    def _take(self, line: str) -> None:
        try:
            news = msgspec.json.decode(line, type=dict[str, Any])
        except msgspec.DecodeError:
            if line:
                self._last_words = line.removeprefix("syncmon: ")
            return
        self._note(news)
        self._news.put(news)

    def _note(self, news: dict[str, Any]) -> None:
        event = news.get("event")
        if event == "lost":
            self._trouble = "the browser is gone", "start it again: the recorder attaches by itself"
        elif event in ("resumed", "attached", "caught-up"):
            self._trouble = None
        elif event == "behind":
            lag = news.get("lag_s")
            self._trouble = (
                f"the recorder is {lag} s behind the browser",
                "the machine is overloaded: close what you can",
            )
        elif event == "capture":
            problem = news.get("problem")
            self._trouble = (problem, "what waits is written as soon as that is possible") if problem else None
        elif event == "waiting-for-approval":
            self._say(str(news.get("what", event)))


def command_line(path: Path, attach: Sequence[str], duration: float | None) -> list[str]:
    """What starts the recorder of a capture."""
    words = [sys.executable, "-m", "monitor", "record", "--control", "-o", str(path), *attach]
    return words if duration is None else [*words, "--for", f"{duration}s"]
