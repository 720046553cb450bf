"""The trade-offs of one site, measured: what its way of syncing costs, how long it takes, and who runs it."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.report.latency import clock, latency
from monitor.report.model import UNKNOWN, Claim, Result, Visibility
from monitor.report.summary import Site, is_foreign, mechanism, would_tell
from monitor.report.ways import polls
from monitor.report.words import brief, listed, many, rate, size, spread
from monitor.sites.address import host_of
from monitor.sync.snapshot import SeenView, SubjectView, WriteView

EARLY_S = 0.5  # a word may outrun the answer to the write by this much
WORD_S = 10.0  # a message that comes this soon after a write may speak of it
_LIVE = frozenset({"socket", "sse", "fetch-stream", "push", "storage", "broadcast", "worker"})


def tradeoffs(site: Site, waits: tuple[Visibility, ...], duration: float) -> dict[str, Claim]:
    """Measured numbers, by what they measure."""
    return {
        "Real-time approach": mechanism(site),
        "Connection overhead": _overhead(site, duration),
        "Latency": latency(site.delays),
        "Server's clock": clock(site.delays),
        "Latency of the word": _word(site),
        "Until a write is seen elsewhere": _visibility(site, waits),
        "Infrastructure": _infrastructure(site),
    }


# ── what it costs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _overhead(site: Site, duration: float) -> Claim:
    """What is held open and asked again and again, and how much that is in a minute of one tab."""
    found = [*_of_sockets(site, duration), *_of_streams(site, duration), *_of_polls(site, duration)]
    parts, events = [text for text, _ in found], [seq for _, seqs in found for seq in seqs]
    if site.pushes:
        parts = parts or ["none held by the page"]
        parts.append(f"{many(len(site.pushes), 'push', 'pushes')} came")
        events += [one.seq for one in site.pushes[:3]]
    text = "; ".join(parts) or ("none held by the page" if site.tabs else UNKNOWN)
    return Claim(text=text, events=tuple(events)[:5] or site.loads[:2], known=bool(site.tabs))


def _of_sockets(site: Site, duration: float) -> Iterator[tuple[str, list[int]]]:
    held = [one for one in site.sockets if one.up or one.late]
    if held:
        frames, volume = sum(one.frames for one in held), sum(one.bytes for one in held)
        each = _a_minute(frames, "frame", volume, duration, len({one.tab for one in held}))
        yield f"{many(len(held), 'socket')}, {each}", [one.seq for one in held[:3]]


def _of_streams(site: Site, duration: float) -> Iterator[tuple[str, list[int]]]:
    held = [one for one in site.connections if one.channel == "sse"]
    if held:
        asked = [one.seq for one in site.facts.endpoints_of(site.name) if one.resource == "eventsource"]
        messages, volume = sum(one.frames_in for one in held), sum(one.bytes_in for one in held)
        each = _a_minute(messages, "message", volume, duration, len({one.tab for one in held}))
        yield f"{many(len(held), 'EventSource')}, {each}", asked[:2]


def _of_polls(site: Site, duration: float) -> Iterator[tuple[str, list[int]]]:
    news = [poll.endpoint for poll in polls(site) if poll.news]
    if news and duration:
        tabs = len({tab for one in news for tab in one.tabs})
        asked = sum(one.count for one in news) / (duration / 60 * max(1, tabs))
        yield f"{rate(asked)} requests a minute and tab", [one.seq for one in news[:2]]


def _a_minute(count: int, what: str, volume: int, duration: float, tabs: int) -> str:
    minutes = duration / 60 * max(1, tabs)
    if not minutes:
        return many(count, what)
    return f"{rate(count / minutes)} {what}s and {size(volume / minutes)} a minute and tab"


# ── how long it takes ─────────────────────────────────────────────────────────────────────────────────────────────────


def _word(site: Site) -> Claim:
    """From a write's acknowledgement to the first message in another tab that names it, brings it or makes it ask."""
    found = [
        near for subject in site.subjects for write in subject.writes if (near := _first_word(site, subject, write))
    ]
    stages = [push.stages["dispatched"] for push in site.pushes if "dispatched" in push.stages]
    parts = []
    if found:
        waits = sorted(value for value, _ in found)
        early = waits[len(waits) // 2] <= 0
        parts.append("before the write was answered" if early else f"{spread(waits)} after the write")
    if stages:
        parts.append(f"push received to dispatched: {spread(stages)}")
    if not parts and (seen := [row for row in site.results if not row.censored]):
        by_message = any(row.via in _LIVE or row.prompted_by in _LIVE for row in seen)
        held = any(site.analysis.state.tabs[label].held for label in site.labels)
        none = "no message gave the word" + (" soon after the write" if by_message else "")
        text = f"{'not measured, as tabs were held back' if by_message and held else none}: {_ways(seen)}"
        return Claim(text=text, events=tuple(row.seen_seq or row.write_seq for row in seen[:5]))
    if not parts:
        return _untold(site)
    return Claim(text="; ".join(parts), events=tuple(seq for _, seq in found[:5]) or (site.pushes[0].seq,))


def _first_word(site: Site, subject: SubjectView, write: WriteView) -> tuple[float, int] | None:
    words = site.analysis.state.words.get((subject.site, subject.subject), ())
    heard = [(word.tab, word.at, word.seq) for word in words if word.tab != write.tab]
    told = [(seen.tab, at, seq) for seen in write.seen for seq in _told(seen)
            if (at := site.facts.moments.at(seq)) is not None]  # fmt: skip
    near = [
        (at - write.at, seq)
        for tab, at, seq in (*heard, *told)
        if -EARLY_S <= at - write.at <= WORD_S and not site.held_back(tab, write.at, at)
    ]
    return min(near, default=None)


def _told(seen: SeenView) -> Iterator[int]:
    """The message that brought it, or the one that made the page ask for it."""
    if seen.via in _LIVE and seen.event_seq is not None:
        yield seen.event_seq
    if seen.prompted_by in _LIVE and seen.prompt_seq is not None:
        yield seen.prompt_seq


def _visibility(site: Site, waits: tuple[Visibility, ...]) -> Claim:
    """The median wait by each way, of how many waits; a way that ended but some of them says so."""
    total = next((one.count for one in waits if one.channel == "all"), 0)
    if not total:
        return _untold(site)
    by = [one for one in waits if one.group == "way" and one.median_s is not None]
    parts = [f"{brief(one.median_s)} by {one.channel}{_of(one.count, total)}" for one in by]
    never = sum(row.censored for row in site.results)
    parts += [f"never{_of(never, total)}"] if never else []
    events = tuple(row.seen_seq or row.write_seq for row in site.results[:5])
    return Claim(text=", ".join(parts) or "no wait ended", events=events)


def _ways(rows: list[Result]) -> str:
    """By what writes came all the same: `by poll`."""
    return "what was written came by " + listed(list(dict.fromkeys(row.via or "unknown" for row in rows)))


def _untold(site: Site) -> Claim:
    return Claim(text=f"{UNKNOWN}; {would_tell(site, 'multi-tab')}", known=False)


def _of(count: int, total: int) -> str:
    return "" if count == total else f" ({count} of {total})"


# ── who runs it ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _infrastructure(site: Site) -> Claim:
    """The hosts that the ways lead to; those of its pages where no other is needed."""
    push = [one for one in site.facts.of_role(site.name, "push-registration") if is_foreign(one)]
    found = [(one.host, one.seq) for one in site.sockets]
    streams = (one for one in site.facts.endpoints_of(site.name) if one.resource == "eventsource")
    found += [(host_of(one.pattern), one.seq) for one in (*streams, *push)]
    if not found:
        pages = {host_of(tab.url) for tab in site.tabs} - {""}
        asked = [(host_of(one.pattern), one.seq) for one in site.facts.endpoints_of(site.name)]
        found = [(host, seq) for host, seq in asked if host in pages][:1]
    if not found:
        return Claim(text=UNKNOWN, known=False)
    firsts: dict[str, int] = {}
    for host, seq in found:
        firsts.setdefault(host, seq)
    return Claim(text=", ".join(f"`{host}`" for host in firsts), events=tuple(firsts.values())[:5])
