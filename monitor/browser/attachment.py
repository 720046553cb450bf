"""One browser while it is being recorded: attach, keep up, notice the loss, attach again."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from monitor.browser import discover
from monitor.browser.cdp_log import Attach, CdpLog, Do
from monitor.browser.clock import Clock
from monitor.browser.connection import Connection, connect
from monitor.browser.outbox import Outbox
from monitor.browser.push_log import Memory
from monitor.browser.targets import Labels, Session
from monitor.browser.translate import Names, Translator
from monitor.browser.wire import Reply, Send, TargetInfo
from monitor.errors import ApprovalError, AttachError, CommandError, ConnectionLost
from monitor.model import Event, Fault, Recording, SitePlan

Status = Callable[[Mapping[str, Any]], None]

TICK_S = 0.05
READY_S = 5.0
SHOWN_S = 2.0
CANARY_S = 2.0
DEAD_S = 20.0
LAG_S = 2.0
BEHIND = 64 << 20
LEAVE_S = 3.0
AGAIN_S = 1.0
LOCAL = ("127.0.0.1", "localhost", "[::1]")


class Shared(msgspec.Struct):
    """What the browsers of one recording have in common."""

    outbox: Outbox
    status: Status
    plan: tuple[SitePlan, ...]
    world: str
    push: bool = False
    deep: set[str] = set()
    labels: Labels = msgspec.field(default_factory=Labels)
    names: Names = msgspec.field(default_factory=Names)
    log: CdpLog | None = None
    numbers: Iterator[int] = msgspec.field(default_factory=itertools.count)


class Version(msgspec.Struct, frozen=True, rename="camel"):
    """The reply to Browser.getVersion."""

    product: str = ""
    protocol_version: str = ""
    user_agent: str = ""


class Known(msgspec.Struct, frozen=True, rename="camel"):
    """The reply to Target.getTargets."""

    target_infos: list[TargetInfo] = []


class Attachment:
    """One browser. `attached` is set when everything that was there is being recorded."""

    def __init__(self, where: discover.Where, shared: Shared, reattach_s: float, approval_s: float) -> None:
        self._where = where
        self._number = next(shared.numbers)
        self._shared = shared
        self._reattach_s = reattach_s
        self._approval_s = approval_s
        self._told_slow = False
        self._behind = False
        self._healed = 0
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
        self._shared.status({"event": "gave-up", "endpoint": self._address, "after_s": self._reattach_s})
        return False

    @property
    def _address(self) -> str:
        return self.endpoint.socket if self.endpoint else str(self._where.endpoint or self._where.port)

    async def _record(self, state: Literal["attached", "resumed"]) -> None:
        """Attach and record until the connection is lost; raises AttachError where there is nothing to attach to."""
        self.endpoint = await discover.find(self._where)
        async with self._open(self.endpoint) as connection:
            self.connection = connection
            self.translator = self._new_translator(self.endpoint.socket)
            self._log(connection)
            self._healed = 0
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(connection.run())
                    group.create_task(self._tick())
                    group.create_task(self._canary(connection))
                    group.create_task(self._begin(connection, state))
            except* ConnectionLost as lost:
                self._lost(str(lost.exceptions[0]))
            finally:
                self.connection = None

    def _open(self, endpoint: discover.Endpoint) -> Any:
        timeout = self._approval_s if endpoint.approval else 10.0
        if endpoint.approval:
            self._shared.status(
                {
                    "event": "waiting-for-approval",
                    "endpoint": endpoint.socket,
                    "what": "Chrome asks whether to allow remote debugging: click Allow in its window.",
                    "timeout_s": timeout,
                }
            )
        return _Opening(
            connect(
                endpoint.socket, self._on_event, self._on_reply, self._on_bad, self._on_frame, self._on_read, timeout
            ),
            endpoint.approval,
        )

    def _new_translator(self, socket: str) -> Translator:
        # Python's monotonic clock is Chrome's own on Linux.
        same = sys.platform == "linux" and (not socket or any(f"//{host}" in socket for host in LOCAL))
        clock = Clock(time.time() - time.monotonic(), same)
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
        self._shared.outbox.take(frame, arrival)
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
            self._shared.outbox.put(events, arrival)
        if self.connection is not None:
            for send in self.translator.sends():
                self.connection.send(send)

    def _forget(self, arrival: float) -> None:
        assert self.connection is not None
        for session in self.connection.sessions() - self.translator.known():
            self.connection.forget(session, arrival)

    # ── beside it ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self, connection: Connection, state: Literal["attached", "resumed"]) -> None:
        began = time.monotonic()
        for send in self.translator.begin(began):
            connection.send(send)
        try:
            version = msgspec.json.decode(await connection.call("Browser.getVersion"), type=Version)
        except CommandError:
            version = Version()
        while not self._complete(time.monotonic() - began):  # noqa: ASYNC110 - many things together, some of them ages
            await asyncio.sleep(0.02)
        clock = self.translator.clock
        now = time.monotonic()
        event = Recording(
            time=clock.wall(now), mono=now, state=state, endpoint=self._address, browser=version.product,
            protocol=version.protocol_version, user_agent=version.user_agent, clock_offset=clock.offset,
        )  # fmt: skip
        self._shared.outbox.put([event], now)
        self._shared.status(
            {"event": state, "browser": version.product, "endpoint": self._address, "tabs": self.tabs()}
        )
        self.attached.set()

    def _complete(self, age: float) -> bool:
        t = self.translator
        if age > READY_S:
            return True
        if not (t.begun and t.targets.ready and (t.pushes is None or t.pushes.settled)):
            return False
        # An empty tab shows nothing, and says so by silence.
        showing = (one for one in t.targets.pages() if one.url not in ("", "about:blank"))
        return age > SHOWN_S or all((one.session or "") in t.pages.shown for one in showing)

    def tabs(self) -> list[dict[str, str]]:
        """The tabs that are being recorded, as the status tells them."""
        found = [{"tab": one.tab or "", "url": one.url, "title": one.title} for one in self.translator.targets.pages()]
        return sorted(found, key=lambda tab: (len(tab["tab"]), tab["tab"]))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            events = self.translator.tick(now)
            if events or self.translator.out.sending:
                self._note("tick", now)
            self._out(events, now)
            self._tell_behind(now)

    def _tell_behind(self, now: float) -> None:
        """Say when we fall behind the browser, and when we have caught up."""
        lag, held = self.translator.clock.lag(now), self.translator.backlog.held
        behind = lag > LAG_S or held > BEHIND
        if behind and not self._behind:
            self._shared.status({"event": "behind", "endpoint": self._address, "lag_s": round(lag, 1), "bytes": held})
        elif self._behind and not behind:
            self._shared.status({"event": "caught-up", "endpoint": self._address})
        self._behind = behind

    async def _canary(self, connection: Connection) -> None:
        """Ask something cheap now and then: a slow answer means that the browser's buffer for us fills up.

        Where neither an answer nor anything else comes, the connection is dead though nobody closed it.
        """
        while True:
            await asyncio.sleep(CANARY_S)
            asked, heard = time.monotonic(), connection.received
            try:
                await connection.call("Browser.getVersion", timeout_s=DEAD_S)
            except CommandError as error:
                if connection.received == heard:
                    raise ConnectionLost(f"The browser has said nothing for {DEAD_S:g} s.") from None
                self._slow(str(error))
            took = time.monotonic() - asked
            if took > LAG_S:
                self._slow(f"The browser took {took:.1f} s to answer.")
            else:
                self._told_slow = False
            await self._look_again(connection)

    async def _look_again(self, connection: Connection) -> None:
        """After a loss: a tab whose coming was dropped waits for us for ever, so begin anew where there is one."""
        if self.translator.losses == self._healed:
            return
        self._healed = self.translator.losses
        try:
            raw = await connection.call("Target.getTargets", {"filter": [{"type": "tab"}, {"exclude": True}]})
        except CommandError:
            return
        if not self.translator.targets.tabs() >= {
            info.target_id for info in msgspec.json.decode(raw, type=Known).target_infos
        }:
            raise ConnectionLost("What the browser dropped told of a new tab: attaching again.")

    def _slow(self, message: str) -> None:
        if self._told_slow:
            return
        self._told_slow = True
        now = time.monotonic()
        hint = "The machine is overloaded; if this goes on, the browser drops messages without saying so."
        fault = Fault(time=self.translator.clock.wall(now), mono=now, what="lag", message=message, hint=hint)
        self._shared.outbox.put([fault], now)

    def _lost(self, message: str) -> None:
        now = time.monotonic()
        self._note("end", now, "the browser was lost")
        self._out(self.translator.end(now, "the browser was lost"), now)
        event = Recording(
            time=self.translator.clock.wall(now), mono=now, state="lost", endpoint=self._address, detail=message
        )
        self._shared.outbox.put([event], now)
        self._shared.status({"event": "lost", "endpoint": self._address, "why": message, "retry_s": self._reattach_s})

    def farewell(self) -> None:
        """Tell what is still held, and stop what runs in the pages."""
        now = time.monotonic()
        self._note("farewell", now)
        self._out(self.translator.farewell(now), now)

    def deepen(self) -> int:
        """Look into the workers of what `deep` names by now; returns how many are seen inside."""
        now = time.monotonic()
        self._note("deep", now, " ".join(sorted(self._shared.deep)))
        inside = self.translator.deep.begin(self.translator.targets)
        self._out(self.translator.out.drain_events(), now)
        return inside

    async def leave(self) -> None:
        """Leave Chrome's log of push messages as it was found, unless another recorder goes on with it."""
        connection, pushes = self.connection, self.translator.pushes
        if connection is None or pushes is None or (first := pushes.leaving()) is None:
            return
        with contextlib.suppress(AttachError, CommandError, ValueError, TimeoutError):
            async with asyncio.timeout(LEAVE_S):
                await connection.call(first.method, first.params, first.session)
                found = await connection.call("Target.getTargets", {"filter": [{}]})
                targets = msgspec.json.decode(found, type=Known).target_infos
                for send in pushes.restoring(target.url for target in targets):
                    await connection.call(send.method, send.params, send.session)

    def repeat(self) -> None:
        """Have every page say again, in full, what it shows."""
        if self.connection is not None:
            for session in list(self.translator.targets.sessions):
                self.translator.pages.repeat(session)
            self._out([], time.monotonic())

    def page(self, tab: str) -> Session | None:
        """The page behind a label, if this browser has it."""
        return self.translator.targets.page_of(tab) if self.connection is not None else None


class _Opening:
    """Opens the connection and says it plainly when it was a person who did not answer."""

    def __init__(self, opening: Any, approval: bool) -> None:
        self._opening = opening
        self._approval = approval

    async def __aenter__(self) -> Connection:
        try:
            connection: Connection = await self._opening.__aenter__()
        except AttachError as error:
            if self._approval:
                raise ApprovalError(
                    f"Chrome did not let us in ({error}) Click Allow in its window when it asks, and keep"
                    " chrome://inspect/#remote-debugging switched on."
                ) from None
            raise
        return connection

    async def __aexit__(self, *exc: Any) -> bool | None:
        closed: bool | None = await self._opening.__aexit__(*exc)
        return closed
