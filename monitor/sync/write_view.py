"""The writes of one subject, and how each fared in the other tabs: seen, by what cause and when, or lacking."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import msgspec

from monitor.sync.causes import Cause
from monitor.sync.departed import EXCERPT, Departed
from monitor.sync.explain import explain, spell_of
from monitor.sync.generic import counts
from monitor.sync.items import GRACE_S, Item, Wait
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import RivalView, SeenView, Verdict, WriteView
from monitor.sync.state import State
from monitor.sync.verdict import verdict, way_of
from monitor.sync.writes import Write

AHEAD_S = 5.0  # a list may show a change this much before its request is answered
_WRITES = 500


class WriteReader:
    """The views of one subject's writes."""

    def __init__(self, state: State, subject: Subject, active: list[str]) -> None:
        self.state = state
        self.subject = subject
        self.active = active  # the tabs that view it now
        self.version: int | None = None  # of the items of the write that is being read
        self._key = (subject.site, subject.key)
        self.newest: dict[tuple[str, str], Wait] = subject.waits.newest
        self.departed = Departed(state, subject, active)

    # ── what was written ──

    def views(self) -> tuple[WriteView, ...]:
        """The newest writes, oldest first."""
        mine = [w for w in self.state.writes.all if w.subject == self._key and w.items and not w.failed]
        views = [self._write(w) for w in mine[-_WRITES:] if w.at is not None]
        views += [*self._unwritten(), *self.departed.views()]
        return tuple(sorted(views, key=lambda w: (w.at, w.seq)))

    def verdict(self, writes: Iterable[WriteView]) -> tuple[Verdict, int]:
        """How the subject stays in sync, by these writes, and how many waits were lost all the same."""
        parted = self.departed.waits()
        return verdict(
            self._way(write, seen, parted if parted and write.what == "removed" else self.newest)
            for write in writes for seen in write.seen
        )  # fmt: skip

    def _way(self, write: WriteView, seen: SeenView, known: Mapping[tuple[str, str], Wait]) -> Verdict | None:
        """How one tab got one write.

        One that was loaded again just then, or that it was held back from, tells nothing of how else it comes.
        """
        if self.state.tabs[seen.tab].held_during(write.at, write.at + seen.waited_s) > 0:
            return None
        found = [wait for item_id in write.items if (wait := known.get((seen.tab, item_id))) is not None]
        reloaded = "reload" in (seen.via, seen.prompted_by)
        if reloaded and any(0 < wait.began < write.at + GRACE_S for wait in found):
            return None
        ends = [self.state.end(wait) for wait in found if wait.until is None]
        return way_of(seen, max(ends, default=write.at) - write.at)

    def _write(self, write: Write) -> WriteView:
        items = [self.subject.items[i] for i in write.items if i in self.subject.items]
        due = set(write.carried([item.id for item in items]))
        made = {item.id: write.made(item.id, item.at) for item in items}
        if write.version is not None:
            view = self._change(write, items[0], made)
            what: Literal["made", "changed", "removed"] = "changed" if write.version else "made"
            what = "removed" if write.removed else what
            return msgspec.structs.replace(view, what=what, excerpt=(write.said or view.excerpt)[:EXCERPT])
        former = self._former(items)
        view = self._write_view(write.tab, write.at or write.sent, write.seq, write.request, items, made, due)
        self.newest = former
        return msgspec.structs.replace(view, excerpt=(write.said or view.excerpt)[:EXCERPT])

    def _former(self, items: list[Item]) -> dict[tuple[str, str], Wait]:
        """Turn to the waits for items as they were made, where they changed since; returns the waits for the newest.

        Who did not show the first version, but a later one, waited until then.
        """
        newest = self.newest
        changed = {item.id for item in items if item.version} if not self.subject.list else set()
        if not changed:
            return newest
        chains: dict[tuple[str, str], list[Wait]] = {}
        for wait in self.subject.waits.all():
            if wait.item in changed:
                chains.setdefault((wait.tab, wait.item), []).append(wait)
        first = {key: whole for key, chain in chains.items() if (whole := _followed(chain, 0)) is not None}
        self.newest = {**{key: wait for key, wait in newest.items() if key[1] not in changed}, **first}
        return newest

    def _change(self, write: Write, item: Item, made: dict[str, float]) -> WriteView:
        """A write that made one version of an item: the waits for others tell nothing of it."""
        chains: dict[tuple[str, str], list[Wait]] = {}
        for wait in self.subject.waits.all():
            if wait.item == item.id and wait.version >= (write.version or 0):
                chains.setdefault((wait.tab, wait.item), []).append(wait)
        newest, self.newest = (
            self.newest,
            {
                key: whole
                for key, chain in chains.items()
                if (whole := _followed(chain, write.version or 0)) is not None
            },
        )
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
            excerpt=items[0].text[:EXCERPT] if items else "", seen=found, waiting_s=max(waiting, default=0.0),
        )  # fmt: skip

    # ── how it fared in another tab ──

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
            made = {item.id: max(made[item.id], wait.after) for item, wait in waits}
            item, wait = max(waits, key=lambda pair: (pair[1].until or 0.0) - made[pair[0].id])
            cause = self.state.cause(self.subject, wait)
            seen = self._arrived(label, made[item.id], wait.until or 0.0, wait.until_seq, cause)
            return msgspec.structs.replace(seen, why=self._why(wait, cause))
        if any((wait := self.newest.get((label, item.id))) is not None and wait.place for item in items):
            return None  # it looked elsewhere when they came
        return self._ahead(label, items, made)

    def _ahead(self, label: str, items: list[Item], made: dict[str, float]) -> SeenView | None:
        """The tab showed the items before they were known anywhere else: a socket outran the write's own answer."""
        if self.version is not None:
            return self._ahead_with(label, items[0], made[items[0].id])
        if any((label, item.id) in self.subject.turned_up for item in items):
            return None
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


def _followed(chain: list[Wait], version: int) -> Wait | None:
    """One wait for a version of an item, on through those for the versions that replaced it while it lasted."""
    chain = sorted(chain, key=lambda wait: wait.since)
    starts = [number for number, wait in enumerate(chain) if wait.version == version]
    if not starts:
        return None
    chain = chain[starts[-1] :]
    last = chain[0]
    for wait in chain[1:]:
        if last.until is not None or last.withdrawn or last.ended is None or last.ended < wait.since:
            break
        last = wait
    if last is chain[0]:
        return last
    carried = chain[0].carried or last.carried
    return replace(last, version=version, since=chain[0].since, carried=carried, cause=None, why="")
