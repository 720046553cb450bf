"""The summary's rows of one site: mechanism, connection, how it starts, syncs and recovers."""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from monitor.formats.model import TypeFormat
from monitor.report.gather import Gatherer
from monitor.report.latency import Delays
from monitor.report.model import UNKNOWN, Aspect, Claim, Outage, Result
from monitor.report.steps import Step
from monitor.report.traffic import Endpoint, Socket
from monitor.report.ways import Way, asked, polls, ways
from monitor.report.words import address, cut, many, often, seconds
from monitor.report.words import request as request_of
from monitor.sites.address import origin_of
from monitor.sync.analysis import Analysis
from monitor.sync.channel_views import ConnectionView, PushView
from monitor.sync.snapshot import Snapshot

_TAB = re.compile(r"\btab ([A-Z]{1,3})\b")
LOADED_S = 3.0  # a page that did not open a connection in this time opens none because it was loaded
_VERDICTS = {
    "live-sync": "Real-time sync",
    "poll-sync": "Sync by polling",
    "push-sync": "Sync by push",
    "refresh-to-sync": "No real-time sync: a tab catches up when it is loaded again",
    "no-sync": "No sync: tabs that were behind stayed behind for as long as they were watched",
    "mixed": "Mixed: some tabs or writes sync, others do not",
}


class Site:
    """What one site's rows are made from."""

    def __init__(
        self, name: str, facts: Gatherer, analysis: Analysis, found: Snapshot, formats: tuple[TypeFormat, ...],
    ) -> None:  # fmt: skip
        self.name = name
        self.facts = facts
        self.found = found
        self.analysis = analysis
        self.formats = [msgspec.structs.replace(one, type=cut(one.type)) for one in formats if one.site == name]
        self.tabs = tuple(tab for tab in found.tabs if tab.site == name)
        self.labels = {tab.label for tab in self.tabs}
        self.sockets: list[Socket] = facts.sockets_of(name)
        self.subjects = [one for one in found.subjects if one.site == name]
        origins = {origin_of(tab.url) for tab in self.tabs}
        self.pushes: list[PushView] = [one for one in found.pushes if one.origin in origins]
        self.connections: list[ConnectionView] = [one for one in found.connections if one.tab in self.labels]
        self.loads = tuple(seq for seq, at in facts.loads.get(name, ()) if at + LOADED_S <= found.now)
        self.delays = Delays(name, found)
        self.results: tuple[Result, ...] = ()
        self.outages: tuple[Outage, ...] = ()
        self.written = {request_of(w.request) for one in self.subjects for w in one.writes if w.request}
        arrows = {"in": "◀", "out": "▶"}
        repeating = [one for one in self.formats if one.period_s is not None]
        self.beats = frozenset(f"{arrows.get(one.dir or '')} `{one.type or one.protocol}`" for one in repeating)
        self.steps: dict[str, list[Step]] = {}  # by experiment: those that name a tab of the site
        for step in facts.steps.all:
            self.steps.setdefault(step.experiment, []).append(step)
        for name, steps in list(self.steps.items()):
            if not {letter for step in steps for letter in _TAB.findall(step.text)} & self.labels:
                del self.steps[name]
        told = [one for one in self.subjects if one.verdict != "unknown"]
        # How its subjects fared: those that addresses are about, or, without any, the lists beside them.
        self.verdicts = Counter(one.verdict for one in [one for one in told if not one.list] or told)

    def held_back(self, tab: str | None, since: float, until: float) -> bool:
        """Whether what comes to a tab was held back by an experiment in some of that time."""
        known = self.analysis.state.tabs.get(tab or "")
        return known is not None and known.held_during(since, until) > 0

    @property
    def protocols(self) -> list[str]:
        """The protocols spoken over its sockets, the most frequent first."""
        return [name for name, _ in Counter(one.protocol for one in self.sockets if one.protocol).most_common()]


def summary(site: Site) -> dict[Aspect, Claim]:
    """The five rows."""
    return {
        "mechanism": mechanism(site),
        "connection": _connection(site),
        "init": _init(site),
        "multi-tab": _multi_tab(site),
        "recovery": _recovery(site),
    }


def mechanism(site: Site) -> Claim:
    """The ways by which news can reach its pages by themselves."""
    found = ways(site)
    if not found:
        return Claim(
            text="none (only requests of the page's own were seen)", events=site.loads[:2], known=bool(site.tabs)
        )
    return Claim(text=", ".join(way.name for way in found), events=_of_each(found))


def _connection(site: Site) -> Claim:
    """What is held open, by whom; and what is asked on a period, whether or not it brings news."""
    found = ways(site)
    kinds = list(dict.fromkeys(way.connection for way in found))
    idle = [poll for poll in polls(site) if not poll.news][:2]
    kinds = kinds or ["Requests only"]
    kinds += [f"asks {asked(poll)}, which was not seen to bring news" for poll in idle]
    events = (*_of_each(found), *(poll.endpoint.seq for poll in idle))
    return Claim(text="; ".join(kinds), events=events or site.loads[:2], known=bool(site.tabs))


def _of_each(found: tuple[Way, ...]) -> tuple[int, ...]:
    """The first event of each way, then their others."""
    firsts = [way.events[0] for way in found if way.events]
    return tuple(dict.fromkeys([*firsts, *(seq for way in found for seq in way.events)]))[:5]


def _init(site: Site) -> Claim:
    found = [*site.facts.of_role(site.name, "init"), *site.facts.of_role(site.name, "push-registration")]
    own = [one for one in found if not is_foreign(one)] or found
    if own:
        return Claim(text="; ".join(request(one) for one in own[:2]), events=tuple(one.seq for one in own[:2]))
    opened = next((one for one in site.sockets if not one.late), None)
    if opened is not None:
        return Claim(text=f"none: the page opens `{opened.pattern}` without asking first", events=(opened.seq,))
    if site.sockets:
        first = site.sockets[0].seq
        text = "not observed: its sockets were open before the recording; load a page again while it is recorded"
        return Claim(text=text, events=(first,), known=False)
    return _plain_start(site)


def _plain_start(site: Site) -> Claim:
    """How a page without sockets begins: its EventSource and its polls need no other request before them."""
    found = [one for one in site.facts.endpoints_of(site.name) if one.resource == "eventsource"]
    if found:
        text = f"none: the page opens {request(found[0])} without asking first"
        return Claim(text=text, events=(found[0].seq,))
    if not site.loads:
        return Claim(text="not observed: load a page again while it is recorded", known=False)
    return Claim(text="none: its pages open no channel that would need one", events=site.loads[:3])


ON_FOCUS = "The others show it when they are turned to: a request brings it then; not before, as far as was seen"


def is_foreign(one: Endpoint) -> bool:
    """Whether an endpoint belongs to a push service, and not to the application."""
    return "googleapis.com" in one.pattern


def unjudged(site: Site) -> Claim:
    """Why no subject of a site has a verdict."""
    if not site.results:
        text = f"not tested: no write was seen while another tab showed the same; {would_tell(site, 'multi-tab')}"
        return Claim(text=text, known=False)
    why = "the other tabs were hidden" if all(row.hidden for row in site.results) else "not for long enough"
    if _unprompted(site):
        why = "why the other tabs asked for it was not seen: nothing prompted that, and no period shows yet"
    if any(site.analysis.state.tabs[row.tab].held for row in site.results):
        why = "what came to the other tabs was held back"
    writes = many(len({row.write_seq for row in site.results}), "write")
    events = tuple(row.write_seq for row in site.results[:5])
    text = f"not judged: {writes} seen, but {why}; {would_tell(site, 'multi-tab')}"
    return Claim(text=text, events=events, known=False)


def would_tell(site: Site, experiment: str) -> str:
    """What is to be done to find out; what was done is not asked for again."""
    done = experiment in site.steps
    return f"`syncmon experiment {experiment}` {'was carried out, and did not tell' if done else 'would tell'}"


def _unprompted(site: Site) -> bool:
    """Whether what was seen elsewhere was asked for there, and nobody knows why."""
    ended = [row for row in site.results if not row.censored]
    return bool(ended) and all(row.via == "refetch" and not row.prompted_by for row in ended)


def turned_to(site: Site) -> bool:
    """Whether what was seen elsewhere was asked for there as the tab was turned to."""
    ended = [row for row in site.results if not row.censored]
    return bool(ended) and all(row.prompted_by == "focus" for row in ended)


def _multi_tab(site: Site) -> Claim:
    verdicts = site.verdicts
    events = tuple(one.write_seq for one in site.results[:5])
    if not verdicts and turned_to(site):
        return Claim(text=ON_FOCUS, events=events)
    if not verdicts and not _unprompted(site):
        return unjudged(site)
    if not verdicts:
        text = "The others show it by themselves: a request brings it, and nothing was seen to prompt that"
        return Claim(text=text, events=events)
    verdict = verdicts.most_common(1)[0][0] if len(verdicts) == 1 else "mixed"
    longest = max((row.wait_s for row in site.results if row.censored), default=0.0)
    watched = f", for {seconds(longest)} at most" if verdict == "no-sync" and longest else ""
    return Claim(text=f"{_VERDICTS[verdict]}{watched}", events=events)


def _recovery(site: Site) -> Claim:
    questions = site.facts.of_role(site.name, "recovery")
    after = [
        request
        for view in site.found.reconnects
        if view.tab in site.labels
        for one in view.outages
        for request in one.asked
    ]
    parts = [f"`{address(one.pattern)}` asked {often(one.count)}" for one in questions[:3]]
    parts += [f"`{one}` after a break" for one in dict.fromkeys(after)][:3]
    broke = [view for view in site.found.reconnects if view.tab in site.labels]
    if broke:
        rules = "; ".join(dict.fromkeys(view.rule for view in broke if view.rule))
        parts.insert(0, f"reconnects ({rules or 'too few attempts to tell the rule'})")
    offline = [one for one in site.outages if one.what == "offline"]
    told = next((one for one in offline if one.meanwhile), offline[0] if offline else None)
    if told is not None and (told.meanwhile or not parts):
        came = told.meanwhile or told.text.rstrip(".")
        what = f"not put to the test, as {told.untouched}" if told.untouched else came
        parts.append(f"offline for {seconds(told.ended_s)}: {what}")
    if not parts:
        return Claim(text=f"{UNKNOWN}; {would_tell(site, 'offline')}", known=False)
    if not broke and not offline:
        parts.insert(0, "no break was seen")
    events = [one.seq for one in questions[:3]] + [one.outages[0].seq for one in broke[:2]]
    events += list(told.events) if told is not None else []
    return Claim(text="; ".join(parts), events=tuple(events))


# ── shared ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def request(one: Endpoint) -> str:
    """A request and its answer: `POST /notification/channels → 200`."""
    status = f" → {one.status}" if one.status is not None else ""
    return f"`{one.method} {address(one.pattern)}`{status}"
