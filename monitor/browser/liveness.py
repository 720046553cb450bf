"""Whether an attached browser still lives and we keep up with it: slow is told, dead is a lost connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import msgspec

from monitor.browser.connection import Connection, read
from monitor.browser.lateness import LAG_S
from monitor.browser.translate import Translator
from monitor.browser.wire import TargetInfo
from monitor.errors import CommandError, ConnectionLost
from monitor.model import Event, Fault

CANARY_S = 2.0
DEAD_S = 20.0
BEHIND = 64 << 20  # bytes that the browser holds for us


class Known(msgspec.Struct, frozen=True, rename="camel"):
    """The reply to Target.getTargets."""

    target_infos: list[TargetInfo] = []


class Liveness:
    """Watches one connection.

    tell: takes events and when they came. status: takes the kind of news and what belongs to it.
    """

    def __init__(
        self, connection: Connection, translator: Translator, tell: Callable[[list[Event], float], None],
        status: Callable[..., None],
    ) -> None:  # fmt: skip
        self._connection = connection
        self._translator = translator
        self._tell = tell
        self._status = status
        self._told_slow = False
        self._behind = False
        self._healed = 0

    def look(self, now: float) -> None:
        """Say when we fall behind the browser, and when we have caught up."""
        lag, held = self._translator.clock.lag(now), self._translator.parts.lateness.held
        behind = lag > LAG_S or held > BEHIND
        if behind and not self._behind:
            self._status("behind", lag_s=round(lag, 1), bytes=held)
        elif self._behind and not behind:
            self._status("caught-up")
        self._behind = behind

    async def run(self) -> None:
        """Ask something cheap now and then: a slow answer means that the browser's buffer for us fills up.

        Where neither an answer nor anything else comes, the connection is dead though nobody closed it: ConnectionLost.
        """
        while True:
            await asyncio.sleep(CANARY_S)
            await self._ask()
            await self._look_again()

    async def _ask(self) -> None:
        asked, heard = time.monotonic(), self._connection.received
        try:
            await self._connection.call("Browser.getVersion", timeout_s=DEAD_S)
        except CommandError as error:
            if self._connection.received == heard:
                raise ConnectionLost(f"The browser has said nothing for {DEAD_S:g} s.") from None
            self._slow(str(error))
        took = time.monotonic() - asked
        if took > LAG_S:
            self._slow(f"The browser took {took:.1f} s to answer.")
        else:
            self._told_slow = False

    def _slow(self, message: str) -> None:
        if self._told_slow:
            return
        self._told_slow = True
        now = time.monotonic()
        hint = "The machine is overloaded; if this goes on, the browser drops messages without saying so."
        self._tell(
            [Fault(time=self._translator.clock.wall(now), mono=now, what="lag", message=message, hint=hint)], now
        )

    async def _look_again(self) -> None:
        """After a loss: a tab whose coming was dropped waits for us for ever, so begin anew where there is one."""
        losses = self._translator.parts.lateness.losses
        if losses == self._healed:
            return
        self._healed = losses
        try:
            raw = await self._connection.call("Target.getTargets", {"filter": [{"type": "tab"}, {"exclude": True}]})
            known = read(raw, Known)
        except CommandError:
            return
        there = {info.target_id for info in known.target_infos}
        if not self._translator.parts.targets.tabs.targets() >= there:
            raise ConnectionLost("What the browser dropped told of a new tab: attaching again.")
