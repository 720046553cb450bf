"""The texts that a change of a page brought and took away, by keys: its letters, and which of those alike it is."""

from __future__ import annotations

from monitor.sites.text import skeleton
from monitor.sync.page import Change, Page
from monitor.sync.rewording import rewords, turned


def difference(page: Page, changes: list[Change]) -> tuple[list[tuple[str, Change]], set[str]]:
    """The texts that a change of the page brought, each with the block that brought it, and those it took away.

    The second block that says the same is a text of its own (`ok`, then `ok` again), keyed `ok#2`. A draft is none
    beside a text that says the same: a message may come to stand on the page before, with or after its draft's end.
    """
    before: dict[str, list[int]] = {}  # how many texts, and how many drafts, said it
    for change in changes:
        for entry, by in ((change.before, 1), (change.after, -1)):
            if entry is not None and entry.key and change.slot[1] == "text":
                before.setdefault(entry.key, _said(page, entry.key))[entry.block.editable] += by
    gained: list[tuple[str, Change]] = []
    lost: set[str] = set()
    first = turned(changes)[::-1]
    first.sort(key=rewords)  # the last ones count: what is no mere drawing anew
    carriers = {(c.after.key, c.after.block.editable): c for c in first if c.after}
    for key, (texts, drafts) in before.items():
        texts_now, drafts_now = _said(page, key)
        had, has = max(texts, drafts), max(texts_now, drafts_now)
        gained.extend((_numbered(key, n), carriers[key, False]) for n in range(texts + 1, texts_now + 1))
        gained.extend((_numbered(key, n), carriers[key, True]) for n in range(max(had, texts_now) + 1, has + 1))
        lost.update(_numbered(key, number) for number in range(has + 1, had + 1))
    return gained, lost


def _said(page: Page, key: str) -> list[int]:
    """How many texts, and how many drafts, on a page say something."""
    drafts = page.drafts.get(key, 0)
    return [page.counts.get(key, 0) - drafts, drafts]


def ageless(text: str) -> str:
    """A key for a text whose numbers run on by themselves, such as an age; unlike any text's own."""
    return f"~{skeleton(text)}"


def unnumbered(key: str) -> str:
    """The letters of a key, without what tells it from others that say the same."""
    return key.partition("#")[0]


def is_numbered(key: str) -> bool:
    """Whether it is the key of a text beside others that say the same."""
    return "#" in key


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}#{number}"
