"""Entries of a list: what is known of one, whether two say the same, and whether one has its place in a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.sites.address import subject_of
from monitor.sites.text import letters, skeleton
from monitor.sync.rewording import different

if TYPE_CHECKING:
    from monitor.sync.replicas import Subject

NEAR = 8  # entries that follow a new one, by which its place in a list from new to old is known
AROUND = 4  # entries on each side of one, by which its place in any list is known
_CUT = 12  # letters by which a title that is cut is known
_UNIT, _UNITS = 8, 3  # letters and words of an age, at most: `min. ago`


@dataclass(slots=True)
class Seen:
    """An entry as a tab shows it, since then."""

    letters: str
    at: float


@dataclass(slots=True)
class Stated:
    """What traffic said of an entry. titles: of each version, None where it is gone. moved: when it was news last."""

    titles: list[str | None]
    updated: float | None = None
    moved: float = 0.0


@dataclass(slots=True)
class View:
    """A list in one tab: its entries, from the top."""

    subject: Subject
    shown: dict[str, Seen] = field(default_factory=dict)


def same_title(shown: str, stated: str | None) -> bool:
    """Whether a shown title is the stated one, with something beside it, or cut."""
    if not shown or not stated:
        return shown == stated
    return stated in shown or (len(shown) >= _CUT and stated.startswith(shown))


def belongs(id_: str, there: View, view: View) -> bool:
    """Whether an entry that one tab shows has its place in the part of the list that another shows."""
    order = list(there.shown)
    if id_ not in there.shown:
        return False
    place = order.index(id_)
    following = order[place + 1 : place + 1 + NEAR]
    return bool(following) and 2 * sum(other in view.shown for other in following) >= len(following)


def address(href: str, page: str) -> str:
    """What an entry leads to; empty where that is the page itself, by a mark in it."""
    named = subject_of(href)
    mark = href.partition("#")[2]
    if named is None:
        return ""
    if "#" in href and not mark.startswith(("/", "!")):
        return f"{named}#{mark}" if mark and named != subject_of(page) else ""
    return named


def says_otherwise(before: str, after: str) -> bool:
    """Whether an entry says something else, and not the same with other numbers or at another age."""
    old, new = (skeleton(text).split() for text in (before, after))
    if old == new or letters(before) == letters(after):
        return False
    was, now = different(" ".join(old), " ".join(new))
    head = new[: next((n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)]
    ages = any("#" in word for word in (*was, *now)) or (head[-1:] == ["#"] and len(was) == len(now) == 1)
    short = max((len(word) for word in (*was, *now)), default=0) <= _UNIT and max(len(was), len(now)) <= _UNITS
    return not (ages and short)


def near(id_: str, order: list[str]) -> list[str]:
    """The entries on either side of one."""
    place = order.index(id_)
    return order[max(0, place - AROUND) : place] + order[place + 1 : place + 1 + AROUND]


def alike(id_: str, one: View, other: View) -> bool:
    """Whether a list, but for an entry that it alone has, is where that stands as another one is."""
    around = near(id_, list(one.shown))
    shared = [other_id for other_id in around if other_id in other.shown]
    if not shared or 3 * len(shared) < 2 * len(around):
        return False
    order = list(other.shown)
    places = [order.index(other_id) for other_id in shared]
    stretch = order[min(places) : max(places) + 1]
    return 3 * sum(other_id in one.shown for other_id in stretch) >= 2 * len(stretch)
