"""A report as a Markdown page: a heading a site, a table of its types, and of each type what is known of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from monitor.formats.model import FormatsReport, TypeFormat
from monitor.formats.tell import ARROWS, kinds, meaning, percent, remarks, rhythm, short

_EXAMPLE = 4_000


def page(report: FormatsReport, capture: str) -> Iterator[str]:
    """The lines of the page."""
    yield f"# Message formats in {_plain(capture)}"
    if not report.types:
        yield from ("", "No messages were recorded.")
    for site, rows in groupby(report.types, key=lambda one: one.site):
        types = list(rows)
        yield from ("", f"## {_plain(site) or 'Without a site'}", "")
        yield "| Channel | | Protocol | Type | Count | Rhythm | Median size |"
        yield "|---|---|---|---|---:|---|---:|"
        for one in types:
            yield (
                f"| {one.channel} | {ARROWS.get(one.dir or '', '·')} | {_plain(one.protocol)} | {code(one.type)} |"
                f" {one.count} | {rhythm(one)} | {one.median_size} B |"
            )
        for one in types:
            yield from _type(one)


def _type(one: TypeFormat) -> Iterator[str]:
    yield from (
        "",
        f"### {ARROWS.get(one.dir or '', '·')} {code(one.type)} · {one.channel} · {_plain(one.protocol)}",
        "",
    )
    told = list(remarks(one))
    if told:
        yield from (f"- {_plain(sentence)}" for sentence in told)
        yield ""
    if one.fields:
        yield "| Field | Type | Present | Meaning | Example |"
        yield "|---|---|---:|---|---|"
        for field in one.fields:
            example = "" if field.example is None else code(short(field.example, 60))
            yield (
                f"| {code(field.path or '(the message)')} | {kinds(field)} | {percent(field.presence)} |"
                f" {_plain(meaning(field))} | {example} |"
            )
    if one.examples:
        text = json.dumps(one.examples[0].value, ensure_ascii=False, indent=2)
        fence = "`" * max(3, 1 + max((len(run) for run in _runs(text)), default=0))
        shown = text if len(text) <= _EXAMPLE else text[:_EXAMPLE] + "\n…"
        yield from ("", f"{fence}json", *shown.split("\n"), fence)


def _runs(text: str) -> list[str]:
    return ["".join(run) for tick, run in groupby(text) if tick == "`"]


def _plain(text: str) -> str:
    """A text in which Markdown finds nothing."""
    made = "".join("\\" + char if char in "\\`*_{}[]<>#|~" else char for char in text)
    return " ".join(made.split())


def code(text: str) -> str:
    """A text as code, in a table."""
    text = " ".join(text.replace("|", "\\|").split()) or " "
    fence = "`" * (1 + max((len(run) for run in _runs(text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
