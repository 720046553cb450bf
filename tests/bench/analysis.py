"""Claim: what the analysis costs an event, beside reading the same rows and beside only decoding their payloads."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec

from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.model import Event, payload
from monitor.sites.profile import Profile, load_profiles
from monitor.sync.analysis import Analysis
from tests.bench.table import Line, Table, timed
from tests.chats import CHATGPT, OLD, ChatStory
from tests.story import START, Story

EVENTS, QUICK = 20_000, 2_000
NOTE_EVENTS = 10
ROWS = "reading the rows: Capture.events()"
JSON = "decoding the payloads: msgspec.json.decode"
FOLD = "the fold: Analysis.feed"
BOTH = "reading and folding, as `syncmon divergence` does"
CEILING = "Chrome's ceiling: what it emits of small frames at most"
CEILING_HZ, SCREEN_HZ = 8_000.0, 15.0
FLOODS = {
    "no profile": "frames on a page without a profile, with a snapshot 15 times a second",
    "stale": "the same while one tab lacks twenty notes, each looked for in each frame",
    "profile": "frames on a page with a profile, with a snapshot 15 times a second",
    "stamped": "frames with a server's stamp, each a latency, with a snapshot 15 times a second",
}


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

    floods = {name: flood(name, len(events)) for name in FLOODS}
    took = timed(
        {
            ROWS: lambda: list(capture.events()),
            JSON: lambda: [msgspec.json.decode(content) for content in payloads],
            FOLD: lambda: fold(events),
            BOTH: lambda: fold(None),
            **{FLOODS[name]: partial(watch, *floods[name], profiles) for name in FLOODS},
        },
        repeats,
    )
    return _table(len(events), len(payloads), took)


def flood(where: str, frames: int) -> tuple[list[Event], list[Event]]:
    """Two tabs and what led up to it, and frames that come at the ceiling's pace and bring nothing."""
    story = ChatStory(CHATGPT) if where == "profile" else Story()
    if isinstance(story, ChatStory):
        story.begin(0, "A", "B", messages=OLD)
    else:
        story.open(0, "A", "B")
    sockets = {tab: story.socket(0.5, tab) for tab in "AB"}
    for number in range(20 if where == "stale" else 0):
        text = f"Note {number}: what B was never told of, in a sentence of usual length."
        story.fetch(10 + number / 10, "A", "POST /notes", json.dumps({"text": text}))
        story.says(10.06 + number / 10, "A", text)
    before = list(story.events)
    for number in range(frames):
        tab, moved = "AB"[number % 2], {"type": "cursor", "user": f"u{number % 7}", "x": number % 800, "at": number}
        at = 20 + number / CEILING_HZ
        if where == "stamped":
            moved |= {"ts": int((START + at) * 1000) - 20 - 7 * number % 13, "id": f"c{number:030}"}
        story.frame(at, tab, sockets[tab], json.dumps(moved))
    return before, story.events[len(before) :]


def watch(before: Sequence[Event], frames: Sequence[Event], profiles: Sequence[Profile]) -> None:
    """Fold a flood, and look at it as often as a screen does."""
    analysis, due = Analysis(profiles), 0.0
    for event in before:
        analysis.feed(event)
    for event in frames:
        analysis.feed(event)
        if event.time >= due:
            due = event.time + 1 / SCREEN_HZ
            analysis.snapshot()
    assert sum(connection.frames_in for connection in analysis.snapshot().connections) == len(frames)


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
    ceiling = [CEILING_HZ] * len(speed[FOLD])
    lines.append(Line(what=CEILING, unit="events/s", figures=ceiling))
    lines += [Line(what=name, unit="events/s", figures=speed[name], floor=ceiling) for name in FLOODS.values()]
    return Table(
        title="The analysis",
        how=(
            f"A capture of {events:,} events: two tabs of a site without a profile, a note each ten events that one tab"
            f" writes and both are sent and show, and cursors that mean nothing; {payloads:,} payloads of JSON. Half of"
            " the events are notes and what pages show, which is what the analysis has most work with."
        ),
        lines=tuple(lines),
        notes=(
            "Against the ceiling, × floor is the share of one core that keeping up with it takes.",
            "Each fold ended with the last note in both tabs, and the verdict live-sync.",
        ),
    )
