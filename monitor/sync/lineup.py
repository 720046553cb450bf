"""Which texts stand on a page, from the top: looked up once, and kept up with each change of the page.

A page of thousands of texts gains one at a time. The others are not looked at again while all that could have changed
is known: their order on the page, what they mean, and which of them the tab counts as shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from monitor.sync.items import Replica
from monitor.sync.page import Change, Entry, Page
from monitor.sync.replicas import Subject
from monitor.sync.standing import Standing, place

_FEW = 20  # of more changes at once, all is looked up anew


class Named(Protocol):
    """What finds the item that a tab means with a text, and tells whether it has always said the same.

    turns: grows where what a text means, or whether it has always said the same, may be another answer than before.
    """

    @property
    def turns(self) -> int: ...
    def item(self, tab: str, key: str) -> str: ...
    def steady(self, item_id: str) -> bool: ...


class Lineup:
    """How the texts of one tab stand now: every question about them that a change of its page asks."""

    def __init__(self, subject: Subject, replica: Replica, page: Page, texts: Named) -> None:
        self._subject = subject
        self._replica = replica
        self._page = page
        self._texts = texts

    def look(self, one: Standing, changes: Iterable[Change]) -> list[str] | None:
        """Bring `one` up to date; the texts that it gained where no other moved, none if they may have."""
        turns = (self._page.turns, self._texts.turns)
        gained = self._keep_up(one, list(changes)) if turns == one.turns else None
        if gained is None:
            one.stand(tuple(dict.fromkeys(self._all(one))))
        self._replica.touched.clear()
        one.turns = turns
        return gained

    def _all(self, one: Standing) -> Iterator[str]:
        """Look at the whole page."""
        for entry in self._page.standing():
            item_id = self._texts.item(self._replica.tab, entry.key)
            if self._stands(item_id):
                if item_id not in one.shapes:
                    one.shapes[item_id] = entry.shape
                yield item_id

    def _stands(self, item_id: str) -> bool:
        """Whether a text counts, as far as it is on the page."""
        item = self._subject.items.get(item_id)
        return item is not None and item_id in self._replica.shown and not item.hidden and self._texts.steady(item_id)

    def _keep_up(self, one: Standing, changes: list[Change]) -> list[str] | None:
        """Take out what went and put in what came; none where that does not tell all."""
        if len(changes) > _FEW:
            return None
        frame, counts = self._page.main or "", self._page.counts
        fresh: dict[int, tuple[str, Entry]] = {}
        named = set[str]()
        for change in changes:
            for entry in (change.before, change.after):
                if entry is not None:
                    named.add(self._texts.item(self._replica.tab, entry.key))
            after = self._page.entries.get(change.slot)
            if after is not None and change.slot[:2] == (frame, "text") and counts.get(after.key) == 1:
                item_id = self._texts.item(self._replica.tab, after.key)
                if self._stands(item_id):
                    fresh[change.slot[2]] = (item_id, after)
        new = {item_id for item_id, _ in fresh.values()}
        if len(new) < len(fresh) or not new.isdisjoint(one.here):
            return None  # it stood there already: perhaps elsewhere
        gone = set[str]()
        for item_id in (named | self._replica.touched) - new:
            on_page = self._stands(item_id) and counts.get(self._replica.shown[item_id].letters) == 1
            if on_page and (item_id in named or item_id not in one.here):
                return None  # it stands where another was that said the same, or came with none of these changes
            if not on_page and item_id in one.here:
                gone.add(item_id)
        return self._put(one, gone, fresh)

    def _put(self, one: Standing, gone: set[str], fresh: dict[int, tuple[str, Entry]]) -> list[str]:
        items = [item_id for item_id in one.items if item_id not in gone] if gone else list(one.items)
        here, order = one.here - gone if gone else one.here, self._page.order.get((self._page.main or "", "text"), [])
        gained = []
        for at, slot in sorted((place(order, slot), slot) for slot in fresh):
            item_id, entry = fresh[slot]
            above = self._above(order, at, here)
            items.insert(place(items, above) + 1 if above else 0, item_id)
            here.add(item_id)
            one.shapes.setdefault(item_id, entry.shape)
            gained.append(item_id)
        one.items, one.here = tuple(items), here
        return gained

    def _above(self, order: list[int], at: int, here: set[str]) -> str:
        """The next text above an element that stands on the page; empty for none."""
        frame = self._page.main or ""
        for number in range(at - 1, -1, -1):
            entry = self._page.entries.get((frame, "text", order[number]))
            if entry is not None and self._page.counts.get(entry.key) == 1:
                item_id = self._texts.item(self._replica.tab, entry.key)
                if item_id in here:
                    return item_id
        return ""
