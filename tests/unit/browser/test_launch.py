"""Starting a browser: what is typed for the user, and what goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.browser import launch
from monitor.errors import AttachError


def test_the_command_line() -> None:
    line = launch.arguments(Path("/p"), ["https://a.example/"], True, ["--x"], root=True)
    assert line[:2] == ["--remote-debugging-port=0", "--user-data-dir=/p"]
    assert {"--headless=new", "--no-sandbox", "--disable-quic", "--x"} < set(line)
    assert line[-1] == "https://a.example/"
    quiet = launch.arguments(Path("/p"), [], False, [], root=False)
    assert "--no-sandbox" not in quiet
    assert "--headless=new" not in quiet
    assert quiet[-1] == "about:blank"


def test_a_display_is_a_window_s_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not launch.has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert launch.has_display()


def test_no_browser_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(launch, "PLACES", ())
    monkeypatch.delenv("SYNCMON_BROWSER", raising=False)
    with pytest.raises(AttachError, match="apt-get install chromium"):
        launch.find_browser()
    with pytest.raises(AttachError, match="/no/such"):
        launch.find_browser("/no/such")


def test_the_environment_names_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNCMON_BROWSER", "/bin/sh")
    assert launch.find_browser() == "/bin/sh"


@pytest.mark.parametrize(
    ("content", "found"),
    [("123\n/devtools/browser/x", (123, "/devtools/browser/x")), ("", None), ("x\ny", None), ("123", None)],
)
def test_the_port_file(tmp_path: Path, content: str, found: tuple[int, str] | None) -> None:
    assert launch.read_port_file(tmp_path) is None
    (tmp_path / "DevToolsActivePort").write_text(content)
    assert launch.read_port_file(tmp_path) == found


async def test_a_browser_that_ends_at_once(tmp_path: Path) -> None:
    script = tmp_path / "browser"
    script.write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    script.chmod(0o755)
    with pytest.raises(AttachError, match="no display"):
        await launch.launch(binary=str(script), profile_dir=tmp_path / "profile")
    assert (tmp_path / "profile").is_dir()


async def test_it_is_told_what_a_browser_died_of_and_not_what_its_children_said_after_it(tmp_path: Path) -> None:
    script = tmp_path / "browser"
    script.write_text(
        "#!/bin/sh\necho '[1:1:FATAL:a.cc:3] no room' >&2\necho '[2:2:ERROR:b.cc:4] Broken pipe' >&2\nexit 1\n"
    )
    script.chmod(0o755)
    with pytest.raises(AttachError, match="no room"):
        await launch.launch(binary=str(script))


async def test_a_temporary_folder_too_deep_for_a_socket_is_not_the_browsers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    script = tmp_path / "browser"
    script.write_text('#!/bin/sh\necho "in $TMPDIR" >&2\nexit 1\n')
    script.chmod(0o755)
    with pytest.raises(AttachError, match=r"in /tmp$"):
        await launch.launch(binary=str(script))


async def test_a_browser_that_never_opens_its_port(tmp_path: Path) -> None:
    script = tmp_path / "browser"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o755)
    with pytest.raises(AttachError, match="did not open its DevTools port"):
        await launch.launch(binary=str(script), start_timeout=0.2)
