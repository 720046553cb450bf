"""`syncmon formats`: the message types of a capture, their fields, periods and triggers."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from monitor.commands.console import complain, say
from monitor.commands.decoding import decoding_option
from monitor.commands.lines import print_raw
from monitor.commands.options import file_argument, filter_option, json_option, query, redact_option

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture
    from monitor.formats.model import FormatsReport, TypeFormat, TypeKey
    from monitor.sync.channel_views import LatencyView

WIDEST = 160


@click.command("formats")
@file_argument
@json_option
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "md"]), default="text", help="A table, JSON, or a page."
)
@filter_option
@decoding_option
@click.option("--site", metavar="S", help="Only this site: a profile's name, or a host.")
@click.option("--fields", is_flag=True, help="With the table: the fields of each type, and what is known of it.")
@redact_option
def command(
    file: Path, as_json: bool, form: str, text: str, site: str | None, fields: bool, redact: bool
) -> None:  # fmt: skip
    """The types of messages, their fields, how often they come and what triggers them.

    Nothing needs to be known of the application: what tells the type of a message is found out.
    """
    from monitor.capture.reader import Capture
    from monitor.export.masked import masked
    from monitor.export.passages import learned

    wanted = query(text)
    if not redact:
        complain("--no-redact: the examples may hold tokens, cookies and passwords. Keep them to yourself.")
    with Capture(file) as capture:
        found = collect(capture, wanted, site, timed=form != "md")
        found = masked(found, learned(capture)) if redact else found
    if site is not None and not found.types:
        complain(f"nothing was recorded of {site}; syncmon formats {file} lists all sites.")
    _print(found, file, "json" if as_json else form, fields)


def collect(
    capture: Capture, wanted: Query | None = None, site: str | None = None, *, timed: bool = False
) -> FormatsReport:
    """What is known of the messages of a capture, secrets and all. timed: also how long they were on their way."""
    from monitor.capture.addresses import Addresses
    from monitor.commands.analyse import profiles
    from monitor.decode import Decoder
    from monitor.export.passages import bound
    from monitor.formats.collect import Formats
    from monitor.sync.analysis import Analysis

    known, wanted = profiles(), bound(capture, wanted)
    analysis = Analysis(known) if timed else None
    formats, decoder, addresses = Formats(known), analysis or Decoder(), Addresses()
    for event in capture.events():
        decoded, url = decoder.feed(event), addresses.feed(event)
        formats.feed(event, decoded, counted=wanted is None or wanted.matches(event, decoded, url))
    formats.settle()
    latencies = analysis.latencies.views()[1] if analysis is not None else ()
    return msgspec.structs.replace(formats.report(site), latencies=latencies)


def _print(found: FormatsReport, file: Path, form: str, fields: bool) -> None:
    from monitor.formats.document import document
    from monitor.formats.page import page

    if form == "json":
        print_raw(msgspec.json.encode(document(found, file.name)).decode("utf-8") + "\n")
        return
    if form == "text" and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        _in_colour(found, fields)
        return
    for line in page(found, file.name) if form == "md" else lines(found, fields=fields, width=_width()):
        say(line)


def _in_colour(found: FormatsReport, fields: bool) -> None:
    """The same lines for a terminal: sites and types stand out, what triggers them stands back."""
    from rich.console import Console
    from rich.text import Text

    from monitor.tui.clean import clean

    console = Console(highlight=False, soft_wrap=True)
    for line in lines(found, fields=fields, width=_width()):
        text, bare = Text(clean(line)), line.lstrip()
        if line[:1] not in ("", " "):
            text.stylize("bold")
        elif bare.startswith(("↳", "channel ")):
            text.stylize("dim")
        elif bare.startswith(("◀ ", "▶ ", "· ")) and line.startswith("  ") and not line.startswith("   "):
            text.stylize("bold cyan")
        elif line.startswith("      "):
            text.stylize("italic")
        console.print(text)


def _width() -> int:
    """Cells of a line: the terminal's, or enough for what is piped."""
    return min(WIDEST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else WIDEST


# ── text ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def lines(found: FormatsReport, *, fields: bool, width: int) -> Iterator[str]:
    """The report as lines for people."""
    from monitor.report.latency import within
    from monitor.tui.words import count

    if not found.types:
        yield "No messages were recorded."
        return
    for number, (site, rows) in enumerate(groupby(found.types, key=lambda one: one.site)):
        types = list(rows)
        if number:
            yield ""
        total = sum(one.count for one in types)
        yield f"{site or '(no site)'}  {count(len(types), 'type')}, {count(total, 'message')}"
        ways = {one.key: within(way.median) for one in types if (way := found.latency(one)) is not None}
        yield from _table(types, width, ways)
        for one in types if fields else ():
            yield from _type(one, width, found.latency(one))
    if found.left_out:
        yield f"{count(found.left_out, 'message')} of further types are not listed."


def _table(types: list[TypeFormat], width: int, ways: dict[TypeKey, str]) -> Iterator[str]:
    """A line a type, and below it what triggers it. ways: how long each was on its way, where a stamp tells it."""
    from monitor.formats.tell import ARROWS, answer, rhythm, triggered
    from monitor.tui.words import cut, fit, middle, size

    last = max(map(len, (*ways.values(), "on the way"))) + 2 if ways else 0
    room = max(20, min(max(len(one.type) for one in types), width - 62 - last))
    head = f"  {'channel':<13}  {'protocol':<11} {fit('type', room)} {'count':>7} {'rhythm':>12} {'median':>9}"
    yield head + (f"{'on the way':>{last}}" if ways else "")
    for one in types:
        kind = fit(middle(one.type, room), room)
        yield (
            f"  {one.channel:<13}{ARROWS.get(one.dir or '', '·')} {fit(one.protocol, 11)} {kind}"
            f" {one.count:>7,} {rhythm(one):>12} {size(one.median_size):>9}{ways.get(one.key, ''):>{last}}"
        ).rstrip()
        # What answers a request has its name.
        if reply := next((r for r in one.replies if r.role == "answers" and one.channel != "fetch"), None):
            yield cut(f"{'':30}↳ {answer(reply)}", width)
        elif one.preceded_by:
            yield cut(f"{'':30}↳ {triggered(one.preceded_by[0])}", width)


def _type(one: TypeFormat, width: int, latency: LatencyView | None) -> Iterator[str]:
    from monitor.formats.tell import ARROWS, kinds, meaning, percent, remarks, short
    from monitor.report.latency import on_the_way
    from monitor.tui.words import cut, fit

    yield ""
    yield f"  {ARROWS.get(one.dir or '', '·')} {one.type}  ({one.channel}, {one.protocol}, {one.count:,} ×)"
    for sentence in (*remarks(one), *on_the_way(latency)):
        yield cut(f"      {sentence}", width)
    room = max(12, min(44, max((len(field.path) for field in one.fields), default=0)))
    for field in one.fields:
        example = "" if field.example is None or field.values else short(field.example, 60)
        yield cut(
            f"    {fit(field.path or '(the message)', room)} {fit(kinds(field), 16)} {percent(field.presence):>6}"
            f"  {fit(meaning(field), 24)}  {example}",
            width,
        ).rstrip()
