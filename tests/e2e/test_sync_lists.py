"""The lists beside the pages of two applications, in two browser profiles: who was behind, by the lab's own log."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.launch import launched
from monitor.lab import SITES, Driver, Lab, LabLog, Site
from monitor.lab.stage import ListMode
from tests.e2e.recording import divergence, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

CLOSE_S = 0.3
STALE_S = 1.5
SHOWN_S = 8.0
HOWS = ("renamed", "removed", "created")
HEALED: dict[ListMode, tuple[str, ...]] = {
    "none": ("reload",), "poll": ("poll",), "broadcast": ("broadcast", "unknown"),
    "socket": ("socket", "refetch"),
}  # fmt: skip
"""By switch: what may be named as the cause."""


@dataclass
class Pair:
    """Two tabs of a site on different conversations, and the list that both show beside them."""

    lab: Lab
    driver: Driver
    site: Site
    writer: str
    other: str
    conversations: list[str]

    @classmethod
    async def open(cls, lab: Lab, driver: Driver, site: Site) -> Pair:
        """Open them, and wait until both show the whole list."""
        ids = [lab.conversation(site), *(lab.new_conversation(site) for _ in range(4))]
        writer, other = [await driver.open(lab.url(site, one)) for one in ids[:2]]
        pair = cls(lab, driver, site, writer, other, ids)
        for tab in (writer, other):
            await pair.until(tab, set(ids))
        return pair

    async def until(self, tab: str, ids: set[str]) -> None:
        """Wait until a tab's list has these entries."""
        async with asyncio.timeout(SHOWN_S):
            while not ids <= set(await self.driver.listed(tab)):  # noqa: ASYNC110 - a page has no news for a test
                await asyncio.sleep(0.05)

    async def act(self) -> None:
        """Rename, delete and begin a conversation; after each the other tab is waited for, or stays behind."""
        _, _, one, two, *_ = self.conversations
        await self.driver.rename(self.writer, one, "Trees by the brook")
        await asyncio.sleep(STALE_S)
        await self.driver.remove(self.writer, two)
        await asyncio.sleep(STALE_S)
        if self.site == "claude":
            await self.driver.evaluate(self.writer, "create()")
        else:
            await self.driver.go(self.writer, "https://chatgpt.com/?model=lab")
            await self.driver.send(self.writer, "What is a fjord?")
        await self.lab.log.seen("list-changed", site=self.site, count=3)
        await asyncio.sleep(STALE_S)

    async def heal(self) -> None:
        """The other tab loads its page again."""
        await self.driver.reload(self.other)
        await self.until(self.other, {self.lab.log.of("list-changed", site=self.site)[-1].conversation or ""})
        await asyncio.sleep(0.5)

    async def reorder(self) -> float:
        """The other tab writes in its conversation and asks for the list, as the writer does later; by how much."""
        names = [str(await self.driver.evaluate(tab, "window.name")) for tab in (self.other, self.writer)]
        before = [len(self.lab.log.of("list-served", site=self.site, tab=name)) for name in names]
        await self.driver.send(self.other, "And that one?")
        await asyncio.sleep(STALE_S)
        for tab in (self.other, self.writer):
            await self.driver.evaluate(tab, "sidebar.refresh().then(() => 1)")
            await asyncio.sleep(STALE_S)
        served = [
            self.lab.log.of("list-served", site=self.site, tab=name)[known].time
            for name, known in zip(names, before, strict=True)
        ]
        assert next(iter(await self.driver.listed(self.writer))) == self.conversations[1]
        return served[1] - served[0]


def truth(log: LabLog, site: Site, tab: str) -> list[float]:
    """For each change, how long it took until a list without it, or with it, went out to the other tab."""
    found = []
    for change in log.of("list-changed", site=site):
        after = [entry for entry in log.of("list-served", site=site, tab=tab) if entry.time >= change.time]
        found.append(after[0].time - change.time)
    return found


def judge(subject: dict[str, Any], mode: ListMode, log: LabLog, site: Site, waits: list[float] | None) -> None:
    """Three changes by one tab, and what the other made of each."""
    changes = log.of("list-changed", site=site)
    assert [change.type for change in changes] == list(HOWS)
    assert [write["items"] for write in subject["writes"]] == [[change.conversation] for change in changes]
    for number, write in enumerate(subject["writes"]):
        [seen] = [one for one in write["seen"] if one["tab"] != write["tab"]]
        assert seen["state"] == "shown", write
        assert seen["via"] in HEALED[mode], (mode, seen)
        if waits is not None:
            assert seen["after_s"] == pytest.approx(waits[number], abs=CLOSE_S), write
        else:
            assert seen["after_s"] < 2.5, write
    assert (subject["stale_now"], subject["disorders"], subject["violations"]) == ([], [], [])


def judge_order(subject: dict[str, Any], entry: str, lasted: float | None) -> None:
    """Whether the tab that kept its list in the order from before a write is told so, and for how long it did."""
    found = [one for one in subject["past_disorders"] if one["what"] == "reordered"]
    assert [one["items"] for one in found] == ([[entry]] if lasted is not None else [])
    assert all("wrote in it" in one["why"] for one in found)
    assert [one["for_s"] for one in found] == [pytest.approx(lasted, abs=CLOSE_S) for _ in found]


async def play(pair: Pair, mode: ListMode, waits: dict[Site, list[float]], lasted: dict[Site, float]) -> None:
    """The changes, and where nothing else tells the other tab of them, its reload."""
    await pair.act()
    if mode == "none":
        await pair.heal()
        waits[pair.site] = truth(pair.lab.log, pair.site, str(await pair.driver.evaluate(pair.other, "window.name")))
        lasted[pair.site] = await pair.reorder()


@pytest.mark.parametrize("modes", [("none", "broadcast"), ("socket", "none")])
async def test_what_one_tab_does_to_the_list_the_other_shows_as_the_switch_says(
    tmp_path: Path, modes: tuple[ListMode, ListMode]
) -> None:
    capture = tmp_path / "x.syncmon"
    switches: dict[Site, ListMode] = dict(zip(SITES, modes, strict=True))
    waits: dict[Site, list[float]] = {}
    lasted: dict[Site, float] = {}
    async with (
        Lab(answer_s=0.3, poll_s=1.0, lists=switches) as lab,
        launched(headless=True, extra=lab.chromium_args) as browser,
        Driver(browser.endpoint) as driver,
        recorded(browser.endpoint, capture),
    ):
        pairs = [await Pair.open(lab, driver, site) for site in SITES]
        await asyncio.sleep(3.0)  # their loads are over
        async with asyncio.TaskGroup() as group:
            for pair in pairs:
                group.create_task(play(pair, switches[pair.site], waits, lasted))
        await asyncio.sleep(1.0)
    found = await divergence(capture)
    for site in SITES:
        [subject] = [one for one in found["subjects"] if (one["site"], one["subject"]) == (site, "conversations")]
        judge(subject, switches[site], lab.log, site, waits.get(site))
        [entry] = [pair.conversations[1] for pair in pairs if pair.site == site]
        judge_order(subject, entry, lasted.get(site))


async def test_two_accounts_in_two_browser_profiles_have_lists_of_their_own(tmp_path: Path) -> None:
    capture = tmp_path / "x.syncmon"
    async with (
        Lab(answer_s=0.3, sync={"chatgpt": "none"}) as lab,
        launched(headless=True, extra=lab.chromium_args) as browser,
        Driver(browser.endpoint) as driver,
        recorded(browser.endpoint, capture),
    ):
        other = await driver.context()
        mine = await driver.open(lab.urls["chatgpt"])
        theirs = await driver.open("https://chatgpt.com/lab/as/ada", context=other)
        await driver.go(theirs, "https://chatgpt.com/")
        await asyncio.sleep(3.0)
        await driver.send(theirs, "What is a fjord?")  # Ada's own conversation, and the second one that she looks at
        await lab.log.seen("complete", site="chatgpt")
        shared = await driver.open(lab.urls["chatgpt"], context=other)
        await asyncio.sleep(3.0)
        await driver.rename(mine, lab.conversation("chatgpt"), "Trees by the brook")
        await driver.send(mine, "And that one?")
        await lab.log.seen("complete", site="chatgpt", count=2)
        await asyncio.sleep(STALE_S)
        assert await driver.listed(mine) == {lab.conversation("chatgpt"): "Trees by the brook"}
        assert list((await driver.listed(shared)).values()) == ["What is a fjord?"]
    found = await divergence(capture)
    tabs = {one["tab"]: one for one in found["tabs"] if one["site"] == "chatgpt"}
    contexts = {tab: one["context"] for tab, one in tabs.items()}
    assert len(set(contexts.values())) == 2
    assert len({one["account"] for one in tabs.values()}) == 2
    lists = {one["subject"]: one for one in found["subjects"] if one["subject"].startswith("conversations")}
    assert {len({contexts[tab] for tab in one["tabs"]}) for one in lists.values()} == {1}
    assert all(one["stale_now"] == [] and one["disorders"] == [] for one in lists.values())
    [document] = [one for one in found["subjects"] if one["subject"] == lab.conversation("chatgpt")]
    [behind] = document["stale_now"]  # what two users look at they share
    assert contexts[behind["tab"]] != contexts[document["writes"][-1]["tab"]]
    assert not [one for one in document["violations"] if one["scope"] == "user"]
