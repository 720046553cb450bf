"""The report as data: what Markdown, HTML and JSON are made from.

Every claim names the events it rests on, by number, in the capture of its site. What a recording could not tell is a
claim that is not `known`, with the experiment that would tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from monitor.report.words import connection, many, seconds
from monitor.sync.channel_views import ClockView, DisplayView, LatencyView

Aspect = Literal["mechanism", "connection", "init", "multi-tab", "recovery"]
Party = Literal["tab", "other", "server", "push", "worker"]
UNKNOWN = "not observed"
_TESTED: tuple[tuple[Aspect, str, str], ...] = (
    ("multi-tab", "multi-tab", "Multi-tab sync?"),
    ("recovery", "offline", "Offline recovery?"),
)
"""The rows of the summary that an experiment tests, with the question that it answers."""
RESULTS = 20
LATE_S = 2.0  # what comes by itself so late is told as late
SHOWN = 5  # of the events that a claim rests on


def shown(events: Iterable[int]) -> tuple[int, ...]:
    """Of the events that a claim rests on, those that are named beside it: the first few, each once."""
    return tuple(dict.fromkeys(events))[:SHOWN]


class _Frozen(msgspec.Struct, frozen=True, kw_only=True):
    pass


class Claim(_Frozen, frozen=True):
    """One statement. events: the numbers of those it rests on. known: False where the recording does not tell."""

    text: str
    events: tuple[int, ...] = ()
    known: bool = True


class Step(_Frozen, frozen=True):
    """One arrow of the sequence diagram. at: seconds since the recording began. what: what it is, for its colour."""

    at: float
    source: Party
    to: Party
    label: str
    seq: int
    what: Literal["request", "answer", "socket", "frame", "push", "stream", "reload", "other"] = "other"


class Result(_Frozen, frozen=True):
    """One row of the multi-tab test: a write, and how one other tab fared.

    wait_s: seconds until it was shown, or as long as it was waited for in vain (`censored`). written: a tab was seen to
    write it; else it was shown in that tab first. held: what came to the other tab was held back for a part of it.
    """

    subject: str
    writer: str
    tab: str
    wait_s: float
    censored: bool
    via: str | None
    prompted_by: str | None
    why: str
    write_seq: int
    seen_seq: int | None
    hidden: bool = False
    written: bool = True
    held: bool = False

    @property
    def fate(self) -> str:
        """Such as `Tab B keeps up`."""
        by_itself = not self.censored and self.via != "reload" and self.prompted_by not in ("reload", "focus")
        how = "lags behind" if by_itself else "never showed it" if self.censored else "shows stale state"
        how = "keeps up" if not self.censored and self.wait_s < (LATE_S if by_itself else 1.0) else how
        why = "hidden" if self.hidden else "held back" if self.held else ""
        return f"Tab {self.tab} {how}{f' ({why})' if why else ''}"


class Visibility(_Frozen, frozen=True):
    """How long writes took to be seen. channel: by what, `all` for all together (a reload ends none by itself).

    group: whether the waits are all, those that one way ended, or those of visible or hidden tabs.
    steps: the curve, the share that still waits after each time.
    """

    channel: str
    count: int
    censored: int
    median_s: float | None
    p90_s: float | None
    steps: tuple[tuple[float, float], ...] = ()
    group: Literal["all", "way", "tabs"] = "all"


class Outage(_Frozen, frozen=True):
    """A break of a connection, or a time offline, and how it was mended. ended_s: None while it lasts.

    meanwhile: what became of what other tabs wrote in that time; untouched: which connections brought that at once, as
    if nothing had been; both are part of `text`.
    """

    tab: str
    what: Literal["connection", "offline"]
    channel: str
    at: float
    ended_s: float | None
    waits: tuple[float, ...] = ()
    text: str = ""
    meanwhile: str = ""
    untouched: str = ""
    events: tuple[int, ...] = ()

    @property
    def head(self) -> str:
        """Such as `B lost its socket at 6.8 s, for 3.2 s`."""
        what = "was offline" if self.what == "offline" else f"lost its {connection(self.channel)}"
        lasted = f"for {seconds(self.ended_s)}" if self.ended_s is not None else "to the end"
        return f"{self.tab} {what} at {seconds(self.at)}, {lasted}"


class FormatRow(_Frozen, frozen=True):
    """One type of message. triggered: in words, empty where nothing tells. example: shortened JSON."""

    channel: str
    dir: str
    protocol: str
    type: str
    count: int
    bytes: int
    period_s: float | None
    fields: tuple[str, ...]
    triggered: str
    example: str
    seq: int | None


class Question(_Frozen, frozen=True):
    """An open question and its answer, or the experiment that would answer it; none where it was carried out."""

    question: str
    answer: Claim
    experiment: str = ""


class Lane(_Frozen, frozen=True):
    """One tab's timeline: stretches `(from, to, what)` and moments `(at, what)`, seconds since the recording began."""

    tab: str
    title: str
    spans: tuple[tuple[float, float, str], ...] = ()
    moments: tuple[tuple[float, str], ...] = ()


class Cited(_Frozen, frozen=True):
    """An event that claims rest on, in a line. at: seconds since the recording began. way: an arrow, or nothing."""

    seq: int
    at: float
    tab: str
    way: str
    kind: str
    text: str


class SiteReport(_Frozen, frozen=True):
    """One application in one recording: one column of the comparison.

    label: what tells this column from another of the same site. duration: seconds.
    tradeoffs: measured numbers by what they measure. clocks, latencies, displays: as the analysis has them.
    tests: the experiments that were carried out. called: by experiment, what each of its steps called forth.
    cited: the events that the claims rest on, where a document shows them.
    """

    site: str
    title: str
    capture: str
    label: str = ""
    started: float = 0.0
    duration: float = 0.0
    browser: str = ""
    events: int = 0
    tabs: tuple[str, ...] = ()
    summary: dict[Aspect, Claim] = {}
    verdict: str = "unknown"
    diagram: tuple[Step, ...] = ()
    evidence: tuple[Claim, ...] = ()
    addresses: tuple[Claim, ...] = ()
    results: tuple[Result, ...] = ()
    behaviour: tuple[Claim, ...] = ()
    consistency: tuple[Claim, ...] = ()
    visibility: tuple[Visibility, ...] = ()
    outages: tuple[Outage, ...] = ()
    recovery: tuple[Claim, ...] = ()
    tradeoffs: dict[str, Claim] = {}
    clocks: tuple[ClockView, ...] = ()
    latencies: tuple[LatencyView, ...] = ()
    displays: tuple[DisplayView, ...] = ()
    formats: tuple[FormatRow, ...] = ()
    questions: tuple[Question, ...] = ()
    tests: tuple[Claim, ...] = ()
    called: dict[str, tuple[Claim, ...]] = {}
    gaps: tuple[Claim, ...] = ()
    lanes: tuple[Lane, ...] = ()
    cited: tuple[Cited, ...] = ()

    @property
    def told_results(self) -> tuple[Result, ...]:
        """The rows that the document shows: all, or of many those that took longest, in their order."""
        longest = sorted(self.results, key=lambda row: (not row.censored, -row.wait_s))[:RESULTS]
        return tuple(row for row in self.results if row in longest)

    @property
    def other_results(self) -> str:
        """What it says of the rest; empty where there is none."""
        shown = self.told_results
        rest = [row for row in self.results if row not in shown]
        longest = max((row.wait_s for row in rest), default=0.0)
        return f"and {many(len(rest), 'more')}, each shown within {seconds(longest)}" if rest else ""

    @property
    def untested(self) -> dict[str, list[str]]:
        """The experiments that would answer what the recording does not, with their questions."""
        found: dict[str, list[str]] = {}
        for aspect, experiment, question in _TESTED:
            if aspect in self.summary and not self.summary[aspect].known and experiment not in self.called:
                found[experiment] = [question]
        for one in self.questions:
            if not one.answer.known and one.experiment:
                found.setdefault(one.experiment, []).append(one.question)
        return found


class Change(_Frozen, frozen=True):
    """One thing that two recordings of a site tell otherwise, each with its own events."""

    what: str
    before: Claim
    after: Claim


class Comparison(_Frozen, frozen=True):
    """Two columns of one site, by their numbers: what changed, and in words what was compared and did not.

    untold: what could not be compared, as one of the recordings does not tell it.
    """

    before: int
    after: int
    changes: tuple[Change, ...] = ()
    same: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


class Report(_Frozen, frozen=True):
    """The comparison: a column for each site of each recording. notes: what to know about the recordings.

    comparisons: where a site has several columns, what changed from each to the next.
    """

    title: str
    sites: tuple[SiteReport, ...] = ()
    notes: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()

    def document(self) -> dict[str, Any]:
        """The report as plain data, for JSON."""
        return {"syncmon": 1, **msgspec.to_builtins(self)}
