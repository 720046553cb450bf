"""What is said and where: data on standard output, messages on standard error, nothing hostile on either."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from monitor.tui.clean import clean


def complain(sentence: str, *, plain: bool = False) -> None:
    """A message on standard error, with our name in front unless `plain`."""
    _write(sys.stderr, (sentence if plain else f"syncmon: {sentence}"))


def say(line: str) -> None:
    """A line of data on standard output; it is made harmless, so it may hold what came from a page."""
    _write(sys.stdout, line)


def _write(stream: TextIO, line: str) -> None:
    text = clean(line)
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def is_terminal() -> bool:
    """Whether a person sits there: input and output are a terminal that can move its cursor."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty() and os.environ.get("TERM", "") != "dumb"
