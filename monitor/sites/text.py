"""Two reductions of text, so that what a payload says and what a page shows can be compared."""

from __future__ import annotations

import re
import unicodedata

_VARYING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # UUID
    # a token with a digit in it: an id, a nonce, hex; but no word that a number follows at once, as in `Likes12`
    r"|\b(?=[a-z]*\d)(?![a-z]{4,}\d{1,4}\b)[0-9a-z]{6,}\b"
    r"|\d+",
    re.IGNORECASE,
)

_MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|(?=[a-z]*\d+[a-z])[0-9a-z]{6,}", re.IGNORECASE)


def letters(text: str) -> str:
    """Only the letters and digits, case folded: equal for `**Hi**, you` in a payload and `Hi, you` on the page.

    Of a text that has none, its symbols: 👍 says something, a dash does not.
    """
    reduced = "".join(filter(str.isalnum, text)).casefold()
    return reduced or "".join(sign for sign in text if unicodedata.category(sign) == "So")


def skeleton(text: str) -> str:
    """The text with each number and each id-like token made `#`: equal for `3 s ago` and `5 s ago`."""
    return _VARYING.sub("#", text)


def made_up(name: str) -> bool:
    """Whether a name was made up for one document, such as `id-e22d9021-4681-…`: another one has another."""
    return _MADE_UP.search(name) is not None
