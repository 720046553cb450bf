"""Textual's driver, over a terminal that may vanish: what cannot be written any more is dropped.

Without this the thread that writes would die of it, its queue run full, and the dashboard wait for ever to draw.
"""

from __future__ import annotations

import sys
from typing import IO, Any

from textual.driver import Driver

from monitor.tui.terminal import let_go


class Lasting:
    """A stream that takes everything, whether or not there is still a terminal behind it."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or drop."""
        try:
            return self._stream.write(text)
        except OSError:
            let_go()
            return len(text)

    def flush(self) -> None:
        """Flush, or drop."""
        try:
            self._stream.flush()
        except OSError:
            let_go()

    def fileno(self) -> int:
        """The descriptor below."""
        return self._stream.fileno()


def lasting(base: type[Driver]) -> type[Driver]:
    """The driver for this platform, over a terminal that may vanish."""
    if sys.platform == "win32":
        return base
    from textual.drivers.linux_driver import LinuxDriver

    if base is not LinuxDriver:
        return base

    class LastingDriver(LinuxDriver):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._file: Any = Lasting(self._file)

    return LastingDriver
