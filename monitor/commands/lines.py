"""Events as lines of text or JSON, of a capture as it is or as it grows."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.commands.console import say
from monitor.model import Event, Recording

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture
    from monitor.export.passages import Passage

POLL_S = 0.1
WIDEST = 100
ARROWS = {"in": "◀", "out": "▶"}

Print = Callable[["Passage"], None]


def printer(*, as_json: bool) -> Print:
    """What prints one event: a line for people, or a JSON object as the JSONL export has it."""
    if as_json:
        from monitor.export.jsonl import record
        from monitor.export.plain import line

        return lambda passage: print_raw(line(record(passage)))
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return lambda passage: _coloured(describe(passage), passage) if colour else say(describe(passage))


def print_raw(text: str) -> None:
    """JSON on standard output; its escapes keep what is hostile from the terminal."""
    if not text.isascii() and (sys.stdout.isatty() or (sys.stdout.encoding or "").lower() != "utf-8"):
        import json

        text = json.dumps(json.loads(text)) + "\n"
    sys.stdout.write(text.replace("\x7f", "\\u007f"))


def describe(passage: Passage) -> str:
    """`10:00:13.201 B ◀ socket  conversation-turn-complete  /ws  214 B`, not yet made harmless."""
    from monitor.tui.rows import make_row
    from monitor.tui.words import size

    row = make_row(passage.event, passage.decoded, passage.url)
    title = row.title if len(row.title) <= WIDEST else row.title[: WIDEST - 1] + "…"
    words = [f"{_clock(row.time)} {row.tab or '-':<2} {ARROWS.get(row.dir or '', ' ')} {row.channel:<12} {title}"]
    words += [row.about[:WIDEST]] if row.about and row.about not in title else []
    return "  ".join(words) + (f"  {size(row.size)}" if row.size else "")


def _clock(seconds: float) -> str:
    from monitor.tui.words import clock

    try:
        return clock(seconds)
    except (ValueError, OverflowError, OSError):
        return "--:--:--.---"


def _coloured(text: str, passage: Passage) -> None:
    from monitor.tui.clean import clean

    strong = "\x1b[31m" if passage.event.kind in ("gap", "fault", "target-crashed") else ""
    sys.stdout.write(f"\x1b[2m{clean(text[:12])}\x1b[0m{strong}{clean(text[12:])}\x1b[0m\n")


def follow(
    path: Path,
    query: Query | None,
    show: Print,
    *,
    redact: bool,
    growing: Callable[[], bool] = lambda: False,
    each: Callable[[Event], object] = lambda event: None,
    idle: Callable[[], object] = lambda: None,
) -> None:
    """Show the events that match, and go on while `growing`; `each` gets every event, also those not shown.

    A file that its recorder closed is not waited for. idle: called when all that there is was read.
    """
    from monitor.capture.reader import Capture
    from monitor.export.passages import Reading, bound, learned, redactor

    with Capture(path) as capture:
        reading = Reading((redactor(capture) if growing() else learned(capture)) if redact else None)
        query, seq, stopped = bound(capture, query, strict=not growing()), 0, False
        while True:
            last = not growing()
            for event in capture.read_after(seq):
                seq, stopped = event.seq, isinstance(event, Recording) and event.state == "stopped"
                each(event)
                if (passage := reading.feed(event, query)) is not None:
                    show(passage)
            if _unread(capture, seq):
                continue
            idle()
            sys.stdout.flush()
            if last or stopped:
                return
            time.sleep(POLL_S)


def _unread(capture: Capture, seq: int) -> bool:
    return capture.last_seq() > seq
