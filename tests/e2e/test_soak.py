"""A long recording, in short: the server's log and the capture agree frame by frame."""

from __future__ import annotations

from pathlib import Path

from tests.soak import soak


async def test_reloads_a_crash_and_a_browsers_death_leave_no_unsaid_hole(tmp_path: Path) -> None:
    told = await soak(0.15, 500.0, 3, tmp_path)
    assert "12 times something was done" in told
