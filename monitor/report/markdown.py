"""The report as Markdown, in the order of the research note it replaces.

Claims end with the events they rest on, as `[#812]`: `syncmon open FILE` finds them by `seq:812`. What the recording
did not tell is in italics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from monitor.report import layout
from monitor.report.latency import HEAD
from monitor.report.latency import rows as stamped
from monitor.report.model import Aspect, Claim, FormatRow, Report, SiteReport, Step, shown
from monitor.report.words import brief, seconds, size

ASPECTS: tuple[tuple[Aspect, str], ...] = (
    ("mechanism", "Realtime mechanism"),
    ("connection", "Connection type"),
    ("init", "Init endpoint"),
    ("multi-tab", "Multi-tab sync"),
    ("recovery", "Offline recovery"),
)
_LEFT = 4  # of the first life line
_NARROW = 18


def markdown(report: Report) -> Iterator[str]:
    """The lines of the document."""
    yield f"# {report.title}"
    yield ""
    for site in report.sites:
        began = datetime.fromtimestamp(site.started, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        tabs = f"{'tab' if len(site.tabs) == 1 else 'tabs'} {' '.join(site.tabs)}"
        parts = [site.capture, began, seconds(site.duration), tabs, site.browser]
        yield f"- **{site.label}**: {', '.join(part for part in parts if part)}"
    yield from (f"- {note}" for note in report.notes)
    if not report.sites:
        return
    yield ""
    yield "`[#12]` is an event of the recording that a claim rests on: `syncmon tail FILE --filter seq:12` shows it."
    if report.comparisons:
        yield ""
        yield "## What changed"
        yield ""
        yield from _changes(report)
    for heading, part in (
        ("Summary", _summary),
        ("Architecture", _architecture),
        ("Multi-tab sync behaviour", _behaviour),
        ("Consistency model", _consistency),
        ("Offline recovery", _recovery),
        ("Design trade-offs, measured", _tradeoffs),
        ("Message formats", _formats),
        ("Open questions", _questions),
        ("Tests", _tests),
    ):
        yield ""
        yield f"## {heading}"
        yield ""
        yield from part(report.sites)


def claim(one: Claim) -> str:
    """A claim with its evidence."""
    text = one.text if one.known else f"*{one.text}*"
    return text + (f" {evidence(one.events)}" if one.events else "")


def evidence(events: Sequence[int]) -> str:
    """`[#12 #40]`, the first few."""
    return f"[{' '.join(f'#{seq}' for seq in shown(events))}]"


# ── the parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _changes(report: Report) -> Iterator[str]:
    for one in report.comparisons:
        before, after = report.sites[one.before], report.sites[one.after]
        rows = [[f"**{change.what}**", claim(change.before), claim(change.after)] for change in one.changes]
        yield f"### {before.title}: from {before.capture} to {after.capture}"
        yield ""
        yield from table(["", before.capture, after.capture], rows) if rows else ["**No change was found.**"]
        for head, told in (("As it was", one.same), ("Not compared", one.untold)):
            if told:
                yield ""
                yield f"{head}: {'; '.join(told)}."
        yield ""


def _summary(sites: Sequence[SiteReport]) -> Iterator[str]:
    rows = [[f"**{name}**", *(claim(site.summary[aspect]) for site in sites)] for aspect, name in ASPECTS]
    yield from table(["Aspect", *(site.label for site in sites)], rows)


def _architecture(sites: Sequence[SiteReport]) -> Iterator[str]:
    for site in sites:
        yield f"### {site.label}: {site.summary['mechanism'].text}"
        yield ""
        if site.diagram:
            yield "```"
            yield from diagram(site.diagram)
            yield "```"
            yield ""
        for name, found in (("Evidence", site.evidence), ("Addresses of sockets", site.addresses)):
            if found:
                yield f"**{name}**"
                yield ""
                yield from _list(found)
                yield ""


def _behaviour(sites: Sequence[SiteReport]) -> Iterator[str]:
    rows = [
        [site.label, f"{'Write' if row.written else 'New'} in {row.writer} {evidence([row.write_seq])}", row.fate,
         f"{brief(row.wait_s)}{'+' if row.censored else ''}", _healed(row.via, row.prompted_by, row.seen_seq)]
        for site in sites for row in site.told_results
    ]  # fmt: skip
    if rows:
        yield from table(["Platform", "Test", "Result", "Wait time", "Healed by"], rows)
    else:
        yield "*No write was seen while another tab showed the same.*"
    for site in sites:
        if site.other_results:
            yield ""
            yield f"{site.label}: {site.other_results}."
    for site in sites:
        if site.behaviour:
            yield ""
            yield f"### {site.label}"
            yield ""
            yield from _list(site.behaviour, numbered=True)


def _consistency(sites: Sequence[SiteReport]) -> Iterator[str]:
    for site in sites:
        yield f"### {site.label}"
        yield ""
        yield from _list(site.consistency)
        if site.visibility:
            yield ""
            rows = [
                [one.channel, str(one.count), str(one.censored), brief(one.median_s), brief(one.p90_s)]
                for one in site.visibility
            ]
            yield from table(["t-visibility by", "waits", "not ended", "median", "90 %"], rows)
            if any(one.channel == "reload" for one in site.visibility):
                yield ""
                yield "*Who is loaded again has not ended its wait by itself: in `all`, it counts as not ended.*"
        yield ""


def _recovery(sites: Sequence[SiteReport]) -> Iterator[str]:
    for site in sites:
        yield f"### {site.label}"
        yield ""
        if not site.outages and not site.recovery:
            yield "*No connection broke and no tab was offline: `syncmon experiment offline` would tell.*"
        yield from _list(site.recovery)
        for one in site.outages:
            text = claim(Claim(text=one.text, events=one.events))
            yield f"- {_cell(one.head)}: {_cell(text)}"
        yield ""


def _tradeoffs(sites: Sequence[SiteReport]) -> Iterator[str]:
    names = list(dict.fromkeys(name for site in sites for name in site.tradeoffs))
    rows = [[f"**{name}**", *(claim(site.tradeoffs[name]) for site in sites)] for name in names]
    yield from table(["Measured", *(site.label for site in sites)], rows)
    for site in sites:
        if site.latencies:
            yield ""
            yield f"### {site.label}: from stamp to arrival"
            yield ""
            yield from table(HEAD, ([*cells, claim(why)] for cells, why in stamped(site.latencies)))


def _formats(sites: Sequence[SiteReport]) -> Iterator[str]:
    for site in sites:
        yield f"### {site.label}"
        yield ""
        live = [row for row in site.formats if row.channel != "fetch"]
        if not live:
            yield "*No message but plain requests and their answers.*"
            yield ""
            continue
        rows = [_format(row) for row in live]
        yield from table(["Channel", "", "Type", "Count", "Bytes", "Every", "Fields", "Triggered"], rows)
        yield ""


def _format(row: FormatRow) -> list[str]:
    way = {"in": "◀", "out": "▶"}.get(row.dir, "")
    fields = ", ".join(f"`{field}`" for field in row.fields[:6]) + (" …" if len(row.fields) > 6 else "")
    seq = f" {evidence([row.seq])}" if row.seq is not None else ""
    return [row.channel, way, f"`{row.type or row.protocol}`{seq}", str(row.count), size(row.bytes),
            seconds(row.period_s) if row.period_s is not None else "", fields, row.triggered]  # fmt: skip


def _questions(sites: Sequence[SiteReport]) -> Iterator[str]:
    names = list(dict.fromkeys(one.question for site in sites for one in site.questions))
    rows = []
    for name in names:
        cells = [name]
        for site in sites:
            one = next((q for q in site.questions if q.question == name), None)
            unknown = one is not None and not one.answer.known and one.experiment
            hint = f"; `syncmon experiment {one.experiment}` would tell" if one is not None and unknown else ""
            cells.append(claim(one.answer) + hint if one is not None else "")
        rows.append(cells)
    yield from table(["Question", *(site.label for site in sites)], rows)
    for site in sites:
        if site.gaps:
            yield ""
            yield f"What the recording of {site.label} lacks:"
            yield ""
            yield from _list(site.gaps)


def _tests(sites: Sequence[SiteReport]) -> Iterator[str]:
    """What was done to find out, and what is left to be done."""
    for site in sites:
        yield f"### {site.label}"
        yield ""
        for one, steps in zip(site.tests, site.called.values(), strict=True):
            yield f"1. {_cell(claim(one))} **DONE**"
            yield from (f"   - {_cell(claim(step))}" for step in steps)
        for name, asked in site.untested.items():
            yield f"1. `syncmon experiment {name}` would tell: {_cell(' '.join(asked))}"
        if not site.tests and not site.untested:
            yield "*No experiment was carried out, and none is left to be.*"
        yield ""


# ── forms ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table; pipes and line breaks of the cells are escaped."""
    yield f"| {' | '.join(_cell(name) for name in head)} |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\r", " ").replace("\n", " ").replace("<", "&lt;")


def _list(claims: Iterable[Claim], *, numbered: bool = False) -> Iterator[str]:
    for number, one in enumerate(claims, 1):
        yield f"{f'{number}.' if numbered else '-'} {_cell(claim(one))}"


def _healed(via: str | None, prompted_by: str | None, seq: int | None) -> str:
    if via is None:
        return "nothing, so far"
    return via + (f" prompted by {prompted_by}" if prompted_by else "") + (f" {evidence([seq])}" if seq else "")


def diagram(steps: Sequence[Step]) -> Iterator[str]:
    """A sequence diagram in plain characters: a life line for each party, an arrow for each step."""
    places = {
        party: place + _LEFT for party, place in layout.places(steps, lambda label: len(label) + 6, _NARROW).items()
    }
    width = max(places.values()) + _LEFT
    yield _heads({layout.name_of(party, steps): place for party, place in places.items()})
    for step in steps:
        first, last = sorted((places[step.source], places[step.to]))
        yield _bars(places.values(), width)
        line = list(_bars(places.values(), width).ljust(width))
        if first == last:
            told = f"* {layout.label_of(step)} "
            line[first : first + len(told)] = told
            yield f"{''.join(line).rstrip()}  {seconds(step.at)} [#{step.seq}]"
            continue
        label = f" {layout.label_of(step)} " if step.label else ""
        arrow = label.center(last - first - 1, "=" if step.what == "socket" else "-")
        arrow = f"{arrow[:-1]}>" if step.to == max((step.source, step.to), key=lambda p: places[p]) else f"<{arrow[1:]}"
        line[first + 1 : last] = arrow
        yield f"{''.join(line).rstrip()}  {seconds(step.at)} [#{step.seq}]"
    yield _bars(places.values(), width)


def _heads(places: Mapping[str, int]) -> str:
    """The parties' names, each over its life line."""
    line = ""
    for name, place in places.items():
        line = line.ljust(max(len(line) + (2 if line else 0), place - len(name) // 2)) + name
    return line


def _bars(places: Iterable[int], width: int) -> str:
    line = [" "] * width
    for place in places:
        line[place] = "|"
    return "".join(line).rstrip()
