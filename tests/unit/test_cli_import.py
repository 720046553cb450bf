from __future__ import annotations

from pathlib import Path

import pytest

from monitor import cli
from monitor.capture.reader import Capture
from tests.unit.cli_captures import EVENTS, make_capture

Out = pytest.CaptureFixture[str]


@pytest.fixture
def exported(tmp_path: Path, capsys: Out) -> Path:
    path = tmp_path / "x.jsonl"
    assert cli.run(["export", str(make_capture(tmp_path / "c.syncmon")), "--no-redact", "-o", str(path)]) == 0
    capsys.readouterr()
    return path


@pytest.mark.parametrize("form", [[], ["jsonl"]])
def test_a_capture_is_made_beside_the_file(exported: Path, form: list[str], capsys: Out) -> None:
    assert cli.run(["import", *form, str(exported)]) == 0
    path = exported.with_suffix(".syncmon")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"syncmon: {len(EVENTS)} events of jsonl in {path}\n")
    assert path.stat().st_mode & 0o777 == 0o600
    with Capture(path) as capture:
        assert capture.last_seq() == len(EVENTS)


def test_it_is_never_written_over(exported: Path, capsys: Out) -> None:
    out = exported.with_name("c.syncmon")
    before = out.read_bytes()
    assert cli.run(["import", str(exported), "-o", str(out)]) == 4
    assert "never overwritten" in capsys.readouterr().err
    assert out.read_bytes() == before


def test_one_that_fails_leaves_nothing_behind(exported: Path, capsys: Out) -> None:
    exported.write_bytes(exported.read_bytes() + b"nope\n5\n")
    assert cli.run(["import", str(exported)]) == 4
    assert f"{exported}: line 9: it is no JSON" in capsys.readouterr().err
    assert sorted(path.name for path in exported.parent.iterdir()) == ["c.syncmon", "x.jsonl"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["pcap", "x.jsonl"], 2, "no import format pcap"),
        (["none.jsonl"], 4, "none.jsonl cannot be read"),
        (["c.syncmon"], 2, "is a capture already"),
        (["a", "b", "c"], 2, "One FILE at a time"),
    ],
)
def test_what_makes_no_sense(
    exported: Path, words: list[str], code: int, says: str, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.chdir(exported.parent)
    assert cli.run(["import", *words]) == code
    assert says in capsys.readouterr().err


def test_the_formats_are_listed(capsys: Out) -> None:
    assert cli.run(["import", "list"]) == 0
    assert "jsonl          JSON Lines" in capsys.readouterr().out
