"""The lab in a real Chromium: what one tab writes, another shows only in the way that the switch says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from monitor.browser.launch import launched
from monitor.lab import (
    NOTES_MODES,
    SITES,
    Driver,
    DriverFailed,
    Entry,
    GenericLab,
    Lab,
    NotesMode,
    Site,
    SyncMode,
    chatgpt,
    claude,
    play,
)
from monitor.lab.stage import Stage

pytestmark = pytest.mark.e2e

PIECES = 5  # of an answer: its first words are out
SHOWN_IDS = "[...document.querySelectorAll('[data-message-id]')].map(e => e.dataset.messageId)"
HEALING: dict[SyncMode, str | None] = {
    "socket": None,
    "socket-refetch": "refetch",
    "sse": None,
    "poll": "poll",
    "storage": None,
    "broadcast": None,
}
"""By mode, why the stale tab asked the server for the conversation again; None where it did not."""


@asynccontextmanager
async def driving(args: Sequence[str] = ()) -> AsyncIterator[Driver]:
    """A driver of a Chromium with a new profile."""
    async with launched(headless=True, extra=args) as browser, Driver(browser.endpoint) as driver:
        yield driver


@dataclass
class Pair:
    """Two tabs on one conversation of a lab."""

    lab: Lab
    driver: Driver
    site: Site
    conversation: str
    writer: str
    other: str

    @classmethod
    async def open(cls, lab: Lab, driver: Driver, site: Site) -> Pair:
        conversation = lab.new_conversation(site)
        tabs = [await driver.open(lab.url(site, conversation)) for _ in range(2)]
        for tab in tabs:
            await driver.wait_shown(tab, "silver birch")
        made = cls(lab, driver, site, conversation, *tabs)
        await made.listening()
        return made

    async def listening(self) -> None:
        """Wait until the lab has both tabs' sockets or their channels for pushes, where they sync by these."""
        mode = self.lab.stage.sync[self.site]
        what, note = ("command", "conversations") if self.site == "chatgpt" else ("socket-open", None)
        if mode == "push":
            what, note = "register", "notification/channels"
        elif self.site == "claude" and not mode.startswith("socket"):
            return
        async with asyncio.timeout(10):
            for target in (self.writer, self.other):
                await self.lab.log.seen(what, note=note, tab=await self.tab(target))

    async def ask(self, text: str, *, think: bool = False) -> str:
        """The writer asks; its answer's text, as soon as it is whole."""
        await self.driver.send(self.writer, text, think=think)
        async with asyncio.timeout(10):
            return self.text(await self.lab.log.seen("complete", conversation=self.conversation))

    def text(self, complete: Entry) -> str:
        """What the message of an entry says."""
        return self.lab.text(self.site, self.conversation, complete.messages[0])

    async def tab(self, target: str) -> str:
        """The id under which the log knows a tab."""
        return str(await self.driver.evaluate(target, "window.name"))

    async def served(self, target: str) -> list[Entry]:
        """What the lab served to a tab."""
        return self.lab.log.of("served", conversation=self.conversation, tab=await self.tab(target))

    async def close(self) -> None:
        """Close both tabs."""
        for target in (self.writer, self.other):
            await self.driver.close(target)


async def test_the_other_tab_stays_stale_until_it_is_reloaded() -> None:
    async with Lab(answer_s=0.4) as lab, driving(lab.chromium_args) as driver:
        for site in SITES:
            await _stale_until_reload(await Pair.open(lab, driver, site))


async def _stale_until_reload(pair: Pair) -> None:
    lab, driver = pair.lab, pair.driver
    assert await driver.evaluate(pair.other, "location.href") == lab.url(pair.site, pair.conversation)
    answer = await pair.ask("What came of it?")
    await driver.wait_shown(pair.writer, answer)
    with pytest.raises(DriverFailed):
        await driver.wait_shown(pair.other, "What came of it?", 1.5)
    assert len(await pair.served(pair.other)) == 1
    await driver.reload(pair.other)
    await driver.wait_shown(pair.other, answer)
    [before, after] = await pair.served(pair.other)
    [write] = lab.log.of("acknowledged", conversation=pair.conversation)
    [complete] = lab.log.of("complete", conversation=pair.conversation)
    assert (after.why, before.page == after.page) == ("load", False)
    assert after.messages == (*before.messages, *write.messages, *complete.messages)
    if pair.site == "chatgpt":
        assert await driver.evaluate(pair.other, SHOWN_IDS) == list(after.messages)
        word = "message/conversation-turn-complete"
        assert len(lab.log.of("frame", tab=await pair.tab(pair.other), type=word)) == 1


async def test_with_a_switch_on_the_other_tab_converges_in_its_way() -> None:
    async with Lab(answer_s=0.3, poll_s=0.5) as lab, driving(lab.chromium_args) as driver:
        for mode, reason in HEALING.items():
            for site in SITES:
                lab.set_sync(site, mode)
                pair = await Pair.open(lab, driver, site)
                answer = await pair.ask("What came of it?")
                await driver.wait_shown(pair.other, answer)
                await driver.wait_shown(pair.other, "What came of it?")
                assert len(lab.log.of("page", conversation=pair.conversation)) == 2
                assert {e.why for e in await pair.served(pair.other)} - {"load"} == {reason} - {None}, (mode, site)
                await pair.close()


async def test_a_handed_off_answer_comes_over_the_socket_of_the_tab_that_asked() -> None:
    async with Lab(answer_s=0.3) as lab, driving(lab.chromium_args) as driver:
        pair = await Pair.open(lab, driver, "chatgpt")
        answer = await pair.ask("Think about it.", think=True)
        await driver.wait_shown(pair.writer, answer)
        kind = "message/conversation-turn-stream/stream-item"
        assert len(lab.log.of("frame", type=kind, tab=await pair.tab(pair.writer))) > 10
        assert lab.log.of("frame", type=kind, tab=await pair.tab(pair.other)) == []


async def test_a_cut_stream_is_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = asyncio.Event()
    pieces: Iterator[int] = iter(())

    async def pause(stage: Stage, count: int) -> None:
        """An answer stands still, once so much of it is out that its beginning is shown, until it was cut."""
        if next(pieces, None) is None:
            await cut.wait()
        await asyncio.sleep(stage.answer_s / count)

    for module in (chatgpt, claude):
        monkeypatch.setattr(module, "pause", pause)
    async with Lab(answer_s=1.5) as lab, driving(lab.chromium_args) as driver:
        for site in SITES:
            cut.clear()
            pieces = iter(range(PIECES))
            tab = await driver.open(lab.urls[site])
            await driver.send(tab, "What came of it?")
            await driver.wait_shown(tab, "Answer 2:")
            assert lab.cut_streams(site) == 1
            await lab.log.seen("cut", site=site)
            cut.set()
            entry = await lab.log.seen("complete", site=site)
            await driver.wait_shown(tab, lab.text(site, lab.conversation(site), entry.messages[0]))
            assert len(lab.log.of("write", site=site)) == 1


async def test_a_new_conversation_gets_its_address_and_a_hidden_tab_says_so() -> None:
    async with Lab(answer_s=0.2) as lab, driving(lab.chromium_args) as driver:
        tab = await driver.open("https://chatgpt.com/")
        await driver.send(tab, "Hello")
        entry = await lab.log.seen("complete")
        assert entry.conversation is not None
        await driver.wait_shown(tab, lab.text("chatgpt", entry.conversation, entry.messages[0]))
        assert await driver.evaluate(tab, "location.href") == lab.url("chatgpt", entry.conversation)
        await driver.hide(tab)
        async with asyncio.timeout(5):
            await lab.log.seen("command", type="presence")
        await driver.show(tab)
        async with asyncio.timeout(5):
            await lab.log.seen("command", 2, type="presence")
        await driver.close(tab)
        async with asyncio.timeout(5):
            await lab.log.seen("socket-close")


async def test_a_virtualised_thread_keeps_the_containers_of_turns_that_are_not_mounted() -> None:
    async with Lab(answer_s=0.2, virtual=2) as lab, driving(lab.chromium_args) as driver:
        pair = await Pair.open(lab, driver, "chatgpt")
        await driver.wait_shown(pair.writer, await pair.ask("What came of it?"))
        containers = "[...document.querySelectorAll('[data-turn-id-container]')].map(e => e.dataset.turnIdContainer)"
        thread = [m.id for m in lab.chatgpt.conversations[pair.conversation].thread()]
        assert await driver.evaluate(pair.writer, containers) == thread
        assert await driver.evaluate(pair.writer, SHOWN_IDS) == thread[2:]


async def test_a_draft_appears_in_the_other_tab_without_being_a_message() -> None:
    async with Lab(answer_s=0.2) as lab, driving(lab.chromium_args) as driver:
        pair = await Pair.open(lab, driver, "claude")
        typing = "c => { c.textContent = 'half a thought'; c.dispatchEvent(new InputEvent('input')) }"
        await driver.evaluate(pair.writer, f"({typing})(document.querySelector('[contenteditable]'))")
        await driver.wait_shown(pair.other, "half a thought")
        messages = "document.querySelectorAll('[data-testid=user-message]').length"
        assert await driver.evaluate(pair.other, messages) == 1


async def test_the_play_tells_staleness_and_its_healing() -> None:
    async with Lab({"claude": "broadcast"}, answer_s=0.3) as lab, driving(lab.chromium_args) as driver:
        steps = [step async for step in play(lab, driver, stale_s=1.0, between_s=0.0)]
        assert await driver.blank() is None
    told = {site: [s.what for s in steps if s.site == site] for site in SITES}
    assert told["chatgpt"] == ["open", "send", "answered", "stale", "reload", "healed"]
    assert told["claude"] == ["open", "send", "answered", "synced"]


async def test_notes_reach_the_other_tab_in_each_modes_way() -> None:
    async with GenericLab(poll_s=0.5) as lab, driving() as driver:
        for mode in NOTES_MODES:
            if mode != "reload":
                await _note_arrives(lab, driver, mode)
        first, second = await driver.open(lab.url("reload")), await driver.open(lab.url("reload"))
        await driver.send(first, "Buy bread")
        await driver.wait_shown(first, "Buy bread")
        with pytest.raises(DriverFailed):
            await driver.wait_shown(second, "Buy bread", 1.5)
        await driver.reload(second)
        await driver.wait_shown(second, "Buy bread")


async def _note_arrives(lab: GenericLab, driver: Driver, mode: NotesMode) -> None:
    tabs = [await driver.open(lab.url(mode)) for _ in range(2)]
    for tab in tabs:
        await driver.wait_shown(tab, "Water the plants")
    await driver.send(tabs[0], "Buy bread")
    await driver.wait_shown(tabs[1], "Buy bread")
    other = await driver.evaluate(tabs[1], "window.name")
    reasons = [e.why for e in lab.log.of("served", conversation=mode, tab=other)]
    assert ("refetch" in reasons) == (mode == "socket-word")
    assert ("poll" in reasons) == (mode == "poll")
    for tab in tabs:
        await driver.close(tab)
