"""The summary's rows and the trade-offs of one site: mechanism, connection, how it starts, syncs and recovers."""

from __future__ import annotations

from collections import Counter

from monitor.formats.model import TypeFormat
from monitor.report.gather import Endpoint, Gatherer, Socket
from monitor.report.latency import Delays, clock, latency
from monitor.report.model import UNKNOWN, Aspect, Claim, Result, Visibility
from monitor.report.ways import Way, asked, polls, ways
from monitor.report.words import address, many, seconds, size, spread
from monitor.sites.address import origin_of
from monitor.sync.analysis import Analysis
from monitor.sync.channel_views import ConnectionView, PushView
from monitor.sync.snapshot import Snapshot

LOADED_S = 3.0  # a page that did not open a connection in this time opens none because it was loaded
UNSEEN = Claim(text=UNKNOWN, known=False)
_VERDICTS = {
    "live-sync": "Real-time sync",
    "poll-sync": "Sync by polling",
    "push-sync": "Sync by push",
    "refresh-to-sync": "No real-time sync: a tab catches up when it is loaded again",
    "no-sync": "No sync: tabs that are behind stay behind",
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
        self.formats = [one for one in formats if one.site == name]
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
        told = [one for one in self.subjects if one.verdict != "unknown"]
        # How its subjects fared: those that addresses are about, or, without any, the lists beside them.
        self.verdicts = Counter(one.verdict for one in [one for one in told if not one.list] or told)

    @property
    def protocols(self) -> list[str]:
        """The protocols spoken over its sockets, the most frequent first."""
        return [name for name, _ in Counter(one.protocol for one in self.sockets if one.protocol).most_common()]


def summary(site: Site) -> dict[Aspect, Claim]:
    """The five rows."""
    return {
        "mechanism": _mechanism(site),
        "connection": _connection(site),
        "init": _init(site),
        "multi-tab": _multi_tab(site),
        "recovery": _recovery(site),
    }


def _mechanism(site: Site) -> Claim:
    found = ways(site)
    if not found:
        return Claim(
            text="none: only requests of the page's own were seen", events=site.loads[:2], known=bool(site.tabs)
        )
    return Claim(text=", ".join(way.name for way in found), events=_of_each(found))


def _connection(site: Site) -> Claim:
    """What is held open, by whom; and what is asked on a period, whether or not it brings news."""
    found = ways(site)
    kinds = list(dict.fromkeys(way.connection for way in found))
    idle = [poll for poll in polls(site) if not poll.news][:2]
    kinds = kinds or ["Requests only"]
    kinds += [f"asks {asked(poll)}, which was not seen to bring news" for poll in idle]
    return Claim(text="; ".join(kinds), events=(*_of_each(found), *(poll.endpoint.seq for poll in idle)),
                 known=bool(site.tabs))  # fmt: skip


def _of_each(found: tuple[Way, ...]) -> tuple[int, ...]:
    """The first event of each way, then their others."""
    firsts = [way.events[0] for way in found if way.events]
    return tuple(dict.fromkeys([*firsts, *(seq for way in found for seq in way.events)]))[:5]


def _init(site: Site) -> Claim:
    found = [*site.facts.of_role(site.name, "init"), *site.facts.of_role(site.name, "push-registration")]
    own = [one for one in found if not is_foreign(one)] or found
    if own:
        return Claim(text="; ".join(request(one) for one in own[:2]), events=tuple(one.seq for one in own[:2]))
    if not site.sockets:
        return Claim(text="none seen", known=False)
    seen = next((one for one in site.sockets if not one.late), None)
    if seen is None:
        first = site.sockets[0].seq
        return Claim(text="not observed: its sockets were open before the recording", events=(first,), known=False)
    return Claim(text=f"none: the page opens {seen.pattern} by itself", events=(seen.seq,))


def is_foreign(one: Endpoint) -> bool:
    """Whether an endpoint belongs to a push service, and not to the application."""
    return "googleapis.com" in one.pattern


def unjudged(site: Site) -> Claim:
    """Why no subject of a site has a verdict."""
    if not site.results:
        return Claim(text="not tested: no write was seen while another tab showed the same", known=False)
    why = "the other tabs were hidden" if all(row.hidden for row in site.results) else "not for long enough"
    writes = many(len({row.write_seq for row in site.results}), "write")
    events = tuple(row.write_seq for row in site.results[:5])
    return Claim(text=f"not judged: {writes} seen, but {why}", events=events, known=False)


def _multi_tab(site: Site) -> Claim:
    verdicts = site.verdicts
    if not verdicts:
        return unjudged(site)
    verdict = verdicts.most_common(1)[0][0] if len(verdicts) == 1 else "mixed"
    events = tuple(one.write_seq for one in site.results[:5])
    return Claim(text=_VERDICTS[verdict], events=events)


def _recovery(site: Site) -> Claim:
    questions = site.facts.of_role(site.name, "recovery")
    after = [
        request
        for view in site.found.reconnects
        if view.tab in site.labels
        for one in view.outages
        for request in one.asked
    ]
    parts = [f"`{address(one.pattern)}` asked {many(one.count, 'time')}" for one in questions[:3]]
    parts += [f"`{one}` after a break" for one in dict.fromkeys(after)][:3]
    broke = [view for view in site.found.reconnects if view.tab in site.labels]
    if broke:
        rules = "; ".join(dict.fromkeys(view.rule for view in broke if view.rule))
        parts.insert(0, f"reconnects ({rules or 'too few attempts to tell the rule'})")
    if not parts:
        return UNSEEN
    if not broke and not any(one.do == "offline" for one in site.facts.actions):
        parts.insert(0, "no break was seen")
    events = [one.seq for one in questions[:3]] + [one.outages[0].seq for one in broke[:2]]
    return Claim(text="; ".join(parts), events=tuple(events))


# ── trade-offs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def tradeoffs(site: Site, waits: tuple[Visibility, ...], duration: float) -> dict[str, Claim]:
    """Measured numbers, by what they measure."""
    return {
        "Real-time approach": _mechanism(site),
        "Connection overhead": _overhead(site, duration),
        "Latency": latency(site.delays),
        "Server's clock": clock(site.delays),
        "Latency of the word": _latency(site),
        "Until a write is seen elsewhere": _visibility(site, waits),
        "Infrastructure": _infrastructure(site),
    }


def _overhead(site: Site, duration: float) -> Claim:
    minutes = duration / 60 * max(1, len({one.tab for one in site.sockets}))
    if not site.sockets:
        held = "none held by the page" if site.tabs else UNKNOWN
        pushes = f"; {many(len(site.pushes), 'push', 'pushes')} came" if site.pushes else ""
        return Claim(text=held + pushes, events=tuple(one.seq for one in site.pushes[:3]), known=bool(site.tabs))
    frames, volume = sum(one.frames for one in site.sockets), sum(one.bytes for one in site.sockets)
    rate = (
        f"{frames / minutes:.1f} frames and {size(volume / minutes)} a minute and tab"
        if minutes
        else many(frames, "frame")
    )
    return Claim(text=f"{many(len(site.sockets), 'socket')}, {rate}", events=tuple(s.seq for s in site.sockets[:3]))


def _latency(site: Site) -> Claim:
    """From a write's acknowledgement to the first message in another tab that names its subject."""
    found: list[tuple[float, int]] = []
    for subject in site.subjects:
        words = site.analysis.state.words.get((subject.site, subject.subject), ())
        for write in subject.writes:
            near = [w for w in words if w.tab != write.tab and -0.5 <= w.at - write.at <= 10.0]
            found += [(max(0.0, near[0].at - write.at), near[0].seq)] if near else []
    stages = [push.stages["dispatched"] for push in site.pushes if "dispatched" in push.stages]
    parts = [f"{spread([value for value, _ in found])} after the write"] if found else []
    if stages:
        parts.append(f"push received to dispatched: {spread(stages)}")
    if not parts:
        return UNSEEN
    return Claim(text="; ".join(parts), events=tuple(seq for _, seq in found[:5]) or (site.pushes[0].seq,))


def _visibility(site: Site, waits: tuple[Visibility, ...]) -> Claim:
    overall = next((one for one in waits if one.channel == "all"), None)
    if overall is None or not overall.count:
        return UNSEEN
    by = [
        f"{seconds(one.median_s)} by {one.channel}"
        for one in waits
        if one.channel != "all" and one.median_s is not None
    ]
    never = f"{overall.censored} of {overall.count} not by themselves" if overall.censored else ""
    events = tuple(row.seen_seq or row.write_seq for row in site.results[:5])
    return Claim(text="; ".join(part for part in (", ".join(by), never) if part) or "no wait ended", events=events)


def _infrastructure(site: Site) -> Claim:
    hosts = [one.host for one in site.sockets]
    push = site.facts.of_role(site.name, "push-registration")
    hosts += [one.pattern.partition("://")[2].partition("/")[0] for one in push if is_foreign(one)]
    if not hosts:
        return UNSEEN
    seqs = [one.seq for one in site.sockets[:2]] + [one.seq for one in push if is_foreign(one)]
    return Claim(text=", ".join(f"`{host}`" for host in dict.fromkeys(hosts)), events=tuple(seqs))


# ── shared ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def request(one: Endpoint) -> str:
    """A request and its answer: `POST /notification/channels → 200`."""
    status = f" → {one.status}" if one.status is not None else ""
    return f"`{one.method} {address(one.pattern)}`{status}"
