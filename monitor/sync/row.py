"""What stands in a row with a text, as the structure of its page tells."""

from __future__ import annotations

import re

from monitor.sync.page import Entry, Page

_TEXTS = 12  # of one row
_PLACE = re.compile(r"[#:][^/]*")
_CELLS = ("td", "th", "dd", "dt", "span")


def row_of(page: Page, entry: Entry) -> list[Entry]:
    """The texts in a row with one, and itself: in the smallest part of the page that has others, and no second of its
    kind. Empty where the text is the whole row.
    """
    around = entry.block.path
    for _ in range(2):
        around, _, step = around.rpartition("/")
        texts = (one for (_, rule, _), one in page.entries.items() if rule == "text")
        near = [one for one in texts if one.block.path == around or one.block.path.startswith(f"{around}/")]
        cell = _PLACE.sub("", step) in _CELLS
        if len(near) > _TEXTS or (not cell and sum(one.shape == entry.shape for one in near) > 1):
            break
        if len(near) > 1:
            return near
    return []


def says_in_row(page: Page, key: str, said: str) -> bool:
    """Whether a page says something (letters) in the one row of a text (its key), whatever else says the same there."""
    stands = [one for (_, rule, _), one in page.entries.items() if rule == "text" and one.key == key]
    return len(stands) == 1 and any(one.letters == said for one in row_of(page, stands[0]) if one is not stands[0])
