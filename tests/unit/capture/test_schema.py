from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from monitor.capture import schema
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.model import Mark


def test_an_older_file_is_converted_version_by_version_and_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.syncmon"
    writer = CaptureWriter(path)
    writer.append(Mark(time=1.0, text="old"))
    writer.close()
    before = path.read_bytes()

    def shout(database: sqlite3.Connection) -> None:
        database.execute("UPDATE events SET payload = upper(payload) || '!'")

    monkeypatch.setattr(schema, "FORMAT_VERSION", schema.FORMAT_VERSION + 2)
    monkeypatch.setattr(schema, "CONVERTERS", {1: shout, 2: shout})
    with Capture(path) as capture:
        assert list(capture.events()) == [Mark(seq=1, time=1.0, text="OLD!!")]
    assert path.read_bytes() == before


def test_there_is_a_converter_for_every_version_before_this_one() -> None:
    assert sorted(schema.CONVERTERS) == list(range(1, schema.FORMAT_VERSION))
