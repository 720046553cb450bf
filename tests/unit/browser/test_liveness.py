"""A browser that is slow is told of once, one that is dead is lost, and falling behind is told with catching up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
import pytest

from monitor.browser import liveness
from monitor.browser.connection import Connection
from monitor.browser.liveness import Liveness
from monitor.errors import CommandError, ConnectionLost
from monitor.model import Event, Fault
from tests.unit.browser.cdp import Browser, raw


class Peer:
    """Plays a connection: `answers` says what comes of the next questions; `received` counts what was heard."""

    def __init__(self, *answers: Callable[[], msgspec.Raw]) -> None:
        self.received = 0
        self._answers = list(answers)

    async def call(self, method: str, params: Mapping[str, Any] = {}, *, timeout_s: float = 10.0) -> msgspec.Raw:
        if not self._answers:
            await asyncio.Event().wait()
        return self._answers.pop(0)()


class Watched:
    def __init__(self, *answers: Callable[[], msgspec.Raw]) -> None:
        self.browser = Browser()
        self.peer = Peer(*answers)
        self.events: list[Event] = []
        self.news: list[str] = []
        self.liveness = Liveness(
            cast(Connection, self.peer), self.browser.translator, lambda events, at: self.events.extend(events),
            lambda event, **news: self.news.append(event),
        )  # fmt: skip

    def silent(self) -> msgspec.Raw:
        raise CommandError("no answer")

    def busy(self) -> msgspec.Raw:
        """No answer, but other messages came."""
        self.peer.received += 1
        raise CommandError("no answer in time")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "CANARY_S", 0.0)


async def test_silence_is_a_loss() -> None:
    watched = Watched()
    watched.peer._answers = [watched.silent]
    with pytest.raises(ConnectionLost, match="said nothing"):
        await watched.liveness.run()


async def test_slow_answers_are_told_once_while_something_comes() -> None:
    watched = Watched()
    watched.peer._answers = [watched.busy, watched.busy, watched.silent]
    with pytest.raises(ConnectionLost):
        await watched.liveness.run()
    # An answer that was refused took no time: what is slow is told anew each time that it was quick between.
    assert [(event.what, event.message) for event in watched.events if isinstance(event, Fault)] == [
        ("lag", "no answer in time")
    ] * 2


async def test_after_a_loss_it_begins_anew_only_where_a_tab_was_missed() -> None:
    there = {"targetInfos": [{"targetId": "T-tab-p", "type": "tab"}]}
    missed = {"targetInfos": [*there["targetInfos"], {"targetId": "new", "type": "tab"}]}
    watched = Watched(lambda: raw({}), lambda: raw(there), lambda: raw({}), lambda: raw(missed))
    watched.browser.tab("p")
    lateness = watched.browser.translator.parts.lateness
    lateness.losses = 1
    await watched.liveness._ask()
    await watched.liveness._look_again()
    await watched.liveness._look_again()
    lateness.losses = 2
    await watched.liveness._ask()
    with pytest.raises(ConnectionLost, match="a new tab"):
        await watched.liveness._look_again()


def test_falling_behind_and_catching_up_are_told_once_each() -> None:
    watched = Watched()
    browser = watched.browser
    page = browser.tab("p")
    for delay in (5.0, 5.0, 0.001, 0.001):
        browser.now += 2.0
        params = raw({"requestId": "1", "timestamp": browser.now - delay, "response": {"opcode": 1, "payloadData": ""}})
        browser.translator.feed(page, "Network.webSocketFrameReceived", params, browser.now)
        watched.liveness.look(browser.now)
    assert watched.news == ["behind", "caught-up"]
