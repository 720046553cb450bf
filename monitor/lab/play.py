"""The seed's experiment, played by the driver: what one tab writes, another tab of the same conversation does not show.

Tab A sends; tab B is left alone, then looked at; where it is still behind it is reloaded, which heals it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .driver import Driver, DriverFailed
from .server import Lab
from .stage import SITES, Site

What = Literal["open", "send", "answered", "stale", "synced", "reload", "healed"]
REGISTERED_S = 20.0
"""Seconds within which two tabs must have registered for pushes."""
ANSWER_S = 15.0
"""Seconds beyond the answer's own length after which an answer is said to have failed."""


@dataclass(frozen=True)
class Step:
    """One step as it was done: when (seconds since the epoch), on which site, and a sentence for the screen."""

    time: float
    site: Site
    what: What
    text: str


async def play(
    lab: Lab,
    driver: Driver,
    *,
    loops: int | None = 1,
    sites: Sequence[Site] = SITES,
    stale_s: float = 4.0,
    between_s: float = 2.0,
) -> AsyncIterator[Step]:
    """Play the experiment `loops` times (None: until cancelled) on each site, two tabs each, telling each step.

    stale_s: how long B is left alone after the answer is whole; between_s: the pause before each site.
    """
    tabs: dict[Site, tuple[str, str]] = {}
    for site in sites:
        tabs[site] = (await _tab(driver, lab.urls[site]), await _tab(driver, lab.urls[site]))
        await _registered(lab, site)
        yield _step(site, "open", f"two tabs on {lab.urls[site]}")
    done = 0
    while loops is None or done < loops:
        done += 1
        for site in sites:
            await asyncio.sleep(between_s)
            async for step in _round(lab, driver, site, tabs[site], f"Question {done} of the lab.", stale_s):
                yield step


async def _registered(lab: Lab, site: Site) -> None:
    """Wait until both tabs can be pushed to, where that is how they sync."""
    if lab.stage.sync[site] == "push":
        async with asyncio.timeout(REGISTERED_S):
            await lab.log.seen("register", 2, site=site, note="notification/channels")


async def _tab(driver: Driver, url: str) -> str:
    """A tab on a page: the browser's empty one where it has one, so that the first letters are the play's."""
    blank = await driver.blank()
    if blank is None:
        return await driver.open(url)
    await driver.go(blank, url)
    return blank


async def _round(
    lab: Lab, driver: Driver, site: Site, tabs: tuple[str, str], question: str, stale_s: float
) -> AsyncIterator[Step]:
    first, second = tabs
    known = len(lab.log.of("complete", site=site, conversation=lab.conversation(site)))
    await driver.send(first, question)
    yield _step(site, "send", f"the first tab sends {question!r}")
    answer = await _answer(lab, site, known)
    await driver.wait_shown(first, answer)
    yield _step(site, "answered", "the first tab shows the answer")
    try:
        await driver.wait_shown(second, answer, stale_s)
    except DriverFailed:
        yield _step(site, "stale", f"the second tab is still stale after {stale_s:.1f} s")
    else:
        yield _step(site, "synced", f"the second tab shows it by itself (sync: {lab.stage.sync[site]})")
        return
    yield _step(site, "reload", "the second tab is reloaded")
    await driver.reload(second)
    await driver.wait_shown(second, answer)
    yield _step(site, "healed", "the second tab shows the answer")


async def _answer(lab: Lab, site: Site, known: int) -> str:
    """The text of the next answer that the lab completes."""
    conversation = lab.conversation(site)
    async with asyncio.timeout(lab.stage.answer_s + ANSWER_S):
        entry = await lab.log.seen("complete", known + 1, site=site, conversation=conversation)
    return lab.text(site, conversation, entry.messages[0])


def _step(site: Site, what: What, text: str) -> Step:
    return Step(time.time(), site, what, text)
