"""The terminal may vanish at any time, and so may the wish to look: signals, and what is left of a dead terminal.

A terminal that was closed answers reads with an end and writes with an error, for ever; its hang-up signal may come,
come twice, or never.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Self

from monitor.errors import SyncmonError

SIGNALS = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name))
HANG_UP = 1  # the number of SIGHUP, also where there is no such signal


class Ended(SyncmonError):
    """The dashboard did not end by a key: its terminal is gone, or a signal asked for it."""

    def __init__(self, number: int = HANG_UP) -> None:
        what = "its terminal is gone" if number == HANG_UP else f"signal {number} ended it"
        super().__init__(f"the dashboard is closed: {what}")
        self.exit_code = 128 + number


class Signals:
    """While this lasts, the first SIGHUP or SIGTERM calls `asked` with its number; further ones do nothing."""

    def __init__(self, asked: Callable[[int], object]) -> None:
        self._asked = asked
        self._quiet = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._came) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def quiet(self) -> None:
        """From now on they do nothing: what is being ended is not to be disturbed."""
        self._quiet = True

    def _came(self, number: int, frame: FrameType | None) -> None:
        if not self._quiet:
            self._quiet = True
            self._asked(number)


def end(number: int) -> None:
    """What a signal does where no dashboard is to be closed first. Raises Ended."""
    let_go()
    raise Ended(number)


def let_go() -> None:
    """Put the null device in the place of a terminal that is gone, so that nothing said or read from now on fails."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        if _is_dead(number):
            os.dup2(null, number)
    os.close(null)


def _is_dead(number: int) -> bool:
    """Whether a descriptor is that of a terminal which was closed."""
    if os.name != "posix":
        return False
    import errno
    import termios

    try:
        termios.tcgetattr(number)
    except termios.error as error:
        return bool(error.args[0] in (errno.EIO, errno.ENXIO))
    return False
