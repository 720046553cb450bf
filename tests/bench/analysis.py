"""Claim: what the analysis costs an event, beside reading the same rows and beside only decoding their payloads."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.model import Event, payload
from monitor.sites.profile import load_profiles
from monitor.sync.analysis import Analysis
from tests.bench.table import Line, Table, timed
from tests.story import Story

EVENTS, QUICK = 20_000, 2_000
NOTE_EVENTS = 10
ROWS = "reading the rows: Capture.events()"
JSON = "decoding the payloads: msgspec.json.decode"
FOLD = "the fold: Analysis.feed"
BOTH = "reading and folding, as `syncmon divergence` does"


def room(events: int) -> list[Event]:
    """Two tabs in one room, one note a second: A writes it, both are sent it and show it, cursors move meanwhile.

    Each note is ten events: a frame out, an echo, a delivery, both pages, and five frames that mean nothing.
    """
    story = Story()
    story.open(0, "A", "B")
    sockets = {tab: story.socket(0.5, tab) for tab in ("A", "B")}
    for number in range(events // NOTE_EVENTS):
        at, text = 2.0 + number, f"Note {number}: what a person writes to another, in a sentence of usual length."
        told = json.dumps({"type": "note", "id": f"n{number}", "author": "A", "text": text})
        story.frame(at, "A", sockets["A"], json.dumps({"type": "write", "text": text}), "out")
        story.frame(at + 0.03, "A", sockets["A"], told)
        story.frame(at + 0.04, "B", sockets["B"], told)
        story.says(at + 0.06, "A", text)
        story.says(at + 0.07, "B", text)
        for step in range(5):
            tab, moved = "AB"[step % 2], {"type": "cursor", "user": "A", "x": number % 800, "y": step}
            story.frame(at + 0.2 + step / 10, tab, sockets[tab], json.dumps(moved))
    return story.events


def measure(repeats: int, *, quick: bool) -> Table:
    """Read, decode and fold one capture in turns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room.syncmon"
        _write(path, room(QUICK if quick else EVENTS))
        with Capture(path) as capture:
            return _measured(capture, repeats)


def _measured(capture: Capture, repeats: int) -> Table:
    events = list(capture.events())
    payloads = [content for event in events if (content := payload(event)) is not None]
    profiles, _ = load_profiles()

    def fold(some: Sequence[Event] | None) -> None:
        analysis = Analysis(profiles)
        for event in capture.events() if some is None else some:
            analysis.feed(event)
        _check(analysis, len(events) // NOTE_EVENTS)

    took = timed(
        {
            ROWS: lambda: list(capture.events()),
            JSON: lambda: [msgspec.json.decode(content) for content in payloads],
            FOLD: lambda: fold(events),
            BOTH: lambda: fold(None),
        },
        repeats,
    )
    return _table(len(events), len(payloads), took)


def _check(analysis: Analysis, notes: int) -> None:
    """The fold did its work: both tabs show the last note, and it knows how they came to it."""
    (subject,) = analysis.snapshot().subjects
    last = subject.items[-1]
    assert last.excerpt.startswith(f"Note {notes - 1}:"), last
    assert {tab: cell.state for tab, cell in last.cells.items()} == {"A": "wrote", "B": "shown"}, last
    assert subject.verdict == "live-sync", subject.verdict


def _write(path: Path, events: Sequence[Event]) -> None:
    writer = CaptureWriter(path)
    for event in events:
        writer.append(event)
    writer.close()


def _table(events: int, payloads: int, took: dict[str, list[float]]) -> Table:
    speed = {name: [events / seconds for seconds in figures] for name, figures in took.items()}
    lines = [Line(what=ROWS, unit="events/s", figures=speed[ROWS])]
    lines += [Line(what=name, unit="events/s", figures=speed[name], floor=speed[ROWS]) for name in (FOLD, BOTH)]
    lines.append(Line(what=JSON, unit="events/s", figures=speed[JSON]))
    lines.append(Line(what=FOLD, unit="events/s", figures=speed[FOLD], floor=speed[JSON]))
    return Table(
        title="The analysis",
        how=(
            f"A capture of {events:,} events: two tabs of a site without a profile, a note each ten events that one tab"
            f" writes and both are sent and show, and cursors that mean nothing; {payloads:,} payloads of JSON. Half of"
            " the events are notes and what pages show, which is what the analysis has most work with."
        ),
        lines=tuple(lines),
        notes=("Each fold ended with the last note in both tabs, and the verdict live-sync.",),
    )
