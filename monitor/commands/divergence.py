"""`syncmon divergence`: which tab showed what the others did not, for how long, and what healed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from monitor.commands.console import complain, say
from monitor.commands.decoding import decoding_option
from monitor.commands.lines import print_raw
from monitor.commands.options import Duration, file_argument, json_option, redact_option

if TYPE_CHECKING:
    from monitor.sync.channel_views import ClockView, DisplayView, LatencyView
    from monitor.sync.snapshot import Disorder, SeenView, Snapshot, SubjectView, TabView, Violation, WriteView


_NAMED = 3  # how many items are named
_EXCERPT = 60
_ID = 12  # an id of more characters is none that people read


@click.command("divergence")
@file_argument
@decoding_option
@json_option
@click.option(
    "--fail-stale", "limit", type=Duration(), metavar="5s", help="Exit 1 if a visible tab was behind for longer, ever."
)
@redact_option
def command(file: Path, as_json: bool, limit: float | None, redact: bool) -> int:
    """Which tab shows what the others don't, since when, and what healed it."""
    from monitor.capture.reader import Capture
    from monitor.commands.analyse import snapshot
    from monitor.export.passages import learned

    with Capture(file) as capture:
        found = snapshot(capture)
        hide = learned(capture) if redact else None
    if as_json:
        result = document(file, found)
        print_raw(msgspec.json.encode(hide.value(result) if hide else result).decode("utf-8") + "\n")
    else:
        for line in table(found):
            say(hide.text(line) if hide else line)
    return 0 if limit is None else judge(found, limit, hide.text if hide else str)


def judge(found: Snapshot, limit: float, hide: Callable[[str], str] = str) -> int:
    """1 if a tab was behind for longer than `limit` seconds while it was visible, and says which.

    hide: makes of each sentence one without secrets.
    """
    late = list(late_tabs(found, limit))
    for sentence in late:
        complain(hide(sentence))
    return 1 if late else 0


def late_tabs(found: Snapshot, limit: float) -> Iterator[str]:
    """A sentence for each wait that was too long; time in which the tab was hidden does not count."""
    from monitor.commands.story import VERBS, by, shorten
    from monitor.sync.snapshot import place

    for subject in found.subjects:
        name = place(subject.site, subject.subject)
        for one in (*subject.past_disorders, *subject.disorders):
            if one.for_s - one.hidden_s > limit and not one.hidden:
                does = "shows" if one.ended is None else "showed"
                how = "though gone elsewhere" if one.what == "extra" else "out of order"
                how = "once too often" if one.repeated else how
                yield f"tab {one.tab} {does} {named(subject, one.items)} on {name} {how}, for {one.for_s:.1f} s."
        for stale in subject.stale_now:
            if stale.for_s > limit and not stale.hidden:
                missing, why = named(subject, stale.missing), f" {stale.why}" if stale.why else ""
                yield f"tab {stale.tab} is stale for {stale.for_s:.1f} s on {name}: it lacks {missing}.{why}"
        for write in subject.writes:
            for seen in write.seen:
                if seen.after_s is not None and seen.after_s - seen.hidden_s > limit:
                    said = f" “{shorten(write.excerpt, _EXCERPT)}”" if write.excerpt else ""
                    yield (
                        f"tab {seen.tab} was stale for {seen.after_s:.1f} s on {name}, after tab {write.tab}"
                        f" {VERBS[write.what]}{said or ' something'} (event {write.seq}); healed by {by(seen)}."
                    )


def named(subject: SubjectView, items: tuple[str, ...]) -> str:
    """Items as people know them: the first by what they say, or by their id where that is not known; and how many more.

    An id that people can read stands beside the text.
    """
    from monitor.commands.story import shorten

    said = {item.id: item.excerpt for item in subject.items}
    told = []
    for item in items[:_NAMED]:
        text = shorten(said.get(item, ""), _EXCERPT)
        beside = f" ({item})" if len(item) <= _ID else ""
        told.append(f"“{text}”{beside}" if text else item)
    rest = len(items) - len(told)
    return ", ".join(told) + (f" and {rest} more" if rest else "")


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def document(file: Path, found: Snapshot) -> dict[str, Any]:
    """The result as its JSON has it."""
    return {
        "capture": file.name,
        "tabs": [_tab(tab) for tab in found.tabs],
        "subjects": [_subject(subject) for subject in found.subjects],
        "clocks": [_plain(clock) for clock in found.clocks],
        "latencies": [_plain(latency) for latency in found.latencies],
        "displays": [_plain(display) for display in found.displays],
    }


def _plain(view: ClockView | LatencyView | DisplayView) -> Any:
    """A view as plain data, seconds to the tenth of a millisecond."""
    return _rounded(msgspec.to_builtins(view))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value


def _tab(tab: TabView) -> dict[str, Any]:
    return {
        "tab": tab.label, "site": tab.site, "subject": tab.subject, "context": tab.context, "account": tab.account,
        "state": tab.state, "for_s": round(tab.for_s, 3), "missing": tab.missing, "disorder": tab.disorder or None,
        "behind": tab.behind,
    }  # fmt: skip


def _subject(subject: SubjectView) -> dict[str, Any]:
    return {
        "site": subject.site,
        "subject": subject.subject,
        "tabs": subject.tabs,
        "verdict": subject.verdict,
        "losses": subject.losses,
        "writes": [_write(write) for write in subject.writes],
        "stale_now": [
            {"tab": stale.tab, "missing": stale.missing, "for_s": round(stale.for_s, 3), "received": stale.received,
             "hidden": stale.hidden, "why": stale.why}
            for stale in subject.stale_now
        ],
        "conflicts": [
            {"tabs": one.tabs, "writes": one.writes, "outcome": one.outcome, "text": one.text}
            for one in subject.conflicts
        ],
        "disorders": [_disorder(one) for one in subject.disorders],
        "past_disorders": [_disorder(one) for one in subject.past_disorders],
        "violations": [_violation(violation) for violation in subject.violations],
    }  # fmt: skip


def _disorder(one: Disorder) -> dict[str, Any]:
    found = {
        "tab": one.tab, "what": one.what, "items": one.items, "for_s": round(one.for_s, 3), "witness": one.witness,
        "hidden": one.hidden, "hidden_s": round(one.hidden_s, 3), "why": one.why,
    }  # fmt: skip
    return found if one.ended is None else found | {"ended": _moment(one.ended)}


def _violation(violation: Violation) -> dict[str, Any]:
    names = ("guarantee", "tab", "scope", "item", "witness", "text")
    return {name: getattr(violation, name) for name in names}


def _write(write: WriteView) -> dict[str, Any]:
    return {
        "tab": write.tab,
        "at": _moment(write.at),
        "seq": write.seq,
        "request": write.request,
        "what": write.what,
        "items": write.items,
        "seen": [_seen(seen) for seen in write.seen],
    }


def _seen(seen: SeenView) -> dict[str, Any]:
    names = ("tab", "state", "after_s", "censored", "via", "prompted_by", "event_seq", "hidden_s", "why")
    found = {name: getattr(seen, name) for name in names}
    if seen.censored:
        found |= {"after_s": None, "via": None}
    found = {name: round(value, 3) if isinstance(value, float) else value for name, value in found.items()}
    also = [{"via": one.via, "event_seq": one.event_seq, "after_s": round(one.after_s, 3)} for one in seen.also]
    return found | {"also": also}


def _moment(seconds: float) -> str:
    from monitor.export.passages import stamp

    return stamp(seconds)[:-4] + "Z"


# ── text ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(found: Snapshot) -> Iterator[str]:
    """The result as lines for people."""
    from monitor.commands.story import QUIET_S, VERBS, shorten
    from monitor.sync.snapshot import place
    from monitor.tui.words import age, clock

    if not found.subjects:
        yield "No tab showed anything that another tab could differ from."
    yield from _contexts(found)
    for subject in found.subjects:
        tabs = " ".join(subject.tabs) or "-"
        yield f"{place(subject.site, subject.subject)}  tabs {tabs}  {_verdict(subject)}{_now(subject)}"
        for write in subject.writes:
            request = f"  {write.request}" if write.request else ""
            yield f"  {clock(write.at)} {write.tab} {VERBS[write.what]} “{shorten(write.excerpt, 60)}”{request}"
            for seen in write.seen:
                yield f"    {seen.tab}  {_fate(seen)}"
                if seen.why and (seen.after_s is None or seen.after_s >= QUIET_S):
                    yield f"       {seen.why}"
        yield from (
            f"  ⑂ {conflict.text} (events {conflict.writes[0]}, {conflict.writes[1]})" for conflict in subject.conflicts
        )
        yield from (f"  ✗ {_broken(violation)}" for violation in subject.violations)
        yield from (f"  · {one.why}" for one in subject.past_disorders if one.for_s >= QUIET_S)
        for one in subject.disorders:
            hidden = ", while hidden" if one.hidden else ""
            what = "shows items that are gone" if one.what == "extra" else "out of order"
            what = "shows items once too often" if one.repeated else what
            yield f"  ⚠ {one.tab} {what} for {age(one.for_s)}{hidden}: {named(subject, one.items)}"
            yield f"       {one.why}"
        for stale in subject.stale_now:
            hidden = ", while hidden" if stale.hidden else ""
            what = "received it, does not show it" if stale.received else "never received it"
            lacked = named(subject, stale.missing)
            yield f"  ⚠ {stale.tab} stale for {age(stale.for_s)}{hidden}: lacks {lacked} ({what})"
            if stale.why:
                yield f"       {stale.why}"


def _verdict(subject: SubjectView) -> str:
    """The verdict, and how often it failed: a tab that got a write only by a reload, or not at all."""
    losses = f", with {subject.losses} {'loss' if subject.losses == 1 else 'losses'}" if subject.losses else ""
    return f"{subject.verdict}{losses}"


def _now(subject: SubjectView) -> str:
    """Who is behind, beside how the tabs sync as a rule: `, B out of order`."""
    states = {stale.tab: "behind" for stale in subject.stale_now if not stale.hidden}
    for one in subject.disorders:
        if not one.hidden:
            state = "shows what is gone" if one.what == "extra" else "out of order"
            states.setdefault(one.tab, "shows something twice" if one.repeated else state)
    return "".join(f", {tab} {state}" for tab, state in states.items())


def _contexts(found: Snapshot) -> Iterator[str]:
    """Which tabs are of which browser context, where there are several."""
    contexts = sorted({tab.context for tab in found.tabs} - {0})
    for number in contexts if len(contexts) > 1 else ():
        tabs = [tab for tab in found.tabs if tab.context == number]
        accounts = ", ".join(sorted({tab.account for tab in tabs} - {""}))
        yield f"profile {number}  tabs {' '.join(tab.label for tab in tabs)}{f'  {accounts}' if accounts else ''}"


def _broken(violation: Violation) -> str:
    guarantee, events = violation.guarantee.replace("-", " "), ", ".join(map(str, violation.witness))
    return f"{guarantee} broken: {violation.text} (events {events})"


def _fate(seen: SeenView) -> str:
    from monitor.commands.story import by
    from monitor.tui.words import wait

    if seen.after_s is None:
        lacked = "received it and did not show it" if seen.state == "received" else "did not show it"
        return f"{lacked} for {wait(seen.waited_s)}, until the end" if seen.waited_s else lacked
    hidden = f", hidden for {wait(seen.hidden_s)} of it" if seen.hidden_s else ""
    return f"shown after {wait(seen.after_s)} by {by(seen)}{hidden}"
