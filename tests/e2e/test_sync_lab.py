"""The seed's applications under their true names: the finding, and each other way to sync, by the lab's log."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.launch import launched
from monitor.lab import MODES, MODES_OF, SITES, Driver, Lab, Site, SyncMode
from tests.e2e.recording import divergence, printed, recorded
from tests.e2e.test_lab_in_chromium import Pair

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

CLOSE_S = 0.3
STALE_S = 2.5
EXPECTED: dict[SyncMode, tuple[str, str | None, str]] = {
    "none": ("reload", None, "refresh-to-sync"),
    "socket": ("socket", None, "live-sync"),
    "socket-refetch": ("refetch", "socket", "live-sync"),
    "sse": ("sse", None, "live-sync"),
    "poll": ("poll", None, "poll-sync"),
    "storage": ("storage", None, "live-sync"),
    "broadcast": ("broadcast", None, "live-sync"),
    "push": ("refetch", "push", "push-sync"),
}
"""By switch: what brought the turn to the other tab, what gave the word, and the verdict."""


async def turn(lab: Lab, driver: Driver, site: Site, mode: SyncMode) -> tuple[str, float | None]:
    """One turn in one of two tabs; the conversation, and for `none` the other tab's wait as the lab's log has it."""
    lab.set_sync(site, mode)
    pair = await Pair.open(lab, driver, site)
    if mode == "poll":
        await asyncio.sleep(3.5)  # a poll shows itself by its period
    answer = await pair.ask(f"What grows by the brook, {mode}?")
    wait = None
    if mode == "none":
        await asyncio.sleep(STALE_S)
        assert answer not in await driver.shown(pair.other)
        await driver.reload(pair.other)
        await driver.wait_shown(pair.other, answer)
        tab = await pair.tab(pair.other)
        acked = lab.log.of("acknowledged", site=site, conversation=pair.conversation)[-1]
        served = lab.log.of("served", site=site, conversation=pair.conversation, tab=tab)[-1]
        wait = (served.served_at or served.time) - (acked.acked_at or acked.time)
    else:
        await driver.wait_shown(pair.other, answer, 8.0)
    await asyncio.sleep(0.5)
    for target in (pair.writer, pair.other):
        await driver.close(target)
    return pair.conversation, wait


def judge(subject: dict[str, Any], mode: SyncMode, wait: float | None) -> None:
    """The write, its two messages, and what the other tab made of it."""
    via, prompt, verdict = EXPECTED[mode]
    [write] = subject["writes"]
    assert len(write["items"]) == 2
    [seen] = write["seen"]
    assert (seen["state"], seen["via"], seen["prompted_by"], subject["verdict"]) == ("shown", via, prompt, verdict)
    assert subject["stale_now"] == []
    if wait is not None:
        assert seen["after_s"] == pytest.approx(wait, abs=CLOSE_S)


def judge_formats(types: list[dict[str, Any]], lab: Lab) -> None:
    """The celsius messages by type, as often as the server had them; and what a completed turn comes after."""
    rows = {(row["dir"], row["type"]): row for row in types if row["protocol"] == "celsius"}
    commands = Counter(entry.type for entry in lab.log.of("command", site="chatgpt"))
    del commands["presence"]  # a page says it as it goes away, when DevTools tells nothing of it any more
    sent = {type_: row["count"] for (way, type_), row in rows.items() if way == "out" and type_ != "presence"}
    assert sent == commands
    completed = rows["in", "message/conversation-turn-complete"]
    assert [field["path"] for field in completed["fields"]] == [
        "type", "topic_id", "payload", "payload.type", "payload.payload", "payload.payload.conversation_id",
    ]  # fmt: skip
    assert any("POST /backend-api/f/conversation" in cause["what"] for cause in completed["preceded_by"])


@pytest.mark.first
async def test_both_applications_sync_as_their_switch_says(tmp_path: Path) -> None:
    capture = tmp_path / "x.syncmon"
    played: dict[tuple[Site, SyncMode], tuple[str, float | None]] = {}
    async with (
        Lab(answer_s=0.5, poll_s=1.0) as lab,
        launched(headless=True, extra=lab.chromium_args) as browser,
        Driver(browser.endpoint) as driver,
        recorded(browser.endpoint, capture),
    ):
        for mode in MODES:
            # The sites have nothing to do with each other: each has its turn while the other has.
            async with asyncio.TaskGroup() as group:
                turns = {s: group.create_task(turn(lab, driver, s, mode)) for s in SITES if mode in MODES_OF[s]}
            played |= {(site, mode): one.result() for site, one in turns.items()}
    judge_formats((await printed("formats", capture))["types"], lab)
    found = {subject["subject"]: subject for subject in (await divergence(capture))["subjects"]}
    for (site, mode), (conversation, wait) in played.items():
        assert found[conversation]["site"] == site
        judge(found[conversation], mode, wait)
