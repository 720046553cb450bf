"""The two reductions of text."""

from __future__ import annotations

import pytest

from monitor.sites.text import letters, made_up, skeleton


def test_letters_survive_markup_space_and_case() -> None:
    assert letters("**Hi**, you!") == letters("hi  you") == "hiyou"
    assert letters("Grüße, 世界 🌍") == "grüsse世界"
    assert letters("…!? - •") == ""


def test_symbols_are_all_that_an_emoji_has() -> None:
    assert letters("👍") != letters("🎉") != ""
    assert letters("yes 👍") == "yes"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 s ago", "15 s ago"),
        ("10:42:07", "11:00:59"),
        ("Signed in as 8f3e2a77", "Signed in as b1c9d0e2"),
        ("id 0a1b2c3d-1111-4222-8333-444455556666", "id 99999999-aaaa-4bbb-8ccc-ddddeeeeffff"),
    ],
)
def test_texts_that_differ_in_numbers_and_ids_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


def test_words_stay() -> None:
    assert skeleton("all is well") == "all is well"
    assert skeleton("Tom: 3") != skeleton("Ann: 3")


def test_a_number_that_follows_a_word_at_once_takes_nothing_of_it() -> None:
    assert skeleton("Pizza27%") == skeleton("Pizza33%") != skeleton("Sushi33%")
    assert skeleton("Comments3") != skeleton("Retweets3")


@pytest.mark.parametrize(
    ("name", "alone"),
    [("#id-e22d9021-4681-40c7-9d00-9e4c9e08c055:2", True), ("#r3k9x1", True), ("#main:3", False), ("#cell-12", False),
     ("#jp-main-dock-panel:3", False)],
)  # fmt: skip
def test_names_that_each_document_makes_up(name: str, alone: bool) -> None:
    assert made_up(name) is alone
