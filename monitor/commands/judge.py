"""`python -m monitor.commands.judge FILE [--live]`: the analysis of a dashboard, in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event as Flag

import click

from monitor.commands.decoding import PROTO, decoding_option


@click.command("judge")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--live", is_flag=True, help="The file may still grow.")
@decoding_option
def command(file: Path, live: bool) -> None:
    """Tell on standard output what the analysis finds, for `monitor.tui.judging.InProcess`."""
    from monitor.capture.reader import Capture
    from monitor.commands.analyse import new_analysis
    from monitor.tui.judging import Judge, stand_back, write_to

    stand_back()
    with Capture(file) as capture:
        put = write_to(sys.stdout.buffer)
        Judge(capture, put, live=live, stop=Flag()).run(lambda: new_analysis(quiet=True))


def command_line(file: Path, *, live: bool) -> list[str]:
    """What starts it, so that it decodes as the command that is being called does."""
    words = [sys.executable, "-m", "monitor.commands.judge", str(file)]
    context = click.get_current_context(silent=True)
    told = context.meta.get(PROTO) if context is not None else None
    return [*words, *(["--live"] if live else []), *(["--proto", told] if told else [])]


if __name__ == "__main__":
    command()
