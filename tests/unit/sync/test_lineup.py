"""How texts stand, kept up with single changes of a page."""

from __future__ import annotations

import pytest

from monitor.model import Block, Shown
from monitor.sync.items import Item
from monitor.sync.lineup import Lineup
from monitor.sync.page import Page
from monitor.sync.remembered import Texts
from monitor.sync.replicas import Subject
from monitor.sync.standing import Standing

COUNT = 400


class Room:
    """A page with many texts in one tab, each an item, and how they stand."""

    def __init__(self) -> None:
        self.subject, self.page, self.texts, self.looked = Subject("", "room"), Page(), Texts(), 0
        self.replica = self.subject.enter("A", 0.0)
        self.one = Standing(0.0)
        self.shows(*range(COUNT), full=True)

    def shows(self, *numbers: int, full: bool = False, order: tuple[int, ...] | None = None) -> list[str] | None:
        """Texts come, named by the elements that show them; what is told to be gained."""
        blocks = tuple(Block(slot=n, text=f"Text {n}", path=f"ul/li:{n}/p") for n in numbers)
        event = Shown(
            time=1.0, tab="A", frame="f", document="d", url="", main=True, rule="text", blocks=blocks, full=full,
            order=order,
        )  # fmt: skip
        changes = self.page.apply(event)
        for block in blocks:
            item = self.subject.items.get(f"t{block.slot}") or self.subject.learn(Item(f"t{block.slot}", 1.0, "A", 1))
            if item.id not in self.replica.shown:
                self.texts.remember(item.id, f"text{block.slot}")
                self.subject.show("A", item, 1.0, 1, form=f"text{block.slot}")
        return Lineup(self.subject, self.replica, self.page, self).look(self.one, changes)

    @property
    def turns(self) -> int:
        """As the texts have it."""
        return self.texts.turns

    def item(self, tab: str, key: str) -> str:
        """As the texts have it, and counted."""
        self.looked += 1
        return self.texts.item(tab, key)

    def steady(self, item_id: str) -> bool:
        """As the texts have it."""
        return self.texts.steady(item_id)


def test_a_text_more_needs_no_second_look_at_the_others() -> None:
    room = Room()
    first = room.looked
    assert room.shows(COUNT) == [f"t{COUNT}"]
    assert room.one.items == tuple(f"t{n}" for n in range(COUNT + 1))
    assert (first, room.looked - first) == (COUNT, 3)  # its own, twice, and the one above


@pytest.mark.parametrize("at", [0, 1, 200])
def test_a_text_stands_where_its_element_does(at: int) -> None:
    room = Room()
    order = [*range(at), COUNT, *range(at, COUNT)]
    first = room.looked
    assert room.shows(COUNT, order=tuple(order)) == [f"t{COUNT}"]
    assert room.one.items == tuple(f"t{n}" for n in order)
    assert room.looked - first <= 3


def test_where_others_moved_all_is_looked_at() -> None:
    room = Room()
    assert room.shows(COUNT, order=(COUNT, *reversed(range(COUNT)))) is None
    assert room.one.items == tuple(f"t{n}" for n in (COUNT, *reversed(range(COUNT))))


def test_a_text_that_says_another_does_not_count() -> None:
    room = Room()
    room.texts.remember("t7", "text7again")
    assert room.shows(COUNT) is None
    assert "t7" not in room.one.items


def test_what_the_tab_counts_no_more_goes() -> None:
    room = Room()
    room.subject.hide("A", room.subject.items["t7"], 2.0)
    assert room.shows(COUNT) == [f"t{COUNT}"]
    assert "t7" not in room.one.items
