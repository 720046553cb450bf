"""The research note that syncmon replaces, written from recordings of the lab: each row, each question, each change.

What is stated is what the lab was switched to; every claim names events that are in the capture and of the right kind.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.launch import launched
from monitor.capture.reader import Capture
from monitor.lab import SITES, Driver, DriverFailed, Lab, Site, SyncMode
from tests.e2e.recording import printed, recorded
from tests.e2e.test_lab_in_chromium import Pair

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

Reports = dict[str, dict[str, Any]]
POLL_S = 0.6
STALE_S = 1.2
ROWS: dict[Site, dict[str, str]] = {
    "chatgpt": {
        "mechanism": "WebSocket (`celsius`)",
        "connection": "Persistent, bidirectional",
        "init": "`GET /backend-api/celsius/ws/user` → 200",
        "multi-tab": "No real-time sync: a tab catches up when it is loaded again",
        "recovery": "no break was seen; `/backend-api/conversation/{id}/stream_status` asked N times",
    },
    "claude": {
        "mechanism": "Firebase Cloud Messaging",
        "connection": "Push-based: the browser holds it, the page none",
        "init": "`POST /api/organizations/{id}/notification/channels` → 200",
        "multi-tab": "No real-time sync: a tab catches up when it is loaded again",
        "recovery": (
            "no break was seen; `/api/organizations/{id}/chat_conversations/{id}/completion_status` asked N times"
        ),
    },
}
"""The rows of the summary with the lab as the true applications are."""
LIVE = "Real-time sync"
CHANGES: dict[tuple[Site, SyncMode], dict[str, tuple[str, str]]] = {
    ("chatgpt", "socket"): {"multi-tab": (LIVE, "live-sync")},
    ("claude", "socket"): {
        "mechanism": ("WebSocket, Firebase Cloud Messaging", ""),
        "connection": ("Persistent, from the server only", ""),
        "init": ("`GET /api/bootstrap` → 200", ""),
        "multi-tab": (LIVE, "live-sync"),
    },
    ("chatgpt", "sse"): {
        "mechanism": ("EventSource", ""),
        "connection": ("Persistent, from the server only", ""),
        "multi-tab": (LIVE, "live-sync"),
    },
    ("claude", "push"): {"multi-tab": ("Sync by push", "push-sync")},
    ("chatgpt", "poll"): {
        "mechanism": ("Polling", ""),
        "connection": ("Requests every N ", ""),
        "multi-tab": ("Sync by polling", "poll-sync"),
    },
    ("claude", "storage"): {
        "mechanism": ("localStorage events", ""),
        "connection": ("Between the tabs of one browser", ""),
        "multi-tab": (LIVE, "live-sync"),
    },
    ("chatgpt", "broadcast"): {
        "mechanism": ("BroadcastChannel", ""),
        "connection": ("Between the tabs of one browser", ""),
        "multi-tab": (LIVE, "live-sync"),
    },
}
"""By switch: the rows that change, what they say then (in part), and the verdict; all others stay as they are."""
SWITCHED: tuple[dict[Site, SyncMode], ...] = (
    {"chatgpt": "socket", "claude": "socket"},
    {"chatgpt": "sse", "claude": "push"},
    {"chatgpt": "poll", "claude": "storage"},
    {"chatgpt": "broadcast", "claude": "push"},
)
KINDS = {
    "WebSocket message format?": {"frame", "lifecycle"},
    "Push payload structure?": {"push", "lifecycle"},
    "Multi-tab conflict resolution?": {"request"},
    "What triggers the messages?": {"frame", "push"},
    "Reconnection strategy?": {"socket-closed", "request", "push"},
}
"""The open questions of the note, and what kinds of events answer them."""


def plain(text: str) -> str:
    """A row without its counts and lengths of time."""
    return re.sub(r"\b[\d.]+ (m?s|times?)\b", r"N \1", text)


@asynccontextmanager
async def stage() -> AsyncIterator[tuple[Lab, Driver, str]]:
    """The lab, a browser and its driver."""
    async with (
        Lab(answer_s=0.3, poll_s=POLL_S, push_s=0.2) as lab,
        launched(headless=True, extra=lab.chromium_args) as browser,
        Driver(browser.endpoint) as driver,
    ):
        yield lab, driver, browser.endpoint


async def pairs(lab: Lab, driver: Driver) -> list[Pair]:
    """Two tabs on each site."""
    return [await Pair.open(lab, driver, site) for site in SITES]


async def turn(pair: Pair) -> None:
    """One tab writes, and is seen in the other by itself or not; that one is loaded again in any case."""
    if pair.lab.stage.sync[pair.site] == "poll":
        await asyncio.sleep(4 * POLL_S)  # a poll shows itself by its period
    answer = await pair.ask("What grows by the brook?")
    if pair.lab.stage.sync[pair.site] == "none":
        await asyncio.sleep(STALE_S)
    else:
        await pair.driver.wait_shown(pair.other, answer, 6.0)
    await asyncio.sleep(STALE_S)
    await pair.driver.reload(pair.other)
    await pair.driver.wait_shown(pair.other, answer)


async def report(capture: Path) -> Reports:
    """The columns of `syncmon report --json`, by site; every claim's events are checked to be in the capture."""
    found: Reports = {site["site"]: site for site in (await printed("report", capture))["sites"]}
    with Capture(capture) as one:
        kinds = {event.seq: event.kind for event in one.events()}
    for site in found.values():
        for claim in claims(site):
            assert set(claim["events"]) <= set(kinds), claim
        site["kinds"] = kinds
    return found


def claims(value: Any) -> list[dict[str, Any]]:
    """All claims in a part of a report."""
    if isinstance(value, dict):
        mine = [value] if {"text", "events", "known"} <= set(value) else []
        return mine + [claim for part in value.values() for claim in claims(part)]
    return [claim for part in value for claim in claims(part)] if isinstance(value, list) else []


async def recording(folder: Path, sync: dict[Site, SyncMode], lab: Lab, driver: Driver, endpoint: str) -> Reports:
    """The report of one turn on each site, switched like this."""
    for site, mode in sync.items():
        lab.set_sync(site, mode)
    capture = folder / f"{'-'.join(sync.values())}.syncmon"
    async with recorded(endpoint, capture):
        opened = await pairs(lab, driver)
        async with asyncio.TaskGroup() as group:  # each site has its turn while the other has
            for pair in opened:
                group.create_task(turn(pair))
        await asyncio.sleep(0.5)
        for pair in opened:
            await pair.close()
    return await report(capture)


def judge(base: Reports, found: Reports, sync: dict[Site, SyncMode]) -> None:
    """Exactly the rows that should change did."""
    for site, mode in sync.items():
        rows, before = found[site]["summary"], base[site]["summary"]
        wanted = CHANGES[site, mode]
        changed = {name for name in rows if plain(rows[name]["text"]) != plain(before[name]["text"])}
        assert changed == set(wanted), (site, mode, {name: rows[name]["text"] for name in changed ^ set(wanted)})
        for name, (text, verdict) in wanted.items():
            assert text in plain(rows[name]["text"]), (site, mode, name, rows[name]["text"])
            assert rows[name]["known"]
            assert rows[name]["events"], (site, mode, name)
            assert not verdict or found[site]["verdict"] == verdict


@pytest.mark.first
async def test_the_summary_is_written_and_changes_where_the_application_does(tmp_path: Path) -> None:
    async with stage() as (lab, driver, endpoint):
        base = await recording(tmp_path, {"chatgpt": "none", "claude": "none"}, lab, driver, endpoint)
        for site in SITES:
            rows = base[site]["summary"]
            assert {name: plain(row["text"]) for name, row in rows.items()} == ROWS[site]
            assert all(row["known"] and row["events"] for row in rows.values())
            assert base[site]["verdict"] == "refresh-to-sync"
            [result] = base[site]["results"]
            assert (result["via"], result["censored"]) == ("reload", False)
            times = [step["at"] for step in base[site]["diagram"]]
            assert times == sorted(times)
        for sync in SWITCHED:
            judge(base, await recording(tmp_path, sync, lab, driver, endpoint), sync)


@pytest.mark.first
async def test_each_open_question_is_answered_with_evidence(tmp_path: Path) -> None:
    capture = tmp_path / "questions.syncmon"
    async with stage() as (lab, driver, endpoint), recorded(endpoint, capture):
        opened = await pairs(lab, driver)
        async with asyncio.timeout(20):  # an answer that is whole before is pushed to nobody
            await lab.log.seen("register", 2, site="claude", note="notification/channels")
        async with asyncio.TaskGroup() as group:
            for pair in opened:
                group.create_task(contend(pair))
        for number in range(2):
            sockets = len(lab.log.of("socket-open", site="chatgpt"))
            await lab.drop_sockets("chatgpt")
            async with asyncio.timeout(20):
                await lab.log.seen("socket-open", sockets + 2, site="chatgpt")
            await asyncio.sleep(1.5 + number)
    for site, column in (await report(capture)).items():
        for question, kinds in KINDS.items():
            [answer] = [one["answer"] for one in column["questions"] if one["question"] == question]
            assert answer["known"], (site, question, answer)
            assert answer["events"], (site, question, answer)
            assert {column["kinds"][seq] for seq in answer["events"]} <= kinds, (site, question, answer)
        answers = {one["question"]: one["answer"]["text"] for one in column["questions"]}
        assert "as branches of one parent" in answers["Multi-tab conflict resolution?"]
        if site == "chatgpt":
            assert (
                "`message/conversation-turn-complete` names what was written" in answers["What triggers the messages?"]
            )
            # four waits, each drawn anew: near enough to each other to be called constant, if only perhaps, or too few
            told = answers["Reconnection strategy?"].removeprefix("perhaps ")
            assert told.startswith(("constant: ", "at random: between 0 and ", "4 attempts after "))
            assert "says its first messages again" in answers["Reconnection strategy?"]
            assert answers["Push payload structure?"].startswith("does not apply")
        else:
            assert "`OpenChat` names what was written" in answers["What triggers the messages?"]
            assert answers["WebSocket message format?"].startswith("does not apply")
            assert "hold no connection" in answers["Reconnection strategy?"]


async def contend(pair: Pair) -> None:
    """Both tabs write, the second without having seen what the first wrote; then both are loaded again."""
    await pair.ask("Who is first?")
    before = len(pair.lab.log.of("complete", conversation=pair.conversation))
    await pair.driver.send(pair.other, "Who is second?")
    async with asyncio.timeout(10):
        last = await pair.lab.log.seen("complete", before + 1, conversation=pair.conversation)
    await asyncio.sleep(STALE_S)
    for target in (pair.writer, pair.other):
        await pair.driver.reload(target)
        try:
            await pair.driver.wait_shown(target, pair.text(last))
        except DriverFailed:  # pragma: no cover - says more than the wait itself would
            raise AssertionError(f"the lab lost a branch: {await pair.driver.shown(target)}") from None
    await asyncio.sleep(0.5)
