"""The open questions of the field, each answered from the recording, or with the experiment that would answer it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec

from monitor.formats.model import TypeFormat
from monitor.report.model import Claim, FormatRow, Question
from monitor.report.summary import Site
from monitor.report.triggers import examples, triggered, triggers
from monitor.report.ways import ways
from monitor.report.words import cut, listed, many, seconds
from monitor.sync.channel_views import OutageView
from monitor.sync.snapshot import WriteView

_TYPES = 12
_FIELDS = 24
SIGNS = {"in": "◀", "out": "▶"}
_KEYS = 6
_EXAMPLE = 240
_INSTEAD = {"sse", "broadcast", "storage"}


def questions(site: Site) -> tuple[Question, ...]:
    """What is the format? What is a push made of? Who wins? What triggers a message? How does it reconnect?"""
    asked = (
        ("WebSocket message format?", _format(site, "socket"), "multi-tab"),
        ("Push payload structure?", _format(site, "push"), "multi-tab"),
        ("Multi-tab conflict resolution?", _conflicts(site), "conflict"),
        ("What triggers the messages?", triggers(site), "triggers"),
        ("Is there a heartbeat?", _heartbeat(site), "triggers"),
        ("Reconnection strategy?", _reconnects(site), "reconnect" if _breakable(site) else ""),
    )
    return tuple(_question(site, *one) for one in asked)


def _question(site: Site, question: str, answer: Claim, experiment: str) -> Question:
    """An experiment that was carried out, and did not tell, is not asked for again."""
    if answer.known or experiment not in site.steps:
        return Question(question=question, answer=answer, experiment=experiment)
    text = f"{answer.text}; `syncmon experiment {experiment}` was carried out, and did not tell"
    return Question(question=question, answer=msgspec.structs.replace(answer, text=text))


def _format(site: Site, channel: str) -> Claim:
    types = [one for one in site.formats if one.channel == channel]
    if not types:
        return _no_messages(site, channel)
    protocols = listed([f"`{name}`" for name in dict.fromkeys(one.protocol for one in types)])
    return Claim(text=f"{protocols}; {_listed(types)}", events=examples(_most(types)))


def _most(types: list[TypeFormat]) -> list[TypeFormat]:
    return sorted(types, key=lambda one: -one.count)[:_TYPES]


def _listed(types: list[TypeFormat]) -> str:
    """`2 types: ◀ `note` {id, text} (12), …`: the types that came most."""
    names = [
        f"{SIGNS.get(one.dir or '', '')} `{one.type or '–'}`{_keys(one)} ({one.count})".strip() for one in _most(types)
    ]
    more = f" and {many(len(types) - _TYPES, 'more')}" if len(types) > _TYPES else ""
    return f"{many(len(types), 'type')}: {', '.join(names)}{more}"


def _keys(one: TypeFormat) -> str:
    """The top keys of a type's messages: ` {op, id, item?}`."""
    firsts: dict[str, bool] = {}
    for field in one.fields:
        name = field.path.partition(".")[0].partition("[")[0]
        if name and len(firsts) <= _KEYS:
            firsts[name] = firsts.get(name, False) or (field.path == name and field.presence < 1)
    names = [f"{cut(name, 40)}{'?' if rare else ''}" for name, rare in list(firsts.items())[:_KEYS]]
    return f" {{{', '.join(names)}{', …' if len(firsts) > _KEYS else ''}}}" if names else ""


def _no_messages(site: Site, channel: str) -> Claim:
    """No message came: because the site has no such channel, as its loading showed, or not while it was recorded."""
    found = {way.channel: way for way in ways(site)}
    if channel in found:
        came = (
            "nothing was carried by its sockets" if channel == "socket" else "its pages register for pushes; none came"
        )
        return Claim(text=came, events=found[channel].events[:3], known=False)
    nothing = "opened no WebSocket" if channel == "socket" else "did not register for pushes"
    if not site.loads:
        return Claim(text="no WebSocket was seen" if channel == "socket" else "no push came", known=False)
    text = f"does not apply: its pages {nothing} in {many(len(site.loads), 'load')}"
    instead = [one for one in site.formats if one.channel in _INSTEAD & set(found) and one.dir != "out"]
    if channel == "push" or not instead:
        return Claim(text=text, events=site.loads[:5])
    channels = listed(list(dict.fromkeys(one.channel for one in instead)))
    events = (*site.loads[:2], *examples(_most(instead)))[:5]
    return Claim(text=f"{text}; by {channels} came {_listed(instead)}", events=events)


def _conflicts(site: Site) -> Claim:
    found = [conflict for subject in site.subjects for conflict in subject.conflicts]
    if not found and (beside := next(_beside(site), None)) is not None:
        first, second = beside
        text = f"{second.tab} wrote without having seen {first.tab}'s write: both were kept, beside each other"
        return Claim(text=text, events=(first.seq, second.seq))
    if not found:
        text, events = next(_knowing(site), ("", ()))
        return Claim(text=f"no two tabs wrote without knowing of each other{text}", events=events, known=False)
    return Claim(
        text="; ".join(one.text for one in found[:3]), events=tuple(e for one in found[:3] for e in one.writes)
    )


def _beside(site: Site) -> Iterator[tuple[WriteView, WriteView]]:
    """Two writes, the second of a tab that did not show the first yet, of which tabs show both now."""
    for subject in site.subjects:
        shown = {item.id for item in subject.items if any(c.state in ("shown", "wrote") for c in item.cells.values())}
        writes = [write for write in subject.writes if write.request and write.items and shown.issuperset(write.items)]
        for first, second in pairwise(writes):
            seen = next((one for one in first.seen if one.tab == second.tab), None)
            sent = site.facts.moments.at(second.seq)
            if seen is not None and sent is not None and first.at < sent < first.at + seen.waited_s:
                yield first, second


def _knowing(site: Site) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Two writes of two tabs, the second of which had seen the first: in words, and by their events."""
    for subject in site.subjects:
        for first, second in pairwise(write for write in subject.writes if write.request):
            seen = next((one for one in first.seen if one.tab == second.tab and not one.censored), None)
            sent = site.facts.moments.at(second.seq)
            if seen is not None and sent is not None and (before := sent - first.at - seen.waited_s) > 0:
                way = f" by {seen.via}" if seen.via not in (None, "unknown") else ""
                yield (
                    f": {second.tab} showed {first.tab}'s write{way} {seconds(before)} before it wrote",
                    (first.seq, second.seq),
                )


def _heartbeat(site: Site) -> Claim:
    types = [one for one in site.formats if one.channel in ("socket", "sse") and one.period_s is not None]
    if not types:
        return _no_heartbeat(site)
    told = [
        f"{SIGNS.get(one.dir or '', '')} `{one.type or one.protocol}` every {seconds(one.period_s)}"
        for one in types[:4]
    ]
    return Claim(text="; ".join(told), events=examples(types))


def _no_heartbeat(site: Site) -> Claim:
    """Nothing repeats: on connections that were watched for so long, or as there is none."""
    held = [one for one in site.connections if one.channel in ("socket", "sse")]
    watched = max(((one.closed or site.found.now) - one.opened for one in held), default=0.0)
    if held:
        text = f"nothing repeats on a period within {seconds(watched)}, the longest that a connection was watched"
        asked = [one.seq for one in site.facts.endpoints_of(site.name) if one.resource == "eventsource"]
        return Claim(text=text, events=(*(one.seq for one in site.sockets[:3]), *asked)[:3])
    if {"socket", "sse", "fetch-stream"} & {way.channel for way in ways(site)} or not site.loads:
        return Claim(text="no connection was seen", known=False)
    return Claim(text="does not apply: its pages hold no connection", events=site.loads[:3])


def _reconnects(site: Site) -> Claim:
    views = [view for view in site.found.reconnects if view.tab in site.labels]
    if not views:
        return _never_broke(site)
    waits = [wait for view in views for one in view.outages for wait in one.waits]
    rule = "; ".join(dict.fromkeys(view.rule for view in views if view.rule))
    told = (
        rule
        or f"{many(len(waits), 'attempt')} after {', '.join(map(seconds, waits[:6])) or '–'}: too few to tell the rule"
    )
    breaks = [one for view in views for one in view.outages]
    told = "; ".join([told, *_afterwards(breaks)])
    return Claim(text=told, events=tuple(one.seq for one in breaks)[:5], known=bool(waits))


def _afterwards(breaks: list[OutageView]) -> Iterator[str]:
    """What a page does once it is connected again, to miss nothing."""
    if any(one.resumed_with for one in breaks):
        value = next(one.resumed_with for one in breaks if one.resumed_with)
        yield f"goes on from where it was, naming what it had been sent (`{value}`)"
    elif any(one.resubscribed for one in breaks):
        yield "says its first messages again"
    if asked := list(dict.fromkeys(asks for one in breaks for asks in one.asked)):
        yield f"then asks {listed([f'`{one}`' for one in asked[:3]])}"


def _breakable(site: Site) -> bool:
    """Whether an experiment can break what a page holds: sockets it can, EventSources alone it cannot."""
    channels = {way.channel for way in ways(site)}
    return "sse" not in channels or "socket" in channels


def _never_broke(site: Site) -> Claim:
    """No break: nothing is held that could break, or it was not put to the test."""
    cuts = [one for one in site.facts.actions if one.do == "cut" and one.ok and one.tab in site.labels]
    if any(one.args.get("sockets") for one in cuts):
        text = "not known: what was cut had been open before the recording; the experiment loads the page first"
        return Claim(text=text, events=tuple(one.seq for one in cuts[:3]), known=False)
    found = {way.channel: way for way in ways(site)}
    if {"socket", "sse", "fetch-stream"} & set(found) or not site.loads:
        stop = "; what is no socket breaks where its server is stopped for a while" if "socket" not in found else ""
        if not _breakable(site):
            stop = (
                ": an EventSource cannot be closed from outside, and Chrome's offline mode leaves it open. It breaks"
                " where its server is stopped for a while"
            )
        return Claim(text=f"no connection broke{stop}", known=False)
    if "push" in found:
        text = "does not apply: its pages hold no connection; the browser keeps that of the push service"
        return Claim(text=text, events=found["push"].events[:3])
    return Claim(text="does not apply: its pages hold no connection", events=site.loads[:5])


def format_rows(site: Site) -> tuple[FormatRow, ...]:
    """The message types, those that come by themselves first."""
    order = {"socket": 0, "push": 1, "sse": 2, "fetch-stream": 3, "storage": 4, "broadcast": 5, "worker": 6, "fetch": 7}
    types = sorted(site.formats, key=lambda one: (order.get(one.channel, 9), -one.count))
    return tuple(_row(one) for one in types)


def _row(one: TypeFormat) -> FormatRow:
    import json

    example = one.examples[0] if one.examples else None
    text = json.dumps(example.value, ensure_ascii=False, default=str) if example is not None else ""
    return FormatRow(
        channel=one.channel, dir=one.dir or "", protocol=one.protocol, type=one.type, count=one.count, bytes=one.bytes,
        period_s=one.period_s, fields=tuple(_field(f) for f in one.fields[:_FIELDS]),
        triggered=triggered(one),
        example=text if len(text) <= _EXAMPLE else text[: _EXAMPLE - 1] + "…",
        seq=example.seq if example is not None else None,
    )  # fmt: skip


def _field(field: object) -> str:
    """`payload.id uuid`, `status?`: a field in short, with a question mark where it may be absent."""
    from monitor.formats.model import Field

    assert isinstance(field, Field)
    kind = field.format or "/".join(field.types)
    return f"{cut(field.path, 120)}{'' if field.presence >= 1 else '?'} {kind}".strip()
