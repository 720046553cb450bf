"""What came of an experiment: the parts of its recording's report that it is about, as lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.commands.console import say
from monitor.commands.lines import print_raw
from monitor.errors import UsageError
from monitor.report.words import brief

if TYPE_CHECKING:
    from monitor.experiments.script import Script
    from monitor.report.model import SiteReport


def tell(script: Script, path: Path, tabs: tuple[str, ...], *, as_json: bool) -> None:
    """Print what the recording says of the tabs that it was done to."""
    from monitor.capture.reader import Capture
    from monitor.commands.analyse import profiles
    from monitor.export.passages import learned
    from monitor.report.build import build

    with Capture(path) as capture:
        report = build([(path.name, capture.events())], profiles())
        hide = learned(capture)
    site = next((one for one in report.sites if set(tabs) & set(one.tabs)), None)
    if site is None:
        raise UsageError(f"Nothing of tabs {', '.join(tabs)} was recorded; see syncmon doctor.")
    said = [hide.text(line) for line in lines(script, site)]
    if as_json:
        document = {"experiment": script.name, "site": site.site, "tabs": tabs, "verdict": site.verdict, "said": said,
                    "capture": str(path)}  # fmt: skip
        print_raw(msgspec.json.encode(document).decode() + "\n")
        return
    say("")
    for line in said:
        say(line)
    print(f"The recording: syncmon open {path}; the whole story: syncmon report {path} -o report.html", file=sys.stderr)


def lines(script: Script, site: SiteReport) -> Iterator[str]:
    """The parts of the report that the experiment is about, as lines."""
    yield f"{script.title} — {site.title}{_verdict(script, site)}"
    for part in script.answers:
        yield from (f"  · {line.replace('**', '').replace('`', '')}" for line in _part(part, site, script.name))


def _verdict(script: Script, site: SiteReport) -> str:
    """The verdict after the title; where none of the words fits, but something is known, that."""
    if site.verdict != "unknown":
        return f": {site.verdict}"
    known = site.summary.get("multi-tab")
    told = known.text[0].lower() + known.text[1:] if known is not None and known.known else "unknown"
    return f": {told}" if "results" in script.answers else ""


def _part(part: str, site: SiteReport, script: str) -> Iterator[Any]:
    questions = {"conflicts": "Multi-tab conflict resolution?", "triggers": "What triggers the messages?",
                 "formats": "WebSocket message format?", "reconnects": "Reconnection strategy?"}  # fmt: skip
    match part:
        case "results":
            for row in site.results:
                yield row.why or f"{row.tab} got {row.writer}'s write after {brief(row.wait_s)} by {row.via}."
        case "behaviour" | "consistency" | "recovery":
            told = {row.why for row in site.results}
            yield from (one.text for one in getattr(site, part) if one.text not in told)
            if part == "recovery":
                yield from (f"{one.head}: {one.text}" for one in site.outages)
        case _:
            if part == "triggers":
                yield from (step.text for step in site.called.get(script, ()))
            yield from (
                f"{one.question} {one.answer.text}" for one in site.questions if one.question == questions[part]
            )
