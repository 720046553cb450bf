from __future__ import annotations

from pathlib import Path

import pytest

from monitor.capture import search
from monitor.capture.filter import parse
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import FilterError
from monitor.model import Mark


@pytest.mark.parametrize("text", ["x", "/x/", "time:>0 x"])
def test_matches_come_in_order_across_windows(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "WINDOW", 7)
    writer = CaptureWriter(tmp_path / "a.syncmon")
    for number in range(50):
        writer.append(Mark(time=1.0 + number, text="x" if number % 3 == 0 else "y"))
    writer.close()
    with Capture(writer.path) as capture:
        found = capture.search(parse(text))
        assert found.read() == list(range(1, 51, 3))
        assert found.position == 50
        assert capture.search(parse(text), after=10).read() == list(range(13, 51, 3))


@pytest.mark.slow
def test_a_runaway_expression_ends_the_search_with_a_sentence(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path / "a.syncmon")
    writer.append(Mark(time=0.0, text="a" * 5000 + "b"))
    writer.close()
    with Capture(writer.path) as capture, pytest.raises(FilterError, match="took longer than"):
        capture.seqs(parse("/(a|aa)+$/"))
