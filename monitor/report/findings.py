"""What the tests showed: the multi-tab results, the consistency model with its witnesses, and what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from monitor.report.model import Claim, Lane, Result, Visibility
from monitor.report.steps import Step
from monitor.report.summary import ON_FOCUS, Site, turned_to, unjudged
from monitor.report.ways import repeating
from monitor.report.words import listed, many, seconds
from monitor.sync.snapshot import SeenView, WriteView
from monitor.sync.visibility import curve, in_view, reloaded, samples
from monitor.sync.visibility import hidden as in_hiding

_CALLED = 8
TOLD_S = 1.0  # what was out of order for less is not told once it is over
_NEEDS = {
    "monotonic-writes": "it takes two writes of one tab",
    "writes-follow-reads": "it takes writes of two tabs",
}
GUARANTEES = ("read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads")
_MODELS = {
    "live-sync": "**live-sync**: what one tab writes, the others show by themselves.",
    "poll-sync": "**poll-sync**: the others ask again and again, and show it when they are told.",
    "push-sync": "**push-sync**: a push makes the others show it.",
    "refresh-to-sync": "**refresh-to-sync**: the others show it when they are loaded again, and not before.",
    "no-sync": "**no-sync**: the others did not show it while they were watched.",
    "mixed": "**mixed**: not all writes or tabs fare alike; the results above tell which.",
}


def results(site: Site) -> tuple[Result, ...]:
    """A row for each write and other tab, in the order of the writes."""
    rows = [
        _result(site, subject.subject, write, seen)
        for subject in site.subjects
        for write in subject.writes
        for seen in write.seen
    ]
    return tuple(sorted(rows, key=lambda row: row.write_seq))


def _result(site: Site, subject: str, write: WriteView, seen: SeenView) -> Result:
    return Result(
        subject=subject, writer=write.tab, tab=seen.tab, wait_s=round(seen.waited_s, 6), censored=seen.censored,
        via=seen.via, prompted_by=seen.prompted_by, why=seen.why, write_seq=write.seq, seen_seq=seen.event_seq,
        hidden=seen.hidden_s * 2 > seen.waited_s > 0, written=write.request is not None,
        held=_held(site, write, seen),
    )  # fmt: skip


def _held(site: Site, write: WriteView, seen: SeenView) -> bool:
    """Whether the tab waited because what comes to it was held back, and so not by the application's doing."""
    return site.held_back(seen.tab, write.at, write.at + seen.waited_s)


def behaviour(site: Site) -> Iterator[Claim]:
    """The longest waits in words, then what pushes did."""
    rows = sorted(site.results, key=lambda row: -row.wait_s)
    for row in [row for row in rows if row.why][:4]:
        yield Claim(text=row.why, events=tuple(seq for seq in (row.write_seq, row.seen_seq) if seq is not None))
    if site.pushes:
        healed = sum(bool(push.healed) for push in site.pushes)
        reached = sum(bool(push.reached) for push in site.pushes)
        failed = sum(push.status == "failed" for push in site.pushes)
        came = f"{many(len(site.pushes), 'push', 'pushes')} came; {reached or 'none'} reached a page"
        text = f"{came}, {healed or 'none'} brought a tab up to date" + (f", {failed} failed" if failed else "")
        yield Claim(text=f"{text}.", events=tuple(push.seq for push in site.pushes[:5]))


def consistency(site: Site) -> Iterator[Claim]:
    """The model, then each guarantee: held as far as seen, or broken, with its witness."""
    contexts = sorted({tab.context for tab in site.tabs} - {0})
    if len(contexts) > 1:
        each = [" ".join(tab.label for tab in site.tabs if tab.context == number) for number in contexts]
        yield Claim(
            text=f"The tabs are of {len(contexts)} browser profiles, compared where they share: {listed(each)}."
        )
    verdicts = site.verdicts
    if not verdicts and turned_to(site):
        yield Claim(text=f"{ON_FOCUS}.", events=tuple(row.write_seq for row in site.results[:5]))
        yield from guarantees(site)
        yield from disorders(site)
        return
    if not verdicts:
        found = unjudged(site)
        yield msgspec.structs.replace(found, text=f"The recording does not tell; {found.text}.")
        return
    for verdict in dict.fromkeys(verdict for verdict, _ in verdicts.most_common()):
        rows = [
            row for row in site.results if any(s.subject == row.subject and s.verdict == verdict for s in site.subjects)
        ]
        ways = Counter(_way(row) for row in rows)
        told = listed([f"{count} of {len(rows)} {way}" for way, count in ways.most_common()])
        told = f"In the only case: {next(iter(ways))}" if len(rows) == 1 else told
        waited = [row.wait_s for row in rows if "reload" in (row.via, row.prompted_by) and not row.held]
        if verdict == "refresh-to-sync" and waited:  # what would have come later, nobody saw
            told += f", after {seconds(max(waited))} at most"
        yield Claim(text=f"{_MODELS[verdict]} {told}.", events=tuple(row.write_seq for row in rows[:5]))
    for one in site.subjects:
        if one.list and one.verdict != "unknown":
            events = tuple(write.seq for write in one.writes[:5])
            yield Claim(text=f"The list of {one.list} beside the pages: {_MODELS[one.verdict]}", events=events)
    yield from guarantees(site)
    yield from disorders(site)


def guarantees(site: Site) -> Iterator[Claim]:
    """The session guarantees: those that were broken, with their witnesses, those that held, and those not tested."""
    violations = [violation for subject in site.subjects for violation in subject.violations]
    broken = {violation.guarantee for violation in violations}
    for guarantee in GUARANTEES:
        for violation in [one for one in violations if one.guarantee == guarantee][:3]:
            who = " (of the user, going from tab to tab)" if violation.scope == "user" else ""
            text = f"**{_named(guarantee)}** broken{who}: {violation.text}."
            yield Claim(text=text, events=violation.witness)
    writes = [[write.tab for write in subject.writes] for subject in site.subjects]
    untested = {
        "monotonic-writes": not any(len(tabs) > len(set(tabs)) for tabs in writes),
        "writes-follow-reads": not any(len(set(tabs)) > 1 for tabs in writes),
    }
    held = [_named(name) for name in GUARANTEES if name not in broken and not untested.get(name)]
    if held:
        seqs = tuple(write.seq for subject in site.subjects for write in subject.writes)
        yield Claim(text=f"Held, as far as {many(len(seqs), 'write')} can tell: {listed(held)}.", events=seqs[:5])
    left = [f"{_named(name)} ({_NEEDS[name]})" for name, un in untested.items() if un and name not in broken]
    if left:
        yield Claim(text=f"Not put to the test: {listed(left)}.", known=False)


def _named(guarantee: str) -> str:
    return guarantee.replace("-", " ")


def disorders(site: Site) -> Iterator[Claim]:
    """What tabs show at the end though it is gone, or at another place than the others; what they lack."""
    for subject in site.subjects:
        for one in (*subject.past_disorders, *subject.disorders):
            if one.for_s - one.hidden_s >= TOLD_S or one.ended is None:
                yield Claim(text=one.why if one.ended is not None else f"At the end: {one.why}", events=one.witness)
        for stale in subject.stale_now:
            seqs = tuple(w.seq for w in subject.writes if set(w.items) & set(stale.missing))
            yield Claim(text=f"At the end: {stale.why}", events=seqs[:5])


def _way(row: Result) -> str:
    if row.censored:
        return "never"
    return f"by {row.via}" + (f" prompted by {row.prompted_by}" if row.prompted_by else "")


def visibility(site: Site) -> tuple[Visibility, ...]:
    """How long writes took: all waits together, then those that each channel ended, then hidden tabs alone."""
    each = ((write, s) for subject in site.subjects for write in subject.writes for s in write.seen)
    seen = [s for write, s in each if not _held(site, write, s)]
    if not seen:
        return ()
    found = [_curve("all", "all", seen)]
    for way, _ in Counter(_ended_by(s) for s in seen if s.via).most_common():
        found.append(_curve(way, "way", [s for s in seen if _ended_by(s) == way]))
    for name, some in (("visible tabs", in_view(seen)), ("hidden tabs", in_hiding(seen))):
        if 0 < len(some) < len(seen):
            found.append(_curve(name, "tabs", some))
    return tuple(found)


def _ended_by(seen: SeenView) -> str:
    """What ended a wait; a page that was loaded again may ask for it only later."""
    return "reload" if reloaded(seen) else str(seen.via or "")


def _curve(name: str, group: Literal["all", "way", "tabs"], seen: list[SeenView]) -> Visibility:
    found = curve(samples(seen, by_itself=group != "way"))
    return Visibility(
        channel=name, group=group, count=found.count, censored=found.censored, median_s=found.quantile(0.5),
        p90_s=found.quantile(0.9), steps=tuple((round(at, 4), round(left, 4)) for at, left in found.steps),
    )  # fmt: skip


# ── what was done ─────────────────────────────────────────────────────────────────────────────────────────────────────


def tests(site: Site) -> Iterator[Claim]:
    """The experiments whose marks name a tab of the site, each with its steps."""
    for name, steps in site.steps.items():
        ran = "; ".join(step.text for step in steps)
        yield Claim(text=f"**{name}**: {ran}.", events=tuple(step.seq for step in steps))


def called(site: Site) -> dict[str, tuple[Claim, ...]]:
    """What each step of an experiment called forth, by the experiment."""
    return {name: tuple(_called(site, step) for step in steps) for name, steps in site.steps.items()}


def _called(site: Site, step: Step) -> Claim:
    anyway = repeating(site)
    found = list(step.of(site.labels, anyway))
    told = ", ".join(text for text, _ in found[:_CALLED]) or "nothing"
    if not found and (beats := list(dict.fromkeys(what for _, what in step.called if what in anyway))):
        told = f"nothing but what repeats by itself ({', '.join(beats)})"
    more = f" and {many(len(found) - _CALLED, 'more')}" if len(found) > _CALLED else ""
    return Claim(text=f"{step.text} → {told}{more}", events=(step.seq, *(seq for _, seq in found[:4])))


# ── the timeline ──────────────────────────────────────────────────────────────────────────────────────────────────────


def lanes(site: Site, start: float) -> tuple[Lane, ...]:
    """The tabs' timelines over the whole recording."""
    titles = {tab.label: tab.title or tab.url for tab in site.tabs}
    return tuple(
        Lane(
            tab=lane.tab, title=titles.get(lane.tab, ""),
            spans=tuple((round(s.start - start, 3), round(s.end - start, 3), s.what) for s in lane.spans),
            moments=tuple((round(tick.at - start, 3), tick.what) for tick in lane.ticks),
        )
        for lane in site.found.lanes
        if lane.tab in site.labels
    )  # fmt: skip
