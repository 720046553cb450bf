"""Changes of localStorage and sessionStorage: one event a tab, and who made the change, as far as that can be known.

DevTools tells every tab of the origin and names no writer; the `storage` event is heard in every document but the
writer. So a change is held for a moment: a tab that heard it was told (`in`); the only one that did not wrote (`out`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from monitor.browser.output import Origin, Output, size_of
from monitor.browser.wire_page import DomStorageChange
from monitor.model import Direction, Storage

HOLD_S = 0.12
LATE_S = 2.0  # DevTools can be this much behind the documents that heard of a change

Op = Literal["set", "remove", "clear"]
# What makes two reports reports of the same change: origin, local, operation, key, new value.
What = tuple[str, bool, Op, str | None, str | None]


class Change(msgspec.Struct):
    """One change and the tabs that reported it; `heard` counts documents of a tab that heard it, `at` is when first."""

    what: What
    since: float
    tabs: dict[str | None, tuple[Origin, float, str | None]] = {}
    heard: dict[str | None, int] = {}
    at: float | None = None


class StorageChanges:
    """Joins the two reports of a change. `documents(tab, origin)` is how many documents of the origin a tab has."""

    def __init__(self, out: Output, documents: Callable[[str | None, str], int]) -> None:
        self._out = out
        self._documents = documents
        self._held: list[Change] = []

    def changed(self, origin: Origin, op: Op, params: DomStorageChange, mono: float, arrival: float) -> None:
        """A DOMStorage event of one session."""
        of = params.storage_id
        where = of.security_origin or (of.storage_key or "").rstrip("/")
        change = self._group((where, of.is_local_storage, op, params.key, params.new_value), origin.tab, arrival)
        change.tabs[origin.tab] = (origin, mono, params.old_value)

    def _group(self, what: What, tab: str | None, arrival: float) -> Change:
        for change in self._held:
            if change.what == what and tab not in change.tabs:
                change.since = change.since if change.tabs else arrival
                return change
        self._held.append(Change(what, arrival, {}, {}))
        return self._held[-1]

    def heard(
        self, origin: Origin, where: str, local: bool, key: str | None, value: str | None, arrival: float, mono: float
    ) -> None:
        """A `storage` event of one document, heard in the page at `mono`: DevTools can be much later."""
        op: Op = "clear" if key is None else "remove" if value is None else "set"
        what = (where, local, op, key, value)
        limit = max(1, self._documents(origin.tab, where))
        for change in self._held:
            if change.what == what and change.heard.get(origin.tab, 0) < limit:
                change.heard[origin.tab] = change.heard.get(origin.tab, 0) + 1
                change.at = min(mono, change.at or mono)
                return
        self._held.append(Change(what, arrival, {}, {origin.tab: 1}, mono))

    def tick(self, arrival: float) -> None:
        """Tell the changes that were held long enough."""
        due = [one for one in self._held if arrival - one.since > (HOLD_S if one.tabs else LATE_S)]
        for change in due:
            self._held.remove(change)
            self._tell(change)

    def flush(self) -> None:
        """Tell all that is held."""
        while self._held:
            self._tell(self._held.pop(0))

    def _tell(self, change: Change) -> None:
        where, local, op, key, value = change.what
        told = [tab for tab in change.tabs if change.heard.get(tab, 0) >= max(1, self._documents(tab, where))]
        wrote = [tab for tab in change.tabs if tab not in told]
        for tab, (origin, mono, old) in change.tabs.items():
            way: Direction | None = "in" if tab in told else "out" if len(wrote) == 1 else None
            stamp = mono if change.at is None else min(mono, change.at)
            fields: dict[str, Any] = origin.unstamped(self._out.clock, stamp)
            self._out.emit(
                Storage(
                    **fields,
                    origin=where,
                    area="local" if local else "session",
                    op=op,
                    dir=way,
                    key=key,
                    size=size_of(value or ""),
                    text=value,
                    old=old,
                )
            )
