"""One browser while it is being recorded: attach, keep up, notice the loss, attach again."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import secrets
import sys
import time
from typing import Literal

import msgspec

from monitor.browser import discover
from monitor.browser.approval import approved, patience
from monitor.browser.cdp_log import Attach, Do
from monitor.browser.clock import Clock, offset_now
from monitor.browser.connection import Connection, connect, read
from monitor.browser.liveness import Known, Liveness
from monitor.browser.push_log import Memory
from monitor.browser.ready import ready, tabs
from monitor.browser.sessions import Session
from monitor.browser.shared import Shared
from monitor.browser.translate import Translator
from monitor.browser.wire import Reply, Send
from monitor.errors import AttachError, CommandError, ConnectionLost
from monitor.model import Event, Gap, Recording

TICK_S = 0.05
BRISK_S = 0.001  # clocks that were read within so long were read at one moment
LEAVE_S = 3.0
AGAIN_S = 1.0
AWAY = "the browser was not attached: what happened in the meantime is missing"
LOCAL = ("127.0.0.1", "localhost", "[::1]")


class Attachment:
    """One browser. `attached` is set when everything that was there is being recorded."""

    def __init__(self, where: discover.Where, shared: Shared, reattach_s: float, approval_s: float) -> None:
        self._where = where
        self._number = next(shared.numbers)
        self._shared = shared
        self._reattach_s = reattach_s
        self._approval_s = approval_s
        self._begun = False  # whether everything was being recorded since the last attach
        self._lost_at: float | None = None
        self._pushes = Memory(secrets.token_hex(4)) if shared.push else None
        self.attached = asyncio.Event()
        self.endpoint: discover.Endpoint | None = None
        self.connection: Connection | None = None
        self.translator = self._new_translator("")

    async def run(self) -> None:
        """Record until cancelled, or until the browser is lost for good. Raises AttachError at first."""
        await self._record("attached")
        while await self._again():
            pass

    async def _again(self) -> bool:
        deadline = time.monotonic() + self._reattach_s
        while time.monotonic() < deadline:
            await asyncio.sleep(AGAIN_S)
            try:
                await self._record("resumed")
            except AttachError:
                continue
            return True
        self._status("gave-up", after_s=self._reattach_s)
        return False

    @property
    def _address(self) -> str:
        return self.endpoint.socket if self.endpoint else str(self._where.endpoint or self._where.port)

    async def _record(self, state: Literal["attached", "resumed"]) -> None:
        """Attach and record until the connection is lost; raises AttachError where that never began."""
        self.endpoint, self._begun, why = await discover.find(self._where), False, ""
        async with self._open(self.endpoint) as connection:
            self.connection = connection
            self.translator = self._new_translator(self.endpoint.socket)
            self._log(connection)
            liveness = Liveness(connection, self.translator, self._shared.outbox.put, self._status)
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(connection.run())
                    group.create_task(self._tick(liveness))
                    group.create_task(liveness.run())
                    group.create_task(self._begin(connection, state))
            except* ConnectionLost as lost:
                why = str(lost.exceptions[0])
                self._lost(why)
            finally:
                self.connection = None
        if not self._begun:
            raise AttachError(f"{self._address} could not be recorded: {why}")

    def _open(self, endpoint: discover.Endpoint) -> contextlib.AbstractAsyncContextManager[Connection]:
        timeout = patience(endpoint, self._approval_s)
        opening = connect(
            endpoint.socket, self._on_event, self._on_reply, self._on_bad, self._on_frame, self._on_read, timeout
        )
        return approved(opening, endpoint, self._shared.status, timeout)

    def _new_translator(self, socket: str) -> Translator:
        # Python's monotonic clock is Chrome's own on Linux.
        same = sys.platform == "linux" and (not socket or any(f"//{host}" in socket for host in LOCAL))
        clock = Clock(offset_now(), same)
        shared = self._shared
        return Translator(clock, shared.labels, shared.names, shared.plan, shared.world, self._pushes, shared.deep)

    def _log(self, connection: Connection) -> None:
        """Have the raw messages written down, where they are wanted."""
        log, number, clock = self._shared.log, self._number, self.translator.clock
        if log is not None:
            known = Attach(
                offset=clock.offset, shared=clock.shared, world=self._shared.world, endpoint=self._address,
                push=self._pushes.name if self._pushes else "", deep=tuple(sorted(self._shared.deep)),
            )  # fmt: skip
            log.attach(number, known, time.monotonic())
            connection.tap = functools.partial(log.message, number)

    def _status(self, event: str, **news: object) -> None:
        self._shared.status({"event": event, "endpoint": self._address, **news})

    def _note(self, do: Do, now: float, because: str = "") -> None:
        if self._shared.log is not None:
            self._shared.log.do(self._number, do, now, because)

    # ── the reader's path: nothing here waits ─────────────────────────────────────────────────────────────────────────

    def _on_event(self, session: str | None, method: str, params: msgspec.Raw, arrival: float) -> None:
        self._out(self.translator.feed(session, method, params, arrival), arrival)
        if method == "Target.detachedFromTarget" and self.connection is not None:
            self._forget(arrival)

    def _on_frame(self, raw: bytes, arrival: float) -> bool:
        frame = self.translator.frame(raw, arrival)
        if frame is None:
            return False
        self._shared.outbox.take(frame, arrival, self.translator.clock.shift)
        return True

    def _on_read(self, size: int, arrival: float) -> None:
        self.translator.read(size, arrival)

    def _on_reply(self, send: Send, reply: Reply, arrival: float) -> None:
        self._out(self.translator.reply(send, reply, arrival), arrival)

    def _on_bad(self, raw: bytes, reason: str, arrival: float) -> None:
        self.translator.odd(f"a message of {len(raw)} bytes could not be read: {reason}", None, arrival)
        self._out(self.translator.out.drain_events(), arrival)

    def _out(self, events: list[Event], arrival: float) -> None:
        if events:
            self._shared.outbox.put(events, arrival, self.translator.clock.shift)
        if self.connection is not None:
            for send in self.translator.sends():
                self.connection.send(send)

    def _forget(self, arrival: float) -> None:
        assert self.connection is not None
        for session in self.connection.sessions() - self.translator.known():
            self.connection.forget(session, arrival)

    # ── beside it ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self, connection: Connection, state: Literal["attached", "resumed"]) -> None:
        version = await ready(connection, self.translator)
        clock = self.translator.clock
        now = time.monotonic()
        event = Recording(
            time=clock.wall(now), mono=now, state=state, endpoint=self._address, browser=version.product,
            protocol=version.protocol_version, user_agent=version.user_agent, clock_offset=clock.offset,
        )  # fmt: skip
        self._shared.outbox.put([event], now)
        if self._lost_at is not None:
            self._shared.outbox.put([Gap(time=event.time, mono=now, reason=AWAY, since=self._lost_at)], now)
        self._begun, self._lost_at = True, None
        self._status(state, browser=version.product, tabs=tabs(self.translator))
        self.attached.set()

    async def _tick(self, liveness: Liveness) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._look_at_clocks()
            now = time.monotonic()
            events = self.translator.tick(now)
            if events or self.translator.out.sending:
                self._note("tick", now)
            self._out(events, now)
            liveness.look(now)

    def _look_at_clocks(self) -> None:
        before, wall, now = time.monotonic(), time.time(), time.monotonic()
        if now - before < BRISK_S and self.translator.clock.moved(wall, now):
            self._note("clock", now, repr(wall))
            self._out(self.translator.clocks(wall, now), now)

    def _lost(self, message: str) -> None:
        now = time.monotonic()
        self._note("end", now, "the browser was lost")
        self._out(self.translator.end(now, "the browser was lost"), now)
        if not self._begun:
            return
        event = Recording(
            time=self.translator.clock.wall(now), mono=now, state="lost", endpoint=self._address, detail=message
        )
        self._shared.outbox.put([event], now)
        self._lost_at = event.time
        self._status("lost", why=message, retry_s=self._reattach_s)

    def farewell(self) -> None:
        """Tell what is still held, and stop what runs in the pages."""
        now = time.monotonic()
        self._note("farewell", now)
        self._out(self.translator.farewell(now), now)

    def deepen(self) -> int:
        """Look into the workers of what `deep` names by now; returns how many are seen inside."""
        now = time.monotonic()
        self._note("deep", now, " ".join(sorted(self._shared.deep)))
        inside = self.translator.parts.deep.begin()
        self._out(self.translator.out.drain_events(), now)
        return inside

    async def leave(self) -> None:
        """Leave Chrome's log of push messages as it was found, unless another recorder goes on with it."""
        connection, pushes = self.connection, self.translator.parts.pushes
        if connection is None or pushes is None or (first := pushes.leaving()) is None:
            return
        with contextlib.suppress(AttachError, CommandError, TimeoutError):
            async with asyncio.timeout(LEAVE_S):
                await connection.call(first.method, first.params, first.session)
                found = await connection.call("Target.getTargets", {"filter": [{}]})
                targets = read(found, Known).target_infos
                for send in pushes.restoring(target.url for target in targets):
                    await connection.call(send.method, send.params, send.session)

    def repeat(self) -> None:
        """Have every page say again, in full, what it shows."""
        if self.connection is not None:
            for session in list(self.translator.parts.sessions.live):
                self.translator.parts.pages.repeat(session)
            self._out([], time.monotonic())

    def page(self, tab: str) -> Session | None:
        """The page behind a label, if this browser has it."""
        return self.translator.parts.sessions.page_of(tab) if self.connection is not None else None
