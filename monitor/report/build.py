"""A report from recordings: one pass over the events of each, then the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from monitor.formats.collect import Formats
from monitor.model import Event, Gap
from monitor.report import breaks, findings, questions
from monitor.report.changes import comparisons
from monitor.report.diagram import diagram, written
from monitor.report.gather import Gatherer
from monitor.report.model import Claim, Comparison, Report, SiteReport
from monitor.report.summary import Site, request, summary
from monitor.report.tradeoffs import tradeoffs
from monitor.report.ways import polls
from monitor.report.words import many, often
from monitor.sites.profile import Profile
from monitor.sync.analysis import Analysis

FOREVER_S = 1e12
_EVIDENCE = 12
_GAPS = 20


class Reading:
    """One recording on its way to a report: feed it every event."""

    def __init__(self, name: str, profiles: Sequence[Profile]) -> None:
        self._name = name
        self._profiles = tuple(profiles)
        self._analysis = Analysis(profiles)
        self._formats = Formats(profiles)
        self._facts = Gatherer(self._analysis, profiles)
        self._gaps: list[Gap] = []
        self._last = 0.0

    def feed(self, event: Event) -> None:
        """Take one event into account."""
        decoded = self._analysis.feed(event)
        self._formats.feed(event, decoded)
        self._facts.feed(event, decoded)
        if isinstance(event, Gap) and len(self._gaps) < _GAPS:
            self._gaps.append(event)
        self._last = max(self._last, event.time)

    def columns(self, *, final: bool = True) -> Iterator[SiteReport]:
        """A column for each site that had a tab, in the order in which they appeared. final: no more is to come."""
        if final:
            self._formats.settle()
            self._analysis.state.reconnects.advance(FOREVER_S)  # what was said in the last seconds is all there is
        types = self._formats.report().types
        found = self._analysis.snapshot(FOREVER_S)
        names = dict.fromkeys(tab.site for tab in found.tabs if tab.site)
        for name in names:
            yield self._column(Site(name, self._facts, self._analysis, found, types))

    def _column(self, site: Site) -> SiteReport:
        found = site.found
        start = found.recording.started
        site.results = findings.results(site)
        site.outages = breaks.outages(site, start)
        waits = findings.visibility(site)
        duration = max(0.0, self._last - start)
        profile = next((one for one in self._profiles if one.name == site.name), None)
        return SiteReport(
            site=site.name, title=(profile.title if profile else "") or site.name, capture=self._name, started=start,
            duration=duration, browser=found.recording.browser, events=found.recording.events,
            tabs=tuple(tab.label for tab in site.tabs), summary=summary(site), verdict=_verdict(site),
            diagram=diagram(site.name, start, self._facts, self._analysis, found),
            evidence=tuple(_evidence(site)), addresses=tuple(_addresses(site)), results=site.results,
            behaviour=tuple(findings.behaviour(site)), consistency=tuple(findings.consistency(site)), visibility=waits,
            outages=site.outages, recovery=tuple(breaks.recovery(site)),
            tradeoffs=tradeoffs(site, waits, duration), clocks=site.delays.clocks, latencies=site.delays.latencies,
            displays=site.delays.displays, formats=questions.format_rows(site),
            questions=questions.questions(site), tests=tuple(findings.tests(site)), called=findings.called(site),
            gaps=tuple(self._told_gaps(site)), lanes=findings.lanes(site, start),
        )  # fmt: skip

    def _told_gaps(self, site: Site) -> Iterator[Claim]:
        told: dict[str, list[Gap]] = {}
        for gap in self._gaps:
            if gap.tab is None or gap.tab in site.labels:
                told.setdefault(gap.reason, []).append(gap)
        for reason, gaps in told.items():
            again = f", {many(len(gaps), 'time')}" if len(gaps) > 1 else ""
            yield Claim(text=f"{reason}{again}", events=tuple(gap.seq for gap in gaps[:5]))


def _verdict(site: Site) -> str:
    verdicts = list(site.verdicts)
    return verdicts[0] if len(verdicts) == 1 else "mixed" if verdicts else "unknown"


def _evidence(site: Site) -> Iterator[Claim]:
    """The requests that make the channel, then those that write and recover."""
    roles = [one for role in ("init", "push-registration", "recovery") for one in site.facts.of_role(site.name, role)]
    roles += [one for one in site.facts.endpoints_of(site.name) if one.resource == "eventsource"]
    roles += [poll.endpoint for poll in polls(site) if poll.news and poll.endpoint not in roles]
    for one in roles[:_EVIDENCE]:
        yield Claim(text=f"{request(one)}, {often(one.count)}", events=(one.seq, *one.answers[:1]))
    writes: dict[str, list[int]] = {}
    for write in (write for subject in site.subjects for write in subject.writes if write.request):
        writes.setdefault(written(site.facts, write), []).append(write.seq)
    for text, seqs in list(writes.items())[:4]:
        yield Claim(text=f"{text} writes, {often(len(seqs))}", events=tuple(seqs[:5]))


def _addresses(site: Site) -> Iterator[Claim]:
    """The addresses of sockets, as patterns."""
    for pattern in dict.fromkeys(one.pattern for one in site.sockets):
        seqs = [one.seq for one in site.sockets if one.pattern == pattern]
        yield Claim(text=f"`{pattern}`", events=tuple(seqs[:5]))


def build(recordings: Iterable[tuple[str, Iterable[Event]]], profiles: Sequence[Profile] = ()) -> Report:
    """The report of some recordings: `(name, events)` each."""
    columns: list[SiteReport] = []
    notes: list[str] = []
    for name, events in recordings:
        reading = Reading(name, profiles)
        for event in events:
            reading.feed(event)
        found = list(reading.columns())
        columns += found
        if not found:
            notes.append(f"{name}: no tab was recorded")
    first = list(dict.fromkeys(column.site for column in columns))  # those of one site stand beside each other
    sites = tuple(labelled(sorted(columns, key=lambda column: first.index(column.site))))
    return Report(
        title="Realtime sync comparison", sites=sites, notes=tuple(notes), comparisons=tuple(comparisons(sites))
    )


def hidden(report: Report, hide: Callable[[Any], Any]) -> Report:
    """The report with what `hide` replaces in plain data."""
    sites = [msgspec.convert(hide(msgspec.to_builtins(site)), SiteReport) for site in report.sites]
    found = [msgspec.convert(hide(msgspec.to_builtins(one)), Comparison) for one in report.comparisons]
    return msgspec.structs.replace(report, sites=tuple(sites), comparisons=tuple(found))


def labelled(columns: Sequence[SiteReport]) -> Iterator[SiteReport]:
    """Columns of one site in several recordings are told apart by the recording's name."""
    for column in columns:
        twice = sum(other.site == column.site for other in columns) > 1
        yield msgspec.structs.replace(column, label=f"{column.title} ({column.capture})" if twice else column.title)
