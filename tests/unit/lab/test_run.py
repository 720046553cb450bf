from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path

from monitor.lab.run import run_lab


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

    await run_lab({"chatgpt": "poll"}, out=out, browser="my-chrome")
    assert "chatgpt: poll" in lines[0]
    command = next(line for line in lines if line.startswith("my-chrome"))
    [profile] = [word.partition("=")[2] for word in shlex.split(command) if word.startswith("--user-data-dir=")]
    assert allowed == [True]
    assert not os.path.exists(profile)  # noqa: ASYNC240 - once, after all is over
    assert "--gcm-mcs-endpoint=https://127.0.0.1:" in command
    assert "--ignore-certificate-errors-spki-list=" in command
    assert "https://claude.ai/chat/" in command
