"""What a tab displays, from Shown events."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Block, Shown
from monitor.sync.page import Page, said_before


def shown(*texts: str, full: bool = False, first: int = 1, gone: tuple[int, ...] = (), **fields: Any) -> Shown:
    blocks = tuple(Block(slot=first + n, text=text) for n, text in enumerate(texts))
    return Shown(time=1.0, tab="A", document="d", frame="f", full=full, blocks=blocks, gone=gone, **fields)


def test_appearing_changing_and_going() -> None:
    page = Page()
    assert [change.before for change in page.apply(shown("a", "b", full=True))] == [None, None]
    [change] = page.apply(shown("c", first=2))
    assert change.before is not None
    assert change.after is not None
    assert (change.before.letters, change.after.letters, change.after.changes) == ("b", "c", 1)
    [gone] = page.apply(shown(gone=(1,)))
    assert gone.after is None
    assert dict(page.counts) == {"c": 1}


def test_a_full_list_replaces_what_its_frame_and_rule_had() -> None:
    page = Page()
    page.apply(shown("a", "b", full=True))
    page.apply(shown("x", full=True, first=9, rule="message"))
    changes = page.apply(shown("a", full=True, first=5))
    assert sum(change.after is None for change in changes) == 2
    assert {(rule, number) for _, rule, number in page.entries} == {("text", 5), ("message", 9)}


def test_the_same_text_again_is_no_change() -> None:
    page = Page()
    page.apply(shown("Hello  you", full=True))
    assert page.apply(shown("hello, you")) == []
    page.apply(shown("hello you", first=2))
    assert page.counts["helloyou"] == 2


def test_a_profiles_blocks_count_where_there_are_any() -> None:
    page = Page()
    page.apply(shown("Chats", full=True))
    assert [entry.letters for entry in page.of_rules()] == ["chats"]
    page.apply(shown("Hi", full=True, first=9, rule="message"))
    assert [entry.letters for entry in page.of_rules()] == ["hi"]
    page.clear()
    assert page.of_rules() == []


def test_texts_stand_as_the_page_has_them_each_once() -> None:
    page = Page()
    page.apply(shown("a", "b", "twice", "c", full=True))
    page.apply(shown("twice", first=9))
    page.apply(shown(order=(4, 1, 2, 3, 9)))
    assert [entry.letters for entry in page.standing()] == ["c", "a", "b"]
    page.apply(shown(gone=(1,)))
    assert [entry.letters for entry in page.standing()] == ["c", "b"]
    assert page.in_order() == []
    row = Block(slot=1, text="a", path="body/main#log/section:2/ol/li:14/p")
    page.apply(Shown(time=1.0, tab="A", document="d", frame="f", full=True, blocks=(row,)))
    assert [entry.shape for entry in page.standing()] == ["body/main/section/ol/li/p"]


ROW = "body/ul/li"


def at(slot: int, text: str, path: str = ROW) -> Block:
    return Block(slot=slot, text=text, path=path)


def pairs(page: Page, *blocks: Block, gone: tuple[int, ...], order: tuple[int, ...]) -> list[tuple[str, str]]:
    """What each changed element said before and says now."""
    event = Shown(time=2.0, tab="A", document="d", frame="f", blocks=blocks, gone=gone, order=order)
    return [
        (one.before.block.text if one.before else "", one.after.block.text if one.after else "")
        for one in page.apply(event)
    ]


def board() -> Page:
    page = Page()
    rows = (at(1, "tea"), at(2, "milk", f"{ROW}:2"), at(3, "rice", f"{ROW}:3"))
    page.apply(Shown(time=1.0, tab="A", document="d", frame="f", full=True, blocks=rows))
    return page


def test_an_element_made_anew_in_the_place_of_another_changes_what_stands_there() -> None:
    assert pairs(board(), at(9, "oat milk", f"{ROW}:2"), gone=(2,), order=(1, 9, 3)) == [("milk", "oat milk")]


def test_also_where_the_whole_list_is_made_anew() -> None:
    rows = (at(7, "tea"), at(8, "oat milk", f"{ROW}:2"), at(9, "rice", f"{ROW}:3"))
    assert ("milk", "oat milk") in pairs(board(), *rows, gone=(1, 2, 3), order=(7, 8, 9))


def test_one_that_comes_elsewhere_takes_the_place_of_none() -> None:
    assert pairs(board(), at(9, "oats"), gone=(3,), order=(9, 1, 2)) == [("", "oats"), ("rice", "")]
    assert pairs(board(), at(9, "oats", "body/p"), gone=(2,), order=(1, 9, 3)) == [("", "oats"), ("milk", "")]


def test_of_cells_that_say_the_same_the_one_in_its_row_is_the_one() -> None:
    page = Page()
    page.apply(shown("Ann", "open", "Bob", "open", "Cy", "open", full=True))
    now = shown("Ann", "open", "Bob", "done", "Cy", "open", first=11, gone=(1, 2, 3, 4, 5, 6))
    changed = {c.after.block.text: c.before for c in page.apply(now) if c.after is not None}
    before = changed["done"]
    assert before is not None
    assert (before.block.slot, before.block.text) == (4, "open")


@pytest.mark.parametrize(
    ("lost", "found"),
    [({"ok", "no"}, "ok"), ({"ok#3", "no#2"}, "ok#3"), ({"ok#☑ "}, None), ({"okay"}, None), (set[str](), None)],
)
def test_which_text_a_page_says_no_more_by_its_place(lost: set[str], found: str | None) -> None:
    assert said_before("ok", lost) == found


def test_what_is_ticked_off_says_something_else() -> None:
    page = Page()
    page.apply(shown("Buy milk", full=True))
    [change] = page.apply(shown("☑ Buy milk"))
    assert change.before is not None
    assert change.after is not None
    assert (change.before.letters, change.after.letters) == ("buymilk", "buymilk")
    assert change.before.key != change.after.key
