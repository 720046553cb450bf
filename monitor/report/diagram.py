"""The sequence diagram of one site: how a page gets its channel, what a write looks like, what the other tab hears.

Drawn from events alone: the first page load, the first write that another tab had to wait for (else the first one), and
what happened between that write and its being shown there.
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.report.gather import Endpoint, Gatherer
from monitor.report.model import Party, Step
from monitor.report.summary import is_foreign
from monitor.report.words import address, path, request
from monitor.sync.analysis import Analysis
from monitor.sync.channel_views import PushView
from monitor.sync.explain import short
from monitor.sync.snapshot import SeenView, Snapshot, SubjectView, WriteView

_INITS = 4
_BRINGS = {"socket": "socket", "sse": "frame", "fetch-stream": "stream", "push": "push"}


def diagram(site: str, start: float, facts: Gatherer, analysis: Analysis, found: Snapshot) -> tuple[Step, ...]:
    """The steps, in the order of time; `start` is when the recording began."""
    episode = first_episode(site, found)
    writer = episode[1].tab if episode else None
    steps = [*_connecting(site, start, facts, writer)]
    if episode is not None:
        steps += _episode(start, facts, analysis, found, *episode)
    ordered = sorted(steps, key=lambda step: (step.at, step.seq))
    return tuple(step for n, step in enumerate(ordered) if n == 0 or not _same(step, ordered[n - 1]))


def first_episode(site: str, found: Snapshot) -> tuple[SubjectView, WriteView, SeenView | None] | None:
    """The first write that took another tab longest, with how that tab fared."""
    writes = [(subject, write) for subject in found.subjects if subject.site == site for write in subject.writes]
    if not writes:
        return None
    writes.sort(key=lambda pair: (bool(pair[0].list), not pair[1].seen, pair[1].at))
    subject, write = writes[0]
    return subject, write, max(write.seen, key=lambda seen: seen.waited_s, default=None)


def _connecting(site: str, start: float, facts: Gatherer, writer: str | None) -> Iterator[Step]:
    inits = [*facts.of_role(site, "init"), *facts.of_role(site, "push-registration")]
    for one in sorted(inits, key=lambda one: one.seq)[:_INITS]:
        tab = writer if writer in one.firsts else next(iter(one.firsts))
        party: Party = "push" if is_foreign(one) else "server"
        label = f"{one.method} {path(one.pattern)}" if party == "push" else _request(one)
        seq, at = one.firsts[tab]
        yield Step(at=at - start, source="tab", to=party, label=label, seq=seq, what="request")
        if tab in one.answered:
            keys = f" {{{', '.join(one.keys)}}}" if one.keys else ""
            seq, at = one.answered[tab]
            label = f"{one.status}{keys}"
            yield Step(at=at - start, source=party, to="tab", label=label, seq=seq, what="answer")
    sockets = facts.sockets_of(site)
    socket = next((one for one in sockets if one.tab == writer), sockets[0] if sockets else None)
    if socket is None:
        return
    label = f"{'has had open' if socket.late else 'opens'} {socket.pattern}"
    yield Step(at=socket.at - start, source="tab", to="server", label=label, seq=socket.seq, what="socket")
    if socket.said is not None:
        type_, at, seq = socket.said
        yield Step(at=at - start, source="tab", to="server", label=short(type_), seq=seq, what="frame")
    if socket.heard is not None:
        type_, at, seq = socket.heard
        yield Step(at=at - start, source="server", to="tab", label=short(type_), seq=seq, what="frame")


def _episode(
    start: float, facts: Gatherer, analysis: Analysis, found: Snapshot, subject: SubjectView, write: WriteView,
    seen: SeenView | None,
) -> Iterator[Step]:  # fmt: skip
    label = request(write.request) if write.request else f"writes “{write.excerpt[:24]}”"
    yield Step(at=write.at - start, source="tab", to="server", label=label, seq=write.seq, what="request")
    if seen is None:
        return
    end = write.at + seen.waited_s
    yield from _words(start, analysis, subject, seen.tab, write.at, end)
    yield from _pushes(start, found, subject, write.at, end)
    if seen.censored:
        return
    what = "reload" if seen.via == "reload" else _BRINGS.get(seen.via or "", "request")
    text = {
        "reload": "loads the page again",
        "refetch": "asks again",
        "poll": "asks, as it does on a period",
    }.get(seen.via or "", f"is brought it by {seen.via}")
    source, to = ("other", "server") if what in ("reload", "request") else ("server", "other")
    seq = seen.event_seq or write.seq
    yield Step(at=end - start, source=source, to=to, label=text, seq=seq, what=what)  # type: ignore[arg-type]


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


def _same(step: Step, other: Step) -> bool:
    return (step.source, step.to, step.label) == (other.source, other.to, other.label)


def _concerns(push: PushView, subject: SubjectView) -> bool:
    return bool(set(push.tabs) & set(subject.tabs))


def _request(one: Endpoint) -> str:
    return f"{one.method} {address(one.pattern)}"
