"""Pages nobody wrote a profile for: the stale tab, its wait and its cause, held against the server's own log."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.launch import Launched
from monitor.capture.reader import Capture
from monitor.lab import NOTES_MODES, Driver, GenericLab, LabLog, NotesMode
from tests.e2e.bounds import Bounds, Seen, all_told
from tests.e2e.recording import divergence, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

STALE_S = 2.5
POLLS = 6
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


async def open_tab(lab: GenericLab, driver: Driver, mode: NotesMode) -> str:
    """A tab that shows the note that was there before; it shows none by another's doing."""
    tab = await driver.open(lab.url(mode))
    await driver.wait_shown(tab, "Water the plants")
    return tab


async def open_pairs(lab: GenericLab, driver: Driver) -> dict[NotesMode, tuple[str, str]]:
    """Two tabs a mode."""
    return {mode: (await open_tab(lab, driver, mode), await open_tab(lab, driver, mode)) for mode in NOTES_MODES}


async def shown(driver: Driver, tab: str, text: str) -> Seen:
    """Wait until a tab shows a text; then the counter that only this tab has goes on, which is told too."""
    seen = Seen(tab, await driver.wait_shown(tab, text))
    await driver.evaluate(tab, "document.getElementById('count').textContent = `${unread += 10} unread`")
    return seen


async def play(lab: GenericLab, driver: Driver, pairs: dict[NotesMode, tuple[str, str]]) -> dict[NotesMode, Bounds]:
    """Write in one tab of each pair and let the other converge; by mode, the other's wait, from the answer on."""
    poller = str(await driver.evaluate(pairs["poll"][1], "window.name"))
    asked = len(lab.log.of("served", tab=poller))
    own: dict[NotesMode, Seen] = {}
    others: dict[NotesMode, Seen] = {}

    async def write(mode: NotesMode) -> None:
        await driver.send(pairs[mode][0], text_of(mode))
        own[mode] = await shown(driver, pairs[mode][0], text_of(mode))

    await write("reload")
    for mode, (_, other) in pairs.items():
        if mode not in ("reload", "poll"):
            await write(mode)
            others[mode] = await shown(driver, other, text_of(mode))
    stale = pairs["reload"][1]
    await asyncio.sleep(max(0.0, own["reload"].at + STALE_S - time.time()))
    assert text_of("reload") not in await driver.shown(stale)
    await driver.reload(stale)
    others["reload"] = await shown(driver, stale, text_of("reload"))
    async with asyncio.timeout(30):  # a poll shows itself by its period
        await lab.log.seen("served", asked + POLLS, tab=poller)
    await write("poll")
    others["poll"] = await shown(driver, pairs["poll"][1], text_of("poll"))
    names = {mode: str(await driver.evaluate(other, "window.name")) for mode, (_, other) in pairs.items()}
    written = {mode: lab.log.of("write", conversation=mode)[0].time for mode in pairs}
    return {
        mode: Bounds((written[mode], own[mode]), (brought(lab.log, mode, names[mode]), others[mode])) for mode in pairs
    }


def brought(log: LabLog, mode: NotesMode, tab: str) -> float:
    """When the note went out to the other tab, or before that."""
    [written] = log.of("write", conversation=mode)
    if mode not in ("reload", "poll", "socket-word"):
        return written.time  # what is pushed is in the log when it was sent, the page may have it by then
    served = log.of("served", conversation=mode, tab=tab)
    return next(entry.time for entry in served if written.messages[0] in entry.messages)


def judge(capture: Path, found: dict[str, Any], lab: GenericLab, truth: dict[NotesMode, Bounds]) -> None:
    """One write a mode, one other tab, and of it the right wait, cause and verdict; nobody is stale at the end."""
    subjects = {subject["subject"]: subject for subject in found["subjects"]}
    with Capture(capture) as opened:
        events = list(opened.events())
    for mode, (via, prompt, verdict) in EXPECTED.items():
        subject = subjects[lab.url(mode)]
        assert len(subject["writes"]) == 1, (mode, subject["writes"])
        [write] = subject["writes"]
        assert len(write["seen"]) == 1, (mode, write)
        [seen] = write["seen"]
        assert write["tab"] != seen["tab"]
        assert (seen["state"], seen["censored"]) == ("shown", False), mode
        assert (seen["via"], seen["prompted_by"], subject["verdict"]) == (via, prompt, verdict), mode
        assert truth[mode].hold(seen["after_s"], events), (mode, seen, truth[mode])
        assert subject["stale_now"] == [], mode


async def test_every_way_in_which_a_text_reaches_another_tab(chromium: Launched, tmp_path: Path) -> None:
    capture = tmp_path / "x.syncmon"
    async with GenericLab(poll_s=1.2) as lab, Driver(chromium.endpoint) as driver:
        async with recorded(chromium.endpoint, capture):
            pairs = await open_pairs(lab, driver)
            truth = await play(lab, driver, pairs)
            await all_told(capture, [wait.ended[1] for wait in truth.values()])
        for pair in pairs.values():
            for target in pair:
                await driver.close(target)
        judge(capture, await divergence(capture), lab, truth)


async def test_tabs_that_were_open_before_the_recording_began(chromium: Launched, tmp_path: Path) -> None:
    capture = tmp_path / "x.syncmon"
    async with GenericLab(poll_s=1.2) as lab, Driver(chromium.endpoint) as driver:
        pairs = await open_pairs(lab, driver)
        async with recorded(chromium.endpoint, capture) as attached:
            assert len(attached["tabs"]) >= 2 * len(NOTES_MODES)
            truth = await play(lab, driver, pairs)
            await all_told(capture, [wait.ended[1] for wait in truth.values()])
        for pair in pairs.values():
            for target in pair:
                await driver.close(target)
        judge(capture, await divergence(capture), lab, truth)
