"""What changed between two recordings of one application: what was told of both, and is no longer the same.

Numbers differ from recording to recording, so a wait counts as another one only where both recordings have enough of
them and chance hardly ever draws them so far apart (Mann and Whitney's test); what one recording does not tell is no
change, and a message type must have come a few times to be missed in the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import comb, erfc, sqrt
from statistics import median

from monitor.report.model import Aspect, Change, Claim, Comparison, FormatRow, Result, SiteReport
from monitor.report.words import many, seconds

ENOUGH = 5  # waits of each recording
SEEN = 3  # messages of a type that the other recording has none of
_CHANCE = 0.01
_RATIO, _LEAST_S = 1.3, 0.03  # waits that differ by less are the same to whoever waits
_ALIKE = 0.25  # numbers in words that differ by less are the same
_TYPES = 8
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_BROKEN = re.compile(r"\*\*([\w ]+)\*\* broken")
_RULE = re.compile(r"reconnects \(([^()]*)\)")
_OF_USER = "(of the user, going from tab to tab)"
_SO_FAR = "while it was recorded"
_HELD_OPEN = re.compile(r"Persistent, [^;]*")
_UNSEEN = re.compile(r"; asks [^;]*, which was not seen to bring news")  # a period shows in a long recording alone
_VAGUE = ("perhaps", "too few", "irregular")
_ASPECTS: tuple[tuple[Aspect, str], ...] = (
    ("mechanism", "Realtime mechanism"), ("connection", "Connection type"), ("init", "Init endpoint"),
)  # fmt: skip


def comparisons(sites: Sequence[SiteReport]) -> Iterator[Comparison]:
    """Each application that several recordings have, one recording after the other."""
    for name in dict.fromkeys(site.site for site in sites):
        columns = [number for number, site in enumerate(sites) if site.site == name]
        for before, after in pairwise(columns):
            one, other = sites[before], sites[after]
            if one.capture != other.capture:
                waits = list(_waits(one, other))
                found = [
                    *_told(one, other),
                    *(change for change, _ in waits if change is not None),
                    *_types(one, other),
                ]
                same = [*_same(one, other), *(text for _, text in waits if text)]
                yield Comparison(before=before, after=after, changes=tuple(found), same=tuple(same),
                                 untold=tuple(_untold(one, other)))  # fmt: skip


# ── what is told in words ──


def _told(one: SiteReport, other: SiteReport) -> Iterator[Change]:
    for aspect, what in _ASPECTS:
        before, after = one.summary.get(aspect), other.summary.get(aspect)
        if before is not None and after is not None and before.known and after.known and not alike(before, after):
            yield Change(what=what, before=before, after=after)
    if one.verdict != other.verdict and "unknown" not in (one.verdict, other.verdict):
        yield Change(what="Multi-tab sync", before=_verdict(one), after=_verdict(other))
    rules = [
        _RULE.search(site.summary["recovery"].text) if "recovery" in site.summary else None for site in (one, other)
    ]
    if all(rule is not None and not any(word in rule[1] for word in _VAGUE) for rule in rules):
        claims = [
            Claim(text=rule[1], events=site.summary["recovery"].events)
            for rule, site in zip(rules, (one, other), strict=True) if rule is not None
        ]  # fmt: skip
        if not alike(*claims):
            yield Change(what="Reconnecting", before=claims[0], after=claims[1])
    broken = _compared_breaks(one, other)
    for name in sorted(broken[0].keys() ^ broken[1].keys()):
        yield Change(
            what=f"Guarantee: {name}", before=_guarantee(broken[0].get(name)), after=_guarantee(broken[1].get(name))
        )
    yield from _losses(one, other)


def _breaks(site: SiteReport) -> dict[str, Claim]:
    """The broken guarantees; of one that is broken in a tab alone too, that."""
    told = [(name, claim) for claim in site.consistency for name in _BROKEN.findall(claim.text)]
    return dict(sorted(told, key=lambda one: _OF_USER not in one[1].text))


def _compared_breaks(one: SiteReport, other: SiteReport) -> list[dict[str, Claim]]:
    """Those of each recording; where tabs sync alike, not what only tells whether the user turned to one in time."""
    found = [_breaks(site) for site in (one, other)]
    if one.verdict != other.verdict:
        return found
    return [{name: claim for name, claim in broken.items() if _OF_USER not in claim.text} for broken in found]


def alike(one: Claim, other: Claim) -> bool:
    """Whether two claims say the same, but for numbers that are nearly so and what a recording was too short for."""
    before, after = _UNSEEN.sub("", one.text), _UNSEEN.sub("", other.text)
    if _SO_FAR in before or _SO_FAR in after:
        before, after = _HELD_OPEN.sub("Persistent", before), _HELD_OPEN.sub("Persistent", after)
    if _NUMBER.sub("#", before) != _NUMBER.sub("#", after):
        return False
    pairs = zip(map(float, _NUMBER.findall(before)), map(float, _NUMBER.findall(after)), strict=True)
    return all(abs(a - b) <= _ALIKE * max(a, b) for a, b in pairs)


def _verdict(site: SiteReport) -> Claim:
    found = site.summary["multi-tab"]
    return Claim(text=f"**{site.verdict}**: {found.text[0].lower()}{found.text[1:]}", events=found.events)


def _guarantee(broken: Claim | None) -> Claim:
    return Claim(text="broken", events=broken.events) if broken is not None else Claim(text="not seen to be broken")


def _losses(one: SiteReport, other: SiteReport) -> Iterator[Change]:
    """Writes that never came, where that is more than chance."""
    rows = [[row for row in site.results if not row.hidden and not row.held] for site in (one, other)]
    lost = [[row for row in some if row.censored] for some in rows]
    if (
        one.verdict == other.verdict
        and all(rows)
        and _fisher(*((len(a), len(b)) for a, b in zip(lost, rows, strict=True)))
    ):
        before, after = (
            Claim(text=f"{len(a)} of {many(len(b), 'wait')} never ended", events=tuple(row.write_seq for row in a))
            for a, b in zip(lost, rows, strict=True)
        )
        yield Change(what="Losses", before=before, after=after)


def _fisher(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether chance hardly ever parts so many losses so unevenly; each: losses, of so many."""
    (a, n), (b, m) = one, other
    ways = [comb(n, k) * comb(m, a + b - k) for k in range(a + b + 1)]
    return sum(way for way in ways if way <= ways[a]) <= _CHANCE * sum(ways)


# ── how long it took ──


def _waits(one: SiteReport, other: SiteReport) -> Iterator[tuple[Change | None, str]]:
    """By what brought it: a change, or in words that there is none."""
    before, after = _by_way(one.results), _by_way(other.results)
    for way in [way for way in before if way in after]:
        sides = [sorted(row.wait_s for row in rows[way]) for rows in (before, after)]
        told = f"{seconds(median(sides[0]))} → {seconds(median(sides[1]))}"
        counts = f"medians of {len(sides[0])} and {many(len(sides[1]), 'wait')}"
        if min(map(len, sides)) < ENOUGH:
            yield None, f"the wait by {way}: {told} ({counts}, too few to tell a change)"
        elif differ(*sides):
            claims = [
                Claim(
                    text=f"{seconds(median(side))} (median of {len(side)}; {seconds(side[0])} … {seconds(side[-1])})",
                    events=tuple(row.write_seq for row in rows[way]),
                )
                for side, rows in zip(sides, (before, after), strict=True)
            ]
            yield Change(what=f"Wait until it is shown, by {way}", before=claims[0], after=claims[1]), ""
        else:
            yield None, f"the wait by {way}: {told} ({counts}, within their spread)"


def _by_way(rows: Iterable[Result]) -> dict[str, list[Result]]:
    found: dict[str, list[Result]] = {}
    for row in rows:
        if (
            row.via not in (None, "reload")
            and row.prompted_by != "reload"
            and not (row.censored or row.hidden or row.held)
        ):
            found.setdefault(str(row.via), []).append(row)
    return found


def differ(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two sets of waits are of another length: so much that a user has to do with it, and not by chance."""
    low, high = sorted((median(one), median(other)))
    if high - low < _LEAST_S or high < _RATIO * low:
        return False
    n, m = len(one), len(other)
    wins = sum((a > b) + (a == b) / 2 for a in one for b in other)
    spread = sqrt(n * m * (n + m + 1) / 12)
    return erfc((abs(wins - n * m / 2) - 0.5) / spread / sqrt(2)) <= _CHANCE


# ── messages ──


def _types(one: SiteReport, other: SiteReport) -> Iterator[Change]:
    """Message types that only one of the recordings has."""
    sides = [{(row.channel, row.dir, row.protocol, row.type): row for row in site.formats} for site in (one, other)]
    only = [[row for key, row in mine.items() if key not in theirs and row.count >= SEEN]
            for mine, theirs in (sides, sides[::-1])]  # fmt: skip
    if any(only):
        before, after = (_only(rows) for rows in only)
        yield Change(what="Messages that only this recording has", before=before, after=after)


def _only(rows: list[FormatRow]) -> Claim:
    rows = sorted(rows, key=lambda row: -row.count)
    told = [f"{row.channel} `{row.type or row.protocol}` ({row.count})" for row in rows[:_TYPES]]
    more = [f"and {len(rows) - _TYPES} more"] if len(rows) > _TYPES else []
    return Claim(text=", ".join([*told, *more]) or "none", events=tuple(row.seq for row in rows if row.seq is not None))


def _same(one: SiteReport, other: SiteReport) -> Iterator[str]:
    """What was compared, and is as it was."""
    if one.verdict == other.verdict != "unknown":
        yield one.verdict
    for aspect, what in _ASPECTS:
        before, after = one.summary.get(aspect), other.summary.get(aspect)
        if before is not None and after is not None and before.known and after.known and alike(before, after):
            yield what[0].lower() + what[1:]


def _untold(one: SiteReport, other: SiteReport) -> Iterator[str]:
    """What one of the recordings does not tell, with its name; what neither tells is not missed."""
    for aspect, what in (*_ASPECTS, ("multi-tab", "Multi-tab sync")):
        told = [aspect in site.summary and site.summary[aspect].known for site in (one, other)]
        if aspect == "multi-tab":
            told = [site.verdict != "unknown" for site in (one, other)]
        if any(told) and not all(told):
            yield f"{what[0].lower()}{what[1:]} ({(one, other)[told.index(False)].capture} does not tell)"
    if one.verdict == other.verdict:
        before, after = _breaks(one), _breaks(other)
        for name in sorted(before.keys() ^ after.keys()):
            if _OF_USER in {**before, **after}[name].text:
                lacking = other if name in before else one
                yield f"{name} of a user who goes from tab to tab ({lacking.capture} does not tell)"
