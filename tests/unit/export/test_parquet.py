from __future__ import annotations

import io
import stat
from pathlib import Path

import duckdb
import pytest

from monitor import export
from monitor.capture.reader import Capture
from monitor.cli import run
from monitor.errors import UsageError
from monitor.export import parquet
from tests.unit.export.planted import capture, found_in

__all__ = ["capture"]


def written(capture: Capture, folder: Path, redact: bool = True) -> int:
    folder.mkdir()
    into = export.find("parquet").export_folder
    assert into is not None
    return into(capture, None, folder, redact)


def asked(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """What DuckDB answers; EVENTS stands for the folder."""
    events = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
    return duckdb.connect().execute(sql.replace("EVENTS", events)).fetchall()


def test_duckdb_reads_it_by_day_site_and_host(capture: Capture, tmp_path: Path) -> None:
    count = written(capture, tmp_path / "out")
    assert asked(tmp_path / "out", "SELECT count(*), min(seq), max(seq) FROM EVENTS") == [(count, 1, count)]
    ((frames,),) = asked(tmp_path / "out", "SELECT count(*) FROM EVENTS WHERE kind = 'frame' AND site = 'chatgpt'")
    assert frames == sum(event.kind == "frame" for event in capture.events())
    hosts = asked(tmp_path / "out", "SELECT DISTINCT host FROM EVENTS ORDER BY 1")
    assert hosts == [("none",), ("ws.chatgpt.com",), ("x.example",)]
    sql = "SELECT rest->>'$.method', extract(epoch FROM time) FROM EVENTS WHERE kind = 'request' ORDER BY seq"
    assert asked(tmp_path / "out", sql) == [("POST", 2.0), ("GET", 3.0)]


def test_no_secret_leaves(capture: Capture, tmp_path: Path) -> None:
    written(capture, tmp_path / "out")
    written(capture, tmp_path / "open", redact=False)
    columns = "concat_ws(' ', url, text, hex(data), value, rest, type)"
    hidden, readable = (
        "\n".join(str(row[0]) for row in asked(tmp_path / name, f"SELECT {columns} FROM EVENTS"))
        for name in ("out", "open")
    )
    assert found_in(hidden) == []
    assert len(found_in(readable)) > 10


def test_what_waits_and_what_is_open_is_bounded(
    capture: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 7)
    monkeypatch.setattr(parquet, "MOST_OPEN", 1)
    count = written(capture, tmp_path / "out")
    assert asked(tmp_path / "out", "SELECT count(DISTINCT seq) FROM EVENTS") == [(count,)]
    assert len(list((tmp_path / "out").rglob("part-1.parquet"))) > 0


def test_the_command_makes_a_private_folder(capture: Capture, tmp_path: Path) -> None:
    out = tmp_path / "made"
    words = ["export", str(capture.path), "--format", "parquet", "-o", str(out)]
    assert run(words) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in out.rglob("*.parquet"))
    assert run(words) == 2
    assert run(words[:4]) == 2


def test_a_stream_cannot_hold_it(capture: Capture) -> None:
    with pytest.raises(UsageError, match="-o OUT"):
        export.find("parquet").export(capture, None, io.StringIO(), True)
