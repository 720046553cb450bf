"""`syncmon report`: the comparison document of one or more recordings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from monitor.commands.console import complain, say
from monitor.commands.decoding import decoding_option
from monitor.commands.lines import print_raw
from monitor.commands.options import json_option, redact_option
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.capture.reader import Capture
    from monitor.export.redact import Redactor
    from monitor.report.model import Report

LONGEST = 4_000  # characters of a statement
SUFFIXES = {".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json"}


@click.command("report")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT.md|OUT.html", help="Where; else printed.")
@json_option
@decoding_option
@redact_option
def command(files: tuple[Path, ...], output: Path | None, as_json: bool, redact: bool) -> None:
    """How the recorded applications sync: one column a site, each claim with its events.

    Two recordings of one site make two columns: before and after a release.
    """
    if not redact:
        complain("--no-redact: the report may hold tokens, cookies and passwords. Keep it to yourself.")
    form = "json" if as_json else _form(output)
    with ExitStack() as stack:
        from monitor.capture.reader import Capture
        from monitor.export.passages import learned

        captures = [stack.enter_context(Capture(file)) for file in files]
        names = _names(files)
        hide = learned(*captures) if redact else None
        report = _build(names, captures, hide)
        if form == "html":
            report = _with_events(report, names, captures, hide)
    lines = _written(report if form == "json" else _harmless(report), form)
    if output is None:
        for line in lines:
            print_raw(line + "\n") if form == "json" else say(line)
        return
    try:
        output.write_text("\n".join(lines) + "\n", "utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}. Name another file after -o.") from None
    print(f"{output}", file=sys.stderr)


def _form(output: Path | None) -> str:
    if output is None:
        return "md"
    form = SUFFIXES.get(output.suffix.lower())
    if form is None:
        raise UsageError(f"{output}: a report is OUT.md, OUT.html or OUT.json; its suffix says which.")
    return form


def _names(files: tuple[Path, ...]) -> list[str]:
    """What the recordings are called: by their files, by the whole path where two have one name."""
    names = [file.name for file in files]
    return [str(file) if names.count(file.name) > 1 else file.name for file in files]


def _build(names: list[str], captures: list[Capture], hide: Redactor | None) -> Report:
    """The report, without secrets where `hide` is there to hide them."""
    from monitor.commands.analyse import profiles
    from monitor.report.build import build, hidden

    report = build([(name, capture.events()) for name, capture in zip(names, captures, strict=True)], profiles())
    return hidden(report, hide.value) if hide else report


def _with_events(report: Report, names: list[str], captures: list[Capture], hide: Redactor | None) -> Report:
    """The report with a line for each event that it cites."""
    from monitor.commands.cited import with_cited

    sites = list(report.sites)
    for name, capture in zip(names, captures, strict=True):
        places = [number for number, site in enumerate(sites) if site.capture == name]
        found = with_cited(tuple(sites[number] for number in places), capture, hide)
        for number, site in zip(places, found, strict=True):
            sites[number] = site
    return msgspec.structs.replace(report, sites=tuple(sites))


def _harmless(report: Report) -> Report:
    """The report with no character in it that could fool whoever reads the file, in a terminal or an editor."""
    from monitor.report.build import hidden
    from monitor.tui.clean import clean

    def made(value: Any) -> Any:
        if isinstance(value, str):
            return clean(value, LONGEST)
        if isinstance(value, dict):
            return {made(name): made(part) for name, part in value.items()}
        return [made(part) for part in value] if isinstance(value, (list, tuple)) else value

    return hidden(report, made)


def _written(report: Report, form: str) -> Iterator[str]:
    if form == "json":
        return iter([msgspec.json.format(msgspec.json.encode(report.document())).decode("utf-8")])
    if form == "html":
        from monitor.report.html import html

        return iter([html(report)])
    from monitor.report.markdown import markdown

    return markdown(report)
