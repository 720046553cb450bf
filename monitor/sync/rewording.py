"""What changes of a page's elements say: other words for one thing, or another thing in its place."""

from __future__ import annotations

from collections import Counter

from monitor.sites.text import skeleton
from monitor.sync.page import Change


def rewords(change: Change) -> bool:
    """Whether an element says something else, and was not merely drawn anew."""
    return change.before is not None and change.after is not None and change.before.key != change.after.key


def turned(changes: list[Change]) -> list[Change]:
    """The same changes; where several rows alike say something else at once, in their places stand other rows now."""
    others = Counter(change.after.shape for change in changes if change.after and _says_other(change))
    return [
        Change(change.slot, None, change.after)
        if change.after and others[change.after.shape] > 1 and _says_other(change)
        else change
        for change in changes
    ]


def _says_other(change: Change) -> bool:
    """Whether a text took the place of one that has nothing in common with it."""
    if change.before is None or change.after is None or change.after.block.editable:
        return False
    before, after = change.before.block.text, change.after.block.text
    if not change.before.letters or not change.after.letters or skeleton(before) == skeleton(after):
        return False
    return len(different(before, after)[1]) == len(after.split())


def different(before: str, after: str) -> tuple[list[str], list[str]]:
    """The words in which two texts differ: what is left without those that they begin and end with together."""
    old, new = before.split(), after.split()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return old, new
