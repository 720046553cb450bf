"""Screen 5: the report of a capture as it would be written now, its secrets hidden; and what became of reading it."""

from __future__ import annotations

import time
from pathlib import Path

from monitor.capture.writer import CaptureWriter
from monitor.tui.draft import DraftWriter
from monitor.tui.paint import report
from monitor.tui.picture import Picture
from monitor.tui.source import Draft
from monitor.tui.theme import Palette
from tests.chats import PROFILES
from tests.unit.report.stories import numbered, told_chatgpt

PLAIN = Palette(None)


def written(path: Path) -> Draft:
    """What the writer has when it is done."""
    writer = DraftWriter(path, PROFILES, live=False)
    writer.start()
    deadline = time.monotonic() + 20
    while (draft := writer.latest()).progress is not None and not draft.problem:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    writer.close()
    return draft


def test_the_draft_is_the_document_without_secrets(tmp_path: Path) -> None:
    path = tmp_path / "x.syncmon"
    capture = CaptureWriter(path)
    for event in numbered(told_chatgpt()):
        capture.append(event)
    capture.close()
    text = written(path).text
    assert text.startswith("# Realtime sync comparison")
    assert "WebSocket (`celsius`)" in text
    assert "**ChatGPT**: x.syncmon" in text
    assert "c2lnbmF0dXJl" not in text


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    draft = written(tmp_path / "none.syncmon")
    assert "none.syncmon" in (draft.problem or "")
    assert "none.syncmon" in report.title(Picture(draft=draft), PLAIN).plain


def test_the_document_is_drawn_to_the_width() -> None:
    text = "# Title\n\n| a | b |\n| --- | --- |\n| " + "word " * 60 + "| [red]x[/red] \x1b[2J |\n"
    lines = report.lines(Picture(draft=Draft(text=text)), 60, PLAIN)
    plain = [lines.paint(thing).plain for thing in lines.things]
    assert all(len(line) <= 60 for line in plain)
    assert "[red]x[/red]" in "".join(plain)
    assert "\x1b" not in "".join(plain)


def test_nothing_is_said_to_be_nothing() -> None:
    assert "nothing to report yet" in report.lines(Picture(), 60, PLAIN).things[0].plain
