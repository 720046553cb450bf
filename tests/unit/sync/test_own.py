"""What comes into view in one tab: pages of a list, rows that were scrolled to, and what is news after all."""

from __future__ import annotations

import json

import pytest

from tests.story import Story


def rows(first: int, count: int) -> tuple[list[str], str]:
    """The texts of some rows of a ledger, and the answer that lists them."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    texts = [f"Row {letters[n % 26] * 3}{'x' * (n // 26)} of the ledger" for n in range(first, first + count)]
    return texts, json.dumps({"items": [{"id": f"r{n}", "text": text} for n, text in enumerate(texts, first)]})


def feed(shown: int, loaded: int) -> Story:
    """Two tabs that loaded the newest rows, and show some of them."""
    story = Story()
    texts, body = rows(0, loaded)
    for tab in "AB":
        story.fetch(0.0, tab, "GET /items?limit=20", says=body)
    story.open(0.1, "A", "B", texts=["Feed", *texts[:shown]])
    return story


@pytest.mark.parametrize("query", ["&offset=20", "&before=r0"])
def test_older_rows_that_one_tab_turned_to_are_not_lacked_by_the_other(query: str) -> None:
    story = feed(20, 20)
    texts, body = rows(20, 20)
    story.fetch(12.0, "A", f"GET /items?limit=20{query}", says=body)
    story.says(12.2, "A", *texts)
    found = story.subject(until=30.0)
    assert (found.stale_now, found.writes) == ((), ())


def test_rows_of_an_earlier_answer_that_scroll_into_view_are_not_lacked() -> None:
    story = feed(20, 40)
    story.says(6.0, "A", *rows(20, 10)[0])
    found = story.subject(until=30.0)
    assert (found.stale_now, found.writes) == ((), ())


def test_many_rows_of_the_list_that_both_ask_for_are_news() -> None:
    story = feed(20, 20)
    texts, body = rows(20, 20)
    story.fetch(12.0, "A", "GET /items?limit=20", says=body)
    story.says(12.2, "A", *texts)
    assert [stale.tab for stale in story.subject(until=30.0).stale_now] == ["B"]
