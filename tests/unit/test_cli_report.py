"""`syncmon report`: its forms, its secrets, and its errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from monitor import cli
from monitor.capture.writer import CaptureWriter
from tests.unit.report.stories import numbered, told_chatgpt

SECRET = "c2lnbmF0dXJl"


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "x.syncmon"
    writer = CaptureWriter(path)
    for event in numbered(told_chatgpt()):
        writer.append(event)
    writer.close()
    return path


def test_it_prints_markdown(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", str(capture)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("# Realtime sync comparison")
    assert "WebSocket (`celsius`)" in told
    assert SECRET not in told


def test_it_prints_json(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", str(capture), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["syncmon"], told["sites"][0]["verdict"]) == (1, "refresh-to-sync")


@pytest.mark.parametrize(
    ("name", "begins"), [("out.md", "# Realtime"), ("out.html", "<!doctype html>"), ("out.json", "{")]
)
def test_the_suffix_says_the_form(capture: Path, tmp_path: Path, name: str, begins: str) -> None:
    out = tmp_path / name
    assert cli.run(["report", str(capture), "-o", str(out)]) == 0
    text = out.read_text("utf-8")
    assert text.startswith(begins)
    assert SECRET not in text


def test_a_page_shows_the_events_that_it_cites(capture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    assert cli.run(["report", str(capture), "-o", str(out)]) == 0
    text = out.read_text("utf-8")
    links = set(re.findall(r'href="#(e\d+-\d+)"', text))
    assert links
    assert links == set(re.findall(r'id="(e\d+-\d+)"', text)) & links
    assert "POST /backend-api/f/conversation" in text.partition('<section id="events">')[2]


def test_what_a_message_says_fools_no_reader(tmp_path: Path) -> None:
    story = told_chatgpt()
    for number, text in enumerate(("\x1b[31mred", "\u202eevil", "word" * 2_500)):
        said = [{"type": text, "topic_id": "x", "payload": {"type": text}}]
        story.frame(12.0 + number, "B", "w2", json.dumps(said))
    path = tmp_path / "hostile.syncmon"
    writer = CaptureWriter(path)
    for event in numbered(story):
        writer.append(event)
    writer.close()
    for name in ("out.md", "out.html"):
        assert cli.run(["report", str(path), "-o", str(tmp_path / name)]) == 0
        text = (tmp_path / name).read_text("utf-8")
        assert not re.findall("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text)
        assert "␛[31mred" in text
        assert "word" * 70 not in text


def test_recordings_of_one_name_are_told_apart(capture: Path, tmp_path: Path) -> None:
    (tmp_path / "after").mkdir()
    other = tmp_path / "after" / capture.name
    other.write_bytes(capture.read_bytes())
    out = tmp_path / "out.json"
    assert cli.run(["report", str(capture), str(other), "-o", str(out)]) == 0
    labels = [site["label"] for site in json.loads(out.read_text("utf-8"))["sites"]]
    assert labels == [f"ChatGPT ({capture})", f"ChatGPT ({other})"]


def test_without_redaction_it_warns(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["report", str(capture), "--no-redact"]) == 0
    assert "--no-redact" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code"),
    [(["{capture}", "-o", "out.pdf"], 2), (["none.syncmon"], 4), (["{capture}", "-o", "/nowhere/out.md"], 2), ([], 2)],
)
def test_what_cannot_be_done_is_said(capture: Path, words: list[str], code: int) -> None:
    assert cli.run(["report", *(word.format(capture=capture) for word in words)]) == code
