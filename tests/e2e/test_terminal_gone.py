"""What a closed terminal leaves behind: the recording of `watch`, and nothing at all of `demo`."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.browser.launch import Launched
from monitor.capture.reader import Capture
from monitor.model import Recording
from tests.tui.test_terminal import Terminal

GONE_S = 20.0


def _naming(text: str) -> set[int]:
    """The processes whose command line holds the text."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue
    return found


def _until(holds: Callable[[], bool]) -> None:
    latest = time.monotonic() + GONE_S
    while not holds():
        assert time.monotonic() < latest
        time.sleep(0.05)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are found in /proc")
@pytest.mark.parametrize("hang_up", [True, False], ids=["hang-up", "no-signal"])
def test_demo_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hang_up: bool) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    terminal = Terminal("-m", "monitor", "demo", "--headless", "-o", str(tmp_path / "a.syncmon"), hang_up=hang_up)
    terminal.until(lambda drawn: b"Timeline" in drawn)
    profiles = list(tmp_path.glob("syncmon-profile-*"))
    assert len(_naming(str(profiles[0]))) > 1
    # the dashboard, its analysis, the recorder
    assert len(_naming("a.syncmon") & _naming(str(tmp_path))) == 3
    terminal.close()
    assert terminal.end() == 128 + signal.SIGHUP
    assert _naming(str(tmp_path)) == set()
    assert not profiles[0].exists()
    with Capture(tmp_path / "a.syncmon") as capture:
        *_, last = capture.events(kinds=["recording"])
        assert isinstance(last, Recording)
        assert last.state == "stopped"


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="processes are found in /proc")
def test_watch_leaves_its_recording(tmp_path: Path, chromium: Launched) -> None:
    path = tmp_path / "a.syncmon"
    terminal = Terminal("-m", "monitor", "watch", "--endpoint", chromium.endpoint, "-o", str(path), hang_up=True)
    terminal.until(lambda drawn: b"Timeline" in drawn)
    terminal.close()
    assert terminal.end() == 128 + signal.SIGHUP
    (recorder,) = _naming(str(path))
    os.kill(recorder, signal.SIGTERM)
    _until(lambda: not _naming(str(path)))
    with Capture(path) as capture:
        assert [event.state for event in capture.events(kinds=["recording"]) if isinstance(event, Recording)] == [
            "started", "attached", "stopped",
        ]  # fmt: skip
