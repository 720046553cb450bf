from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from monitor.lab.driver import Driver, DriverFailed
from monitor.lab.play import Step, play
from monitor.lab.stage import SyncMode

from .helpers import ask_chatgpt, running


class Hands(Driver):
    """A driver without a browser: the first tab shows everything, the second only when synced or reloaded."""

    def __init__(self, ask: object, *, synced: bool) -> None:
        super().__init__("ws://127.0.0.1:1")
        self.tabs: list[str] = []
        self.fresh = synced
        self.ask = ask

    async def blank(self) -> str | None:
        return None if self.tabs else "tab 1"

    async def go(self, target: str, url: str) -> None:
        self.tabs.append(url)

    async def open(self, url: str, *, window: bool = True, context: str | None = None) -> str:
        self.tabs.append(url)
        return f"tab {len(self.tabs)}"

    async def send(self, target: str, text: str, *, think: bool = False) -> float:
        assert callable(self.ask)
        await self.ask(text)
        return 0.0

    async def reload(self, target: str) -> None:
        assert target == "tab 2"
        self.fresh = True

    async def wait_shown(self, target: str, text: str, timeout: float = 5.0) -> float:  # noqa: ASYNC109
        if target == "tab 2" and not self.fresh:
            raise DriverFailed("not within")
        return 0.0


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("none", ["open", "send", "answered", "stale", "reload", "healed"]),
        ("storage", ["open", "send", "answered", "synced"]),
    ],
)
async def test_a_stale_tab_is_reloaded_and_a_fresh_one_is_let_be(mode: SyncMode, told: list[str]) -> None:
    async with running({"chatgpt": mode}) as (lab, client):

        async def ask(text: str) -> None:
            await (await ask_chatgpt(client, lab)).text()

        hands = Hands(ask, synced=mode != "none")
        steps = [s async for s in play(lab, hands, sites=["chatgpt"], stale_s=0.01, between_s=0)]
    assert [s.what for s in steps] == told
    assert hands.tabs == [lab.urls["chatgpt"]] * 2


async def _first(played: AsyncIterator[Step]) -> Step:
    return await anext(played)


async def test_where_tabs_sync_by_push_nothing_is_sent_before_both_are_registered() -> None:
    async with running({"claude": "push"}) as (lab, _):

        async def ask(text: str) -> None:
            conversation = lab.claude.conversations[lab.conversation("claude")]
            await lab.stage.completed("claude", conversation, conversation.add("assistant", "So."))

        played = play(lab, Hands(ask, synced=True), sites=["claude"], between_s=0)
        async with asyncio.TaskGroup() as group:
            first: asyncio.Task[Step] = group.create_task(_first(played))
            lab.log.add("register", site="claude", note="notification/channels")
            await asyncio.sleep(0.05)
            assert not first.done()
            lab.log.add("register", site="claude", note="notification/channels")
        assert [first.result().what] + [s.what async for s in played] == ["open", "send", "answered", "synced"]
