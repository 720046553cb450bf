"""`syncmon record`: attach, no screen. News are JSON lines on standard error, actions JSON lines on standard input."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import msgspec

from monitor.capture.rotation import RotatingWriter, Rotation, check_name, remove
from monitor.capture.writer import CaptureWriter
from monitor.commands.console import complain
from monitor.commands.control import Control, is_pipe
from monitor.commands.options import Attach, attach_options, for_option, new_capture, output_option, rotate_options
from monitor.errors import CaptureError

if TYPE_CHECKING:
    from monitor.browser.cdp_log import CdpLog
    from monitor.browser.discover import Where
    from monitor.browser.netlog_follow import Wire
    from monitor.model import SitePlan

Writer = CaptureWriter | RotatingWriter

REATTACH_S = 120.0
REATTACH_OWN_S = 3.0  # a browser that we started does not come back


@click.command("record")
@attach_options
@output_option
@for_option
@rotate_options
@click.option(
    "--cdp-log",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the raw DevTools messages to FILE, secrets and all.",
)  # fmt: skip
@click.option("--control", is_flag=True, help="Read actions from standard input even if it is no pipe.")
def command(
    attach: Attach, output: Path | None, duration: float | None, rotation: Rotation, cdp_log: Path | None, control: bool
) -> None:  # fmt: skip
    """Attach and record, with no screen.

    One JSON line {"event":"attached", …} on standard error says that every tab that was there is being recorded.
    SIGINT, SIGTERM and {"do":"stop"} on standard input stop it cleanly.
    """
    path = new_capture(output)
    writer = _writer(path, {"attach": " ".join(attach.arguments())}, rotation)
    news = News(path, expected=len(attach.wheres()) + bool(attach.launch))
    try:
        with _extras(attach, cdp_log) as extras:
            interrupted = asyncio.run(_record(attach, writer, duration, control or is_pipe(), news, extras))
    except BaseExceptionGroup as problems:
        raise _first(problems) from None
    except asyncio.CancelledError:
        interrupted = True
    finally:
        _close(writer, keep=news.attached)
    if interrupted and not news.attached:
        raise KeyboardInterrupt


def _writer(path: Path, meta: Mapping[str, str], rotation: Rotation) -> Writer:
    if not rotation:
        return CaptureWriter(path, meta)
    check_name(path)
    return RotatingWriter(path, rotation, meta)


class Extras(NamedTuple):
    """What is recorded beside what DevTools tells: its raw messages, and what goes over the wires."""

    log: CdpLog | None
    wire: Wire | None


@contextlib.contextmanager
def _extras(attach: Attach, cdp_log: Path | None) -> Iterator[Extras]:
    from monitor.browser.cdp_log import CdpLog
    from monitor.browser.netlog_follow import Wire

    with contextlib.ExitStack() as stack:
        log = stack.enter_context(contextlib.closing(CdpLog(cdp_log.expanduser()))) if cdp_log is not None else None
        wire = stack.enter_context(contextlib.closing(Wire())) if attach.wire else None
        yield Extras(log, wire)
    if log is not None and log.problem is not None:
        complain(log.problem)


async def _record(
    attach: Attach, writer: Writer, duration: float | None, listen: bool, news: News, extras: Extras
) -> bool:
    from monitor.browser.recorder import RecordOptions, record

    control = Control()
    with control.signals():
        async with _own_browser(attach, control, extras.wire) as own:
            if listen:
                control.listen(sys.stdin.fileno())
            default = REATTACH_OWN_S if attach.launch else REATTACH_S
            options = RecordOptions(
                browsers=(*attach.wheres(), *own),
                plan=_plan(),
                duration=duration,
                reattach_s=default if attach.reattach_s is None else attach.reattach_s,
                push=attach.push,
                deep=attach.deep,
                log=extras.log,
                wire=extras.wire,
            )
            # What is there now stays: the collector need not look at it again while events come by the thousand.
            gc.freeze()
            await record(options, writer, control, news)
    if extras.wire is not None:  # the browser has written the rest of it while it ended
        writer.extend(extras.wire.rest())
    return control.interrupted


@contextlib.asynccontextmanager
async def _own_browser(attach: Attach, control: Control, wire: Wire | None) -> AsyncIterator[tuple[Where, ...]]:
    """The browser that `--launch` asks for; that it was closed ends the recording if there is no other."""
    if not attach.launch:
        yield ()
        return
    from monitor.browser.discover import Where
    from monitor.browser.launch import launched

    extra = wire.arguments if wire is not None else ()
    async with launched(attach.launch, headless=attach.headless, extra=extra) as browser, asyncio.TaskGroup() as beside:
        for note in browser.notes:
            complain(note)
        ending = beside.create_task(_when_closed(browser.process, control)) if not attach.wheres() else None
        try:
            yield (Where(endpoint=browser.endpoint),)
        finally:
            if ending is not None:
                ending.cancel()


async def _when_closed(process: asyncio.subprocess.Process, control: Control) -> None:
    await process.wait()
    control.stop()


def _first(problem: BaseException) -> BaseException:
    """What went wrong first, out of the groups it came in."""
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def _plan() -> tuple[SitePlan, ...]:
    from monitor.commands.analyse import profiles
    from monitor.sites.profile import observer_plan

    return observer_plan(profiles())


def _close(writer: Writer, *, keep: bool) -> None:
    """Close the capture; one in which no browser was ever attached is removed again.

    CaptureError if what is still pending cannot be written.
    """
    if keep:
        writer.close()
        return
    with contextlib.suppress(CaptureError):
        writer.close()
    remove(writer.path)


class News:
    """Prints what the recorder tells. `attached` once every browser is; then `news` of it is one line for all."""

    def __init__(self, path: Path, expected: int) -> None:
        self.attached = False
        self._path = path
        self._expected = expected
        self._browsers: list[Mapping[str, Any]] = []

    def __call__(self, news: Mapping[str, Any]) -> None:
        if news.get("event") != "attached" or self.attached:
            _print(news)
            return
        self._browsers.append(news)
        if len(self._browsers) >= self._expected:
            self.attached = True
            _print(self._all())

    def _all(self) -> dict[str, Any]:
        first, *others = self._browsers
        line = {**first, "capture": str(self._path), "pid": os.getpid()}
        if others:
            line["endpoints"] = [browser["endpoint"] for browser in self._browsers]
            line["tabs"] = [tab for browser in self._browsers for tab in browser["tabs"]]
        return line


def _print(news: Mapping[str, Any]) -> None:
    """One JSON line on standard error; that nobody listens any more does not end a recording."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(msgspec.json.encode(news).decode("utf-8") + "\n")
        sys.stderr.flush()
