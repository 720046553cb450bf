from __future__ import annotations

import pytest

from monitor.model import Block, Shown
from monitor.sync.gained import ageless, difference, unnumbered
from monitor.sync.page import Page


def changed(page: Page, *blocks: Block, gone: tuple[int, ...] = ()) -> tuple[list[str], set[str]]:
    event = Shown(time=1.0, tab="A", target="p", document="d", frame="f", url="u", blocks=blocks, gone=gone)
    gained, lost = difference(page, page.apply(event))
    return [key for key, _ in gained], lost


@pytest.fixture
def page() -> Page:
    page = Page()
    changed(page, Block(slot=1, text="ok"), Block(slot=2, text="Room"))
    return page


def test_a_block_more_that_says_the_same_is_numbered(page: Page) -> None:
    assert changed(page, Block(slot=3, text="Ok!")) == (["ok#2"], set())


def test_a_block_less_that_says_the_same_takes_the_last_number(page: Page) -> None:
    changed(page, Block(slot=3, text="Ok!"))
    assert changed(page, gone=(1,)) == ([], {"ok#2"})


def test_elements_made_anew_with_the_same_texts_bring_and_take_nothing(page: Page) -> None:
    assert changed(page, Block(slot=8, text="ok"), Block(slot=9, text="Room"), gone=(1, 2)) == ([], set())


def test_a_draft_beside_a_text_that_says_the_same_is_none(page: Page) -> None:
    assert changed(page, Block(slot=3, text="ok", editable=True)) == ([], set())
    assert changed(page, Block(slot=4, text="ok")) == (["ok#2"], set())
    assert changed(page, gone=(3,)) == ([], set())


def test_a_text_that_comes_before_its_draft_ends_is_the_first_that_says_so(page: Page) -> None:
    assert changed(page, Block(slot=3, text="Hi", editable=True)) == (["hi"], set())
    assert changed(page, Block(slot=4, text="Hi")) == (["hi"], set())
    assert changed(page, gone=(3,)) == ([], set())


def test_a_text_that_is_edited_where_it_stands_stays_on_the_page(page: Page) -> None:
    assert changed(page, Block(slot=2, text="Room", editable=True)) == ([], set())
    assert changed(page, Block(slot=2, text="Room")) == (["room"], set())
    assert (page.counts["room"], page.drafts) == (1, {})


def test_keys() -> None:
    assert unnumbered("ok#2") == unnumbered("ok") == "ok"
    assert ageless("Hi 3 s ago") == ageless("Hi 57 s ago")
    assert ageless("Hi 3 s ago") != ageless("Ho 3 s ago")
