from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.imports import load as loading
from monitor.imports.load import load
from monitor.imports.registry import Format
from monitor.imports.source import Source
from monitor.model import Event, Gap, Mark


def loaded(folder: Path, text: str, keeps_order: bool) -> Capture:
    (folder / "log").write_text(text)

    def read(source: Source) -> Iterator[Event]:
        for _, value in source.values():
            yield Mark(time=value, text=str(value))

    form = Format(name="test", about="", read=read, sniff=lambda head: 0, keeps_order=keeps_order)
    writer = CaptureWriter(folder / "out", keep_order=keeps_order)
    load(Source(folder / "log"), form, writer)
    writer.close()
    return Capture(folder / "out")


def test_events_near_each_other_are_put_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH_EVENTS", 3)
    with loaded(tmp_path, "2\n3\n1\n5\n4\n", keeps_order=False) as capture:
        assert [event.time for event in capture.events()] == [1, 2, 3, 4, 5]
        assert (capture.meta["imported"], capture.meta["source"]) == ("test", "log")
        assert "notes" not in capture.meta


def test_or_kept_as_they_come(tmp_path: Path) -> None:
    with loaded(tmp_path, "2\n3\n1\n", keeps_order=True) as capture:
        assert [event.time for event in capture.events()] == [2, 3, 1]


def test_a_missing_end_is_a_gap_after_the_last_event(tmp_path: Path) -> None:
    with loaded(tmp_path, "2\n3\n[", keeps_order=False) as capture:
        gap = list(capture.events())[-1]
        assert gap == Gap(seq=3, time=3.0, reason="the imported file is cut: line 3 ends in the middle")
        assert "what came after is missing" in capture.meta["notes"]
