"""The pages of a HAR: one for each load of a tab, and which of them a request belongs to.

A document's own request comes before the navigation that shows it, and both carry its loader: so loads are read first,
then requests find their page by loader, and sockets theirs by tab and time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

import msgspec

from monitor.export import har_parts as parts
from monitor.model import Event, Lifecycle, Navigation, Request, TargetAttached, TargetChanged

KINDS = ("target-attached", "target-changed", "navigation", "lifecycle")


class Load(msgspec.Struct):
    """One load of a tab: from `started` (epoch s) on."""

    name: str
    tab: str
    started: float
    title: str
    loader: str | None = None
    dom: float | None = None
    load: float | None = None


class Pages:
    """All loads of a capture. events: at least those of KINDS, in order."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._of_tab: dict[str, list[Load]] = {}
        self._of_loader: dict[str, Load] = {}
        self.used: dict[str, str] = {}  # loads by name, and the tab of each, that an entry belongs to
        for event in events:
            if event.tab is not None:
                self._take(event.tab, event)

    def _take(self, tab: str, event: Event) -> None:
        loads = self._of_tab.setdefault(tab, [])
        if isinstance(event, TargetAttached) and event.type == "page" and not loads:
            self._begin(tab, event.time, event.title or event.url, None)
        elif isinstance(event, Navigation) and event.main and event.how != "same-document":
            self._begin(tab, event.time, event.url, event.loader)
        elif isinstance(event, TargetChanged) and loads and event.title:
            loads[-1].title = event.title
        elif isinstance(event, Lifecycle) and loads and event.loader in (None, loads[-1].loader):
            loads[-1].dom = event.time if event.name == "dom" else loads[-1].dom
            loads[-1].load = event.time if event.name == "load" else loads[-1].load

    def _begin(self, tab: str, started: float, title: str, loader: str | None) -> None:
        loads = self._of_tab[tab]
        one = Load(f"{tab}{len(loads) + 1}", tab, started, title, loader)
        loads.append(one)
        if loader:
            self._of_loader[loader] = one

    def of(self, event: Event) -> str | None:
        """The page of an event; a document's request makes its page begin with it. None outside of tabs."""
        tab = event.tab
        if tab is None:
            return None
        loader = getattr(event, "loader", None)
        one = self._of_loader.get(loader) if loader else None
        if one is None:
            loads = self._of_tab.setdefault(tab, [])
            at = bisect_right(loads, event.time, key=lambda load: load.started)
            if not loads:
                self._begin(tab, event.time, "", None)
            one = loads[max(0, at - 1)]
        if isinstance(event, Request) and event.time < one.started:
            one.started = event.time
        self.used[one.name] = one.tab
        return one.name

    def written(self) -> list[dict[str, Any]]:
        """The pages that entries belong to, in the order of their tabs and loads."""
        return [
            parts.page(load.name, load.started, load.title, load.dom, load.load)
            for loads in self._of_tab.values()
            for load in loads
            if load.name in self.used
        ]
