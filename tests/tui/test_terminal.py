"""A dashboard whose terminal is closed, or which is told to end, ends; what it watched goes on and it says so."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui import captures

ENDS_S = 20.0
BESIDE = """
import sys
from pathlib import Path
from types import SimpleNamespace
from monitor import cli
from monitor.commands import watch

class Child:
    path, alive, process = Path(sys.argv[1]), True, SimpleNamespace(pid=4711)
    def do(self, action): pass
    def health(self): return None
    def stop(self): print("stopped")

cli._called = lambda arguments: watch.run_beside(Child(), None)
sys.exit(cli.run([]))
"""


class Terminal:
    """A pseudo-terminal with a program in it. hang_up: whether its end sends the program SIGHUP."""

    def __init__(self, *words: str, hang_up: bool, errors: Path | None = None) -> None:
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (40, 120))
        own = (lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if hang_up else None
        stderr = errors.open("wb") if errors else None
        self.process = subprocess.Popen(
            [sys.executable, *words], stdin=slave, stdout=slave, stderr=stderr or slave, start_new_session=True,
            preexec_fn=own, env=os.environ | {"TERM": "xterm-256color"},
        )  # fmt: skip
        os.close(slave)
        if stderr:
            stderr.close()

    def until(self, shows: Callable[[bytes], bool]) -> None:
        """Until what was drawn so far is so."""
        drawn = b""
        while not shows(drawn):
            ready, _, _ = select.select([self._master], [], [], ENDS_S)
            assert ready, drawn[-2000:]
            drawn += os.read(self._master, 1 << 16)

    def close(self) -> None:
        """Nobody is there any more."""
        os.close(self._master)

    def end(self) -> int:
        """The exit code of the program, once it has ended."""
        try:
            return self.process.wait(ENDS_S)
        finally:
            self.process.kill()


def _live(tmp_path: Path) -> str:
    return str(captures.write(tmp_path / "live.syncmon", captures.frames(5), ended=False))


@pytest.mark.parametrize("hang_up", [True, False], ids=["hang-up", "no-signal"])
def test_a_closed_terminal_ends_the_dashboard(tmp_path: Path, hang_up: bool) -> None:
    terminal = Terminal("-c", BESIDE, _live(tmp_path), hang_up=hang_up)
    terminal.until(lambda drawn: b"Timeline" in drawn)
    terminal.close()
    assert terminal.end() == 128 + signal.SIGHUP


@pytest.mark.parametrize("hang_up", [True, False], ids=["hang-up", "no-signal"])
def test_a_terminal_that_nobody_reads_and_then_closes(tmp_path: Path, hang_up: bool) -> None:
    errors = tmp_path / "errors"
    terminal = Terminal("-c", BESIDE, _live(tmp_path), hang_up=hang_up, errors=errors)
    latest = time.monotonic() + ENDS_S
    while b"Timeline" not in errors.read_bytes():
        assert terminal.process.poll() is None
        assert time.monotonic() < latest
    terminal.close()
    assert terminal.end() == 128 + signal.SIGHUP
    note = f"the recording goes on in {tmp_path / 'live.syncmon'}; end it with: kill 4711"
    assert note.encode() in errors.read_bytes()


def test_a_signal_leaves_the_terminal_as_it_was(tmp_path: Path) -> None:
    terminal = Terminal("-c", BESIDE, _live(tmp_path), hang_up=True)
    terminal.until(lambda drawn: b"Timeline" in drawn)
    terminal.process.send_signal(signal.SIGTERM)
    terminal.until(lambda drawn: b"\x1b[?1049l" in drawn and b"kill 4711" in drawn)
    assert terminal.end() == 128 + signal.SIGTERM
    terminal.close()
