"""Why a tab was behind, in a sentence or two made of evidence: what came, what it asked for, what healed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.sync.causes import Cause, Word
from monitor.sync.items import GRACE_S, Item, Receipt, Wait
from monitor.sync.replicas import Subject
from monitor.sync.state import State
from monitor.sync.tabs import Tab

SOON_S = 1.0  # a page that shows what it received within this showed it at once
_EXCERPT = 40
_ID = 12  # an id of more characters is none that people read
_BRINGS: dict[str, str] = {
    "socket": "its socket",
    "sse": "its EventSource",
    "fetch-stream": "its fetch stream",
    "fetch": "an answer",
    "push": "a push",
    "storage": "a storage event",
    "broadcast": "a BroadcastChannel message",
    "worker": "a message of its worker",
}
_USED = {"click": "a click in it", "key": "a key was pressed in it"}


@dataclass(slots=True, frozen=True)
class Spell:
    """One tab's lack of some items, from `since` to `until`; `cause` where it ended in their being shown.

    open: it lasts. gone: by showing what is there no more.
    """

    tab: str
    items: tuple[Item, ...]
    since: float
    until: float
    receipt: Receipt | None = None
    cause: Cause | None = None
    open: bool = False
    gone: bool = False

    @property
    def lasted(self) -> float:
        """Seconds."""
        return max(0.0, self.until - self.since)


def explain(state: State, subject: Subject, spell: Spell) -> str:
    """The sentences for one spell."""
    tab = state.tabs[spell.tab]
    told = _healed(state, subject, spell) if spell.cause is not None else _lacking(state, subject, spell)
    return " ".join([*told, *meanwhile(tab, spell.since, spell.until)])


def spell_of(state: State, subject: Subject, waits: list[Wait], cause: Cause | None = None) -> Spell:
    """The spell that some waits of one tab make up."""
    known = [(subject.items[wait.item], wait) for wait in waits if wait.item in subject.items]
    receipts = [wait.receipt for wait in waits]
    whole = [receipt for receipt in receipts if receipt is not None]
    return Spell(
        tab=waits[0].tab,
        items=tuple(item for item, _ in known),
        since=min(state.since(subject, wait) for wait in waits),
        until=max(state.end(wait) for wait in waits),
        receipt=max(whole, key=lambda r: r.at) if len(whole) == len(receipts) else None,
        cause=cause,
        open=any(wait.open for wait in waits),
        gone=all(wait.parting or (item.gone and wait.version >= item.version) for item, wait in known),
    )


# ── the sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _healed(state: State, subject: Subject, spell: Spell) -> Iterator[str]:
    assert spell.cause is not None
    what, lasted = names(subject, spell.items), seconds(spell.lasted)
    if _gone(spell):
        yield f"{spell.tab} showed {what} for {lasted} after it was gone, until {_told(spell.cause)}."
        return
    if spell.cause.via == "reload":
        yield f"{spell.tab} lacked {what} for {lasted}, until it loaded the page again."
        left = state.tabs[spell.tab].before(spell.until)
        if spell.receipt is not None and spell.receipt.at < left:
            yield _unshown(spell, spell.receipt, "it" if len(spell.items) == 1 else "them", "did not show")
        else:
            yield from _in_vain(state, subject, spell, left)
        return
    yield f"{spell.tab} showed {what} {lasted} {_after(spell, 'did')}: {_brought(state, subject, spell)}."
    yield from _raced(spell.cause)


def _after(spell: Spell, did: str = "showed it") -> str:
    """Since when a wait counts: since the write, if one was seen; else since another tab showed what it is about."""
    first = next((item for item in spell.items if item.write is None), None)
    if first is None or spell.gone:
        return "after the write"
    it = "showed them" if did == "showed it" and len(spell.items) > 1 else did
    return f"after {first.tab} {it}" if first.tab != spell.tab else "after it was known"


def _gone(spell: Spell) -> bool:
    """Whether it is by showing what is there no more that the tab was behind."""
    return bool(spell.items) and spell.gone


def _told(cause: Cause) -> str:
    """What told a page that something is gone."""
    ways = {"reload": "it loaded the page again", "refetch": "it asked again", "poll": "a poll told it"}
    return ways.get(cause.via) or ("it let go of it" if cause.via == "unknown" else f"{_BRINGS[cause.channel]} told it")


def _raced(cause: Cause) -> Iterator[str]:
    """Who else brought it, and who was first."""
    for one in cause.also:
        by = _BRINGS[one.channel]
        when = f"{seconds(-one.after)} before that" if one.after < 0 else f"{seconds(one.after)} later"
        yield f"{by[0].upper()}{by[1:]} brought it too, {when}."


def _brought(state: State, subject: Subject, spell: Spell) -> str:
    cause = spell.cause
    assert cause is not None
    if cause.via == "unknown":
        return "what brought it was not seen"
    if cause.via == "poll":
        period = cause.polls.period if cause.polls else None
        return f"it asks every {seconds(period)}, and was told" if period else "it asks again and again, and was told"
    if cause.via == "refetch":
        if cause.prompted_by == "reload":
            return "it loaded the page again, and later a request of that page brought it"
        if cause.prompted_by == "focus":
            return "as it was turned to, a request brought it"
        word = next((w for w in _words(state, subject, spell) if w.seq == cause.prompt_seq), None)
        named = f" ({short(word.type)})" if word else ""
        prompt = f"{_BRINGS[cause.prompted_by]} gave the word{named}, and" if cause.prompted_by else "unprompted,"
        return f"{prompt} a request brought it"
    by = _BRINGS[cause.channel]
    if cause.confidence == "timing":
        return f"going by the time, {by} brought it"
    receipt = spell.receipt
    if receipt is not None and receipt.at >= spell.since - SOON_S and spell.until - receipt.at > SOON_S:
        return f"{by} had brought it after {seconds(receipt.at - spell.since)}{_showed(state, spell)}"
    return f"{by} brought it"


def _showed(state: State, spell: Spell) -> str:
    """What the user did that made the page show what it had."""
    start, end = spell.until - SOON_S, spell.until
    used = state.network.turned.use_between(spell.tab, start, end)
    if used is not None:
        return f", and the page showed it after {_USED.get(used, 'its user did something in it')}"
    return ", and the page showed it after it was turned to" if state.tabs[spell.tab].looked_between(start, end) else ""


def _lacking(state: State, subject: Subject, spell: Spell) -> Iterator[str]:
    what = names(subject, spell.items)
    if _gone(spell):
        shows = "has shown" if spell.open else "showed"
        yield f"{spell.tab} {shows} {what} for {seconds(spell.lasted)} after it was gone."
        return
    if spell.receipt is None:
        lasted = seconds(spell.lasted)
        if spell.open:
            yield f"{spell.tab} lacks {what} for {lasted}."
        else:
            yield f"{spell.tab} lacked {what} for {lasted}, until {_ended(subject, spell)}."
        yield from _in_vain(state, subject, spell, spell.until)
        return
    yield _unshown(spell, spell.receipt, what, "does not show" if spell.open else "did not show")


def _ended(subject: Subject, spell: Spell) -> str:
    """How a lack ended without the items' being shown: by the tab's going, by theirs, or out of its sight."""
    replica = subject.replicas[spell.tab]
    if replica.active and replica.left < spell.until - GRACE_S and spell.items:
        it = "it was" if len(spell.items) == 1 else "they were"
        gone = all(item.withdrawn or item.removed is not None for item in spell.items)
        return f"{it} gone everywhere" if gone else "its page showed other things"
    return "it closed or turned elsewhere"


def _unshown(spell: Spell, receipt: Receipt, what: str, shows: str) -> str:
    """The tab was sent it, to no avail."""
    after, by = seconds(receipt.at - spell.since), _BRINGS[receipt.channel]
    they = "it" if len(spell.items) == 1 else "them"
    what += ", or what had said the same before," if receipt.either else ""
    return (
        f"{by[0].upper()}{by[1:]} brought {what} to {spell.tab} {after} {_after(spell)}, but the page {shows} {they}."
    )


def _in_vain(state: State, subject: Subject, spell: Spell, until: float) -> Iterator[str]:
    """What came and was asked for until then, and did not help."""
    tab = state.tabs[spell.tab]
    word = next(iter(_words(state, subject, spell)), None)
    asked = tab.asked_between(spell.since, until)
    vain = "which did not bring it" if asked == 1 else "none of which brought it"
    questions = f"made {number(asked, 'request')}, {vain}" if asked else "asked for nothing"
    if word is None:
        came = tab.counted(spell.since, until)
        messages = number(came, "message") if came else "no message"
        yield f"Nothing that reached it named it: {messages} came, and the page {questions}."
        return
    after, by = seconds(word.at - spell.since), _BRINGS[word.channel]
    if word.tab is None:
        push = next((p for p in state.pushes.all if word.seq in p.events), None)
        passed = push is not None and spell.tab in push.reached
        how = "passed on to the page" if passed else "not passed on to the page"
        yield f"A push named it ({short(word.type)}) {after} {_after(spell)} and was {how}, which {questions}."
    else:
        yield f"{by[0].upper()}{by[1:]} did bring {short(word.type)} {after} {_after(spell)}, but the page {questions}."


def meanwhile(tab: Tab, since: float, until: float) -> Iterator[str]:
    """For how much of a stretch of time a tab was hidden, offline, and held back from what comes."""
    for what, lasted in (("hidden", tab.hidden_during(since, until)), ("offline", tab.offline_during(since, until))):
        if lasted >= GRACE_S:
            whole = lasted >= max(0.0, until - since) - GRACE_S
            yield f"It was {what} {'all the time' if whole else f'for {seconds(lasted)} of it'}."
    if (lasted := tab.held_during(since, until)) > 0:
        yield f"What comes to it was held back for {seconds(lasted)} of it, by the experiment."


# ── the evidence ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _words(state: State, subject: Subject, spell: Spell) -> Iterator[Word]:
    """The messages that named the subject to the tab while it waited, first ones first."""
    words = state.words.get((subject.site, subject.key), ())
    return (w for w in words if w.tab in (spell.tab, None) and spell.since - GRACE_S <= w.at <= spell.until)


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def names(subject: Subject, items: tuple[Item, ...]) -> str:
    """Items in words: one by its id, or by its text where the id is ours or says nothing; several by their number."""
    if len(items) != 1:
        return number(len(items), "item")
    item = items[0]
    text = " ".join(item.text.split())
    if subject.site and not item.id.startswith("text:") and (len(item.id) <= _ID or not text):
        return item.id
    return f"“{text}”" if len(text) <= _EXCERPT else f"“{text[: _EXCERPT - 1]}…”"


def short(type_: str) -> str:
    """The last part of a type that is a path."""
    return type_.rpartition("/")[2] or type_


def seconds(value: float) -> str:
    """A time of two or three digits: `21 ms`, `0.21 s`, `13.2 s`, `184 s`."""
    value = max(0.0, value)
    if value < 0.1:
        return f"{value * 1000:.0f} ms" if value >= 0.001 else "under 1 ms"
    return f"{value:.2f} s" if value < 1 else f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def number(count: int, noun: str) -> str:
    """`1 request`, `3 requests`."""
    return f"{count} {noun}" + ("" if count == 1 else "s")
