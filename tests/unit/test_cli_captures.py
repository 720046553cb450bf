"""`syncmon captures`, as a user calls it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from monitor.capture.writer import CaptureWriter
from monitor.cli import run
from monitor.model import Navigation, Recording


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    (tmp_path / "syncmon").mkdir()
    return tmp_path / "syncmon"


def capture(path: Path, age_s: float) -> None:
    writer = CaptureWriter(path)
    at = time.time() - age_s
    writer.append(Recording(time=at - 90, state="started"))
    writer.append(Navigation(time=at - 80, tab="A", target="T", url="https://a.example/x"))
    writer.append(Recording(time=at, state="stopped"))
    writer.close()


def test_the_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["captures"]) == 0
    assert "no captures in" in capsys.readouterr().err
    capture(folder / "new.syncmon", 10.0)
    capture(folder / "old.syncmon", 9 * 86400.0)
    assert run(["captures"]) == 0
    head, old, new, total = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "when", "length", "size", "events", "tabs", "gaps", "sites"]
    assert (old.split()[0], new.split()[0]) == ("old.syncmon", "new.syncmon")
    assert "00:01:30" in new
    assert new.split()[-4:] == ["3", "1", "0", "a.example"]
    assert total.startswith("2 captures, ")
    assert run(["captures", "--json", "--folder", str(folder)]) == 0
    assert [(one["name"], one["events"]) for one in json.loads(capsys.readouterr().out)] == [
        ("old.syncmon", 3),
        ("new.syncmon", 3),
    ]


def test_old_ones_are_removed_when_it_is_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture(folder / "new.syncmon", 10.0)
    capture(folder / "old.syncmon", 9 * 86400.0)
    assert run(["captures", "prune"]) == 2
    assert run(["captures", "prune", "--older", "7d"]) == 2
    assert "give --yes" in capsys.readouterr().err
    assert run(["captures", "prune", "--older", "7d", "--yes"]) == 0
    assert "removed 1 capture" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["new.syncmon"]
    assert run(["captures", "prune", "--larger", "1G"]) == 0
    assert "nothing to remove" in capsys.readouterr().err
