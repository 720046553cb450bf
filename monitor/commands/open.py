"""`syncmon open`: the dashboard on a capture."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.console import is_terminal, say
from monitor.commands.decoding import decoding_option
from monitor.commands.options import file_argument
from monitor.commands.watch import show_dashboard, theme_option


@click.command("open")
@file_argument
@decoding_option
@theme_option
def command(file: Path, theme: str | None) -> None:
    """Open the dashboard on a capture. With no terminal: print its summary."""
    if is_terminal():
        show_dashboard(file, theme)
        return
    from monitor.capture.reader import Capture
    from monitor.commands.analyse import snapshot
    from monitor.commands.summary import summary

    with Capture(file) as capture:
        for line in summary(snapshot(capture), file):
            say(line)
