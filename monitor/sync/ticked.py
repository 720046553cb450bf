"""What is ticked off: its text says so, before anything else, as the page observer tells it."""

from __future__ import annotations

from monitor.sites.text import letters
from monitor.sync.items import Item

TICK = "☑ "


def only_ticked(item: Item, text: str) -> bool:
    """Whether a text says what an item does, but for one of them being ticked off."""
    return item.letters == letters(text) != "" and item.text.startswith(TICK) != text.startswith(TICK)
