from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor import export
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import CaptureError, NewerCapture
from monitor.imports.jsonl import read, sniff
from monitor.imports.load import load
from monitor.imports.registry import find
from monitor.imports.source import Source
from monitor.model import Event, Gap, Mark, SocketOpened
from tests.unit.cli_captures import EVENTS, SECRET, make_capture

MARK = {"seq": 1, "time": "2026-01-04T10:00:03.000000Z", "kind": "mark", "text": "x"}


def exported(folder: Path, redact: bool = False, query: str = "", events: list[Event] | None = None) -> Path:
    path = folder / "out.jsonl"
    with Capture(make_capture(folder / "c.syncmon", events)) as capture, path.open("w") as out:
        export.find("jsonl").export(capture, parse(query) if query else None, out, redact)
    return path


def imported(path: Path) -> tuple[list[Event], Source]:
    source = Source(path)
    return list(read(source)), source


def lines(folder: Path, *objects: object) -> Path:
    path = folder / "x.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in objects))
    return path


def test_gives_back_the_very_events(tmp_path: Path) -> None:
    odd: list[Event] = [
        *EVENTS,
        Mark(time=1767520805.1234567, text="no whole microsecond"),
        SocketOpened(time=1767520806.0, connection="w1", url_is="unknown", late=True),
    ]
    events, source = imported(exported(tmp_path, events=odd))
    assert events == odd
    assert (source.cut, source.notes, source.facts) == (None, [], {})


def test_a_redacted_file_says_so(tmp_path: Path) -> None:
    events, source = imported(exported(tmp_path, redact=True))
    assert len(events) == len(EVENTS)
    assert SECRET not in repr(events)
    assert source.facts == {"redacted": "yes"}
    assert "redacted" in source.notes[0]


def test_what_was_redacted_once_is_said_to_be_for_ever(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "again.syncmon", keep_order=True)
    load(Source(exported(tmp_path, redact=True)), find("jsonl"), writer)
    writer.close()
    with Capture(tmp_path / "again.syncmon") as capture, (tmp_path / "again.jsonl").open("w") as out:
        export.find("jsonl").export(capture, None, out, False)
    assert json.loads((tmp_path / "again.jsonl").read_text().splitlines()[0])["redacted"] is True


def test_what_a_filter_left_out_is_a_gap(tmp_path: Path) -> None:
    events, source = imported(exported(tmp_path, query="kind:frame OR kind:gap"))
    assert [event.kind for event in events] == ["frame", "frame", "gap", "gap"]
    assert events[-1] == Gap(time=EVENTS[-1].time, reason="the imported file holds only some of the events", count=4)
    assert "4 events are not in the file" in source.notes[0]


def test_lines_of_tail_have_no_head(tmp_path: Path) -> None:
    events, _ = imported(lines(tmp_path, MARK))
    assert events == [Mark(time=1767520803.0, text="x")]


def test_an_unknown_kind_is_a_gap(tmp_path: Path) -> None:
    (gap,), _ = imported(lines(tmp_path, {**MARK, "kind": "teleport"}))
    assert gap == Gap(time=1767520803.0, reason="an event of the unknown kind teleport", count=1)


@pytest.mark.parametrize(
    "change", [{"time": 5}, {"time": "soon"}, {"mono": "x"}, {"kind": "frame"}, {"kind": "frame", "base64": "?"}]
)
def test_what_is_no_event_is_told_with_its_line(tmp_path: Path, change: dict[str, object]) -> None:
    with pytest.raises(CaptureError, match=r"x\.jsonl: line 2: it is no event: "):
        imported(lines(tmp_path, {"syncmon": 1}, {**MARK, **change}))
    with pytest.raises(CaptureError, match=r"line 1: it is no JSON object\. Take that line out"):
        imported(lines(tmp_path, 5))


def test_what_has_no_time_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"x\.jsonl: line 2: it is no event: it has no `time`\. Take that line out"):
        imported(lines(tmp_path, {"syncmon": 1}, {"seq": 1, "kind": "mark"}))
    with pytest.raises(CaptureError, match=r"line 1: it is no event: its `time` is no moment such as .*: '0001"):
        imported(lines(tmp_path, {**MARK, "time": "0001-01-01T00:00:00"}))


def test_a_later_version_is_not_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(
        NewerCapture, match=r"line 1: it was written by a later syncmon \(9\.9\), in format 99; .* Update"
    ):
        imported(lines(tmp_path, {"syncmon": 99, "version": "9.9"}))
    with pytest.raises(NewerCapture, match=r"a later syncmon, in format 99"):
        imported(lines(tmp_path, {"syncmon": 99}))
    with pytest.raises(CaptureError, match="line 1: `syncmon` is the number of the format"):
        imported(lines(tmp_path, {"syncmon": "one"}))


@pytest.mark.parametrize(
    ("head", "sure"),
    [(b'{"syncmon":1}\n', 100), (json.dumps(MARK).encode(), 100), (b"{}", 0), (b"[1]", 0), (b"\xff", 0), (b"{", 0)],
)
def test_it_is_told_by_its_first_line(head: bytes, sure: int) -> None:
    assert sniff(head) == sure
