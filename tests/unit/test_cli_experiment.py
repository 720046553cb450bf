"""`syncmon experiment` without a browser: what there is, and what it says of what it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import cli
from monitor.commands.outcome import lines
from monitor.experiments.script import names, shipped
from tests.chats import CHATGPT, OLD, ChatStory
from tests.unit.report.stories import column, told_chatgpt


def test_without_a_name_it_tells_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in told] == list(names())


def test_one_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment", "nonsense"]) == 2
    assert "multi-tab" in capsys.readouterr().err


def test_where_nobody_can_be_asked_it_wants_to_be_told_yes(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["experiment", "multi-tab"]) == 2
    assert "--yes" in capsys.readouterr().err


def test_a_bad_script_is_told_by_file_and_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('title = "x"', "utf-8")
    assert cli.run(["experiment", "--script", str(file)]) == 2
    assert "mine.toml" in capsys.readouterr().err


@pytest.mark.parametrize("name", names())
def test_what_it_says_is_of_what_it_is_about(name: str) -> None:
    first, *others = lines(shipped(name), column(told_chatgpt()))
    assert first == f"{shipped(name).title} — ChatGPT: refresh-to-sync"  # as the recording shows it by the way
    assert others or name == "reconnect"
    assert all(line.startswith("  · ") for line in others)


def test_a_verdict_that_it_is_not_about_and_that_is_not_known_is_not_told() -> None:
    story = ChatStory(CHATGPT)
    story.begin(0, "A", "B", messages=OLD)
    first, *_ = lines(shipped("reconnect"), column(story))
    assert first == "How does it reconnect? — ChatGPT"
