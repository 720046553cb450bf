"""A recording as a user makes one: `syncmon record` in a process of its own, and the JSON of `syncmon divergence`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from signal import SIGINT
from typing import Any

ATTACH_S = 20.0
STOP_S = 15.0


@contextlib.asynccontextmanager
async def recorded(endpoint: str, capture: Path) -> AsyncIterator[dict[str, Any]]:
    """Record a browser for the length of the block; yields the `attached` line. The recorder must end with 0."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "record", "--endpoint", endpoint, "-o", str(capture),
        stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(ATTACH_S):
            attached = await _attached(process.stderr)
        yield attached
    finally:
        process.send_signal(SIGINT)
        async with asyncio.timeout(STOP_S):
            errors = (await process.stderr.read()).decode()
            code = await process.wait()
    assert code in (0, 130), errors


async def _attached(stream: asyncio.StreamReader) -> dict[str, Any]:
    said = []
    while line := await stream.readline():
        said.append(line.decode())
        with contextlib.suppress(ValueError):
            news = json.loads(line)
            if isinstance(news, dict) and news.get("event") == "attached":
                return news
    raise AssertionError(f"the recorder never attached: {''.join(said)}")


async def divergence(capture: Path) -> dict[str, Any]:
    """What `syncmon divergence FILE --json` prints."""
    return await printed("divergence", capture)


async def printed(command: str, capture: Path) -> dict[str, Any]:
    """What a command prints of a capture with `--json`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", command, str(capture), "--json", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, Any] = json.loads(out)
    return found
