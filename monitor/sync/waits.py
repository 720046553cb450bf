"""The waits of one subject: which tab lacks which version of which item, since when, and how that ended."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.sync.items import Wait

_DOUBT_S = 2.0  # who lacked something for so long before what it shows left that out had lacked it


class Waits:
    """The newest wait of each tab and item, and those that newer ones replaced; keys are (tab, item)."""

    def __init__(self) -> None:
        self.newest: dict[tuple[str, str], Wait] = {}  # open or ended
        self.open: dict[tuple[str, str], Wait] = {}  # those of `newest` that are open
        self.past: list[Wait] = []  # replaced by a newer one for the same tab and item
        self.healed: list[Wait] = []  # those that ended in convergence, until somebody takes them

    # ── questions ──

    def of(self, tab: str) -> list[Wait]:
        """The newest wait of each item in one tab."""
        return [wait for (owner, _), wait in self.newest.items() if owner == tab]

    def open_in(self, tab: str) -> list[Wait]:
        """The open waits of one tab."""
        return [wait for (owner, _), wait in self.open.items() if owner == tab]

    def open_on(self, item: str) -> list[Wait]:
        """The open waits of all tabs for one item."""
        return [wait for (_, one), wait in self.open.items() if one == item]

    def all(self) -> Iterator[Wait]:
        """Every wait there was, withdrawn ones included."""
        yield from self.past
        yield from self.newest.values()

    # ── how one begins and ends ──

    def begin(self, wait: Wait, time: float) -> None:
        """A tab lacks an item from now on; what it lacked of it before ended, if it had not."""
        key = wait.tab, wait.item
        if (before := self.newest.get(key)) is not None:
            if before.open:
                self.end(before, time)
            self.past.append(before)
        self.newest[key] = self.open[key] = wait

    def end(self, wait: Wait, time: float) -> None:
        """A wait ended without convergence."""
        wait.ended = time
        self.open.pop((wait.tab, wait.item), None)

    def heal(self, wait: Wait, time: float, seq: int) -> None:
        """A tab shows what it lacked, or shows no more what is gone."""
        wait.until, wait.until_seq, wait.ended = time, seq, None
        self.open.pop((wait.tab, wait.item), None)
        self.healed.append(wait)

    def reopen(self, wait: Wait) -> None:
        """A tab lacks again, or still, what it lacked."""
        wait.ended = None
        self.open[wait.tab, wait.item] = wait

    def unmounted(self, wait: Wait, time: float) -> None:
        """What a tab lacks is where it does not look: outside the part of a long list that it keeps mounted, or on
        another branch. So it does not lack it."""
        self.end(wait, time)
        wait.withdrawn = True

    def spare(self, wait: Wait, time: float) -> None:
        """A tab need not show this version of an item at all, now or when it is displayed again."""
        self.unmounted(wait, time)
        wait.spared = True

    def had(self, wait: Wait) -> None:
        """A tab had what it is found to have lacked all the time, where nobody looked: folded up."""
        wait.withdrawn, wait.place = True, "outside"
        self.healed = [one for one in self.healed if one is not wait]

    def doubt(self, wait: Wait, place: str, time: float) -> None:
        """The part or view of a list that a tab shows may leave out what it lacks: so it may not lack it.

        What it lacked for long before it turned to that, it lacked until then.
        """
        wait.place = place
        if wait.open and time - wait.since > _DOUBT_S:
            self.end(wait, time)
        elif wait.open:
            self.unmounted(wait, time)

    # ── what they are of ──

    def drop(self, tab: str, item: str) -> None:
        """A tab never lacked an item."""
        self.newest.pop((tab, item), None)
        self.open.pop((tab, item), None)

    def forget(self, item: str) -> None:
        """Drop what is known of an item that never counted."""
        for tab, _ in [key for key in self.newest if key[1] == item]:
            self.drop(tab, item)
        self.past = [wait for wait in self.past if wait.item != item]

    def rename(self, old: str, new: str) -> None:
        """An item is known by another id from now on."""
        for (tab, item), wait in list(self.newest.items()):
            if item == old:
                del self.newest[tab, old]
                self.newest[tab, new] = wait
                if self.open.pop((tab, old), None):
                    self.open[tab, new] = wait
        for wait in self.all():
            wait.item = new if wait.item == old else wait.item
