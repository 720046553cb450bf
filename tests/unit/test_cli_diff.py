"""`syncmon diff`, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor import cli
from monitor.model import Event
from tests.story import Story
from tests.unit.cli_captures import SECRET, make_capture


def events(*texts: str, turns: int = 6) -> list[Event]:
    told = Story()
    told.open(0, "A")
    socket = told.socket(1, "A")
    for turn in range(turns):
        for text in texts:
            told.frame(2.0 + turn * 5 + turn % 2, "A", socket, text)
    return told.events


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    old = make_capture(tmp_path / "old.syncmon", events('{"type":"a","n":1}', '{"type":"b"}'))
    new = make_capture(tmp_path / "new.syncmon", events('{"type":"a","n":"1"}', f'{{"type":"c","token":"{SECRET}"}}'))
    return str(old), str(new)


def test_what_is_new_gone_and_changed(two: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["diff", *two]) == 0
    out = capsys.readouterr().out
    for line in (
        "- socket       ◀ json        b  6 ×",
        "+ socket       ◀ json        c  6 ×",
        "~ socket       ◀ json        a",
    ):
        assert [one for one in out.splitlines() if one.startswith(line)], line
    assert [one for one in out.splitlines() if one.strip().startswith("~ n: integer → string")]


def test_as_json_and_as_an_exit_code(two: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["diff", *two, "--json", "--fail-on-change"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {one["type"]: one["what"] for one in found["changes"]} == {"a": "changed", "b": "gone", "c": "new"}
    assert cli.run(["diff", two[0], two[0], "--fail-on-change"]) == 0
    assert "have the formats of" in capsys.readouterr().out


def test_two_messages_field_by_field(two: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    numbered = [json.loads(line) for line in _tail(two[1], capsys)]
    seqs = [str(one["seq"]) for one in numbered if one["kind"] == "frame"][:2]
    assert cli.run(["diff", two[1], "--messages", *seqs]) == 0
    out = capsys.readouterr().out
    assert "~ type: a → c" in out.splitlines()
    assert [line for line in out.splitlines() if line.startswith("+ token: [redacted:")]
    assert SECRET not in out
    assert cli.run(["diff", two[1], "--messages", seqs[0], seqs[0], "--json", "--fail-on-change"]) == 0
    assert json.loads(capsys.readouterr().out)["differences"] == []


@pytest.mark.parametrize("telling", [0, 1], ids=["in the first", "in the second"])
def test_a_secret_that_one_capture_gives_away_is_hidden_wherever_it_stands(
    tmp_path: Path, telling: int, capsys: pytest.CaptureFixture[str]
) -> None:
    words_of_it = "correct horse battery staple"
    gives_away = f'{{"type":"z","password":"{words_of_it}"}}'
    sides = [['{"type":"a","on":1}'], [f'{{"type":"a","on":"{words_of_it}"}}']]
    sides[telling] = [*sides[telling], gives_away]
    paths = [str(make_capture(tmp_path / f"{n}.syncmon", events(*side))) for n, side in enumerate(sides)]
    told = ""
    for words in (paths, [*paths, "--json"]):
        assert cli.run(["diff", *words]) == 0
        told += capsys.readouterr().out
    assert words_of_it not in told
    assert told.count("always [redacted:") == 2
    assert cli.run(["diff", *paths, "--no-redact"]) == 0
    assert f"always {words_of_it}" in capsys.readouterr().out


def test_a_secret_that_comes_to_be_known_later_is_hidden_in_two_messages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = (f'{{"ref":"{SECRET}"}}', '{"ref":"else"}', f'{{"token":"{SECRET}"}}')
    path = str(make_capture(tmp_path / "x.syncmon", events(*texts, turns=1)))
    first, second, _ = [str(one["seq"]) for line in _tail(path, capsys) if (one := json.loads(line))["kind"] == "frame"]
    assert cli.run(["diff", path, "--messages", first, second]) == 0
    out = capsys.readouterr().out
    assert SECRET not in out
    assert "~ ref: [redacted:" in out


def _tail(file: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert cli.run(["tail", file, "--json"]) == 0
    return capsys.readouterr().out.splitlines()


def test_what_makes_no_sense_is_said(two: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["diff", two[0]]) == 2
    assert cli.run(["diff", *two, "--messages", "1", "2"]) == 2
    assert cli.run(["diff", two[0], "--messages", "1", "99999"]) == 2
    assert "carries no message" in capsys.readouterr().err
