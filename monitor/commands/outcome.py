"""What came of experiments: the parts of their recording's report that each is about, as lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.commands.console import say
from monitor.commands.lines import print_raw
from monitor.errors import UsageError
from monitor.report.words import brief

if TYPE_CHECKING:
    from monitor.experiments.script import Script
    from monitor.report.model import Result, SiteReport


def tell(scripts: Sequence[Script], path: Path, tabs: tuple[str, ...], *, as_json: bool) -> None:
    """Print what the recording says of the tabs that they were done to."""
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
    said = [[hide.text(line) for line in part] for part in each(scripts, site)]
    if as_json:
        told = [{"experiment": one.name, "said": part} for one, part in zip(scripts, said, strict=True)]
        document = {**(told[0] if len(told) == 1 else {"experiments": told}), "site": site.site, "tabs": tabs,
                    "verdict": site.verdict, "capture": str(path)}  # fmt: skip
        print_raw(msgspec.json.encode(document).decode() + "\n")
        return
    for part in said:
        say("")
        for line in part:
            say(line)
    print(f"The recording: syncmon open {path}; the whole story: syncmon report {path} -o report.html", file=sys.stderr)


def each(scripts: Sequence[Script], site: SiteReport) -> Iterator[list[str]]:
    """The lines of each experiment of one recording: its own results, and nothing that one before it told."""
    told: set[str] = set()
    for script in scripts:
        mine = _part_of(script, site) if len(scripts) > 1 else site
        found = [line for line in lines(script, mine) if line not in told]
        told.update(found)
        yield found


def _part_of(script: Script, site: SiteReport) -> SiteReport:
    """The column without the results of the other experiments."""
    mine = _results(script, site)
    others = {row.why for row in site.results} - {row.why for row in mine}
    left = tuple(one for one in site.behaviour if one.text not in others)
    return msgspec.structs.replace(site, results=mine, behaviour=left)


def _results(script: Script, site: SiteReport) -> tuple[Result, ...]:
    """What came of the writes between an experiment's first mark and the first mark of the next one."""
    firsts = {name: steps[0].events[0] for name, steps in site.called.items() if steps}
    first = firsts.get(script.name)
    if first is None:
        return ()
    after = min((seq for seq in firsts.values() if seq > first), default=None)
    return tuple(row for row in site.results if first < row.write_seq and (after is None or row.write_seq < after))


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
