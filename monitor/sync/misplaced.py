"""What each tab shows wrongly: items at another place than another tab has them, and what is gone elsewhere."""

from __future__ import annotations

from collections import deque

from monitor.sync.items import GRACE_S, Item, Misplaced, Showing

_FORMER = 500


class Misplacements:
    """Of one subject: what stands wrongly in its tabs now, and what did."""

    def __init__(self) -> None:
        self.now: dict[str, Misplaced] = {}  # by tab
        self.former: deque[Misplaced] = deque(maxlen=_FORMER)  # for longer than a moment

    def put(self, found: Misplaced) -> None:
        """A tab shows items at another place than another one; since when it did so at all is kept."""
        known = self.now.get(found.tab)
        if known is not None:
            found.since = min(found.since, known.since)
        self.now[found.tab] = found

    def end(self, tab: str, time: float) -> None:
        """A tab shows nothing at another place any more, as far as can be told."""
        if (found := self.now.pop(tab, None)) is not None:
            self._formerly(found, time)

    def extra(self, tab: str, item: Item, showing: Showing, time: float) -> None:
        """A tab lets go of an item: if that was gone elsewhere already, it showed too much until now."""
        if item.removed is not None and showing.at <= item.removed and item.accepted and not item.hidden:
            self._formerly(Misplaced(tab, "extra", (item.id,), item.removed, witness=(item.removed_seq,)), time)

    def _formerly(self, found: Misplaced, time: float) -> None:
        if time - found.since > GRACE_S:
            found.until = time
            self.former.append(found)
