"""Pages nobody wrote a profile for: the stale tab, its wait and its cause, held against the server's own log."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.launch import Launched
from monitor.lab import NOTES_MODES, Driver, GenericLab, LabLog, NotesMode
from tests.e2e.recording import divergence, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.alone, pytest.mark.timeout(180)]

CLOSE_S = 0.3
STALE_S = 2.5
EXPECTED: dict[NotesMode, tuple[str, str | None, str]] = {
    "reload": ("reload", None, "refresh-to-sync"),
    "socket-text": ("socket", None, "live-sync"),
    "socket-binary": ("socket", None, "live-sync"),
    "socket-word": ("refetch", "socket", "live-sync"),
    "socket-write": ("socket", None, "live-sync"),
    "sse": ("sse", None, "live-sync"),
    "stream": ("fetch-stream", None, "live-sync"),
    "poll": ("poll", None, "poll-sync"),
    "storage": ("storage", None, "live-sync"),
    "broadcast": ("broadcast", None, "live-sync"),
}
"""By mode: what brought the text, what gave the word, and the verdict."""


def text_of(mode: NotesMode) -> str:
    """What is written in a mode; it does not name the mode's mechanism."""
    return f"Feed cat number {NOTES_MODES.index(mode)} twice"


async def open_pairs(lab: GenericLab, driver: Driver) -> dict[NotesMode, tuple[str, str]]:
    """Two tabs a mode."""
    return {mode: (await driver.open(lab.url(mode)), await driver.open(lab.url(mode))) for mode in NOTES_MODES}


async def play(lab: GenericLab, driver: Driver, pairs: dict[NotesMode, tuple[str, str]]) -> dict[NotesMode, float]:
    """Write in one tab of each pair and let the other converge; by mode, the wait as the lab's log has it."""
    poller = str(await driver.evaluate(pairs["poll"][1], "window.name"))
    async with asyncio.timeout(30):
        await lab.log.seen("served", count=4, tab=poller)
    for mode, (writer, _) in pairs.items():
        await driver.send(writer, text_of(mode))
    for mode, (_, other) in pairs.items():
        if mode != "reload":
            await driver.wait_shown(other, text_of(mode), 10.0)
    await asyncio.sleep(STALE_S)
    stale = pairs["reload"][1]
    assert text_of("reload") not in await driver.shown(stale)
    await driver.reload(stale)
    await driver.wait_shown(stale, text_of("reload"), 5.0)
    return {
        mode: waited(lab.log, mode, str(await driver.evaluate(pair[1], "window.name"))) for mode, pair in pairs.items()
    }


def waited(log: LabLog, mode: NotesMode, tab: str) -> float:
    """From the acknowledgement of the write to the first thing sent to the other tab that could bring it."""
    [written] = log.of("acknowledged", conversation=mode)
    if mode in ("storage", "broadcast"):
        return 0.0  # the writer's tab hands it on when it is acknowledged; the server has no part in it
    what = {"reload": "served", "poll": "served", "socket-word": "served", "sse": "chunk", "stream": "chunk"}
    kind = what.get(mode, "frame")
    brought = [entry for entry in log.of(kind, conversation=mode, tab=tab) if entry.time >= written.time - 0.05]
    if kind == "served":
        brought = [entry for entry in brought if written.messages[0] in entry.messages]
    return max(0.0, brought[0].time - written.time)


def judge(found: dict[str, Any], lab: GenericLab, truth: dict[NotesMode, float]) -> None:
    """One write a mode, one other tab, and of it the right wait, cause and verdict; nobody is stale at the end."""
    subjects = {subject["subject"]: subject for subject in found["subjects"]}
    for mode, (via, prompt, verdict) in EXPECTED.items():
        subject = subjects[lab.url(mode)]
        assert len(subject["writes"]) == 1, (mode, subject["writes"])
        [write] = subject["writes"]
        assert len(write["seen"]) == 1, (mode, write)
        [seen] = write["seen"]
        assert write["tab"] != seen["tab"]
        assert (seen["state"], seen["censored"]) == ("shown", False), mode
        assert (seen["via"], seen["prompted_by"], subject["verdict"]) == (via, prompt, verdict), mode
        assert seen["after_s"] == pytest.approx(truth[mode], abs=CLOSE_S), mode
        assert subject["stale_now"] == [], mode


async def test_every_way_in_which_a_text_reaches_another_tab(chromium: Launched, tmp_path: Path) -> None:
    capture = tmp_path / "x.syncmon"
    async with GenericLab(poll_s=1.5) as lab, Driver(chromium.endpoint) as driver:
        async with recorded(chromium.endpoint, capture):
            pairs = await open_pairs(lab, driver)
            truth = await play(lab, driver, pairs)
            await asyncio.sleep(1.0)
        for pair in pairs.values():
            for target in pair:
                await driver.close(target)
        judge(await divergence(capture), lab, truth)


async def test_tabs_that_were_open_before_the_recording_began(chromium: Launched, tmp_path: Path) -> None:
    capture = tmp_path / "x.syncmon"
    async with GenericLab(poll_s=1.5) as lab, Driver(chromium.endpoint) as driver:
        pairs = await open_pairs(lab, driver)
        async with recorded(chromium.endpoint, capture) as attached:
            assert len(attached["tabs"]) >= 2 * len(NOTES_MODES)
            truth = await play(lab, driver, pairs)
            await asyncio.sleep(1.0)
        for pair in pairs.values():
            for target in pair:
                await driver.close(target)
        judge(await divergence(capture), lab, truth)
