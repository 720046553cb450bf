"""Stories of the list that stands beside a site's pages: what tabs show of it, and what is asked and answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import msgspec

from monitor.model import Block, Body, Event, Finished, Request, Response, Shown, TargetAttached
from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot, SubjectView
from tests.chats import PROFILES
from tests.story import START, Story

SITE = "https://chatgpt.com"
TITLES = {f"c{number}": f"On trees, part {number}" for number in range(1, 7)}


class Sidebars(Story):
    """Tabs on conversations of their own, with the list of all of them beside each."""

    def __init__(self) -> None:
        super().__init__()
        self._elements_of: dict[tuple[str, str], int] = {}
        self._new_elements = count(100)  # numbers of elements, never given twice

    def begin(self, at: float, *tabs: str, titles: Mapping[str, str] = TITLES) -> None:
        """Tabs load, each on a conversation of its own, are given the list and show it."""
        for number, tab in enumerate(tabs):
            self.begins(at, tab, titles, url=f"{SITE}/c/c{number + 1}")

    def begins(self, at: float, tab: str, titles: Mapping[str, str], *, url: str = f"{SITE}/c/c1") -> None:
        """One tab loads its page, is given the list and shows it."""
        self._elements_of = {key: slot for key, slot in self._elements_of.items() if key[0] != tab}
        self.load(at, tab, ("Chats",), url=url, how="load")
        self.lists(at + 0.2, tab, titles, since=at)
        self.shows(at + 0.3, tab, titles)

    def shows(self, at: float, tab: str, titles: Mapping[str, str]) -> None:
        """The list in a tab has these entries now, from the top, and no others."""
        blocks = []
        for id_, title in titles.items():
            slot = self._elements_of.setdefault((tab, id_), next(self._new_elements))
            blocks.append(Block(slot=slot, text=title, id=f"/c/{id_}", path="body/nav/a"))
        self.add(
            Shown(time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=self.document_of(tab),
                  url=SITE, rule="list:conversations", full=True, blocks=tuple(blocks),
                  order=tuple(block.slot for block in blocks))
        )  # fmt: skip

    def lists(self, at: float, tab: str, titles: Mapping[str, str], since: float | None = None) -> None:
        """A tab asks for the list and is answered. since: when all of it was changed last."""
        items = [
            {"id": id_, "title": title, "update_time": START + (at if since is None else since) - n}
            for n, (id_, title) in enumerate(titles.items())
        ]
        says = json.dumps({"items": items, "total": len(items)})
        self.fetch(at, tab, "GET /backend-api/conversations?offset=0&limit=28", says=says, url=SITE)

    def changes(self, at: float, tab: str, id_: str, *, status: int = 200, took: float = 0.1, **body: Any) -> None:
        """A tab asks for a change, and is answered."""
        text, url = json.dumps(body), f"{SITE}/backend-api/conversation/{id_}"
        common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "connection": f"x{len(self.events)}"}
        self.add(
            Request(time=at, method="PATCH", url=url, resource="fetch", text=text, size=len(text), body_state="whole",
                    **common)
        )  # fmt: skip
        self.add(Response(time=at + took, url=url, status=status, mime="application/json", **common))
        self.add(Finished(time=at + took, size=2, body="later", **common))
        self.add(Body(time=at + took + 0.01, size=2, text="{}", **common))

    def list(self, until: float, contexts: Mapping[str, str] | None = None) -> SubjectView:
        """What the analysis makes of the list."""
        return next(one for one in self.found(until, contexts).subjects if one.list)

    def found(self, until: float, contexts: Mapping[str, str] | None = None) -> Snapshot:
        """What it makes of everything. contexts: the browser contexts of the tabs."""
        analysis = Analysis(PROFILES)
        for event in within(self.events, contexts or {}):
            analysis.feed(event)
        analysis.tick(START + until)
        return analysis.snapshot()


def within(events: Sequence[Event], contexts: Mapping[str, str]) -> list[Event]:
    """A story whose tabs, told of first, live in browser contexts."""
    told = [
        TargetAttached(time=START - 1, tab=tab, target=f"page-{tab}", type="page", context=context)
        for tab, context in contexts.items()
    ]
    return [msgspec.structs.replace(event, seq=n) for n, event in enumerate([*told, *events], 1)]
