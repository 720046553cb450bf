"""An experiment on the lab, from the command line: what it says agrees with what the lab did."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.capture.reader import Capture
from monitor.model import Mark, Navigation

SCRIPT = """
title = "Does it?"
answers = ["results", "consistency"]
[[step]]
do = "write"
say = "Write in {writer}."
within = 30
[[step]]
do = "watch"
say = "Watching {other}."
within = 3
[[step]]
do = "reload"
tab = "other"
say = "Load {other} again"
unless = "shown"
[[step]]
do = "watch"
say = "Watching {other} again."
within = 10
"""


def run(tmp_path: Path, *more: str) -> tuple[dict[str, object], Path]:
    """The experiment's JSON, and its capture."""
    script, capture = tmp_path / "mine.toml", tmp_path / "x.syncmon"
    script.write_text(SCRIPT, "utf-8")
    words = ["experiment", "--script", str(script), "--json", "-o", str(capture), *more]
    done = subprocess.run([sys.executable, "-m", "monitor", *words], capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), capture


@pytest.mark.e2e
def test_a_site_that_syncs_on_reload_and_one_that_syncs_by_itself(chromium: Path, tmp_path: Path) -> None:
    found, path = run(tmp_path, "--lab", "chatgpt")
    assert (found["experiment"], found["tabs"], found["verdict"]) == ("mine", ["A", "B"], "refresh-to-sync")
    with Capture(path) as capture:
        events = list(capture.events())
    marks = [event.text for event in events if isinstance(event, Mark)]
    assert [mark.partition(": ")[2] for mark in marks] == [
        "Writing in tab A.", "Watching B.", "Load B again", "Watching B again.",
    ]  # fmt: skip
    assert [event.tab for event in events if isinstance(event, Navigation) and event.how == "reload"] == ["B"]

    (tmp_path / "live").mkdir()
    found, path = run(tmp_path / "live", "--lab", "chatgpt", "--sync", "chatgpt=socket")
    assert found["verdict"] == "live-sync"
    with Capture(path) as capture:
        assert not [e for e in capture.events() if isinstance(e, Navigation) and e.how == "reload"]
