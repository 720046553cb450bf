"""Other words for one thing, or another thing in its place."""

from __future__ import annotations

import pytest

from monitor.model import Block
from monitor.sync.page import Change, Entry
from monitor.sync.rewording import different, rewords, turned


def entry(text: str, row: int = 1) -> Entry:
    reduced = "".join(filter(str.isalnum, text)).lower()
    return Entry(Block(slot=row, text=text, path=f"body/ul/li:{row}"), reduced, reduced, 1.0)


def change(before: str, after: str, row: int = 1) -> Change:
    return Change(("f", "text", row), entry(before, row) if before else None, entry(after, row) if after else None)


@pytest.mark.parametrize(
    ("before", "after", "olds", "news"),
    [
        ("Buy oat milk", "Buy rye bread", ["oat", "milk"], ["rye", "bread"]),
        ("Buy milk", "Buy oat milk", [], ["oat"]),
        ("Buy milk", "Buy milk", [], []),
        ("", "Buy", [], ["Buy"]),
    ],
)
def test_the_words_in_which_two_texts_differ(before: str, after: str, olds: list[str], news: list[str]) -> None:
    assert different(before, after) == (olds, news)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [("tea", "milk", True), ("tea", "tea", False), ("", "tea", False), ("tea", "", False)],
)
def test_what_is_drawn_anew_is_not_reworded(before: str, after: str, found: bool) -> None:
    assert rewords(change(before, after)) == found


def test_several_rows_that_say_something_else_at_once_are_other_rows() -> None:
    both = [change("tea", "milk"), change("rice", "oats", 2)]
    assert [one.before for one in turned(both)] == [None, None]
    assert turned(both[:1]) == both[:1]
    reworded = [change("Buy tea", "Buy milk"), change("Buy rice", "Buy oats", 2)]
    assert turned(reworded) == reworded
