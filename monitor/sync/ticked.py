"""What is ticked off, starred or liked: its text says so before anything else, by itself or as the page observer tells.

The observer puts a ☑ before what has a checked box, or is struck out.
"""

from __future__ import annotations

from monitor.sites.text import letters
from monitor.sync.items import Item

_ON = frozenset("☑★⭐●♥❤✓✔✅")  # ☐ ☆ ○ ♡ say as much as nothing at all


def mark_of(text: str) -> str:
    """The sign before a text that something is switched on; empty where there is none."""
    return text[0] if text[:1] in _ON else ""


def only_ticked(item: Item, text: str) -> bool:
    """Whether a text says what an item does, but for one of them being ticked off."""
    return item.letters == letters(text) != "" and mark_of(item.text) != mark_of(text)
