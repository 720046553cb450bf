"""The lists beside the pages of two applications, in two browser profiles: who was behind, by the lab's own log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.browser.launch import launched
from monitor.capture.reader import Capture
from monitor.lab import SITES, Driver, Entry, Lab, Site
from monitor.lab.stage import ListMode
from monitor.model import Event
from monitor.sync.guarantees import OWN_S
from tests.e2e.bounds import Bounds, Seen
from tests.e2e.harness import LOADED_S
from tests.e2e.recording import divergence, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

STALE_S = 1.5
SHOWN_S = 20.0
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
    own_s: float = 0.0
    """How long the writer took to show what it did, at the most, seconds."""

    @classmethod
    async def open(cls, lab: Lab, driver: Driver, site: Site) -> Pair:
        """Open them, and wait until both show the whole list."""
        ids = [lab.conversation(site), *(lab.new_conversation(site) for _ in range(4))]
        writer, other = [await driver.open(lab.url(site, one)) for one in ids[:2]]
        pair = cls(lab, driver, site, writer, other, ids)
        for tab in (writer, other):
            await pair.until(tab, lambda listed: set(ids) <= set(listed))
        return pair

    async def until(self, tab: str, holds: Callable[[dict[str, str]], bool]) -> Seen:
        """Wait until a tab's list (titles by id, from the top) is so; then an age in it changes, which is told too."""
        async with asyncio.timeout(SHOWN_S):
            while not holds(await self.driver.listed(tab)):  # noqa: ASYNC110 - a page has no news for a test
                await asyncio.sleep(0.05)
        seen = Seen(tab, time.time())
        await self.driver.evaluate(tab, "sidebar.nav.querySelector('small').textContent = ' 99 min ago'")
        return seen

    async def act(self, *, wait: bool) -> list[Bounds]:
        """Rename, delete and begin a conversation; the other tab is waited for each time, or loads its page at the end.

        How long it waited for each, from the change's being made and answered to its list's going out and being shown.
        """
        _, _, one, two, *_ = self.conversations
        await self.driver.rename(self.writer, one, "Trees by the brook")
        made = [await self._made(wait)]
        await self.driver.remove(self.writer, two)
        made.append(await self._made(wait))
        if self.site == "claude":
            await self.driver.evaluate(self.writer, "create()")
        else:
            await self.driver.go(self.writer, "https://chatgpt.com/?model=lab")
            await self.driver.send(self.writer, "What is a fjord?")
            await self.lab.log.seen("list-changed", len(HOWS), site=self.site)
        made.append(await self._made(wait))
        if not wait:
            healed = await self._heal()
            made = [(began, healed) for began, _ in made]
        return [Bounds(began, ended) for began, ended in made if ended is not None]

    async def _made(self, wait: bool) -> tuple[tuple[float, float], tuple[float, Seen] | None]:
        """A change was made, and its own tab shows it: when; where the other is waited for, when that got it too."""
        change = self.lab.log.of("list-changed", site=self.site)[-1]
        tabs = (self.writer, self.other) if wait else (self.writer,)
        own, *others = await asyncio.gather(
            *(self.until(tab, lambda listed: self._has(listed, change)) for tab in tabs)
        )
        self.own_s = max(self.own_s, own.at - change.time)
        began = (change.time, own.at)
        if not others:
            return began, None
        served = await self._served(change.time, others[0].at)
        return began, (served[0] if served else change.time, others[0])

    async def _heal(self) -> tuple[float, Seen]:
        """The other tab loads its page again: when its list went out, and was seen."""
        await asyncio.sleep(STALE_S)
        before = time.time()
        await self.driver.reload(self.other)
        changes = self.lab.log.of("list-changed", site=self.site)
        seen = await self.until(self.other, lambda listed: all(self._has(listed, change) for change in changes))
        return (await self._served(before, seen.at))[0], seen

    def _has(self, listed: dict[str, str], change: Entry) -> bool:
        """Whether a list is as it is after a change."""
        entry = listed.get(change.conversation or "")
        return entry == change.note if change.type == "renamed" else (entry is None) == (change.type == "removed")

    async def _served(self, since: float, until: float) -> list[float]:
        """When lists went out to the other tab."""
        name = await self.driver.evaluate(self.other, "window.name")
        found = self.lab.log.of("list-served", site=self.site, tab=name)
        return [entry.time for entry in found if since <= entry.time <= until]

    async def reorder(self) -> Bounds:
        """The other tab writes and asks for the list, as the writer does later; when they differed."""
        names = [str(await self.driver.evaluate(tab, "window.name")) for tab in (self.other, self.writer)]
        before = [len(self.lab.log.of("list-served", site=self.site, tab=name)) for name in names]
        await self.driver.send(self.other, "And that one?")
        seen = []
        for tab in (self.other, self.writer):
            await self.driver.evaluate(tab, "sidebar.refresh().then(() => 1)")
            seen.append(await self.until(tab, lambda listed: next(iter(listed)) == self.conversations[1]))
            await asyncio.sleep(STALE_S)
        served = [
            self.lab.log.of("list-served", site=self.site, tab=name)[known].time
            for name, known in zip(names, before, strict=True)
        ]
        return Bounds((served[0], seen[0]), (served[1], seen[1]))


def judge(
    subject: dict[str, Any], mode: ListMode, pair: Pair, waits: Sequence[Bounds], events: Sequence[Event]
) -> None:
    """Three changes by one tab, and what the other made of each."""
    changes = pair.lab.log.of("list-changed", site=pair.site)
    assert [change.type for change in changes] == list(HOWS)
    assert [write["items"] for write in subject["writes"]] == [[change.conversation] for change in changes]
    for write, wait in zip(subject["writes"], waits, strict=True):
        others = [one for one in write["seen"] if one["tab"] != write["tab"]]
        # Who is told of it before the writer has its answer waits for nothing.
        assert len(others) == 1 or (not others and wait.hold(0.0, events)), (write, wait)
        for seen in others:
            assert seen["state"] == "shown", write
            assert seen["via"] in HEALED[mode], (mode, seen)
            assert wait.hold(seen["after_s"], events), (write, wait)
    assert (subject["stale_now"], subject["disorders"]) == ([], [])
    assert subject["violations"] == [] or pair.own_s > OWN_S


def judge_order(subject: dict[str, Any], entry: str, lasted: Bounds | None, events: Sequence[Event]) -> None:
    """Whether the tab that kept its list in the order from before a write is told so, and for how long it did."""
    found = [one for one in subject["past_disorders"] if one["what"] == "reordered"]
    assert [one["items"] for one in found] == ([[entry]] if lasted is not None else [])
    assert all("wrote in it" in one["why"] for one in found)
    assert lasted is None or lasted.hold(found[0]["for_s"], events), (found, lasted)


async def play(pair: Pair, mode: ListMode, waits: dict[Site, list[Bounds]], lasted: dict[Site, Bounds]) -> None:
    """The changes, and where nothing else tells the other tab of them, its reload."""
    waits[pair.site] = await pair.act(wait=mode != "none")
    if mode == "none":
        lasted[pair.site] = await pair.reorder()


@pytest.mark.parametrize("modes", [("none", "broadcast"), ("socket", "none")])
async def test_what_one_tab_does_to_the_list_the_other_shows_as_the_switch_says(
    tmp_path: Path, modes: tuple[ListMode, ListMode]
) -> None:
    capture = tmp_path / "x.syncmon"
    switches: dict[Site, ListMode] = dict(zip(SITES, modes, strict=True))
    waits: dict[Site, list[Bounds]] = {}
    lasted: dict[Site, Bounds] = {}
    async with (
        Lab(answer_s=0.3, poll_s=1.0, lists=switches) as lab,
        launched(headless=True, extra=lab.chromium_args) as browser,
        Driver(browser.endpoint) as driver,
        recorded(browser.endpoint, capture),
    ):
        pairs = [await Pair.open(lab, driver, site) for site in SITES]
        await asyncio.sleep(LOADED_S)
        async with asyncio.TaskGroup() as group:
            for pair in pairs:
                group.create_task(play(pair, switches[pair.site], waits, lasted))
        await asyncio.sleep(1.0)
    found = await divergence(capture)
    with Capture(capture) as opened:
        events = list(opened.events())
    for pair in pairs:
        site = pair.site
        [subject] = [one for one in found["subjects"] if (one["site"], one["subject"]) == (site, "conversations")]
        judge(subject, switches[site], pair, waits[site], events)
        judge_order(subject, pair.conversations[1], lasted.get(site), events)


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
        await asyncio.sleep(LOADED_S)
        await driver.send(theirs, "What is a fjord?")  # Ada's own conversation, and the second one that she looks at
        await lab.log.seen("complete", site="chatgpt")
        shared = await driver.open(lab.urls["chatgpt"], context=other)
        await asyncio.sleep(LOADED_S)
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
