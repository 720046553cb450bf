"""A capture that is taken away while it is being written is there again, whole, and nobody else may read it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from monitor.capture import anew
from monitor.capture.reader import Capture
from monitor.capture.writer import CaptureWriter
from monitor.errors import CaptureError
from monitor.model import Mark


def marks(path: Path) -> list[str]:
    with Capture(path) as capture:
        return [event.text for event in capture.events() if isinstance(event, Mark)]


def take_away(path: Path, how: str) -> None:
    if how == "renamed":
        path.rename(path.with_name("other.syncmon"))
        return
    for suffix in ("", *anew.LOGS) if how == "all of it" else ("",):
        path.with_name(path.name + suffix).unlink()


@pytest.mark.parametrize("how", ["removed", "all of it", "renamed"])
@pytest.mark.parametrize("read", [False, True])
def test_it_is_told_once_and_written_anew(
    tmp_path: Path, how: str, read: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.capture.writer.LOOK_S", 0.0)
    path = tmp_path / "a.syncmon"
    writer = CaptureWriter(path, {"command": "record"})
    writer.append(Mark(time=1.0, text="before"))
    writer.commit()
    reader = sqlite3.connect(path)
    if read:
        reader.execute("BEGIN").execute("SELECT count(*) FROM events").fetchone()
    take_away(path, how)
    writer.append(Mark(time=2.0, text="after"))
    with pytest.raises(CaptureError, match="taken away"):
        writer.commit()
    assert writer.pending == 1
    assert writer.commit() == 2
    assert marks(path) == ["before", "after"]
    assert path.stat().st_mode & 0o777 == 0o600
    writer.append(Mark(time=3.0, text="later"))
    writer.close()
    reader.close()
    assert marks(path) == ["before", "after", "later"]
    with Capture(path) as capture:
        assert capture.meta["command"] == "record"
    if how == "renamed":
        assert marks(tmp_path / "other.syncmon") == ["before"]
    assert not list(tmp_path.glob("*-anew"))


def test_what_is_taken_away_at_the_last_moment_is_there_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.syncmon"
    writer = CaptureWriter(path)
    writer.append(Mark(time=1.0, text="last"))
    take_away(path, "removed")
    writer.close()
    assert marks(path) == ["last"]


def test_where_it_cannot_be_written_anew_nothing_is_lost_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.capture.writer.LOOK_S", 0.0)
    folder = tmp_path / "gone"
    folder.mkdir()
    writer = CaptureWriter(folder / "a.syncmon")
    writer.append(Mark(time=1.0, text="kept"))
    writer.commit()
    take_away(folder / "a.syncmon", "all of it")
    folder.rmdir()
    writer.append(Mark(time=2.0, text="too"))
    for reason in ("taken away", "cannot be written anew", "cannot be written anew"):
        with pytest.raises(CaptureError, match=reason):
            writer.commit()
    folder.mkdir()
    assert writer.commit() == 2
    writer.close()
    assert marks(folder / "a.syncmon") == ["kept", "too"]
