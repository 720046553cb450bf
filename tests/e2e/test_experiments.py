"""An experiment on the lab, from the command line: what it says agrees with what the lab did."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from monitor.capture.reader import Capture
from monitor.model import Action, Frame, Mark, Navigation, Request

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


def run(tmp_path: Path, *more: str, script: str = SCRIPT) -> tuple[dict[str, object], Path]:
    """The experiment's JSON, and its capture."""
    file, capture = tmp_path / "mine.toml", tmp_path / "x.syncmon"
    file.write_text(script, "utf-8")
    words = ["experiment", "--script", str(file), "--json", "-o", str(capture), *more]
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


BLIND = """
title = "Who wins?"
answers = ["conflicts"]
[[step]]
do = "reload"
tab = "other"
say = "Load {other} again"
[[step]]
do = "hold"
tab = "other"
say = "Hold {other}"
[[step]]
do = "write"
say = "Write in {writer}."
within = 30
[[step]]
do = "send"
tab = "other"
say = "Write in {other}."
within = 30
[[step]]
do = "release"
tab = "other"
say = "Let go of {other}"
[[step]]
do = "reload"
say = "Load {writer} again"
[[step]]
do = "wait"
say = "Looking."
within = 2
"""


@pytest.mark.e2e
def test_two_tabs_of_a_site_that_syncs_at_once_write_without_knowing_of_each_other(
    chromium: Path, tmp_path: Path
) -> None:
    found, path = run(tmp_path, "--lab", "chatgpt", "--sync", "chatgpt=socket", script=BLIND)
    said = "B wrote without having seen A's write: both were kept, as branches of one parent"
    assert f"  · Multi-tab conflict resolution? {said}" in cast("list[str]", found["said"])
    with Capture(path) as capture:
        events = list(capture.events())
    held, free = [event.seq for event in events if isinstance(event, Action) and event.do == "hold"]
    came = [event.seq for event in events if isinstance(event, Frame) and (event.tab, event.dir) == ("B", "in")]
    sent = [event.seq for event in events if isinstance(event, Request) and event.url.endswith("/f/conversation")]
    assert held < min(sent) < max(sent) < free < max(came)
    assert not [seq for seq in came if held < seq < free]
