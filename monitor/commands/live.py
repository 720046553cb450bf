"""A recorder child and the lines of its capture: what `watch` and `tail` do with no screen."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.commands.console import complain, say
from monitor.commands.control import is_pipe, lines_of
from monitor.commands.lines import Print, follow
from monitor.commands.options import Attach
from monitor.commands.recorder_child import RecorderChild

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.export.passages import Passage
    from monitor.model import Event
    from monitor.sync.analysis import Analysis
    from monitor.sync.snapshot import Snapshot

LOOK_S = 0.25  # how often, in event time, the story is looked for

# What is said at the end of a recording: of what was found, and where it is.
End = Callable[["Snapshot", Path], Iterable[str]]

REATTACH_S = 5.0  # with nobody watching, a browser that ended is the end


def start(
    path: Path, attach: Attach, duration: float | None = None, *, patient: bool = True, more: Sequence[str] = ()
) -> RecorderChild:
    """A recorder that has attached; what it fails with is raised. patient: wait long for a lost browser."""
    if not patient and attach.reattach_s is None:
        attach = msgspec.structs.replace(attach, reattach_s=REATTACH_S)
    child = RecorderChild(path, attach, duration, complain, more)
    try:
        child.wait_attached()
    except BaseException:
        child.stop()
        raise
    return child


def show_live(
    path: Path, attach: Attach, duration: float | None, query: Query | None, show: Print, *, redact: bool,
    end: End | None = None, ready: Callable[[RecorderChild], None] = lambda child: None, more: Sequence[str] = (),
) -> None:  # fmt: skip
    """Record and print the events that match; with an `end`, also who wrote, who was stale and what healed it.

    ready: called once the recorder has attached.
    """
    from monitor.commands.analyse import new_analysis

    analysis = new_analysis() if end is not None else None
    with _stopping() as stop:
        child = start(path, attach, duration, patient=False, more=more)
        stop.append(lambda: child.do({"do": "stop"}))
        complain(f"recording to {path}")
        ready(child)
        if is_pipe():
            Thread(target=_forward, args=(child,), daemon=True).start()
        try:
            if analysis is None:
                follow(path, query, show, redact=redact, growing=lambda: child.alive)
            else:
                _follow(path, query, show, analysis, redact=redact, growing=lambda: child.alive)
        finally:
            child.stop()
    if analysis is not None and end is not None:
        for line in end(analysis.snapshot(), path):
            say(line)


def _follow(
    path: Path, query: Query | None, show: Print, analysis: Analysis, *, redact: bool, growing: Callable[[], bool]
) -> None:
    """The events that match, and between them what the analysis found new, in the order of time."""
    from monitor.commands.in_order import InOrder
    from monitor.commands.story import Storyteller

    story, lines, looked = Storyteller(), InOrder(), 0.0

    def each(event: Event) -> None:
        nonlocal looked
        analysis.feed(event)
        if event.time - looked >= LOOK_S:
            looked = event.time
            for at, line in story.told(analysis.snapshot()):
                lines.add(at, partial(say, line))
            lines.release(event.time)

    def held(passage: Passage) -> None:
        lines.add(passage.event.time, partial(show, passage))

    try:
        follow(path, query, held, redact=redact, growing=growing, each=each, idle=lambda: lines.release(time.time()))
    finally:
        lines.release()


@contextmanager
def _stopping() -> Iterator[list[Callable[[], None]]]:
    """While this lasts, SIGINT and SIGTERM call what is in the list; KeyboardInterrupt while it is empty."""
    calls: list[Callable[[], None]] = []

    def asked(number: int, frame: Any) -> None:
        if not calls:
            raise KeyboardInterrupt
        for call in calls:
            call()

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield calls
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _forward(child: RecorderChild) -> None:
    """Hand the actions on our standard input to the recorder."""
    for line in lines_of(sys.stdin.fileno()):
        if not line.strip():
            continue
        try:
            child.do(msgspec.json.decode(line, type=dict[str, Any]))
        except msgspec.DecodeError as error:
            complain(f"what came on standard input is no action ({error}).")
