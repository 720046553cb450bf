from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path

from monitor.lab.run import describe, run_lab
from monitor.lab.server import Lab


async def test_the_lab_runs_until_a_signal_and_says_what_to_type() -> None:
    lines: list[str] = []
    allowed: list[bool] = []

    def out(line: str) -> None:
        lines.append(line)
        if line.startswith("my-chrome"):
            profile = next(word.partition("=")[2] for word in shlex.split(line) if word.startswith("--user-data-dir="))
            allowed.append("https://claude.ai:443,*" in (Path(profile) / "Default" / "Preferences").read_text())
        if line.startswith("switch"):
            os.kill(os.getpid(), signal.SIGINT)

    await run_lab({"chatgpt": "poll"}, lists={"claude": "broadcast"}, out=out, browser="my-chrome")
    assert "chatgpt: poll, claude: none, list broadcast" in lines[0]
    command = next(line for line in lines if line.startswith("my-chrome"))
    assert "--no-sandbox" not in command
    assert [command.count(f" https://{host}/") for host in ("chatgpt.com/c", "claude.ai/chat")] == [2, 2]
    [profile] = [word.partition("=")[2] for word in shlex.split(command) if word.startswith("--user-data-dir=")]
    assert allowed == [True]
    assert not os.path.exists(profile)  # noqa: ASYNC240 - once, after all is over
    assert "--gcm-mcs-endpoint=https://127.0.0.1:" in command
    assert "--ignore-certificate-errors-spki-list=" in command
    assert "https://claude.ai/chat/" in command


async def test_root_and_no_display_are_thought_of() -> None:
    async with Lab() as lab:
        lines = describe(lab, Path("/p"), root=True, windows=False)
        start = next(line for line in lines if line.startswith("chromium"))
        others = lines[lines.index(start) + 1]
    assert {"--no-sandbox", "--headless=new"} < set(shlex.split(start))
    assert start.count("https://chatgpt.com/") + start.count("https://claude.ai/") == 1
    assert others.count("/json/new?https%3A%2F%2Fchatgpt.com") == 1
    assert others.count("/json/new?https%3A%2F%2Fclaude.ai") == 2
