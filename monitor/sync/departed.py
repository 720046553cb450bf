"""The deletions of one subject as views of writes: who deleted what, and how long the other tabs showed it still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from monitor.sync.departures import Departure
from monitor.sync.explain import explain, spell_of
from monitor.sync.generic import counts
from monitor.sync.items import GRACE_S, Item, Wait
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import SeenView, WriteView
from monitor.sync.state import State

EXCERPT = 80  # letters
_WRITES = 500


@dataclass(slots=True)
class Departed:
    """Reads the deletions of a subject. active: the tabs that view it now."""

    state: State
    subject: Subject
    active: list[str]

    def views(self) -> Iterator[WriteView]:
        """The newest ones, oldest first; of those that nobody was seen to make, what another tab had to wait for."""
        for one in self.state.departures.of(self.subject)[-_WRITES:]:
            if one.request is not None or any(self._late(wait) for wait in one.waits.values()):
                yield self._view(one)

    def waits(self) -> dict[tuple[str, str], Wait]:
        """Of each tab and text, for how long the tab showed it though it was gone."""
        found = dict[tuple[str, str], Wait]()
        for one in self.state.departures.of(self.subject):
            found |= one.waits
        return found

    def _late(self, wait: Wait) -> bool:
        if self.state.end(wait) - wait.since <= GRACE_S:
            return False
        return counts(wait, self.state.tabs[wait.tab], self.state.now)

    def _view(self, one: Departure) -> WriteView:
        by_tab: dict[str, list[Wait]] = {}
        for (tab, _), wait in one.waits.items():
            by_tab.setdefault(tab, []).append(wait)
        seen = tuple(self._seen(one, tab, waits) for tab, waits in by_tab.items())
        waiting = [self.state.now - one.at for entry in seen if entry.censored and entry.tab in self.active]
        return WriteView(
            tab=one.tab, at=one.at, seq=one.seq, request=one.request, items=tuple(one.items), what="removed",
            excerpt=one.text[:EXCERPT], seen=seen, waiting_s=max(waiting, default=0.0),
        )  # fmt: skip

    def _seen(self, one: Departure, tab: str, waits: list[Wait]) -> SeenView:
        """How a deletion fared in one other tab: it is shown there when the last of the texts is gone."""
        shown = self.state.tabs[tab]
        if any(wait.until is None for wait in waits):
            end = max(self.state.end(wait) for wait in waits if wait.until is None)
            told = explain(self.state, self.subject, spell_of(self.state, self.subject, waits))
            return SeenView(
                tab=tab, state="missing", waited_s=max(0.0, end - one.at), hidden_s=shown.hidden_during(one.at, end),
                why=told,
            )  # fmt: skip
        wait = max(waits, key=lambda wait: wait.until or 0.0)
        until, cause = wait.until or 0.0, self.state.departures.cause(wait)
        spell = replace(spell_of(self.state, self.subject, waits, cause), items=self._items(one, tab))
        after = max(0.0, until - one.at)
        return SeenView(
            tab=tab, state="shown", after_s=after, waited_s=after, censored=False, via=cause.via,
            prompted_by=cause.prompted_by, prompt_seq=cause.prompt_seq, event_seq=cause.seq or wait.until_seq,
            confidence=cause.confidence, hidden_s=shown.hidden_during(one.at, until),
            why=explain(self.state, self.subject, spell),
        )  # fmt: skip

    def _items(self, one: Departure, tab: str) -> tuple[Item, ...]:
        """What of it the tab showed."""
        return tuple(
            self.subject.items[item_id]
            for item_id in one.items
            if item_id in self.subject.items and (tab, item_id) in one.waits
        )
