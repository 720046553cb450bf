"""Who has what: items, the tabs that should show them, and the waits of those that do not. No site is known here.

The rules, all of them:

- A tab is *due* an item if it views the subject, its document is painted, and the item (or its newest version) became
  known after that document began. What was there before is the page's own affair: it loaded what it chose to load.
- A tab that is due an item and does not show it has an open `Wait`, from the moment the item became known.
- Showing the newest version closes the wait. So may withdrawal: every tab that showed the item let go of it within a
  living document, so there is nothing left to lack. Withdrawn waits never count as converged.
- Who else is due what is not said here: `Subject.due` may say that an item is none of a tab's business, such as
  another user's.
- A reload keeps the wait open: the new document must show the item to close it. A tab that closes, or turns to another
  subject, ends its waits without convergence; a tab that returns takes them up again.
- Growth is not a new version: a streamed answer is the same item, getting longer. An edit is a new version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from monitor.sync.items import Item, Receipt, Replica, Showing, Wait
from monitor.sync.misplaced import Misplacements
from monitor.sync.waits import Waits


class Subject:
    """All replicas of one subject."""

    def __init__(self, site: str, key: str) -> None:
        self.site = site
        self.key = key
        self.items: dict[str, Item] = {}
        self.replicas: dict[str, Replica] = {}
        self.waits = Waits()
        self.grew: set[str] = set()  # items that grew
        self.sights: dict[tuple[str, str], list[Showing]] = {}  # of each (tab, item): when it first showed each version
        self.lapsing: Callable[[Wait, float], None] = lambda wait, time: None  # told before a wait lapses with its item
        self.due: Callable[[Replica, Item], bool] = lambda replica, item: True  # whether a tab should show it at all
        self.shares: Callable[[str, Item], bool] = lambda tab, item: False  # whether showing it makes others due it
        self.brought: dict[str, Receipt] = {}  # of items that a tab showed first: what brought it to that tab
        self.turned_up: set[tuple[str, str]] = set()  # by tab: items that came into its view long after it had them
        self.last = 0.0
        self.list = ""  # the list beside the site's pages that it is, if it is one
        self.misplaced = Misplacements()
        self.windowed = False  # its pages keep only a part of a long list mounted

    # ── tabs come and go ──

    def enter(self, tab: str, time: float, seq: int = 0, *, fresh: bool = True) -> Replica:
        """A tab turns to this subject: nothing is painted yet. Open waits stay open; left ones reopen.

        fresh: with a new document, rather than within the one it has.
        """
        replica = self.replicas.get(tab)
        if replica is None:
            replica = self.replicas[tab] = Replica(tab, time, seq, fresh)
        else:
            self._let_go(replica, time)
            replica.before = replica.shown if replica.active else {}
            replica.began, replica.began_seq, replica.fresh = time, seq, fresh
            replica.active, replica.painted = True, False
            replica.shown, replica.received, replica.lost = {}, {}, set()
            replica.sequence, replica.arranged = (), 0.0
        for wait in self.waits.of(tab):
            if wait.until is None and not wait.withdrawn and not wait.place:
                wait.carried = True
                self.waits.reopen(wait)
        return replica

    def leave(self, tab: str, time: float) -> None:
        """A tab turns to another subject, or is gone."""
        replica = self.replicas.get(tab)
        if replica is None or not replica.active:
            return
        self._let_go(replica, time)
        replica.active, replica.left = False, time
        for wait in self.waits.open_in(tab):
            self.waits.end(wait, time)

    def painted(self, tab: str, time: float) -> None:
        """A tab's document displayed its first content: from now on it is due what becomes known."""
        replica = self.replicas[tab]
        if not replica.painted:
            replica.painted, replica.painted_at = True, time
            for item in self.items.values():
                self._check(replica, item, time)

    # ── items become known ──

    def learn(self, item: Item) -> Item:
        """An item nobody knew. Every other tab is due it from now on."""
        item.changed = item.grown = item.at
        self.items[item.id] = item
        self.last = max(self.last, item.at)
        for replica in self.active():
            self._check(replica, item, item.at)
        return item

    def edit(self, item: Item, time: float) -> None:
        """A new version: tabs that show the old one are outdated from now on."""
        item.version += 1
        item.changed = item.grown = time
        if item.withdrawn:
            self._restore(item, time)
        self.last = max(self.last, time)
        for replica in self.active():
            self._check(replica, item, time)

    def receive(self, tab: str, item: Item, receipt: Receipt) -> None:
        """An item's content reached a tab; whether it is displayed is another matter."""
        replica = self.replicas.get(tab)
        if replica is not None:
            replica.received.setdefault(item.id, receipt)
        wait = self.waits.newest.get((tab, item.id))
        if wait and (wait.open or wait.place) and wait.receipt is None:
            wait.receipt = receipt

    def show(
        self, tab: str, item: Item, time: float, seq: int, *, version: int | None = None, form: str = "", slot: int = 0
    ) -> None:
        """A tab displays an item; the newest version unless said otherwise."""
        replica = self.replicas[tab]
        version = item.version if version is None else version
        before = replica.shown.get(item.id)
        if before is None or before.version != version:
            replica.shown[item.id] = Showing(time, seq, version, form, slot=slot)
            self._touch(replica, item.id)
            self._sight(tab, item, replica.shown[item.id])
        else:
            before.letters, before.slot = form, slot
        replica.lost.discard(item.id)
        if item.withdrawn:
            self._restore(item, time)
        if tab != item.tab:
            self.meet(tab, item, time)
        wait = self.waits.newest.get((tab, item.id))
        if wait and wait.until is None and version >= wait.version:
            self.heal(wait, time, seq)

    def heal(self, wait: Wait, time: float, seq: int) -> None:
        """A tab shows what it lacked, or shows no more what is gone."""
        replica = self.replicas[wait.tab]
        if time < wait.since:  # it showed the item before anybody spoke of it
            self.waits.drop(wait.tab, wait.item)
            return
        wait.began, wait.began_seq = (replica.began, replica.began_seq) if replica.fresh else (0.0, 0)
        self.waits.heal(wait, time, seq)

    def meet(self, tab: str, item: Item, time: float) -> None:
        """A tab shows what another one made known: does that make it the business of more tabs?"""
        if self.shares(tab, item):
            for replica in self.active():
                self._check(replica, item, time)

    def hide(self, tab: str, item: Item, time: float, *, withdraw: bool = False) -> None:
        """A tab let go of an item within a living document; `withdraw` where that may be its end for all."""
        replica = self.replicas[tab]
        if (showing := replica.shown.pop(item.id, None)) is None:
            return
        replica.lost.add(item.id)
        self._touch(replica, item.id)
        if replica.went_at != time:
            replica.went, replica.went_at = {}, time
        replica.went[item.id] = showing
        self.misplaced.extra(replica.tab, item, showing, time)
        if withdraw and not any(item.id in other.shown for other in self.active()):
            self._withdraw(item, time)

    def mistook(self, tab: str, item: Item, time: float) -> None:
        """A tab showed something else that began like an item: it never showed the item, and lacks it all the time."""
        replica = self.replicas[tab]
        if replica.shown.pop(item.id, None) is not None:
            self._touch(replica, item.id)
        replica.lost.discard(item.id)
        replica.received.pop(item.id, None)
        self.waits.drop(tab, item.id)
        self.sights.pop((tab, item.id), None)
        self._check(replica, item, time)

    def believe(self, wait: Wait, time: float) -> None:
        """What a tab lacks has its place in what it shows: it lacks it from now on, if it was not merely too early."""
        if wait.place != "young":
            wait.since = wait.after = max(wait.since, time)
        wait.place, wait.withdrawn = "", False
        if wait.until is None and self.replicas[wait.tab].active:
            self.waits.reopen(wait)

    def settle(self, time: float) -> None:
        """A tab's load is over: what no tab shows any more, its writer's reload included, is withdrawn."""
        shown = {item_id for replica in self.active() for item_id in replica.shown}
        if any(not replica.painted for replica in self.active()):
            return
        for item in self.items.values():
            if item.id not in shown and not item.withdrawn:
                self._withdraw(item, time)

    def forget(self, item: Item) -> None:
        """Drop an item that never counted, and all that is known of it."""
        self.items.pop(item.id, None)
        self.brought.pop(item.id, None)
        for replica in self.replicas.values():
            if replica.shown.pop(item.id, None) is not None:
                self._touch(replica, item.id)
            replica.lost.discard(item.id)
        self.waits.forget(item.id)
        for tab in self.replicas:
            self.sights.pop((tab, item.id), None)
            self.turned_up.discard((tab, item.id))

    def rename(self, old: str, item: Item) -> None:
        """An item is known by another id from now on."""
        self.items[item.id] = item
        for replica in self.replicas.values():
            for holdings in (replica.shown, replica.received):
                if old in holdings:
                    holdings[item.id] = holdings.pop(old)  # type: ignore[assignment]
        for tab in self.replicas:
            if (seen := self.sights.pop((tab, old), None)) is not None:
                self.sights[tab, item.id] = seen
        self.waits.rename(old, item.id)

    # ── questions ──

    def first_sight(self, tab: str, item_id: str, since: float = 0.0) -> Showing | None:
        """When a tab first showed an item, in whatever document; or a version of it that was new after `since`."""
        return next((seen for seen in self.sights.get((tab, item_id), ()) if seen.at >= since), None)

    def active(self) -> Iterator[Replica]:
        """The replicas of tabs that view the subject now."""
        return (replica for replica in self.replicas.values() if replica.active)

    def counts(self, item_id: str) -> bool:
        """Whether an item is one that tabs can lack: accepted, displayable, and not gone."""
        item = self.items.get(item_id)
        return item is not None and item.accepted and not item.hidden and not item.withdrawn and item.removed is None

    def open_waits(self, tab: str | None = None) -> list[Wait]:
        """What is lacking now, of accepted, displayable items; oldest first."""
        found = [
            wait
            for (owner, _), wait in self.waits.open.items()
            if (tab is None or owner == tab) and self.counts(wait.item)
        ]
        return sorted(found, key=lambda wait: wait.since)

    # ── the rules ──

    def _let_go(self, replica: Replica, time: float) -> None:
        """A tab's page is gone, with all that was wrong in it."""
        self.misplaced.end(replica.tab, time)
        for item_id, showing in replica.shown.items() if replica.active else ():
            if (item := self.items.get(item_id)) is not None:
                self.misplaced.extra(replica.tab, item, showing, time)

    def _check(self, replica: Replica, item: Item, time: float) -> None:
        """Open a wait if this tab is due the item and does not show its newest version."""
        if not replica.painted or item.changed < replica.began or item.withdrawn or not self.due(replica, item):
            return
        if replica.has_newest(item) or item.id in replica.lost:
            return
        self.lack(replica, item, item.changed, time)

    def lack(self, replica: Replica, item: Item, since: float, time: float) -> None:
        """A tab lacks the newest version of an item, since then."""
        wait = self.waits.newest.get((replica.tab, item.id))
        if wait and (wait.open or wait.spared or wait.place) and wait.version == item.version:
            return
        receipt = replica.received.get(item.id)
        if receipt and receipt.version < item.version:
            receipt = None
        self.waits.begin(Wait(replica.tab, item.id, item.version, since, receipt=receipt), time)

    def _touch(self, replica: Replica, item_id: str) -> None:
        if not self.site:
            replica.touched.add(item_id)

    def _sight(self, tab: str, item: Item, showing: Showing) -> None:
        seen = self.sights.setdefault((tab, item.id), [])
        if not seen or seen[-1].version < showing.version:
            seen.append(showing)

    def _withdraw(self, item: Item, time: float) -> None:
        for wait in self.waits.open_on(item.id):
            self.lapsing(wait, time)
        item.withdrawn, item.went = True, time
        for wait in self.waits.open_on(item.id):
            self.waits.unmounted(wait, time)

    def _restore(self, item: Item, time: float) -> None:
        """A withdrawn item is displayed again: whoever lacked it then lacks it still."""
        item.withdrawn = False
        for wait in self.waits.newest.values():
            if wait.item == item.id and wait.withdrawn and not wait.spared and not wait.place:
                wait.withdrawn = False
                if self.replicas[wait.tab].active:
                    self.waits.reopen(wait)
        for replica in self.active():
            self._check(replica, item, time)
