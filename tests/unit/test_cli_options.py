from __future__ import annotations

import stat
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from monitor.capture.rotation import Rotation
from monitor.commands.options import Attach, Duration, attach_options, new_capture, query, rotate_options
from monitor.errors import FilterError, UsageError
from tests.unit.cli_captures import make_capture


@click.command()
@attach_options
def probe(attach: Attach) -> None:
    click.echo(repr(attach))


def attached(*words: str) -> str:
    return CliRunner().invoke(probe, words, standalone_mode=False, catch_exceptions=False).output.strip()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("30s", 30), ("5m", 300), ("1h", 3600), ("2.5", 2.5), ("2min", 120), ("7d", 604800)],
)
def test_durations(text: str, seconds: float) -> None:
    assert Duration().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "s", "-5s", "5x", "1h30", "nan", "1e3"])
def test_no_durations(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Duration().convert(text, None, None)


def test_the_usual_address_is_meant_unless_others_are_named() -> None:
    assert attached() == repr(Attach(address=("127.0.0.1", 9222)))
    assert attached("--port", "1") == repr(Attach(address=("127.0.0.1", 1)))
    assert attached("--endpoint", "ws://x/y") == repr(Attach(address=None, endpoints=("ws://x/y",)))
    assert attached("--launch", "http://x/") == repr(Attach(address=None, launch=("http://x/",)))
    both = attached("--endpoint", "ws://x/y", "--endpoint", "http://z", "--port", "5")
    assert both == repr(Attach(address=("127.0.0.1", 5), endpoints=("ws://x/y", "http://z")))


@pytest.mark.parametrize(
    "attach",
    [
        Attach(address=("127.0.0.1", 9222)),
        Attach(address=("h", 1), endpoints=("ws://a", "ws://b"), profile_dirs=("/p q",), reattach_s=1.5),
        Attach(address=None, launch=("http://a", "http://b"), headless=True),
        Attach(address=("127.0.0.1", 9222), push=False, deep=("https://a.example", "http://localhost:80")),
    ],
)
def test_a_child_is_given_the_same_options(attach: Attach) -> None:
    assert attached(*attach.arguments()) == repr(attach)


@click.command()
@rotate_options
def turning(rotation: Rotation) -> None:
    click.echo(repr(rotation))


def rotated(*words: str) -> str:
    return CliRunner().invoke(turning, words, standalone_mode=False, catch_exceptions=False).output.strip()


@pytest.mark.parametrize(
    "rotation",
    [
        Rotation(),
        Rotation(size=500 << 20, keep=3),
        Rotation(age=3600.0, keep_size=5 << 30),
        Rotation(size=1, age=0.5),
    ],
)
def test_a_child_is_given_the_same_rotation(rotation: Rotation) -> None:
    assert rotated(*rotation.arguments()) == repr(rotation)


def test_what_makes_no_sense_of_a_rotation() -> None:
    assert rotated("--max-size", "1.5k") == repr(Rotation(size=1536))
    with pytest.raises(UsageError, match="together with --max-size"):
        rotated("--keep", "3")
    for words in (("--keep", "1", "--max-age", "1h"), ("--max-size", "much"), ("--keep", "some", "--max-age", "1h")):
        with pytest.raises(click.BadParameter):
            rotated(*words)


def test_each_browser_becomes_one_of_the_recorders() -> None:
    wheres = Attach(address=("h", 1), endpoints=("ws://a",), profile_dirs=("~/x",)).wheres()
    assert [where.endpoint for where in wheres] == ["ws://a", None, None]
    assert wheres[1].profile_dir == Path.home() / "x"
    assert (wheres[2].host, wheres[2].port) == ("h", 1)


def test_a_capture_without_a_name_goes_to_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    first = new_capture(None)
    first.touch()
    second = new_capture(None)
    assert first.parent == second.parent == tmp_path / "syncmon"
    assert first != second
    assert first.suffix == second.suffix == ".syncmon"
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert new_capture(Path("x.syncmon")) == Path.cwd() / "x.syncmon"


def test_a_filter_error_shows_its_text() -> None:
    assert query("  ") is None
    with pytest.raises(FilterError) as caught:
        query("a OR")
    assert (caught.value.text, caught.value.position) == ("a OR", 4)


def test_the_wire_is_of_a_browser_of_our_own() -> None:
    with pytest.raises(UsageError, match="together with --launch"):
        attached("--wire")
    words = ["--launch", "http://x/", "--wire"]
    assert "wire=True" in attached(*words)
    assert Attach(address=None, launch=("http://x/",), wire=True).arguments() == words


def test_the_shell_completes_filters(tmp_path: Path) -> None:
    from click.shell_completion import ShellComplete

    from monitor.commands.group import make_group

    path = make_capture(tmp_path / "a.syncmon")

    def offered(*words: str) -> list[str]:
        shell = ShellComplete(make_group(), {}, "syncmon", "_SYNCMON_COMPLETE")
        return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]

    assert offered("tail", str(path), "--filter", "tab:A ki") == ["tab:A kind:"]
    assert "tab:A" in offered("tail", str(path), "--filter", "tab:")
    assert offered("export", "missing.syncmon", "--filter", "dir:") == ["dir:in", "dir:out"]
