"""`syncmon watch`: a recorder as a child process, and a dashboard that follows its capture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.capture.rotation import Rotation, check_name
from monitor.commands.console import complain, is_terminal, say
from monitor.commands.decoding import decoding_option
from monitor.commands.options import Attach, attach_options, for_option, new_capture, output_option, rotate_options
from monitor.commands.recorder_child import RecorderChild
from monitor.tui.terminal import Signals, end

if TYPE_CHECKING:
    from monitor.sync.snapshot import Snapshot

theme_option = click.option("--theme", metavar="NAME", help="The dashboard's theme, this time.")


@click.command("watch")
@attach_options
@decoding_option
@output_option
@for_option
@rotate_options
@theme_option
def command(attach: Attach, output: Path | None, duration: float | None, rotation: Rotation, theme: str | None) -> None:
    """Attach and open the dashboard. With no terminal: print lines, and a summary at the end."""
    from monitor.commands.live import show_live, start

    path = new_capture(output)
    if rotation:
        check_name(path)
    if not is_terminal():
        from monitor.commands.lines import printer
        from monitor.commands.summary import summary

        show_live(
            path, attach, duration, None, printer(as_json=False), redact=True, end=summary,
            more=rotation.arguments(),
        )  # fmt: skip
        return
    with Signals(end):
        child = start(path, attach, duration, more=rotation.arguments())
    run_beside(child, theme)


def run_beside(child: RecorderChild, theme: str | None) -> None:
    """The dashboard of a recorder that has attached; leaving it ends the recording, its death does not."""
    try:
        found = show_dashboard(child.path, theme, child)
    except BaseException:
        if child.alive:
            complain(f"the recording goes on in {child.path}; end it with: kill {child.process.pid}")
        raise
    child.stop()
    if found is not None:
        from monitor.commands.summary import summary

        for line in summary(found, child.path):
            say(line)


def show_dashboard(path: Path, theme: str | None, child: RecorderChild | None = None) -> Snapshot | None:
    """Run the dashboard on a capture, a finished one or that of a recorder; what it knew when it was left."""
    from monitor.commands.analyse import profiles
    from monitor.commands.judge import command_line
    from monitor.tui.app import run_dashboard
    from monitor.tui.follow import CaptureSource

    found = profiles()  # complains about bad ones before the screen is taken
    live = child is not None
    source = CaptureSource(path, command_line(path, live=live), live=live, profiles=found)
    if child is None:
        run_dashboard(source, theme=theme)
    else:
        run_dashboard(source, actions=child.do, health=child.health, theme=theme)
    return source.latest().snapshot
