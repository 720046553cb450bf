from __future__ import annotations

from pathlib import Path

import pytest

from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.times import CaptureAnchors
from monitor.capture.writer import CaptureWriter
from monitor.errors import FilterError
from monitor.model import Event, Mark, Request

T = 1767520800.0
EVENTS: list[Event] = [
    Mark(time=T, text="Before"),
    Request(time=T + 10, tab="A", connection="r1", method="POST", url="https://x/"),
    Request(time=T + 20, tab="A", connection="r2", method="GET", url="https://x/"),
    Request(time=T + 30, tab="B", connection="r3", method="PUT", url="https://x/"),
    Mark(time=T + 40, text="the demo begins"),
    Mark(time=T + 90, text="end"),
    Request(time=T + 100, tab="B", connection="r4", method="GET", url="https://x/"),
]


@pytest.fixture
def capture(tmp_path: Path) -> Capture:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    for event in EVENTS:
        writer.append(event)
    writer.close()
    return Capture(writer.path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("after:-10s", [6, 7]),
        ("before:-1m", [1, 2, 3, 4]),
        ("after:-1.5m before:-60", [2, 3, 4]),
        ("since:mark", [6, 7]),
        ('since:"DEMO"', [5, 6, 7]),
        ("since:A-write", [2, 3, 4, 5, 6, 7]),
        ("since:b-write kind:request", [4, 7]),
        ("-since:A-write", [1]),
        ('since:"no such mark"', []),
        ("since:C-write", []),
        ('NOT since:"no such mark"', [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_moments_that_the_capture_knows(capture: Capture, text: str, expected: list[int]) -> None:
    with capture:
        assert list(capture.seqs(parse(text))) == expected


def test_a_moment_that_is_not_there_is_told_where_it_is_asked_for(capture: Capture) -> None:
    with capture:
        for text, words in (('tab:A since:"x"', "No mark says x."), ("tab:A since:Z-write", "Tab Z wrote nothing.")):
            with pytest.raises(FilterError, match=words) as caught:
                parse(text).bound(CaptureAnchors(capture), strict=True)
            assert caught.value.text == text
            assert caught.value.position == text.index("since:") + 6
        plain = parse("tab:A")
        assert plain.bound(CaptureAnchors(capture)) is plain


@pytest.mark.parametrize("text", ["since:", "since:yesterday", "since:-30s", "since:10:00", "after:-30x", "after:soon"])
def test_what_is_no_time_is_explained(text: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert str(caught.value).endswith((".", "?"))


def test_an_empty_capture_has_no_moments(tmp_path: Path) -> None:
    CaptureWriter(tmp_path / "e.syncmon").close()
    with Capture(tmp_path / "e.syncmon") as capture:
        anchors = CaptureAnchors(capture)
        assert anchors.latest() is anchors.mark("") is anchors.write("A") is None
        assert list(capture.seqs(parse("after:-1s"))) == []
