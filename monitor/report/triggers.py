"""What makes messages come: a write, a request that they answer, what tends to come before them, or time alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.formats.model import Trigger, TypeFormat
from monitor.report.model import Claim
from monitor.report.summary import Site
from monitor.report.tradeoffs import EARLY_S, WORD_S
from monitor.report.ways import repeating
from monitor.report.words import brief, cut, many, of_all, often, rate, seconds, spread
from monitor.sync.snapshot import SubjectView, WriteView

OF_ITSELF = ("socket", "push", "sse", "broadcast", "storage", "worker")
_TOLD = 8


def examples(types: Iterable[TypeFormat]) -> tuple[int, ...]:
    """An event of each type, of the first few."""
    return tuple(one.examples[0].seq for one in types if one.examples)[:5]


def triggers(site: Site) -> Claim:
    """Of the messages that come by themselves: which writes they follow, and what else tends to come before them."""
    types = _first_hand(one for one in site.formats if one.channel in OF_ITSELF and one.dir != "out")
    types.sort(key=lambda one: -one.count)
    words = list(_after_writes(site))
    told, events = [text for text, _ in words], [seq for _, seqs in words for seq in seqs]
    for one in types:
        beat = f"comes by itself, every {seconds(one.period_s)}" if one.period_s is not None else ""
        if said := triggered(one) or beat:
            told.append(f"`{one.type or one.protocol}`: {said}")
            events += examples([one])
    if steps := site.steps.get("triggers", []):
        some = [step for step in steps if any(step.of(site.labels, repeating(site)))]
        told.append(f"{len(some)} of {many(len(steps), 'step')} of the experiment called something forth (see Tests)")
        events += [step.seq for step in some]
    if not told:
        return Claim(text="the recording shows no pattern" if types else "no message came by itself", known=False)
    return Claim(text="; ".join(told[:_TOLD]), events=tuple(dict.fromkeys(events))[:5])


def _first_hand(types: Iterable[TypeFormat]) -> list[TypeFormat]:
    """One type a name, by the channel that it came by first: what a worker or a tab only passes on is told once."""
    found: dict[str, TypeFormat] = {}
    for one in sorted(types, key=lambda one: OF_ITSELF.index(one.channel)):
        found.setdefault(one.type or f"{one.channel} {one.protocol}", one)
    return list(found.values())


def _after_writes(site: Site) -> Iterator[tuple[str, list[int]]]:
    """The messages that named a write to other tabs soon after it, or brought it there, by type, with their events."""
    found: dict[tuple[str, str], list[tuple[float, int]]] = {}
    writes = 0
    for subject in site.subjects:
        for write in subject.writes:
            writes += 1
            told = {**_brought(site, write), **_named(site, subject, write)}
            for key, near in told.items():
                found.setdefault(key, []).append(near)
    for (does, type_), waits in found.items():
        when = spread([wait for wait, _ in waits])
        after = of_all(len(waits), writes, "write")
        yield f"`{cut(type_)}` {does} what was written {when} after {after}", [seq for _, seq in waits[:3]]


def _named(site: Site, subject: SubjectView, write: WriteView) -> dict[tuple[str, str], tuple[float, int]]:
    words = site.analysis.state.words.get((subject.site, subject.subject), ())
    near = [word for word in words if word.tab != write.tab and -EARLY_S <= word.at - write.at <= WORD_S]
    found: dict[tuple[str, str], tuple[float, int]] = {}
    for word in near:
        if word.channel in OF_ITSELF and not site.held_back(word.tab, write.at, word.at):
            found.setdefault(("names", word.type), (max(0.0, word.at - write.at), word.seq))
    return found


def _brought(site: Site, write: WriteView) -> dict[tuple[str, str], tuple[float, int]]:
    found: dict[tuple[str, str], tuple[float, int]] = {}
    for seen in write.seen:
        if site.held_back(seen.tab, write.at, write.at + seen.waited_s):
            continue
        for does, by, seq in (("brings", seen.via, seen.event_seq), ("names", seen.prompted_by, seen.prompt_seq)):
            at, type_ = site.facts.moments.at(seq), site.facts.types.get(seq or 0)
            if by in OF_ITSELF and type_ and seq is not None and at is not None:
                found.setdefault((does, _typed(site, by, type_)), (max(0.0, at - write.at), seq))
    return found


def _typed(site: Site, channel: str, name: str) -> str:
    """What the table of formats calls a message, where it is the only one that comes by a channel."""
    types = [one.type for one in site.formats if one.channel == channel and one.dir != "out"]
    return types[0] if len(types) == 1 and types[0] else name


def triggered(one: TypeFormat) -> str:
    """What a type's messages answer, or else what tends to come before them; empty where nothing tells."""
    reply = next((reply for reply in one.replies if reply.role == "answers"), None)
    if reply is not None:
        return f"answers `{reply.to[4]}` in {seconds(reply.median_s)} ({often(reply.count)})"
    return sentence(one.preceded_by[0], one.count) if one.preceded_by else ""


def sentence(trigger: Trigger, messages: int) -> str:
    """`11 of 12 come 2.4 s after A POST /backend-api/f/conversation (14 times as often as by chance)`.

    messages: how many there are of the type; those in close succession are one burst.
    """
    how_many = f"all {trigger.of}" if trigger.count == trigger.of else f"{trigger.count} of {trigger.of}"
    bursts = " bursts" if messages > trigger.of else ""
    often = f"{rate(trigger.lift)} times as often as by chance"
    return f"{how_many}{bursts} come {brief(trigger.median_s)} after {trigger.what} ({often})"
