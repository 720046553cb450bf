"""Entries of a list: their names, what they say, and where they belong."""

from __future__ import annotations

import pytest

from monitor.sync.entries import Seen, View, address, alike, belongs, near, same_title, says_otherwise
from monitor.sync.replicas import Subject
from tests.rooms import SITE


def view(entries: str) -> View:
    """A list of entries with a letter each."""
    return View(Subject("example.org", "list"), {id_: Seen(id_, 0.0) for id_ in entries})


@pytest.mark.parametrize(
    ("before", "after", "otherwise"),
    [
        ("Plans", "Plans 3", False),
        ("Plans 59 s ago", "Plans 1 min ago", False),
        ("Plans just now", "Plans 5 s ago", False),
        ("Plans 5 s ago", "Ideas 6 s ago", True),
        ("Plans", "Ideas", True),
        ("Plans — current", "Plans (current)", False),
    ],
)
def test_numbers_and_ages_within_an_entry_are_no_other_text(before: str, after: str, otherwise: bool) -> None:
    assert says_otherwise(before, after) is otherwise


@pytest.mark.parametrize(
    ("href", "named"),
    [
        (f"{SITE}/room/2?utm_source=mail", f"{SITE}/room/2"),
        (f"{SITE}/#/room/2", f"{SITE}/#/room/2"),
        (f"{SITE}/room/2#top", f"{SITE}/room/2#top"),
        (f"{SITE}/room/1#top", ""),
        (f"{SITE}/room/1#", ""),
        ("javascript:void(0)", ""),
    ],
)
def test_the_name_of_an_entry_is_where_it_leads(href: str, named: str) -> None:
    assert address(href, f"{SITE}/room/1") == named


@pytest.mark.parametrize(
    ("shown", "stated", "same"),
    [
        ("plans", "plans", True),
        ("plans3", "plans", True),
        ("thelongnameof", "thelongnameofaplan", True),
        ("thelong", "thelongnameofaplan", False),
        ("", "plans", False),
        ("plans", None, False),
    ],
)
def test_a_title_may_be_cut_or_have_something_beside_it(shown: str, stated: str | None, same: bool) -> None:
    assert same_title(shown, stated) is same


@pytest.mark.parametrize(
    ("there", "here", "has"),
    [("abcdefgh", "bcdefgh", True), ("abcdefgh", "xyz", False), ("bcda", "bcd", False), ("bcd", "bcd", False)],
)
def test_an_entry_belongs_where_half_of_what_follows_it_stands(there: str, here: str, has: bool) -> None:
    assert belongs("a", view(there), view(here)) is has


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [("bcade", "bcde", True), ("bcade", "bcxyzvwde", False), ("bcade", "xyz", False), ("a", "bcde", False)],
)
def test_a_list_is_alike_where_what_stands_around_the_entry_stands_together(
    one: str, other: str, is_alike: bool
) -> None:
    assert alike("a", view(one), view(other)) is is_alike


def test_what_is_near_is_so_many_on_either_side() -> None:
    assert near("m", list("abcdefghijklmnopqrstuvwxyz")) == list("ijklnopq")
