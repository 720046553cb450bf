"""A board of notes with a profile of its own: stories in which every fact is known, to hold the analysis against.

Notes have ids, on the wire and on the page, so nothing has to be guessed; times never coincide by accident.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from monitor.model import Block, Finished, Request, Response, Shown
from monitor.sites.profile import parse_profile
from tests.story import Story

BOARD = "https://board.example/b/plans"
PROFILE = parse_profile(
    """
    name = "board"
    hosts = ["board.example"]
    routes = ["/b/{subject}"]
    [[write]]
    request = "POST /b/{subject}/notes"
    items = "[{id: id, text: text, parent: parent}]"
    [[read]]
    request = "GET /b/{subject}/notes"
    items = "notes[].{id: id, text: text, parent: parent, done: done}"
    [[read]]
    channel = "socket"
    items = "notes[].{id: id, text: text, parent: parent, done: done}"
    [[show]]
    name = "note"
    selector = "[data-note]"
    id = "data-note"
    """,
    "board.toml",
)


def text_of(note: str) -> str:
    """What a note says."""
    return f"What there is to say about {note}, in a sentence."


class Board(Story):
    """Tabs on one board. `shows` has what each tab's page shows now."""

    def __init__(self) -> None:
        super().__init__()
        self.shows: dict[str, tuple[str, ...]] = {}
        self._elements_of: dict[tuple[str, str], int] = {}
        self._new_elements = count(10)  # numbers of elements, never given twice

    def begin(self, at: float, *tabs: str, notes: Iterable[str] = ()) -> None:
        """Tabs open on the board."""
        for tab in tabs:
            self.load_board(at, tab, notes, how="load")

    def load_board(self, at: float, tab: str, notes: Iterable[str], how: Any = "reload") -> int:
        """A tab loads the board, and shows notes 0.1 s later; the navigation's number."""
        seq = self.load(at, tab, ("Plans",), url=BOARD, how=how)
        self._elements_of = {key: slot for key, slot in self._elements_of.items() if key[0] != tab}
        self.page(at + 0.1, tab, notes)
        return seq

    def page(
        self, at: float, tab: str, notes: Iterable[str], texts: Mapping[str, str] | None = None,
        growing: Iterable[str] = (),
    ) -> int:  # fmt: skip
        """A tab's page shows these notes, from the top, and no others; the event's number."""
        notes = self.shows[tab] = tuple(dict.fromkeys(notes))
        for note in notes:
            if (tab, note) not in self._elements_of:
                self._elements_of[tab, note] = next(self._new_elements)
        slots = [self._elements_of[tab, note] for note in notes]
        said = texts or {}
        blocks = tuple(
            Block(slot=slot, id=note, text=said.get(note, text_of(note)), path="body/p", streaming=note in growing)
            for slot, note in zip(slots, notes, strict=True)
        )
        event = Shown(
            time=at, tab=tab, target=f"page-{tab}", frame=f"page-{tab}", document=self.document_of(tab), url=BOARD,
            rule="note", full=True, blocks=blocks, order=tuple(slots),
        )  # fmt: skip
        return self.add(event).seq

    def posts(self, at: float, tab: str, note: str, parent: str | None = None, status: int = 200) -> int:
        """A tab writes a note, and is answered 0.05 s later; the request's number."""
        key, text = f"p{len(self.events)}", json.dumps({"id": note, "text": text_of(note), "parent": parent})
        common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "connection": key}
        url = f"{BOARD}/notes"
        seq = self.add(
            Request(time=at, method="POST", url=url, resource="fetch", text=text, size=len(text), body_state="whole",
                    **common)
        ).seq  # fmt: skip
        self.add(Response(time=at + 0.05, url=url, status=status, mime="application/json", **common))
        self.add(Finished(time=at + 0.05, body="none", **common))
        return seq

    def told_by_socket(self, at: float, tab: str, socket: str, *notes: str, **more: Any) -> int:
        """A frame brings notes to a tab; the frame's number."""
        stated = [{"id": note, "text": text_of(note), **more} for note in notes]
        return self.frame(at, tab, socket, json.dumps({"notes": stated}))
