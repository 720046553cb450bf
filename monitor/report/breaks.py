"""How connections broke and tabs were offline, and what mended it: each break with its ladder, the rules in words."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.model import Action
from monitor.report.model import Claim, Outage, Result
from monitor.report.summary import Site
from monitor.report.words import address, brief, connection, listed, many, often, seconds
from monitor.sync.channel_views import ConnectionView, OutageView, ReconnectView
from monitor.sync.snapshot import Lane as LaneView
from monitor.sync.snapshot import WriteView

RECOVERY_S = 10.0  # what a page asks this soon after it is on the network again, it asks because of that
_LADDER, _LADDERS = 12, 4
_HELD = {"socket": "socket", "sse": "EventSource"}
_WENT_ON = "went on to bring messages"
MOMENT_S = 0.001
CUT_S = 4.0  # a break this near to a cut is its doing


def outages(site: Site, start: float) -> tuple[Outage, ...]:
    """Every break of a connection, and every time a tab was offline, in order."""
    cuts = [(one.tab, one.time) for one in site.facts.actions if one.do == "cut" and one.ok]
    views = [view for view in site.found.reconnects if view.tab in site.labels]
    found = [one for view in views for one in _breaks(view, start, cuts)]
    for lane in site.found.lanes:
        if lane.tab in site.labels:
            found += [
                _time_offline(site, lane, span.start, span.end, start) for span in lane.spans if span.what == "offline"
            ]
    return tuple(sorted(found, key=lambda one: one.at))


def _breaks(view: ReconnectView, start: float, cuts: list[tuple[str | None, float]]) -> Iterator[Outage]:
    for one in view.outages:
        cut = any(tab == view.tab and abs(one.at - at) <= CUT_S for tab, at in cuts)
        said = ["it was cut on purpose"] if cut else [one.because] if one.because else []
        said += [f"after {seconds(one.quiet_s)} of silence"] if one.quiet_s > 5 and not cut else []
        if one.end is not None:
            said.append(f"back at attempt {len(one.waits)}")
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


def _time_offline(site: Site, lane: LaneView, since: float, until: float, start: float) -> Outage:
    meanwhile = _meanwhile(site, lane.tab, since, until)
    said = [part for part in (*_offline(site, lane, since, until), meanwhile) if part]
    return Outage(
        tab=lane.tab, what="offline", channel="network", at=since - start, ended_s=until - since,
        text=f"{'; '.join(said)}." if said else "nothing was seen to follow from it.", meanwhile=meanwhile,
        untouched=_untouched(site, said, lane.tab, since, until),
        events=_switched(site.facts.actions, lane.tab, since, until),
    )  # fmt: skip


def _offline(site: Site, lane: LaneView, since: float, until: float) -> list[str]:
    """What a time offline did: which connections ended in it, and what was asked after it.

    What a page asks because it was loaded again is no recovery.
    """
    tab = lane.tab
    closed = [c for c in site.connections if c.tab == tab and c.channel not in _HELD and c.opened < since
              and c.closed is not None and since <= c.closed <= until]  # fmt: skip
    held = [c for c in site.connections if c.tab == tab and c.channel in _HELD
            and (c.late or c.opened < since) and (c.closed is None or c.closed > until)]  # fmt: skip
    said = [f"{many(len(closed), 'stream')} ended"] if closed else []
    said += [_kept(site, tab, channel, held, since, until) for channel in dict.fromkeys(c.channel for c in held)]
    said += [_down(view, one, until) for view, one in _broken(site, tab, since, until)]
    loads = [tick.at for tick in lane.ticks if tick.what == "reload" and tick.at > until]
    end = min([until + RECOVERY_S, *loads])
    asked = [
        f"`{one.method} /{one.pattern.partition('://')[2].partition('/')[2]}`"
        for one in site.facts.of_role(site.name, "recovery")
        if any(asker == tab and until <= at < end for asker, at in one.times)
    ]
    said += [f"recovery asked {listed(asked[:3])}"] if asked else []
    return said


def _meanwhile(site: Site, tab: str, since: float, until: float) -> str:
    """What became of what other tabs wrote while a tab was offline; empty where they wrote nothing."""
    late = [row for row in site.results if row.tab == tab and _during(site, row, since, until)]
    if not late:
        return ""
    if any(row.censored for row in late):
        return "what was written meanwhile never came"
    last = max(late, key=lambda row: row.wait_s)
    return f"what was written meanwhile came after {brief(last.wait_s)}, by {last.via}"


def _untouched(site: Site, said: list[str], tab: str, since: float, until: float) -> str:
    """Which connections brought to a tab that was offline what was written then; empty where it came later."""
    rows = [row for row in site.results if row.tab == tab and _during(site, row, since, until)]
    ends = [write.at + row.wait_s for row in rows for write in _writes(site, row)]
    late = not ends or any(row.censored for row in rows) or max(ends) > until
    return "" if late else next((part for part in said if _WENT_ON in part), "")


def _broken(site: Site, tab: str, since: float, until: float) -> Iterator[tuple[ReconnectView, OutageView]]:
    """The breaks that lasted while a tab was offline."""
    for view in site.found.reconnects:
        if view.tab == tab:
            yield from ((view, one) for one in view.outages if one.at < until and (one.end is None or one.end > since))


def _down(view: ReconnectView, one: OutageView, until: float) -> str:
    tries = f" after {many(len(one.waits), 'attempt')}" if one.waits else ""
    if one.end is None:
        return f"its {_HELD.get(view.channel, view.channel)} was lost, and is not back{tries}"
    late = f"{seconds(one.end - until)} after the network was" if one.end > until else "before the network was"
    return f"its {_HELD.get(view.channel, view.channel)} was lost, and back{tries}, {late}"


def _kept(site: Site, tab: str, channel: str, held: list[ConnectionView], since: float, until: float) -> str:
    """What came over connections that a tab kept while it was offline: a browser may let go on what is open."""
    mine = {one.connection for one in held if one.channel == channel}
    packets = site.analysis.state.network.logs[tab].between(since, until)
    came = sum(packet.dir == "in" and packet.connection in mine for packet in packets)
    brought = f"{_WENT_ON} ({came})" if came else "brought nothing"
    return f"{many(len(mine), _HELD[channel])} stayed open and {brought}"


def _during(site: Site, row: Result, since: float, until: float) -> bool:
    return any(since <= write.at <= until for write in _writes(site, row))


def _writes(site: Site, row: Result) -> list[WriteView]:
    return [write for subject in site.subjects for write in subject.writes if write.seq == row.write_seq]


def _switched(actions: list[Action], tab: str, since: float, until: float) -> tuple[int, ...]:
    """What took a tab off the network for this time, and put it back."""
    mine = [one for one in actions if one.do == "offline" and one.tab == tab]
    return tuple(one.seq for one in mine if since - MOMENT_S <= one.time <= until + MOMENT_S)[:4]


def recovery(site: Site) -> Iterator[Claim]:
    """How it reconnects and what it asks, in words."""
    for view in site.found.reconnects:
        if view.tab in site.labels:
            rule = view.rule or "too few attempts to tell the rule"
            waits = [", ".join(seconds(wait) for wait in one.waits[:_LADDER]) for one in view.outages if one.waits]
            tried = f"it tried again after {'; after '.join(waits[:_LADDERS])}" if waits else "no attempt followed"
            text = f"{view.tab}'s {connection(view.channel)} broke {often(len(view.outages))}; {tried}; {rule}."
            yield Claim(text=text, events=tuple(one.seq for one in view.outages[:5]))
    for one in site.facts.of_role(site.name, "recovery"):
        several = len(one.statuses) > 1
        answers = listed([f"{f'{n} × ' if several else ''}{status}" for status, n in one.statuses.most_common(3)])
        told = f" and answered {answers}" if answers else ", and not answered"
        yield Claim(
            text=f"`{one.method} {address(one.pattern)}` was asked {often(one.count)}{told}.",
            events=(one.seq, *one.answers[:1]),
        )
