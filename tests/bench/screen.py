"""A dashboard in a terminal of its own: `screen ENDPOINT FILE TICKS`; a line tells how long each tick took.

It records the browser as a user would, with `syncmon watch`, filters for the ticks, and what is written to the terminal
is searched for them; the time ends when the dashboard has written a row to its terminal.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import subprocess
import sys
import termios
import time

DRAWN = re.compile(rb'"tick": ?(\d+), ?"at": ?(\d{13}(?:\.\d+)?)')
STYLE = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")
KEPT = 4096
BEGIN_S, ALL_S, QUIET_S = 60.0, 120.0, 4.0
LEAST = 0.9
FILTER = b"ftick\r"


class Screen:
    """The terminal of a Python program, by the words after `python`; `plain` is what was drawn last, uncoloured."""

    def __init__(self, words: list[str]) -> None:
        self._master, slave = os.openpty()
        termios.tcsetwinsize(slave, (50, 220))
        self._process = subprocess.Popen(
            [sys.executable, *words], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env=os.environ | {"TERM": "xterm-256color", "TZ": "UTC"},
        )  # fmt: skip
        os.close(slave)
        self.plain = b""

    def draw(self) -> float:
        """Wait until more was drawn; returns when."""
        ready, _, _ = select.select([self._master], [], [], ALL_S)
        assert ready, f"nothing was drawn for {ALL_S:g} s; the last was {self.plain[-500:]!r}"
        now = time.time()
        piece = os.read(self._master, 1 << 20)
        self.plain = self.plain[-KEPT:] + STYLE.sub(b"", piece)
        return now

    def until(self, text: bytes) -> None:
        """Wait until a text was drawn."""
        deadline = time.monotonic() + BEGIN_S
        while text not in self.plain:
            self.draw()
            assert time.monotonic() < deadline, f"{text!r} was not drawn; the last was {self.plain[-500:]!r}"

    def press(self, keys: bytes) -> None:
        """Press keys at once."""
        os.write(self._master, keys)

    def type(self, keys: bytes) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.press(bytes([key]))
            time.sleep(0.05)

    def end(self) -> None:
        """Leave it as a user does, or by force."""
        self.type(b"q")
        deadline = time.monotonic() + 20
        while self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if select.select([self._master], [], [], 0.1)[0]:
                    os.read(self._master, 1 << 20)
        self._process.kill()


def _drawn(screen: Screen, ticks: int) -> list[float]:
    """Seconds from each tick's stamp to its row, or to a later one that was drawn in its place."""
    found: list[float] = []
    newest, newest_at, last = -1, 0.0, 0.0
    while newest < ticks - 1 and not (last and time.time() - last > QUIET_S):
        now = screen.draw()
        for number, at in sorted((int(number), float(at) / 1000) for number, at in DRAWN.findall(screen.plain)):
            if number > newest:
                step = (at - newest_at) / (number - newest) if found else 0.0
                found += [now - at + step * behind for behind in range(number - newest)]
                newest, newest_at, last = number, at, now
    assert newest > ticks * LEAST, f"only {newest + 1} of {ticks} rows were recognised"
    return found


def main(endpoint: str, path: str, ticks: int) -> None:
    """Show what is recorded until the last tick was drawn."""
    screen = Screen(["-m", "monitor", "watch", "--endpoint", endpoint, "-o", path])
    try:
        screen.until(b"Messages")
        screen.type(FILTER)
        print(json.dumps({"event": "attached"}), file=sys.stderr, flush=True)
        found = _drawn(screen, ticks)
        print(json.dumps({"event": "seen", "seconds": found}), file=sys.stderr, flush=True)
    finally:
        screen.end()
    print(json.dumps({"event": "ended"}), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
