"""Record one or several browsers into a sink until told to stop."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

import msgspec

from monitor.browser.actions import Actions
from monitor.browser.attachment import Attachment
from monitor.browser.cdp_log import CdpLog
from monitor.browser.deep import as_origin
from monitor.browser.discover import APPROVAL_TIMEOUT_S, Where
from monitor.browser.netlog_follow import WIRE_HOLD_S, Told, Wire
from monitor.browser.outbox import HOLD_S, Outbox, Sink
from monitor.browser.page_observer import WORLD
from monitor.browser.shared import Shared, Status
from monitor.browser.sockets import Seen
from monitor.errors import SyncmonError
from monitor.model import Recording, SitePlan

__all__ = ["RecordOptions", "Sink", "Where", "record"]


class RecordOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What to record.

    browsers: where each browser is. plan: what the page observer looks for. duration: seconds, None until stopped.
    memory: bytes of events that may wait for the sink. reattach_s: how long to try after a browser was lost.
    push: whether push messages are recorded, whatever tab they are for; `browser.push` says what that does.
    deep: origins whose service workers are recorded from inside, as `browser.deep` says.
    log: where the raw messages go too. wire: the NetLog of one of the browsers, for what DevTools does not tell.
    """

    browsers: tuple[Where, ...] = (Where(),)
    plan: tuple[SitePlan, ...] = ()
    duration: float | None = None
    memory: int = 256 << 20
    reattach_s: float = 120.0
    approval_s: float = APPROVAL_TIMEOUT_S
    push: bool = True
    deep: tuple[str, ...] = ()
    log: CdpLog | None = None
    wire: Wire | None = None


async def record(
    options: RecordOptions,
    sink: Sink,
    control: AsyncIterator[Mapping[str, Any]] | None = None,
    status: Status = lambda news: None,
) -> None:
    """Attach and record until `{"do":"stop"}`, the duration, the loss of every browser, or cancellation.

    control: actions, as `actions` describes them. status: called with one small dict for each piece of news, such as
    `{"event":"attached","browser":…,"endpoint":…,"tabs":[{"tab":"A","url":…,"title":…}]}`; must not block.
    Raises AttachError where a browser cannot be attached to at first. The sink is committed, not closed; with a wire,
    it is given the last seconds without a commit, since the rest of the wire belongs among them.
    """
    outbox = Outbox(
        sink,
        options.memory,
        lambda problem: status({"event": "capture", "problem": problem}),
        HOLD_S if options.wire is None else WIRE_HOLD_S,
    )
    shared = Shared(
        outbox,
        status,
        options.plan,
        f"{WORLD}-{secrets.token_hex(4)}",
        options.push,
        {as_origin(one) for one in options.deep},
        log=options.log,
    )
    browsers = [Attachment(where, shared, options.reattach_s, options.approval_s) for where in options.browsers]

    def began(segment: int) -> None:
        for browser in browsers:
            browser.repeat()
        status({"event": "segment", "number": segment})

    outbox.began_segment = began
    _note(outbox, "started")
    try:
        await _until_stopped(options, browsers, Actions(browsers, shared), outbox, control)
    except* SyncmonError as problems:
        raise _first(problems) from None
    finally:
        _note(outbox, "stopped")
        if options.wire is None:
            await outbox.commit()
        else:
            outbox.hand_over()
    status({"event": "stopped", "events": outbox.events, "gaps": outbox.gaps})


async def _until_stopped(
    options: RecordOptions,
    browsers: list[Attachment],
    actions: Actions,
    outbox: Outbox,
    control: AsyncIterator[Mapping[str, Any]] | None,
) -> None:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        recording = [group.create_task(browser.run()) for browser in browsers]
        beside = [group.create_task(outbox.run()), group.create_task(_when_all_done(recording, stop))]
        if options.deep:
            beside.append(group.create_task(_deepen(options.deep, actions)))
        if options.wire is not None:
            beside.append(group.create_task(options.wire.run(_told(browsers), outbox.put)))
        if control is not None:
            beside.append(group.create_task(_obey(control, actions, stop)))
        if options.duration is not None:
            beside.append(group.create_task(_after(options.duration, browsers, stop)))
        try:
            await stop.wait()
        finally:
            for browser in browsers:
                browser.farewell()
        await asyncio.gather(*(browser.leave() for browser in browsers))
        # What the farewell sends gets its chance to leave.
        await asyncio.sleep(0.05)
        for task in (*recording, *beside):
            task.cancel()


def _told(browsers: list[Attachment]) -> Told:
    """What DevTools told of."""

    def socket(key: str) -> Seen | None:
        found = (browser.translator.parts.sockets.by_key.get(key) for browser in browsers)
        return next((seen for seen in found if seen is not None), None)

    def request(method: str, url: str, before: float) -> bool:
        return any(browser.translator.parts.requests.was_sent(method, url, before) for browser in browsers)

    return Told(socket, request)


async def _when_all_done(tasks: list[asyncio.Task[None]], stop: asyncio.Event) -> None:
    await asyncio.wait(tasks)
    stop.set()


async def _obey(control: AsyncIterator[Mapping[str, Any]], actions: Actions, stop: asyncio.Event) -> None:
    async for action in control:
        await actions.do(action)
        if action.get("do") == "stop":
            stop.set()
            return


async def _deepen(origins: tuple[str, ...], actions: Actions) -> None:
    """What the options ask for is told as if it had been asked for now."""
    for origin in origins:
        await actions.do({"do": "deep", "origin": origin})


async def _after(seconds: float, browsers: list[Attachment], stop: asyncio.Event) -> None:
    """The duration counts from when everything is being recorded."""
    for browser in browsers:
        await browser.attached.wait()
    await asyncio.sleep(seconds)
    stop.set()


def _note(outbox: Outbox, state: Literal["started", "stopped"]) -> None:
    now = time.monotonic()
    outbox.put([Recording(time=time.time(), mono=now, state=state, clock_offset=time.time() - now)], now)


def _first(problems: BaseExceptionGroup[SyncmonError]) -> SyncmonError:
    found: BaseException = problems
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    assert isinstance(found, SyncmonError)
    return found
