"""Which entries of a list stand lower in one tab than their news would have them."""

from __future__ import annotations

import pytest

from monitor.sync.recency import late


@pytest.mark.parametrize(
    ("here", "there", "news", "found"),
    [
        ("abcd", "cabd", {"c": 5.0}, ["c"]),
        ("abcd", "abcd", {"c": 5.0}, []),
        ("abcd", "cabd", {}, []),  # nothing says why
        ("abcd", "cabd", {"c": 0.5}, []),  # it was news before this list was loaded
        ("cabd", "abcd", {"c": 5.0}, []),  # here is the newer order
        ("abcd", "cbad", {"c": 5.0}, []),  # sorted another way
        ("dcba", "cabd", {"c": 5.0}, []),
        ("abcd", "dcab", {"c": 5.0, "d": 6.0}, ["c", "d"]),
        ("cabd", "dcab", {"c": 5.0, "d": 6.0}, ["d"]),
        ("cabd", "dabc", {"c": 6.0, "d": 5.0}, ["d"]),  # each knows of one
        ("dabc", "cabd", {"c": 6.0, "d": 5.0}, ["c"]),
        ("abc", "xcyab", {"c": 5.0, "x": 6.0}, ["c"]),  # the one has loaded more of it
        ("a", "a", {"a": 5.0}, []),
        ("", "ab", {"a": 5.0}, []),
    ],
)
def test_an_entry_that_had_news_stands_lower_than_in_another_tab(
    here: str, there: str, news: dict[str, float], found: list[str]
) -> None:
    assert late(here, there, lambda entry: news.get(entry, 0.0), 1.0) == found
