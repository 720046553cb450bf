from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import __version__, cli, export
from monitor.commands.group import COMMANDS
from tests.unit.cli_captures import HOSTILE, SECRET, make_capture

CONTROLS = {chr(code) for code in [*range(32), *range(0x7F, 0xA0), 0x202A, 0x202B, 0x202D, 0x202E]} - {"\n"}


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return make_capture(tmp_path / "x.syncmon")


def lines(text: str) -> list[str]:
    return text.splitlines()


def test_version_and_unknown_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"syncmon {__version__}\n"
    assert cli.run(["nonsense"]) == 2
    assert cli.run(["tail", "--nonsense"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "No such command 'nonsense'" in captured.err


def test_it_says_what_it_can_do() -> None:
    run = subprocess.run([sys.executable, "-m", "monitor", "--help"], capture_output=True, text=True, check=True)
    assert "Usage: syncmon" in run.stdout
    assert all(command in run.stdout for command in COMMANDS)


def test_every_command_has_help() -> None:
    code = "import sys; from monitor import cli; print([cli.run([name, '--help']) for name in sys.argv[1:]])"
    words = [sys.executable, "-c", code, *COMMANDS]
    run = subprocess.run(words, capture_output=True, text=True, check=True)
    assert run.stdout.endswith(f"{[0] * len(COMMANDS)}\n")
    assert all(f"Usage: syncmon {name}" in run.stdout for name in COMMANDS)


def test_a_recorder_imports_no_screen(tmp_path: Path) -> None:
    code = (
        "import sys; from monitor import cli; cli.run(['record', '--port', '1', '-o', sys.argv[1]]);"
        "print([name for name in ('rich', 'textual', 'lark', 'rich_click') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_a_dashboard_is_there_before_the_grammar_of_filters() -> None:
    code = "import sys, monitor.commands.open, monitor.tui.app; print('lark' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


SLOW = [pytest.param(command, marks=pytest.mark.slow) for command in ("formats", "divergence")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("command", ["tail", *SLOW])
def test_a_full_disk_under_standard_output_is_told_in_a_sentence(command: str, capture: Path) -> None:
    with Path("/dev/full").open("w") as full:
        words = [sys.executable, "-m", "monitor", command, str(capture)]
        run = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr == (
        "syncmon: standard output cannot be written: No space left on device. Make room, or write it elsewhere.\n"
    )


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_called", interrupted)
    assert cli.run(["tail"]) == 130


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.syncmon", events=None)
    tail = f"{sys.executable} -m monitor export {path} | true; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["bash", "-c", tail], capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert "Traceback" not in run.stderr


# ── tail ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tail_prints_one_harmless_line_an_event(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["tail", str(capture)]) == 0
    out = capsys.readouterr().out
    assert len(lines(out)) == 7
    assert not CONTROLS & set(out)
    assert "A  ◀ socket" in lines(out)[2]
    assert "hello" in lines(out)[2]
    assert "18 B" in lines(out)[2]
    assert SECRET not in out


def test_tail_filters_and_points_at_what_is_wrong(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["tail", str(capture), "--filter", "url:ws dir:in type:hello"]) == 0
    assert len(lines(capsys.readouterr().out)) == 1
    assert cli.run(["tail", str(capture), "--filter", "tab:A kind:fram"]) == 2
    assert capsys.readouterr().err == (
        "syncmon: There is no kind fram. Did you mean frame?\n  tab:A kind:fram\n             ^\n"
    )


def test_tail_prints_json_for_programs(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["tail", str(capture), "--json"]) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    found = [json.loads(line) for line in lines(out)]
    assert [event["seq"] for event in found] == list(range(1, 8))
    assert found[3]["text"] == HOSTILE
    assert SECRET not in out
    assert cli.run(["tail", str(capture), "--json", "--no-redact"]) == 0
    assert SECRET in capsys.readouterr().out


@pytest.mark.parametrize("command", ["tail", "divergence", "export", "open"])
def test_what_cannot_be_read_is_4(tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("hello, world, this is text")
    for name in ("missing", "text", "."):
        assert cli.run([command, str(tmp_path / name)]) == 4
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("syncmon: ")
        assert str(tmp_path) in captured.err
        assert captured.err.count("\n") == 1


# ── attaching ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", [["record"], ["watch"], ["tail"], []])
def test_no_browser_is_3_and_leaves_nothing_behind(
    command: list[str], capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = capture.with_name("new.syncmon")
    assert cli.run([*command, "--port", "1", "-o", str(out)]) == 3
    captured = capsys.readouterr()
    assert "Nothing listens on 127.0.0.1:1" in captured.err
    assert captured.out == ""
    assert not list(out.parent.glob("new.syncmon*"))


def test_record_never_overwrites(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = capture.read_bytes()
    assert cli.run(["record", "--port", "1", "-o", str(capture)]) == 4
    assert "never overwritten" in capsys.readouterr().err
    assert capture.read_bytes() == before


def test_headless_needs_launch(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["record", "--headless"]) == 2
    assert "together with --launch" in capsys.readouterr().err


# ── export, open, doctor ──────────────────────────────────────────────────────────────────────────────────────────────


def test_export_hides_secrets_unless_told(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", str(capture)]) == 0
    captured = capsys.readouterr()
    assert SECRET not in captured.out
    assert len(lines(captured.out)) == 8
    assert "--no-redact" not in captured.err
    assert cli.run(["export", str(capture), "--no-redact"]) == 0
    captured = capsys.readouterr()
    assert SECRET in captured.out
    assert "--no-redact: what is written may hold tokens" in captured.err


def test_export_to_a_dash_is_to_standard_output(
    capture: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(capture.parent)
    assert cli.run(["export", str(capture), "-o", "-"]) == 0
    assert len(lines(capsys.readouterr().out)) == 8
    assert not Path("-").exists()


def test_export_makes_a_new_private_file(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = capture.with_name("out.csv")
    words = ["export", str(capture), "--format", "csv", "--filter", "kind:frame", "-o", str(out)]
    assert cli.run(words) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert len(out.read_text().splitlines()) == 3
    assert cli.run(words) == 2
    captured = capsys.readouterr()
    assert "exists already" in captured.err
    assert captured.out == ""


def test_export_knows_its_formats(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", "--format", "list"]) == 0
    assert {line.split()[0] for line in lines(capsys.readouterr().out)} >= {"csv", "jsonl"}
    assert cli.run(["export", str(capture), "--format", "nope"]) == 2


def test_a_failed_export_leaves_no_file(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = capture.with_name("out.jsonl")
    make_capture(capture.with_name("slow.syncmon"))
    assert cli.run(["export", str(capture), "--filter", "/(a|aa)+$/", "-o", str(out)]) == 0
    out.unlink()
    assert cli.run(["export", str(capture), "--filter", "type:", "-o", str(out)]) == 2
    assert not out.exists()


@pytest.mark.parametrize("form", [*export.names()])
def test_an_export_of_what_there_is_not_writes_nothing(
    capture: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = capture.with_name("out")
    for filter_text in ("since:B-write", 'since:"no such mark"'):
        words = ["export", str(capture), "--format", form, "--filter", filter_text]
        assert cli.run(words) == 2
        assert capsys.readouterr().out == ""
        assert cli.run([*words, "-o", str(out)]) == 2
        assert not out.exists()


def test_a_filter_by_a_moment_is_for_all_who_read_a_capture(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["tail"], ["formats"], ["diff", str(capture)]):
        assert cli.run([*words, str(capture), "--filter", "since:B-write"]) == 2
        assert "Tab B wrote nothing" in capsys.readouterr().err
    assert cli.run(["formats", str(capture), "--filter", "after:-10s"]) == 0
    assert "hello" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["open"], []], ids=["open", "the file alone"])
def test_open_without_a_terminal_sums_up(words: list[str], capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*words, str(capture)]) == 0
    out = capsys.readouterr().out
    assert "7 events · 1 gap" in out
    assert not CONTROLS & set(out)


def test_doctor_says_what_is_missing_and_what_to_type(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor", "--port", "1", "--json"]) == 0
    found = {finding["what"]: finding for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert found["browser"]["state"] == "missing"
    assert "--remote-debugging-port=1" in found["browser"]["do"]
    assert found["captures"]["more"]["folder"] == str(capture.parent / "state" / "syncmon")
    assert {"chromium", "lab", "sites", "terminal"} <= found.keys()
    assert cli.run(["doctor", "--port", "1"]) == 0
    assert "→ Start Chrome with" in capsys.readouterr().out


def test_doctor_names_a_bad_profile(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = capture.parent / "config" / "syncmon" / "sites"
    folder.mkdir(parents=True)
    (folder / "bad.toml").write_text("hosts = 5")
    assert cli.run(["doctor", "--port", "1"]) == 0
    assert "bad.toml" in capsys.readouterr().out
    assert cli.run(["divergence", str(capture)]) == 0
    assert "site profile skipped" in capsys.readouterr().err


def test_no_color_may_stand_anywhere(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert cli.run(["tail", "--no-color", str(capture)]) == 0
    assert os.environ["NO_COLOR"] == "1"
