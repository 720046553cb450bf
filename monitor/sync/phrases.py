"""What a row of a page says by itself, besides the words that every row like it says: `opened by`, `wrote`, `open`.

A payload has the first and not the second. So a text is looked for without them, where enough of it is left.
"""

from __future__ import annotations

from monitor.sites.text import letters
from monitor.sync.page import Change, Entry, Page, Slot

_ROWS = 8  # rows like it that are compared
_LEAST = 2
_FAR = 60  # elements from it
_LEFT = 8  # letters that may be looked for by themselves


def own_words(page: Page, change: Change) -> str:
    """The letters of the words that a text has for itself; empty where it shares none, or too many."""
    entry = change.after
    words = entry.block.text.split() if entry is not None else []
    if entry is None or len(words) < _LEAST:
        return ""
    others = _rows_like(page, change.slot, entry)
    shared = {word for word in words if 2 * sum(word in other for other in others) > len(others) >= _LEAST}
    left = letters(" ".join(word for word in words if word not in shared))
    enough = len(left) >= _LEFT and 2 * len(left) >= len(entry.letters)
    return left if shared and enough else ""


def _rows_like(page: Page, slot: Slot, row: Entry) -> list[set[str]]:
    """The words of the rows like one that stand nearest to it."""
    frame, rule, number = slot
    order = page.order.get((frame, rule), [])
    at = order.index(number) if number in order else 0
    found: list[set[str]] = []
    for step in range(1, min(_FAR, len(order))):
        for near in (at - step, at + step):
            entry = page.entries.get((frame, rule, order[near])) if 0 <= near < len(order) else None
            if entry is not None and entry.shape == row.shape and entry.key != row.key:
                found.append(set(entry.block.text.split()))
        if len(found) >= _ROWS:
            break
    return found
