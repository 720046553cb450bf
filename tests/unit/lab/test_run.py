from __future__ import annotations

import os
import signal

from monitor.lab.run import run_lab


async def test_the_lab_runs_until_a_signal_and_says_what_to_type() -> None:
    lines: list[str] = []

    def out(line: str) -> None:
        lines.append(line)
        if line.startswith("switch"):
            os.kill(os.getpid(), signal.SIGINT)

    await run_lab({"chatgpt": "poll"}, out=out, browser="my-chrome")
    assert "chatgpt: poll" in lines[0]
    command = next(line for line in lines if line.startswith("my-chrome"))
    assert "--user-data-dir=" in command
    assert "--ignore-certificate-errors-spki-list=" in command
    assert "https://claude.ai/chat/" in command
