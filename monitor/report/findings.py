"""What the tests showed: the multi-tab results, the consistency model with its witnesses, breaks and recovery."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from monitor.model import Action
from monitor.report.model import Claim, Lane, Outage, Result, Visibility
from monitor.report.summary import Site, unjudged
from monitor.report.words import listed, many, seconds
from monitor.sync.channel_views import ReconnectView
from monitor.sync.snapshot import Lane as LaneView
from monitor.sync.snapshot import SeenView, WriteView
from monitor.sync.visibility import curve, samples

_EXPERIMENT = re.compile(r"experiment ([\w.-]{1,80}): (.{1,400})")  # as the experiment leaves its marks
_TAB = re.compile(r"\btab ([A-Z]{1,3})\b")
RECOVERY_S = 10.0  # what a page asks this soon after it is on the network again, it asks because of that
TOLD_S = 1.0  # what was out of order for less is not told once it is over
CUT_S = 4.0  # a break this near to a cut is its doing
GUARANTEES = ("read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads")
_MODELS = {
    "live-sync": "**live-sync**: what one tab writes, the others show by themselves.",
    "poll-sync": "**poll-sync**: the others show it when they next ask, as they do on a period.",
    "push-sync": "**push-sync**: a push makes the others show it.",
    "refresh-to-sync": "**refresh-to-sync**: the others show it when they are loaded again, and not before.",
    "no-sync": "**no-sync**: the others did not show it while they were watched.",
    "mixed": "**mixed**: not all writes or tabs fare alike; the results above tell which.",
}


def results(site: Site) -> tuple[Result, ...]:
    """A row for each write and other tab, in the order of the writes."""
    rows = [
        _result(subject.subject, write, seen)
        for subject in site.subjects
        for write in subject.writes
        for seen in write.seen
    ]
    return tuple(sorted(rows, key=lambda row: row.write_seq))


def _result(subject: str, write: WriteView, seen: SeenView) -> Result:
    return Result(
        subject=subject, writer=write.tab, tab=seen.tab, wait_s=round(seen.waited_s, 3), censored=seen.censored,
        via=seen.via, prompted_by=seen.prompted_by, why=seen.why, write_seq=write.seq, seen_seq=seen.event_seq,
        hidden=seen.hidden_s * 2 > seen.waited_s > 0,
    )  # fmt: skip


def behaviour(site: Site) -> Iterator[Claim]:
    """The longest waits in words, then what pushes did."""
    rows = sorted(site.results, key=lambda row: -row.wait_s)
    for row in [row for row in rows if row.why][:4]:
        yield Claim(text=row.why, events=tuple(seq for seq in (row.write_seq, row.seen_seq) if seq is not None))
    if site.pushes:
        healed = sum(bool(push.healed) for push in site.pushes)
        reached = sum(bool(push.reached) for push in site.pushes)
        failed = sum(push.status == "failed" for push in site.pushes)
        came = f"{many(len(site.pushes), 'push', 'pushes')} came; {reached} reached a page"
        text = f"{came}, {healed} brought a tab up to date" + (f", {failed} failed" if failed else "")
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
        yield Claim(text=f"{_MODELS[verdict]} {told}.", events=tuple(row.write_seq for row in rows[:5]))
    seqs = tuple(write.seq for subject in site.subjects for write in subject.writes)
    for one in site.subjects:
        if one.list and one.verdict != "unknown":
            events = tuple(write.seq for write in one.writes[:5])
            yield Claim(text=f"The list of {one.list} beside the pages: {_MODELS[one.verdict]}", events=events)
    for guarantee in GUARANTEES:
        broken = [v for subject in site.subjects for v in subject.violations if v.guarantee == guarantee]
        name = guarantee.replace("-", " ")
        if not broken:
            yield Claim(text=f"{name}: held, as far as {many(len(seqs), 'write')} can tell.", events=seqs[:3])
        for violation in broken[:3]:
            who = " (of the user, going from tab to tab)" if violation.scope == "user" else ""
            yield Claim(text=f"{name} broken{who}: {violation.text}.", events=violation.witness)
    yield from disorders(site)


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
    seen = [s for subject in site.subjects for write in subject.writes for s in write.seen]
    if not seen:
        return ()
    found = [_curve("all", seen, by_itself=True)]
    for via, _ in Counter(s.via for s in seen if s.via).most_common():
        found.append(_curve(str(via), [s for s in seen if s.via == via], by_itself=False))
    for name, part in (("visible tabs", False), ("hidden tabs", True)):
        some = [s for s in seen if (s.hidden_s * 2 > max(s.waited_s, 1e-9)) == part]
        if 0 < len(some) < len(seen):
            found.append(_curve(name, some, by_itself=True))
    return tuple(found)


def _curve(name: str, seen: list[SeenView], *, by_itself: bool) -> Visibility:
    found = curve(samples(seen, by_itself=by_itself))
    return Visibility(
        channel=name, count=found.count, censored=found.censored, median_s=found.quantile(0.5),
        p90_s=found.quantile(0.9), steps=tuple((round(at, 4), round(left, 4)) for at, left in found.steps),
    )  # fmt: skip


# ── breaks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def outages(site: Site, start: float) -> tuple[Outage, ...]:
    """Every break of a connection, and every time a tab was offline, in order."""
    cuts = [(one.tab, one.time) for one in site.facts.actions if one.do == "cut" and one.ok]
    views = [view for view in site.found.reconnects if view.tab in site.labels]
    found = [one for view in views for one in _breaks(view, start, cuts)]
    for lane in site.found.lanes:
        if lane.tab in site.labels:
            found += [
                Outage(tab=lane.tab, what="offline", channel="network", at=span.start - start,
                       ended_s=span.end - span.start, text=_offline(site, lane, span.start, span.end),
                       events=_switched(site.facts.actions, lane.tab))
                for span in lane.spans if span.what == "offline"
            ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.at))


def _breaks(view: ReconnectView, start: float, cuts: list[tuple[str | None, float]]) -> Iterator[Outage]:
    for one in view.outages:
        cut = any(tab == view.tab and abs(one.at - at) <= CUT_S for tab, at in cuts)
        said = ["it was cut on purpose"] if cut else [one.because] if one.because else []
        said += [f"after {seconds(one.quiet_s)} of silence"] if one.quiet_s > 5 else []
        if one.end is not None:
            said.append(f"back at attempt {len(one.waits)}, {seconds(one.end - one.at)} later")
        else:
            said.append("not back" if one.waits else "no attempt followed")
        if one.resumed_with:
            said.append(f"it resumed with `{one.resumed_with}`")
        elif one.resubscribed:
            said.append("it subscribed anew")
        if one.repeated:
            said.append(f"{many(one.repeated, 'message')} came a second time")
        if one.asked:
            said.append("the page then asked " + listed([f"`{asked}`" for asked in one.asked]))
        yield Outage(
            tab=view.tab, what="connection", channel=view.channel, at=one.at - start,
            ended_s=one.end - one.at if one.end is not None else None, waits=one.waits,
            text=f"{'; '.join(said)}.", events=(one.seq,),
        )  # fmt: skip


def _offline(site: Site, lane: LaneView, since: float, until: float) -> str:
    """What a time offline did: which connections ended in it, what was asked after it, when all was whole again.

    What a page asks because it was loaded again is no recovery.
    """
    tab = lane.tab
    closed = [c for c in site.connections if c.tab == tab and c.closed is not None and since <= c.closed <= until]
    held = [c for c in site.connections if c.tab == tab and c.channel in ("socket", "sse") and c.opened < since
            and (c.closed is None or c.closed > until)]  # fmt: skip
    said = [f"{many(len(closed), 'connection')} ended"] if closed else []
    said += [f"{many(len(held), 'socket')} stayed open and stalled"] if held else []
    loads = [tick.at for tick in lane.ticks if tick.what == "reload" and tick.at > until]
    end = min([until + RECOVERY_S, *loads])
    asked = [
        f"`{one.method} /{one.pattern.partition('://')[2].partition('/')[2]}`"
        for one in site.facts.of_role(site.name, "recovery")
        if any(asker == tab and until <= at < end for asker, at in one.times)
    ]
    said += [f"recovery asked {listed(asked[:3])}"] if asked else []
    late = [row for row in site.results if row.tab == tab and _during(site, row, since, until)]
    if late:
        last = max(late, key=lambda row: row.wait_s)
        by = ", by reload" if last.via == "reload" else ""
        never = any(row.censored for row in late)
        said.append(
            "what was written meanwhile never came"
            if never
            else f"what was written meanwhile came after {seconds(last.wait_s)}{by}"
        )
    return "; ".join(said) + "." if said else "nothing followed from it."


def _during(site: Site, row: Result, since: float, until: float) -> bool:
    writes = (w for subject in site.subjects for w in subject.writes if w.seq == row.write_seq)
    return any(since <= write.at <= until for write in writes)


def _switched(actions: list[Action], tab: str) -> tuple[int, ...]:
    return tuple(one.seq for one in actions if one.do == "offline" and one.tab == tab)[:4]


def recovery(site: Site) -> Iterator[Claim]:
    """How it reconnects and what it asks, in words."""
    for view in site.found.reconnects:
        if view.tab in site.labels:
            rule = view.rule or "too few attempts to tell the rule"
            waits = [seconds(wait) for one in view.outages for wait in one.waits][:12]
            broke = f"{view.tab}'s {view.channel} broke {many(len(view.outages), 'time')}"
            text = f"{broke}; waits {', '.join(waits) or '–'}; {rule}."
            yield Claim(text=text, events=tuple(one.seq for one in view.outages[:5]))
    for one in site.facts.of_role(site.name, "recovery"):
        statuses = listed([f"{count} × {status}" for status, count in one.statuses.most_common(3)])
        yield Claim(
            text=f"`{one.method} {one.pattern}` was asked {many(one.count, 'time')} ({statuses}).", events=(one.seq,)
        )


def tests(site: Site) -> Iterator[Claim]:
    """The experiments whose marks name a tab of the site, each with its steps."""
    steps: dict[str, list[tuple[str, int]]] = {}
    for mark in site.facts.marks:
        if (found := _EXPERIMENT.match(mark.text)) is not None:
            steps.setdefault(found[1], []).append((found[2].rstrip(". "), mark.seq))
    for name, told in steps.items():
        if {letter for text, _ in told for letter in _TAB.findall(text)} & site.labels:
            ran = "; ".join(text for text, _ in told)
            yield Claim(text=f"**{name}**: {ran}.", events=tuple(seq for _, seq in told))


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
