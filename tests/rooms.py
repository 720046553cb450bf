"""Stories of the links that stand beside pages no profile knows: rooms, each at an address of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from monitor.model import LINKS, Block, Shown
from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot, SubjectView
from tests.story import START, Story

SITE = "https://example.org"
TITLES = {
    str(number + 1): title
    for number, title in enumerate(
        ("Boat repairs", "Harbour plans", "Kitchen rota", "Lost property", "Night watch", "Rope and sail")
    )
}


class Rooms(Story):
    """Tabs in rooms of their own, with the list of all rooms beside each."""

    def __init__(self) -> None:
        super().__init__()
        self._slots_of: dict[tuple[str, str, str], int] = {}
        self._new = count(500)
        self._answers: dict[str, str] = {}

    def begin(self, at: float, *tabs: str, titles: Mapping[str, str] = TITLES) -> None:
        """Tabs load, each in a room of its own, ask for the rooms and show them."""
        for number, tab in enumerate(tabs):
            self.begins(at, tab, titles, room=str(number + 1))

    def begins(self, at: float, tab: str, titles: Mapping[str, str], *, room: str) -> None:
        """One tab loads its page, asks for the rooms and shows them."""
        self._slots_of = {key: slot for key, slot in self._slots_of.items() if key[0] != tab}
        self.load(at, tab, ("Rooms",), url=f"{SITE}/room/{room}", how="load")
        self.asks(at + 0.15, tab, titles)
        self.lists(at + 0.3, tab, titles)

    def asks(self, at: float, tab: str, titles: Mapping[str, str]) -> None:
        """A tab asks for the rooms and is answered."""
        rooms = [{"id": int(id_), "title": title} for id_, title in titles.items()]
        self.fetch(at, tab, "GET /api/rooms", says=json.dumps(rooms), url=SITE)

    def lists(self, at: float, tab: str, titles: Mapping[str, str], *, where: str = "nav#rooms") -> None:
        """A list in a tab has these links now, from the top, and no others."""
        blocks = []
        for id_, title in titles.items():
            slot = self._slots_of.setdefault((tab, where, id_), next(self._new))
            blocks.append(
                Block(
                    slot=slot,
                    text=title,
                    length=len(title),
                    id=f"{SITE}/room/{id_}",
                    role=where,
                    path=f"body/{where}/a",
                )
            )
        others = [
            slot for key, slot in self._slots_of.items() if key[0] == tab and key[1] == where and key[2] not in titles
        ]
        self.add(
            Shown(time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=self.document_of(tab), url=SITE,
                  rule=LINKS, blocks=tuple(blocks), gone=tuple(others),
                  order=tuple(block.slot for block in blocks) if where == "nav#rooms" else None)
        )  # fmt: skip

    def asked(self, at: float, tab: str, request: str, **body: Any) -> None:
        """A tab asks for a change, and is answered."""
        self.fetch(at, tab, request, json.dumps(body) if body else None, says='{"ok": true}', url=SITE)

    def found(self, until: float) -> Snapshot:
        """What the analysis makes of it."""
        analysis = Analysis()
        for event in sorted(self.events, key=lambda event: event.time):
            analysis.feed(event)
        analysis.tick(START + until)
        return analysis.snapshot()

    def told(self, until: float) -> list[SubjectView]:  # type: ignore[override]
        """The lists of which something is told."""
        return [one for one in self.found(until).subjects if one.list]

    def list(self, until: float) -> SubjectView:
        """The one list of which something is told."""
        [one] = self.told(until)
        return one
