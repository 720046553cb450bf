"""What opening refuses, and in which words, is in tests/faults; here is what it leaves alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from monitor.capture.opening import open_database
from monitor.capture.writer import CaptureWriter


def test_an_opened_capture_cannot_be_written_to(tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    CaptureWriter(path).close()
    before = path.read_bytes()
    database = open_database(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.execute("DELETE FROM meta")
    database.close()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.syncmon"]


def test_odd_names_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=rw&x#%41 ü'.syncmon"
    CaptureWriter(path).close()
    database = open_database(path)
    assert database.execute("SELECT count(*) FROM events").fetchone() == (0,)
    database.close()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
