"""The sequence diagram of one site: how a page gets its channel, what a write looks like, what the other tab hears.

Drawn from events alone: the first page load, the first write that another tab had to wait for (else the first one), and
what happened between that write and its being shown there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from monitor.report.gather import Gatherer
from monitor.report.model import Party, Step
from monitor.report.summary import is_foreign
from monitor.report.traffic import Endpoint, Socket
from monitor.report.words import address, path, request
from monitor.sync.analysis import Analysis
from monitor.sync.channel_views import PushView
from monitor.sync.explain import short
from monitor.sync.snapshot import SeenView, Snapshot, SubjectView, WriteView

_INITS = 4
_EXCERPT = 24
_What = Literal["frame", "push", "stream"]
_BRINGS: dict[str, _What] = {"fetch-stream": "stream", "push": "push", "worker": "push"}
_ASKS = {"refetch": "asks again", "poll": "asks, as it does again and again"}
_BESIDE = ("storage", "broadcast")  # between the tabs of one browser, with no server
_MESSAGES = {"socket": "its socket", "sse": "its EventSource", "fetch-stream": "its stream", "storage": "localStorage",
             "broadcast": "BroadcastChannel", "worker": "its worker", "push": "a push"}  # fmt: skip


def diagram(site: str, start: float, facts: Gatherer, analysis: Analysis, found: Snapshot) -> tuple[Step, ...]:
    """The steps, in the order of time; `start` is when the recording began."""
    episode = first_episode(site, found)
    writer = episode[1].tab if episode else None
    steps = [*_episode(start, facts, analysis, found, *episode)] if episode is not None else []
    steps += _connecting(site, start, facts, writer)
    told = [step for n, step in enumerate(steps) if not any(_same(step, other) for other in steps[:n])]
    return tuple(sorted(told, key=lambda step: (step.at, step.seq)))


def first_episode(site: str, found: Snapshot) -> tuple[SubjectView, WriteView, SeenView | None] | None:
    """The first write that took another tab longest, with how that tab fared."""
    writes = [(subject, write) for subject in found.subjects if subject.site == site for write in subject.writes]
    if not writes:
        return None
    writes.sort(key=lambda pair: (bool(pair[0].list), not pair[1].seen, pair[1].at))
    subject, write = writes[0]
    return subject, write, max(write.seen, key=lambda seen: seen.waited_s, default=None)


def _connecting(site: str, start: float, facts: Gatherer, writer: str | None) -> Iterator[Step]:
    """How a tab connects: the one that writes, or else one that was seen to from the beginning."""
    socket = _seen_opening(facts.sockets_of(site), writer)
    shown = socket.tab if socket is not None and not socket.late else writer
    inits = [*facts.of_role(site, "init"), *facts.of_role(site, "push-registration")]
    for one in sorted(inits, key=lambda one: one.seq)[:_INITS]:
        tab = shown if shown in one.firsts else next(iter(one.firsts))
        page, party = _page(tab, writer), _served(one)
        label = f"{one.method} {path(one.pattern)}" if party == "push" else _request(one)
        seq, at = one.firsts[tab]
        yield Step(at=at - start, source=page, to=party, label=label, seq=seq, what="request")
        if tab in one.answered:
            keys = f" {{{', '.join(one.keys)}}}" if one.keys else ""
            seq, at = one.answered[tab]
            label = f"{one.status}{keys}"
            yield Step(at=at - start, source=party, to=page, label=label, seq=seq, what="answer")
    if socket is None:
        return
    page = _page(socket.tab, writer)
    label = f"{'has had open' if socket.late else 'opens'} {socket.pattern}"
    opened = 0.0 if socket.late else socket.at - start
    yield Step(at=opened, source=page, to="server", label=label, seq=socket.seq, what="socket")
    if socket.said is not None:
        type_, at, seq = socket.said
        yield Step(at=at - start, source=page, to="server", label=short(type_), seq=seq, what="frame")
    if socket.heard is not None:
        type_, at, seq = socket.heard
        yield Step(at=at - start, source="server", to=page, label=short(type_), seq=seq, what="frame")


def _seen_opening(sockets: list[Socket], writer: str | None) -> Socket | None:
    """The writer's socket; where that is older than the recording, the first that is not, if there is one."""
    mine = next((one for one in sockets if one.tab == writer), None)
    if mine is not None and not mine.late:
        return mine
    return next((one for one in sockets if not one.late), mine or next(iter(sockets), None))


def _page(tab: str | None, writer: str | None) -> Party:
    return "other" if writer is not None and tab != writer else "tab"


def _served(one: Endpoint) -> Party:
    return "push" if is_foreign(one) else "server"


def _episode(
    start: float, facts: Gatherer, analysis: Analysis, found: Snapshot, subject: SubjectView, write: WriteView,
    seen: SeenView | None,
) -> Iterator[Step]:  # fmt: skip
    label = written(facts, write).replace("`", "") if write.request else f"shows “{_cut(write.excerpt)}”"
    sent = min(facts.moments.at(write.seq) or write.at, write.at)
    if write.request is None:
        yield Step(at=sent - start, source="tab", to="tab", label=label, seq=write.seq)
    elif label.partition(" ")[0] not in _BESIDE:
        yield Step(at=sent - start, source="tab", to="server", label=label, seq=write.seq, what="request")
    if seen is None:
        return
    end = write.at + seen.waited_s
    yield from _words(start, analysis, subject, seen.tab, write.at, end)
    yield from _pushes(start, found, subject, write.at, end)
    if seen.censored:
        return
    prompted = facts.moments.at(seen.prompt_seq)
    if seen.prompt_seq is not None and prompted is not None and seen.prompted_by not in ("reload", "push", "focus"):
        source: Party = "tab" if seen.prompted_by in _BESIDE else "server"
        label = f"gives the word by {_MESSAGES.get(seen.prompted_by or '', seen.prompted_by)}"
        yield Step(at=prompted - start, source=source, to="other", label=label, seq=seen.prompt_seq, what="frame")
    shown = min(facts.moments.at(seen.event_seq) or end, end) if seen.via == "reload" else end
    step = _arrival(seen, shown - start, write)
    held = analysis.state.tabs[seen.tab].held_during(write.at, end) > 0
    yield msgspec.structs.replace(step, label=f"{step.label}, once let go") if held else step


def written(facts: Gatherer, write: WriteView) -> str:
    """What carried a write: "`POST /turns`", "`say` by socket"."""
    kind = facts.types.get(write.seq) if (write.request or "").startswith("socket") else None
    return f"`{short(kind)}` by socket" if kind else f"`{request(write.request or '')}`"


def _arrival(seen: SeenView, at: float, write: WriteView) -> Step:
    """How it came to be shown; what passes between tabs alone goes by no server."""
    via = seen.via or "unknown"
    seq = seen.event_seq or write.seq
    if seen.prompted_by == "reload" or via == "reload":
        return Step(at=at, source="other", to="server", label="loads the page again", seq=seq, what="reload")
    if via in _ASKS:
        label = "is turned to, and asks again" if seen.prompted_by == "focus" else _ASKS[via]
        return Step(at=at, source="other", to="server", label=label, seq=seq, what="request")
    if via == "unknown":
        return Step(at=at, source="other", to="other", label="shows it", seq=seq)
    source: Party = "tab" if via in _BESIDE else "worker" if via == "worker" else "push" if via == "push" else "server"
    label = f"brings it by {_MESSAGES.get(via, via)}"
    return Step(at=at, source=source, to="other", label=label, seq=seq, what=_BRINGS.get(via, "frame"))


def _words(
    start: float, analysis: Analysis, subject: SubjectView, tab: str, since: float, until: float
) -> Iterator[Step]:
    words = analysis.state.words.get((subject.site, subject.subject), ())
    mine = [word for word in words if word.tab == tab and since - 0.5 <= word.at <= until and word.channel != "push"]
    for word in mine[:2]:
        yield Step(at=word.at - start, source="server", to="other", label=short(word.type), seq=word.seq, what="frame")


def _pushes(start: float, found: Snapshot, subject: SubjectView, since: float, until: float) -> Iterator[Step]:
    near = [
        push for push in found.pushes if since - 0.5 <= push.at <= max(until, since + 5.0) and _concerns(push, subject)
    ]
    for push in near[:1]:
        yield Step(at=push.at - start, source="push", to="worker", label=push.type or "push", seq=push.seq, what="push")
        if push.reached:
            at = push.at - start + max(push.stages.values(), default=0.0)
            yield Step(at=at, source="worker", to="other", label="passes it on", seq=push.seq, what="push")


def _cut(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"


def _same(step: Step, other: Step) -> bool:
    """Whether two steps are one: a message that names what was written may be what makes the page ask."""
    return step.seq == other.seq and (step.source, step.to) == (other.source, other.to)


def _concerns(push: PushView, subject: SubjectView) -> bool:
    return bool(set(push.tabs) & set(subject.tabs))


def _request(one: Endpoint) -> str:
    return f"{one.method} {address(one.pattern)}"
