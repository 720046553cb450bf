"""The snapshot, computed from the analysis' state: reads everything, changes nothing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import msgspec

from monitor.model import Fault, Gap
from monitor.sites.address import origin_of, place_of
from monitor.sync.arrangement import broken_off
from monitor.sync.arrangement import disorders as misplaced
from monitor.sync.causes import Cause
from monitor.sync.conflicts import conflicts
from monitor.sync.disorders import former, lasting
from monitor.sync.displays import displays
from monitor.sync.explain import explain, number, spell_of
from monitor.sync.generic import counts
from monitor.sync.guarantees import Guarantees
from monitor.sync.latency import Latencies
from monitor.sync.recordings import RecordingLog
from monitor.sync.replicas import GRACE_S, Item, Subject, Wait
from monitor.sync.snapshot import (
    Alert,
    Cell,
    Disorder,
    ItemView,
    RecordingView,
    RivalView,
    SeenView,
    Snapshot,
    StaleView,
    SubjectView,
    TabState,
    TabView,
    Tick,
    Verdict,
    Via,
    WriteView,
    place,
)
from monitor.sync.state import State
from monitor.sync.tabs import Tab
from monitor.sync.texts import REST_S
from monitor.sync.timeline import LANE_S, connections, lane, pushes
from monitor.sync.verdict import verdict, way_of
from monitor.sync.writes import Write

AHEAD_S = 5.0  # a list may show a change this much before its request is answered
GAP_S = 60.0  # a gap is told in words for so long; the count stays
GROWING_S = 1.5  # an item that grew this lately is still streaming
_ITEMS = 200
_WRITES = 500
_EXCERPT = 80


def snapshot(
    state: State,
    log: RecordingLog,
    ticks: Mapping[str, Iterable[Tick]],
    guarantees: Guarantees,
    latencies: Latencies,
    lane_s: float = LANE_S,
) -> Snapshot:
    """Everything as it stands at `state.now`. ticks: the moments of each tab's timeline, which goes back `lane_s`."""
    subjects = tuple(
        _SubjectReader(state, subject, guarantees).view()
        for subject in state.subjects.values()
        if subject.replicas and (subject.items or not subject.list)  # lists of which nothing is known are many
    )
    subjects = tuple(sorted(subjects, key=lambda s: s.last, reverse=True))
    tabs = tuple(_tab(state, tab) for tab in state.tabs.values())
    clocks, arrivals = latencies.views()
    return Snapshot(
        now=state.now, seq=log.seq, recording=_recording(log), tabs=tabs, subjects=subjects,
        lanes=tuple(lane(state, tab, ticks[tab.label], lane_s) for tab in state.tabs.values()),
        connections=connections(state), pushes=pushes(state, subjects),
        reconnects=state.reconnects.views(), clocks=clocks, latencies=arrivals, displays=displays(state),
        alerts=_alerts(state, log, tabs, subjects),
    )  # fmt: skip


# ── tabs ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _viewed(state: State, tab: Tab) -> Subject | None:
    return state.subjects.get((tab.site, tab.subject)) if tab.subject else None


def _stale_waits(state: State, tab: Tab, subject: Subject | None) -> list[Wait]:
    """What a tab lacks of a subject that it views, longer than the grace."""
    if subject is None or tab.gone:
        return []
    waits = [w for w in subject.open_waits(tab.label) if counts(w, tab, state.now) and state.age(subject, w) > GRACE_S]
    short = list(broken_off(subject, tab.label, state.now)) if subject.site else _broken_off(state, subject, tab)
    return waits + short


def _broken_off(state: State, subject: Subject, tab: Tab) -> list[Wait]:
    """Texts that have come to rest in full elsewhere, of which this tab shows but the beginning."""
    found = []
    shown = subject.replicas[tab.label].shown if not subject.site else {}
    for item in (subject.items[id_] for id_ in subject.grew if id_ in shown and id_ in subject.items):
        form = shown[item.id].letters.partition("#")[0]
        short = len(form) < len(item.letters) and item.letters.startswith(form)
        if short and item.accepted and not item.hidden and state.now - item.grown > REST_S:
            found.append(Wait(tab.label, item.id, item.version, item.grown))
    return found


def _tab(state: State, tab: Tab) -> TabView:
    subject = _viewed(state, tab)
    waits = _stale_waits(state, tab, subject)
    wrong = max(lasting(state, subject, (tab.label,)), key=lambda one: one.for_s, default=None) if subject else None
    ages = [state.age(subject, w) for w in waits] + ([wrong.for_s] if wrong else []) if subject else []
    return TabView(
        label=tab.label, target=tab.target, site=_site(tab.site, tab.url), subject=tab.subject or "",
        url=tab.url, title=tab.title,
        channels=tuple(sorted(tab.channels - {""})), rate_in=tab.rate(state.now), spark=tab.spark(state.now),
        state=_tab_state(state, tab, behind=bool(ages)), visible=tab.visible, for_s=max(ages, default=0.0),
        disorder=wrong.what if wrong else "",
        missing=tuple(w.item for w in waits), received=bool(waits) and all(w.receipt for w in waits),
        push=_push(state, tab), context=state.users.number(tab.context), account=tab.account,
        behind=_behind(state, tab),
    )  # fmt: skip


def _behind(state: State, tab: Tab) -> tuple[str, ...]:
    """The lists beside its subject in which a tab is behind: with something that came, changed or went."""
    lists = (one for one in state.subjects.values() if one.list and (it := one.replicas.get(tab.label)) and it.active)
    return tuple(
        one.key for one in lists if _stale_waits(state, tab, one) or any(misplaced(one, (tab.label,), state.now))
    )


def _push(state: State, tab: Tab) -> Literal["", "registered", "none", "blocked"]:
    told = state.pushes.states.get(origin_of(tab.url))
    return told.state if told is not None else ""


def _site(profile: str, url: str) -> str:
    """The application's name: its profile's, or the host and port of its pages."""
    return profile or place_of(url)


def _tab_state(state: State, tab: Tab, *, behind: bool) -> TabState:
    if tab.gone:
        return "gone"
    if tab.crashed:
        return "crashed"
    if tab.subject and not tab.painted and state.now - tab.began < 10.0:
        return "loading"
    if not tab.visible:
        return "hidden"
    return "stale" if behind else "current"


def _alerts(
    state: State, log: RecordingLog, tabs: Iterable[TabView], subjects: Iterable[SubjectView]
) -> tuple[Alert, ...]:
    found: list[Alert] = []
    problem = log.problem
    if log.newest is not None and log.newest.state == "lost":
        found.append(Alert(level="error", text="the browser is gone", hint=log.newest.detail or "start it again"))
    if isinstance(problem, Fault):
        found.append(Alert(level="error", text=problem.message, hint=problem.hint or "", tab=problem.tab))
    elif isinstance(problem, Gap) and state.now - problem.time < GAP_S:
        count = f"{problem.count} " if problem.count else ""
        found.append(Alert(level="warning", text=f"gap: {count}{problem.reason}", tab=problem.tab))
    reasons = {stale.tab: _reason(stale.why) for one in subjects if not one.list for stale in one.stale_now}
    stale = sorted((tab for tab in tabs if tab.state == "stale" and tab.missing), key=lambda tab: -tab.for_s)
    for tab in stale:
        how = ", received but not shown" if tab.received else ""
        where = place(tab.site, tab.subject)
        found.append(
            Alert(
                level="stale",
                text=f"{tab.label} stale {tab.for_s:.1f} s · {where}{how}",
                hint=reasons.get(tab.label, ""),
                tab=tab.label,
            )
        )
    found.extend(
        Alert(
            level="stale",
            text=f"{one.tab} stale {one.for_s:.1f} s · {place(subject.site, subject.subject)}",
            hint=_reason(one.why),
            tab=one.tab,
        )
        for subject in subjects
        for one in subject.stale_now
        if subject.list and not one.hidden
    )
    found.extend(_disordered(subject, one) for subject in subjects for one in subject.disorders if not one.hidden)
    found.extend(
        Alert(level="error", text=f"{tab.label} crashed", hint="press r to reload it", tab=tab.label)
        for tab in tabs
        if tab.state == "crashed"
    )
    return tuple(found)


def _disordered(subject: SubjectView, one: Disorder) -> Alert:
    """The alert for what a tab shows too much or at another place."""
    where, count = place(subject.site, subject.subject), number(len(one.items), "item")
    how = f"shows {count} gone elsewhere" if one.what == "extra" else f"shows {count} out of order"
    return Alert(level="stale", text=f"{one.tab} {how} for {one.for_s:.1f} s · {where}", hint=one.why, tab=one.tab)


def _reason(why: str) -> str:
    """An explanation without its first sentence, where that only says how long."""
    first, _, rest = why.partition(" s. ")
    return rest if " lacks " in first and rest else why


def _recording(log: RecordingLog) -> RecordingView:
    newest, attached, problem = log.newest, log.attached, log.problem
    message = problem.message if isinstance(problem, Fault) else problem.reason if isinstance(problem, Gap) else None
    return RecordingView(
        state=newest.state if newest else "started",
        browser=(attached.browser or "") if attached else "",
        endpoint=(attached.endpoint or "") if attached else "",
        started=log.started, events=log.events, gaps=log.gaps, problem=message,
        hint=problem.hint if isinstance(problem, Fault) else None,
    )  # fmt: skip


# ── subjects ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class _SubjectReader:
    """The views of one subject."""

    def __init__(self, state: State, subject: Subject, guarantees: Guarantees) -> None:
        self.state = state
        self.guarantees = guarantees
        self.subject = subject
        self.active = [replica.tab for replica in subject.active() if not state.tabs[replica.tab].gone]
        self.version: int | None = None  # of the items of the write that is being read
        self._key = (subject.site, subject.key)
        self.newest: dict[tuple[str, str], Wait] = subject.waits
        self.disorders = tuple(lasting(state, subject, self.active))
        self.moved = {(one.tab, i): one.for_s for one in self.disorders if one.what == "reordered" for i in one.items}
        self._elsewhere = {item_id for _, item_id in self.moved}

    def view(self) -> SubjectView:
        writes = self._writes()
        known = self.subject.items.values()
        items = [item for item in known if (item.accepted or item.id in self._elsewhere) and not item.hidden]
        return SubjectView(
            site=_site(self.subject.site, self.subject.key), subject=self.subject.key, title=self._title(),
            tabs=tuple(self.subject.replicas), verdict=self._verdict(writes),
            items=tuple(self._item(item) for item in items[-_ITEMS:] if not self._gone_everywhere(item)),
            writes=writes, stale_now=self._stale(), violations=self.guarantees.of(self.subject),
            conflicts=conflicts(self.state, self.subject), last=self.subject.last, list=self.subject.list,
            disorders=self.disorders, past_disorders=tuple(former(self.state, self.subject)),
        )  # fmt: skip

    def _title(self) -> str:
        if self.subject.list:
            return self.subject.list
        return next((self.state.tabs[label].title for label in self.active if self.state.tabs[label].title), "")

    def _gone_everywhere(self, item: Item) -> bool:
        if item.removed is not None:
            return not any(item.id in self.subject.replicas[label].shown for label in self.active)
        return item.withdrawn and item.write is None

    # ── the matrix ──

    def _item(self, item: Item) -> ItemView:
        cells = {label: self._cell(item, label) for label in self.active}
        return ItemView(id=item.id, author=item.author, excerpt=item.text[:_EXCERPT], at=item.at, cells=cells)

    def _cell(self, item: Item, label: str) -> Cell:
        showing = self.subject.replicas[label].shown.get(item.id)
        wait = self.newest.get((label, item.id))
        if showing is not None and item.removed is not None:
            return Cell(state="extra", for_s=self.state.now - item.removed)
        if showing is not None and showing.version >= item.version and (label, item.id) in self.moved:
            return Cell(state="reordered", for_s=self.moved[label, item.id])
        if showing is not None and showing.version >= item.version:
            return self._shown_cell(item, label, showing.letters, wait)
        if not item.accepted:
            return Cell(state="absent")
        if wait is not None and wait.open and not item.withdrawn:
            age = self.state.age(self.subject, wait)
            if showing is not None:
                return Cell(state="outdated", for_s=age)
            return Cell(state="received" if wait.receipt else "missing", for_s=age)
        return Cell(state="received" if item.id in self.subject.replicas[label].received else "absent")

    def _shown_cell(self, item: Item, label: str, form: str, wait: Wait | None) -> Cell:
        write = self.state.writes.all[item.write] if item.write is not None else None
        growing = self.state.now - item.grown < GROWING_S and item.grown > item.at and not item.done
        if write is not None and write.tab == label and write.items and write.items[0] == item.id:
            return Cell(state="wrote")
        if growing:
            return Cell(state="streaming")
        via: Via | None = None
        if wait is not None and wait.until is not None and label != item.tab:
            via = self.state.cause(self.subject, wait).via
        elif write is None and self._came_by_reload(item, label):
            via = "reload"
        return Cell(state="shown", via=via)

    def _came_by_reload(self, item: Item, label: str) -> bool:
        """Whether a tab that was loaded again was the first to show an item, as it loaded."""
        tab = self.state.tabs[label]
        return label == item.tab and tab.how == "reload" and tab.began <= item.at <= tab.settled

    def _stale(self) -> tuple[StaleView, ...]:
        found = []
        for label in self.active:
            tab = self.state.tabs[label]
            waits = _stale_waits(self.state, tab, self.subject)
            if waits and (self.subject.list or self.subject is _viewed(self.state, tab)):
                found.append(
                    StaleView(
                        tab=label,
                        missing=tuple(w.item for w in waits),
                        received=all(w.receipt for w in waits),
                        for_s=max(self.state.age(self.subject, w) for w in waits),
                        hidden=not tab.visible,
                        why=explain(self.state, self.subject, spell_of(self.state, self.subject, waits)),
                    )
                )
        return tuple(found)

    # ── writes ──

    def _writes(self) -> tuple[WriteView, ...]:
        mine = [w for w in self.state.writes.all if w.subject == self._key and w.items and not w.failed]
        views = [self._write(w) for w in mine[-_WRITES:] if w.at is not None]
        views += self._unwritten()
        return tuple(sorted(views, key=lambda w: (w.at, w.seq)))

    def _write(self, write: Write) -> WriteView:
        items = [self.subject.items[i] for i in write.items if i in self.subject.items]
        due = set(write.carried([item.id for item in items]))
        made = {item.id: write.made(item.id, item.at) for item in items}
        if write.version is not None:
            view = self._change(write, items[0], made)
            what: Literal["made", "changed", "removed"] = "changed" if write.version else "made"
            what = "removed" if write.removed else what
            return msgspec.structs.replace(view, what=what, excerpt=(write.said or view.excerpt)[:_EXCERPT])
        former = self._former(items)
        view = self._write_view(write.tab, write.at or write.sent, write.seq, write.request, items, made, due)
        self.newest = former
        return msgspec.structs.replace(view, excerpt=(write.said or view.excerpt)[:_EXCERPT])

    def _former(self, items: list[Item]) -> dict[tuple[str, str], Wait]:
        """Turn to the waits for items as they were made, where they changed since; returns the waits for the newest.

        Who did not show the first version, but a later one, waited until then.
        """
        newest = self.newest
        changed = {item.id for item in items if item.version} if not self.subject.list else set()
        if not changed:
            return newest
        chains: dict[tuple[str, str], list[Wait]] = {}
        for wait in self.subject.all_waits():
            if wait.item in changed:
                chains.setdefault((wait.tab, wait.item), []).append(wait)
        first = {key: whole for key, chain in chains.items() if (whole := _followed(chain)) is not None}
        self.newest = {**{key: wait for key, wait in newest.items() if key[1] not in changed}, **first}
        return newest

    def _change(self, write: Write, item: Item, made: dict[str, float]) -> WriteView:
        """A write that made one version of an item: the waits for others tell nothing of it."""
        newest, self.newest = self.newest, {
            (wait.tab, wait.item): wait
            for wait in self.subject.all_waits()
            if wait.item == item.id and wait.version == write.version
        }  # fmt: skip
        self.version = write.version
        view = self._write_view(write.tab, write.at or write.sent, write.seq, write.request, [item], made)
        self.newest, self.version = newest, None
        return view

    def _unwritten(self) -> list[WriteView]:
        """Items that other tabs had to wait for and no tab was seen to write: the server, or somebody else, did."""
        lone = [i for i in self.subject.items.values() if i.accepted and not i.hidden and i.write is None]
        if self.subject.list:
            told = {(item, w.version) for w in self.state.writes.all if w.subject == self._key for item in w.items}
            lone = [item for item in lone if (item.id, item.version) not in told]
        waited = [i for i in lone if any(self._waited(i, label) for label in self.subject.replicas if label != i.tab)]
        groups: list[list[Item]] = [[waited[0]]] if waited else []
        for before, item in pairwise(waited):
            if item.tab == before.tab and item.at - before.at < 0.05:
                groups[-1].append(item)
            else:
                groups.append([item])
        return [
            self._write_view(g[0].tab, g[0].at, g[0].seq, None, g, {item.id: item.at for item in g})
            for g in groups[-_WRITES:]
        ]

    def _waited(self, item: Item, label: str) -> bool:
        wait = self.newest.get((label, item.id))
        if wait is None or wait.withdrawn or self.state.end(wait) - wait.since <= GRACE_S:
            return False
        return counts(wait, self.state.tabs[label], self.state.now)

    def _write_view(
        self, tab: str, at: float, seq: int, request: str | None, items: list[Item], made: dict[str, float],
        due: Container[str] | None = None,
    ) -> WriteView:  # fmt: skip
        """made: from when each item can be expected in other tabs. due: those that count for the write; else all."""
        shown = [item for item in items if item.accepted and not item.hidden and (due is None or item.id in due)]
        seen = [self._seen(label, at, shown, made) for label in self.subject.replicas if label != tab] if shown else []
        found = tuple(entry for entry in seen if entry is not None)
        waiting = [self.state.now - at for entry in found if entry.censored and entry.tab in self.active]
        return WriteView(
            tab=tab, at=at, seq=seq, request=request, items=tuple(item.id for item in items),
            excerpt=items[0].text[:_EXCERPT] if items else "", seen=found, waiting_s=max(waiting, default=0.0),
        )  # fmt: skip

    def _seen(self, label: str, at: float, items: list[Item], made: dict[str, float]) -> SeenView | None:
        """How the items of a write fared in one other tab; None where the tab was not due them."""
        waits = [
            (item, wait)
            for item in items
            if (wait := self.newest.get((label, item.id))) is not None and not wait.withdrawn
        ]
        lacking = [(item, wait) for item, wait in waits if wait.until is None]
        if lacking:
            return self._censored(label, at, [wait for _, wait in lacking])
        if waits:
            item, wait = max(waits, key=lambda pair: (pair[1].until or 0.0) - made[pair[0].id])
            cause = self.state.cause(self.subject, wait)
            seen = self._arrived(label, made[item.id], wait.until or 0.0, wait.until_seq, cause)
            return msgspec.structs.replace(seen, why=self._why(wait, cause))
        return self._ahead(label, items, made)

    def _ahead(self, label: str, items: list[Item], made: dict[str, float]) -> SeenView | None:
        """The tab showed the items before they were known anywhere else: a socket outran the write's own answer."""
        if self.version is not None:
            return self._ahead_with(label, items[0], made[items[0].id])
        sights = [(item, sight) for item in items if (sight := self.subject.first_sight(label, item.id)) is not None]
        if not sights or len(sights) < len(items):
            return None
        item, sight = max(sights, key=lambda pair: pair[1].at)
        if not self.state.began(self.subject, label, sight.at) < min(made.values()):
            return None
        cause = self.state.cause_of_showing(self.subject, item, label, min(made[item.id], sight.at), sight)
        return self._arrived(label, made[item.id], sight.at, sight.seq, cause)

    def _ahead_with(self, label: str, item: Item, made: float) -> SeenView | None:
        """Likewise of one version of an item, whatever the tab shows by now."""
        sights = self.subject.sights.get((label, item.id), ())
        sight = next((seen for seen in sights if seen.version == self.version), None)
        if sight is None or not made - AHEAD_S < sight.at < made + AHEAD_S:
            return None
        if self.state.tabs[label].before(sight.at) > min(made, sight.at - GRACE_S):
            return None  # its document was loaded after the change
        cause = self.state.cause_of_sight(item, label, sight, min(made, sight.at))
        return self._arrived(label, made, sight.at, sight.seq, cause)

    def _why(self, wait: Wait, cause: Cause) -> str:
        """The explanation of a wait that ended; told anew where what it speaks of has changed since."""
        spell = spell_of(self.state, self.subject, [wait], cause)
        polls = cause.polls.period if cause.polls is not None else None
        texts = tuple((item.id, item.version, len(item.text)) for item in spell.items)
        told_of = (spell.since, spell.until, cause.via, polls, spell.receipt.seq if spell.receipt else None, texts)
        if wait.why and wait.why_of == told_of:
            return wait.why
        told = explain(self.state, self.subject, spell)
        if isinstance(wait.cause, Cause):
            wait.why, wait.why_of = told, told_of
        return told

    def _arrived(self, label: str, since: float, until: float, seq: int, cause: Cause) -> SeenView:
        return SeenView(
            tab=label, state="shown", after_s=max(0.0, until - since),
            waited_s=max(0.0, until - since), censored=False, via=cause.via,
            prompted_by=cause.prompted_by, prompt_seq=cause.prompt_seq, event_seq=cause.seq or seq,
            confidence=cause.confidence, hidden_s=self.state.tabs[label].hidden_during(since, until),
            also=tuple(RivalView(via=one.channel, event_seq=one.seq, after_s=one.after) for one in cause.also),
        )  # fmt: skip

    def _censored(self, label: str, at: float, waits: list[Wait]) -> SeenView:
        ends = [wait.ended if wait.ended is not None else self.state.now for wait in waits]
        how: Literal["received", "missing"] = "received" if all(wait.receipt for wait in waits) else "missing"
        receipt = waits[0].receipt
        return SeenView(
            tab=label, state=how, waited_s=max(0.0, max(ends) - at), event_seq=receipt.seq if receipt else None,
            hidden_s=self.state.tabs[label].hidden_during(at, max(ends)),
            why=explain(self.state, self.subject, spell_of(self.state, self.subject, waits)),
        )  # fmt: skip

    def _verdict(self, writes: Iterable[WriteView]) -> Verdict:
        return verdict(way_of(seen, self._waited_for(write, seen)) for write in writes for seen in write.seen)

    def _waited_for(self, write: WriteView, seen: SeenView) -> float:
        ends = [
            wait.ended if wait.ended is not None else self.state.now
            for item in write.items
            if (wait := self.newest.get((seen.tab, item))) is not None and wait.until is None
        ]
        return max(ends, default=write.at) - write.at


def _followed(chain: list[Wait]) -> Wait | None:
    """One wait for the first version of an item, on through those for the versions that replaced it while it lasted."""
    chain = sorted(chain, key=lambda wait: wait.since)
    if chain[0].version:
        return None
    last = chain[0]
    for wait in chain[1:]:
        if last.until is not None or last.withdrawn or last.ended != wait.since:
            break
        last = wait
    if last is chain[0]:
        return last
    return replace(last, version=0, since=chain[0].since, carried=chain[0].carried or last.carried, cause=None, why="")
