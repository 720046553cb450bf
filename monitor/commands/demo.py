"""`syncmon demo`: the lab, a browser with two tabs a site, a person's hands, a recorder and the dashboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.backstage import Backstage
from monitor.commands.console import complain, is_terminal, say
from monitor.commands.lab import load_lab, modes
from monitor.commands.options import Attach, for_option, new_capture, output_option
from monitor.commands.watch import show_dashboard, theme_option
from monitor.model import Action, Event, Fault, Frame, Gap, Navigation, Request
from monitor.tui.terminal import Signals, end

if TYPE_CHECKING:
    from monitor.sync.snapshot import Snapshot

PAUSE_S = 0.5  # the recorder has seen a new tab by then
SETTLE_S = 2.0  # what the last step changed on the pages is to be recorded too


@click.command("demo")
@click.option("--loops", type=click.IntRange(1), help="How often to play.  [default: on, or once with no terminal]")
@click.option("--sync", multiple=True, metavar="SITE=MODE", help="How its tabs hear of each other, say claude=push.")
@click.option("--answer", "answer_s", type=float, default=1.0, show_default=True, help="Seconds an answer streams for.")
@click.option("--stale", "stale_s", type=float, default=4.0, show_default=True, help="Seconds until B is reloaded.")
@click.option("--headed/--headless", help="With or without windows.  [default: without]")
@output_option
@for_option
@theme_option
def command(
    loops: int | None, sync: tuple[str, ...], answer_s: float, stale_s: float, headed: bool,
    output: Path | None, duration: float | None, theme: str | None,
) -> None:  # fmt: skip
    """The lab, a browser and the dashboard: nothing else needed.

    One tab writes, the other tab of the same conversation does not show it, until it is reloaded.
    """
    load_lab("play")
    screen = is_terminal()
    theatre = Theatre(
        lab={"sync": modes(sync), "answer_s": answer_s, "firebase": "fetch"},
        loops=loops if screen or loops else 1,
        stale_s=stale_s,
        headless=not headed,
        say=(lambda text: None) if screen else complain,
    )
    path = new_capture(output)
    with Signals(end) as signals:
        try:
            attach = Attach(address=None, endpoints=(theatre.open(),), reattach_s=3.0)
            if screen:
                _dashboard(theatre, path, attach, duration, theme, signals)
            else:
                _lines(theatre, path, attach, duration)
        finally:
            signals.quiet()
            theatre.close()


def _dashboard(
    theatre: Theatre, path: Path, attach: Attach, duration: float | None, theme: str | None, signals: Signals
) -> None:
    """The recorder ends with the dashboard, however that ended: without its browser there is nothing to record."""
    from monitor.commands.live import start

    child = start(path, attach, duration)
    found = None
    try:
        theatre.play(lambda: None)
        found = show_dashboard(path, theme, child)
    finally:
        signals.quiet()
        child.stop()
        if found is None:
            complain(f"the capture is {path}")
    for line in _seeds_table(found, path) if found is not None else ():
        say(line)


def _lines(theatre: Theatre, path: Path, attach: Attach, duration: float | None) -> None:
    from monitor.commands.lines import printer
    from monitor.commands.live import show_live

    line = printer(as_json=False)
    show_live(
        path, attach, duration, None, lambda passage: line(passage) if _of_interest(passage.event) else None,
        redact=True, end=_seeds_table, ready=lambda child: theatre.play(lambda: child.do({"do": "stop"})),
    )  # fmt: skip


def _of_interest(event: Event) -> bool:
    """Loads, what the pages post, and what their sockets bring; the rest is in the capture."""
    match event:
        case Navigation():
            return event.main
        case Request():
            return event.method == "POST" and event.resource == "fetch"
        case Frame() | Gap() | Fault() | Action():
            return True
    return False


def _seeds_table(found: Snapshot, path: Path) -> Iterator[str]:
    from monitor.commands.analyse import profiles
    from monitor.commands.story import multi_tab_table

    yield ""
    yield from multi_tab_table(found, {profile.name: profile.title for profile in profiles()})
    yield ""
    yield f"The recording: syncmon open {path}"
    yield f"The comparison: syncmon report {path} -o report.html; the messages: syncmon formats {path}"


class Theatre(Backstage):
    """The lab, its browser and the play, in a thread of their own.

    loops: how often to play, None until closed. say: told each step, from that thread.
    """

    def __init__(
        self, lab: dict[str, Any], loops: int | None, stale_s: float, headless: bool, say: Callable[[str], None]
    ) -> None:
        super().__init__("syncmon-demo")
        self._lab, self._loops, self._stale_s, self._headless, self._say = lab, loops, stale_s, headless, say
        self._begin = asyncio.Event()
        self._done: Callable[[], None] = lambda: None

    def play(self, done: Callable[[], None]) -> None:
        """Begin; `done` is called after the last loop."""
        self._done = done
        self.tell(self._begin)

    def failed(self, problem: BaseException) -> None:
        """Say so, and that it is over."""
        if not isinstance(problem, asyncio.CancelledError):
            self._say(f"the play ended: {problem}")
        self._done()

    async def run(self) -> None:
        """The lab, its browser, and the play from when it is begun."""
        from monitor.browser.launch import launched
        from monitor.lab.driver import Driver
        from monitor.lab.server import Lab

        async with (
            Lab(**self._lab) as lab,
            launched(headless=self._headless, extra=lab.chromium_args) as browser,
            Driver(browser.endpoint, pause_s=PAUSE_S) as driver,
            asyncio.TaskGroup() as group,
        ):
            for note in browser.notes:
                complain(note)
            self.ready(browser.endpoint)
            playing = group.create_task(self._play(lab, driver))
            await self.ended.wait()
            playing.cancel()

    async def _play(self, lab: Any, driver: Any) -> None:
        from monitor.lab.play import play

        await self._begin.wait()
        async for step in play(lab, driver, loops=self._loops, stale_s=self._stale_s):
            self._say(f"{step.site}: {step.text}")
        await asyncio.sleep(SETTLE_S)
        self._done()
