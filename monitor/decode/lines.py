"""Text that comes in pieces, cut into lines, the same wherever the pieces were cut.

Bytes become text incrementally too: a character split between two chunks is one character.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Generic, TypeVar

from monitor.decode.limits import MAX_LINE

Read = TypeVar("Read")

_ENDS = re.compile(r"\r\n|\r|\n")


class Lines:
    """Feed pieces, get whole lines without their ends (LF, CRLF or CR).

    held: characters of the unfinished line. cut: how many lines were too long to keep and were thrown away.
    """

    def __init__(self, limit: int = MAX_LINE) -> None:
        self.limit = limit
        self.held = 0
        self.cut = 0
        self._parts: list[str] = []
        self._after_cr = False
        self._skipping = False
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, piece: str | bytes) -> list[str]:
        """The lines that this piece completes."""
        text = piece if isinstance(piece, str) else self._utf8.decode(piece)
        if not text:
            return []
        if self._after_cr and text[0] == "\n":
            text = text[1:]
        self._after_cr = piece[-1:] in ("\r", b"\r")
        lines = _ENDS.split(text) if "\r" in text else text.split("\n")
        rest = lines.pop()
        if lines:
            lines = self._first(lines)
        self._hold(rest)
        return lines

    def flush(self) -> list[str]:
        """The unfinished line, where there is one: the text has ended."""
        lines = self._first([self._utf8.decode(b"", True)])
        return [line for line in lines if line]

    def _first(self, lines: list[str]) -> list[str]:
        """Put what was held before the first line, or drop that line with it."""
        if self._skipping:
            self._skipping = False
            return lines[1:]
        if self._parts:
            lines[0] = "".join(self._parts) + lines[0]
            self._parts.clear()
            self.held = 0
        return lines

    def _hold(self, rest: str) -> None:
        if not rest or self._skipping:
            return
        self._parts.append(rest)
        self.held += len(rest)
        if self.held > self.limit:
            self._parts.clear()
            self.held = 0
            self.cut += 1
            self._skipping = True


class LineReader(Generic[Read]):
    """Feed pieces of a body, get what the lines are that they complete. read: what a line is, nothing if it is none."""

    def __init__(self, read: Callable[[str], Read | None]) -> None:
        self._read = read
        self._lines = Lines()

    @property
    def held(self) -> int:
        """Characters held for their rest."""
        return self._lines.held

    @property
    def cut(self) -> int:
        """How many lines were too long to keep."""
        return self._lines.cut

    def feed(self, piece: str | bytes) -> list[Read]:
        """What this piece completes."""
        return [one for line in self._lines.feed(piece) if (one := self._read(line))]

    def finish(self) -> list[Read]:
        """The last line, where it has no end: the body is over."""
        return [one for line in self._lines.flush() if (one := self._read(line))]
