"""`syncmon tail`: one line an event, of a capture or live."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.decoding import decoding_option
from monitor.commands.lines import follow, printer
from monitor.commands.options import (
    Attach,
    attach_options,
    filter_option,
    for_option,
    json_option,
    new_capture,
    output_option,
    query,
    redact_option,
)


@click.command("tail")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@filter_option
@decoding_option
@json_option
@click.option("-f", "--follow", "growing", is_flag=True, help="Go on while FILE grows.")
@redact_option
@attach_options
@output_option
@for_option
def command(
    file: Path | None, text: str, as_json: bool, growing: bool, redact: bool, attach: Attach, output: Path | None,
    duration: float | None,
) -> None:  # fmt: skip
    """One line an event, of FILE or, without one, live.

    Live, everything is recorded too: to -o FILE, or to the state folder.

    \b
    Filters are words; all must hold, unless joined by OR; - or NOT negates; ( ) group.
      tab:A  dir:in  kind:frame  channel:socket    * stands for anything
      url:celsius  connection:w3                   also of its frames
      size:>1k  size:1k..2kB  seq:100..200         1 k is 1000
      status:>=400  method:post                    any field of an event
      after:10:00:15  before:2026-01-04T10:00:15Z  local, or with a zone
      after:-30s                                   back from the last event
      since:mark  since:"mark text"  since:A-write A's last POST, PUT, …
      type:conversation-*  value.payload.id:c1     what was decoded
      word  "some text"  /reg[ue]x/  /regex/i      anywhere
    """
    wanted, show = query(text), printer(as_json=as_json)
    if file is not None:
        follow(file, wanted, show, redact=redact, growing=lambda: growing)
        return
    from monitor.commands.live import show_live

    show_live(new_capture(output), attach, duration, wanted, show, redact=redact)
