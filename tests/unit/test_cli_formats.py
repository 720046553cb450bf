"""`syncmon formats`, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor import cli
from monitor.model import Event
from monitor.report.latency import within
from monitor.sync.channel_views import Range
from tests.story import Story
from tests.unit.cli_captures import HOSTILE, SECRET, make_capture
from tests.unit.sync.test_latency import stamped


def story() -> list[Event]:
    """Two sites; on one of them turns that are completed after a while, and a heartbeat."""
    told = Story()
    told.open(0, "A")
    told.open(0, "B", url="https://other.test/")
    socket, other = told.socket(1, "A"), told.socket(1, "B")
    for turn in range(12):
        at = 20.0 + 21.0 * turn + turn * 7 % 5
        told.fetch(at, "A", "POST /turn", f'{{"text":"hi {turn}","password":"{SECRET}"}}')
        told.frame(at + 1.5, "A", socket, f'{{"type":"done","token":"{SECRET}","turn":{turn}}}')
    for beat in range(20):
        told.frame(7.0 + 12.0 * beat, "B", other, '{"type":"heartbeat"}')
    told.frame(300.0, "B", other, json.dumps({"type": "odd", "text": HOSTILE.replace("\ud800", "")}))
    return sorted(told.events, key=lambda event: event.time)


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return make_capture(tmp_path / "x.syncmon", story())


def document(capture: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert cli.run(["formats", str(capture), "--json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_json_has_a_row_a_type_with_its_trigger_and_its_period(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = document(capture, capsys)
    rows = {row["type"]: row for row in found["types"] if row["channel"] == "socket"}
    assert found["capture"] == "x.syncmon"
    assert set(rows) == {"done", "heartbeat", "odd"}
    assert rows["done"]["preceded_by"][0]["what"] == "A POST /turn"
    assert rows["heartbeat"]["period_s"] == 12.0
    assert set(rows["done"]["schema"]["properties"]) == {"type", "token", "turn"}


def test_secrets_are_hidden_unless_asked_for_and_then_it_is_said(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("text", "json", "md"):
        assert cli.run(["formats", str(capture), "--format", form, "--fields"]) == 0
        captured = capsys.readouterr()
        assert SECRET not in captured.out
        assert captured.err == ""
    assert cli.run(["formats", str(capture), "--no-redact", "--json"]) == 0
    captured = capsys.readouterr()
    assert SECRET in captured.out
    assert "--no-redact" in captured.err


def test_the_table_names_types_rhythms_and_triggers(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["formats", str(capture)]) == 0
    out = capsys.readouterr().out
    assert "example.org  " in out
    assert "every 12 s" in out
    assert "after A POST /turn" in out
    assert "\x1b" not in out


def test_how_long_messages_were_on_their_way_stands_where_a_stamp_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    capture = make_capture(tmp_path / "x.syncmon", stamped().story.events)
    assert cli.run(["formats", str(capture), "--fields"]) == 0
    head, *rows = [line for line in capsys.readouterr().out.splitlines() if "median" in line or " note " in line]
    [row] = [one for one in document(capture, capsys)["types"] if one["type"] == "note"]
    low, high = row["latency"]["median_s"]
    assert head.split()[-4:] == ["median", "on", "the", "way"]
    told = within(Range(low_s=low, high_s=high))
    assert rows[0].endswith(f" {told}")
    assert any(line.startswith(f"      From its stamp (ts) to its arrival: median {told}") for line in rows)


def test_without_a_stamp_the_table_has_no_such_column(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["formats", str(capture)]) == 0
    assert "on the way" not in capsys.readouterr().out


def test_fields_of_each_type(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["formats", str(capture), "--fields", "--site", "example.org"]) == 0
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.strip().startswith("turn ") and "integer" in line]
    assert "other.test" not in out


def test_a_page_in_markdown(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["formats", str(capture), "--format", "md"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# Message formats in x.syncmon\n")
    assert "\n### ◀ `done` · socket · json\n" in out


def test_filter_and_site(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [row["type"] for row in document(capture, capsys, "--filter", "type:heart*")["types"]] == ["heartbeat"]
    done = document(capture, capsys, "--filter", "type:done")["types"]
    assert [row["preceded_by"][0]["what"] for row in done] == ["A POST /turn"]
    assert {row["site"] for row in document(capture, capsys, "--site", "other.test")["types"]} == {"other.test"}


def test_what_is_not_there_is_said(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["formats", str(capture), "--site", "nowhere.test"]) == 0
    captured = capsys.readouterr()
    assert "nothing was recorded of nowhere.test" in captured.err
    assert cli.run(["formats", str(capture.parent / "none.syncmon")]) == 4
