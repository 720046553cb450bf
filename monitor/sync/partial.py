"""Tabs that show a part of a list, or look at it in some way: do they lack what they do not show?

Folders, filters, tabs of a page, searches, `load more` and windows on long lists leave things out within one address,
and nobody tells. So whoever seems to lack a text is held against the tabs that show it (`parts`), and against what the
records of the rows say (`fields`):

- Where it is certain that the text's place is out of a tab's sight, the tab never lacked it.
- Where it cannot be told, nothing is said: the tab lacks it not, until more is known. One that comes to show it alone,
  just when it was told of it, with nothing that it had left out before, had its place in sight all the time.
- An item that took another's place is due where that is shown. A tab that let go of that, and put nothing there, may
  look for what the item is no more: it cannot be told.
- Else the tab lacks it.

Judged as a text counts, and again as pages change. What was judged when a tab let go of the text for good stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from math import inf

from monitor.sync.fields import Fields
from monitor.sync.gained import unnumbered
from monitor.sync.items import Item, Replica, Wait
from monitor.sync.network import Network
from monitor.sync.page import Page
from monitor.sync.parts import SPAN, Place, Rows, Sight, alike, folded, place, rows_of, said_otherwise, says_there
from monitor.sync.remembered import Texts
from monitor.sync.replicas import Subject
from monitor.sync.row import says_in_row
from monitor.sync.tabs import Tab

FIRST_S = 0.25  # mostly the others show a text so soon
AGAIN_S = 0.25  # pages that change all the time are looked at so often
TOLD_S = 2.0  # what a tab was told of so long before it shows it, it shows because it was told
YOUNG_S = 1.0  # what nothing explained yet may be explained soon
USED_S = 1.0  # a user's click may change what a page shows so much later
LONG_S = 60.0  # what was told so long ago may be scrolled to
MANY = 6  # texts that come at once, some of them scrolled to
_WAITS = 50
_RANKED: tuple[Place, ...] = ("due", "outside", "young", "unknown")  # what one tab tells before what another does


@dataclass(slots=True)
class _Look:
    """What pages show at one moment, found when first asked for. news: by tab, when what it lacks came elsewhere."""

    now: float
    rows: dict[str, list[Rows]] = field(default_factory=dict)
    sights: dict[tuple[int, str], list[Sight]] = field(default_factory=dict)
    news: dict[str, set[float]] = field(default_factory=dict)


class Partial:
    """Keeps the waits of tabs whose pages may leave out what they lack from counting."""

    def __init__(self, network: Network, pages: Mapping[str, Page]) -> None:
        self._network = network
        self._pages = pages
        self._fields = Fields(network)
        self._texts: dict[str, Texts] = {}
        self._doubted: dict[str, dict[tuple[str, str], Wait]] = {}  # by subject: waits that do not count for now
        self._looked: dict[str, float] = {}
        self._turned: dict[tuple[str, str], float] = {}  # by subject and tab: when its page changed
        self._later: dict[str, tuple[float, Subject]] = {}  # by subject: when to look again
        self._many: dict[tuple[str, str], float] = {}  # by subject and tab: when it came to show many texts at once
        self._next = inf

    # ── the moments at which it is judged ──

    def accepted(self, subject: Subject, texts: Texts, item: Item, now: float) -> None:
        """A text counts from now on: which tabs, of those that lack it, may rightly do so?"""
        self._texts[subject.key] = texts
        self._turned_up(subject, item)
        if subject.waits.open_on(item.id):
            self._at(subject, now + FIRST_S)

    def shown(self, subject: Subject, texts: Texts, tab: Tab, gained: list[Item], now: float) -> None:
        """A tab's page changed. gained: the items that it shows and did not show before."""
        self._texts[subject.key] = texts
        doubted = self._doubted.get(subject.key, {})
        if len(gained) >= MANY:
            self._many[subject.key, tab.label] = now
        for item in gained:
            wait = doubted.pop((tab.label, item.id), None)
            if wait is not None and wait.place != "outside" and self._told(subject, tab, wait, gained, now):
                wait.place, wait.withdrawn = "", False
        if doubted or subject.waits.open:
            self._turned[subject.key, tab.label] = now
            self._at(subject, max(now, self._looked.get(subject.key, 0.0) + AGAIN_S))

    def turned(self, subject: Subject, tab: str, now: float) -> None:
        """What a tab has folded up changed."""
        if self._doubted.get(subject.key) or subject.waits.open:
            self._turned[subject.key, tab] = now
            self._at(subject, max(now, self._looked.get(subject.key, 0.0) + AGAIN_S))

    def settle(self, now: float) -> None:
        """Time passed: judge what is due."""
        while self._next < now:
            for at, subject in [one for one in self._later.values() if one[0] < now]:
                self._look(subject, at)
            self._next = min((at for at, _ in self._later.values()), default=inf)

    def doubted(self, subject: Subject, tab: str) -> list[Wait]:
        """What a tab may rightly not show."""
        return [wait for (label, _), wait in self._doubted.get(subject.key, {}).items() if label == tab]

    def _at(self, subject: Subject, time: float) -> None:
        """Look at a subject then, or earlier."""
        known = self._later.get(subject.key)
        if known is None or time < known[0]:
            self._later[subject.key] = (time, subject)
            self._next = min(self._next, time)

    def _look(self, subject: Subject, now: float) -> None:
        self._later.pop(subject.key, None)
        self._looked[subject.key] = now
        doubted = self._doubted.get(subject.key, {})
        for key in [k for k, wait in doubted.items() if not wait.place or subject.waits.newest.get(k) is not wait]:
            del doubted[key]
        look = _Look(now)
        for wait in [*subject.open_waits()[-_WAITS:], *list(doubted.values())[-_WAITS:]]:
            if not wait.placed and now < wait.since + FIRST_S:
                self._at(subject, wait.since + FIRST_S)
            elif wait.place or not wait.placed or self._turned.get((subject.key, wait.tab), 0.0) > wait.placed:
                self._judge(subject, wait, look)

    # ── the rules ──

    def _judge(self, subject: Subject, wait: Wait, look: _Look) -> None:
        """Whether the place of what a tab lacks is in its sight."""
        item, replica = subject.items.get(wait.item), subject.replicas[wait.tab]
        if item is None or item.hidden or item.withdrawn or item.id in replica.shown or not replica.active:
            return
        if wait.carried and not wait.place:
            return  # it lacked it before it turned away, or was loaded again, and so it does still
        found, first, wait.placed = self._place(subject, replica, item, look), not wait.placed, look.now
        if found is None or (found == "young" and not first):
            return
        if found == "due":
            if wait.place:
                subject.believe(wait, look.now)
                self._doubted[subject.key].pop((wait.tab, wait.item), None)
            return
        self._doubted.setdefault(subject.key, {})[wait.tab, wait.item] = wait
        if wait.place:
            wait.place = found
        else:
            subject.waits.doubt(wait, found, look.now)

    def _place(self, subject: Subject, replica: Replica, item: Item, look: _Look) -> Place | None:
        """Where an item stands for a tab, by all the tabs that show it; None where none does."""
        if item.letters in self._pages[replica.tab].folded:
            return "outside"
        if item.row or self._former(subject, replica, item):
            return "due" if self._should_say(replica, item) else "outside"
        if self._taken_out(replica, self._texts[subject.key].instead, item):
            return "unknown"
        places = {
            found
            for other in subject.active()
            if item.id in other.shown and (found := self._beside(subject, other, replica, item, look)) is not None
        }
        return next((found for found in _RANKED if found in places), None)

    def _should_say(self, replica: Replica, item: Item) -> bool:
        """Whether a tab shows all that an item is about, and does not say it there already, in a text like others."""
        rows, page = [replica.shown.get(item_id) for item_id in item.row], self._pages[replica.tab]
        return not any(row is None or says_in_row(page, row.letters, item.letters) for row in rows)

    def _former(self, subject: Subject, replica: Replica, item: Item) -> bool:
        """Whether a tab shows, or lacks, that whose place an item took, and nothing else took another's at once."""
        texts = self._texts[subject.key]
        if item.id not in texts.instead:
            return False
        former = texts.instead[item.id]
        showing = replica.shown.get(former)
        once = showing is not None and self._pages[replica.tab].counts.get(showing.letters) == 1
        if not (once and texts.steady(former)) and (replica.tab, former) not in subject.waits.open:
            return False
        lately = takewhile(lambda one: one.at >= item.at, reversed(subject.items.values()))
        return sum(one.at == item.at and one.tab == item.tab and one.id in texts.instead for one in lately) == 1

    def _taken_out(self, replica: Replica, instead: Mapping[str, str], item: Item) -> bool:
        """Whether a tab let go of that whose place an item took, and put nothing there: it may no more belong there."""
        former = instead.get(item.id)
        return former in replica.lost and all(instead.get(shown) != former for shown in replica.shown)

    def _beside(self, subject: Subject, other: Replica, replica: Replica, item: Item, look: _Look) -> Place | None:
        """Where an item that another tab shows stands for this one."""
        showing = other.shown[item.id]
        rows = self._rows(subject, other, look, showing.slot)
        at = rows.find(item.id, showing.slot, unnumbered(showing.letters))
        if at is None:
            return None
        mine = self._rows(subject, replica, look, self._facing(rows, at, replica))
        if item.id not in rows.place and says_there(rows, at, mine):
            return "outside"
        sights = self._sights(subject, rows, replica, mine, look)
        if folded(rows, at, sights, lambda item_id: self._knew(subject, replica, item_id)):
            return "outside"
        shown, out = alike(rows, at, sights)
        formers = self._formers(subject, replica)
        kinds = zip(mine.ids, mine.kinds(rows.columns), strict=True)
        own = {kind for i, kind in kinds if i and i not in other.shown and i not in formers}
        found = place(rows, at, sights, own)
        if found == "young" or (not out and found != "due"):
            return found
        tabs, here = (replica.tab, other.tab), [subject.items[rows.ids[n]] for n in shown]
        if out:
            return self._fields.tell(tabs, item, here, [subject.items[rows.ids[n]] for n in out], look.now) or found
        left = self._left(subject, replica, rows, at)
        told = self._fields.tell(tabs, item, here, left, look.now) if left else ""
        return told or ("due" if len(shown) > 2 * len(left) or not left else "unknown")

    def _knew(self, subject: Subject, replica: Replica, item_id: str) -> bool:
        """Whether a tab let go of a text, or it was there before the tab's page."""
        return item_id in replica.lost or subject.items[item_id].at < replica.began

    def _left(self, subject: Subject, replica: Replica, rows: Rows, at: int) -> list[Item]:
        """The rows of a kind that came since a tab looks at them in its way, and that it may rightly not show."""
        kinds, doubted = rows.kinds(rows.columns), self._doubted.get(subject.key, {})
        left = [i for n, i in enumerate(rows.ids) if n != at and kinds[n] == kinds[at] and (replica.tab, i) in doubted]
        return [subject.items[item_id] for item_id in left]

    def _formers(self, subject: Subject, replica: Replica) -> set[str]:
        """What a tab shows still, though something that it lacks took its place."""
        instead = self._texts[subject.key].instead
        return {instead[item_id] for tab, item_id in subject.waits.open if tab == replica.tab and item_id in instead}

    # ── what pages show ──

    def _rows(self, subject: Subject, replica: Replica, look: _Look, around: int | None) -> Rows:
        """What a tab shows around an element."""
        known = look.rows.setdefault(replica.tab, [])
        for rows in known:
            near = rows.slots[SPAN // 2 : -SPAN // 2] if len(rows.slots) >= SPAN else rows.slots
            if around is None or around in near:
                return rows
        texts = self._texts[subject.key]
        known.append(rows_of(subject, replica, self._pages[replica.tab], texts.item, texts.steady, around))
        return known[-1]

    def _facing(self, rows: Rows, at: int, replica: Replica) -> int | None:
        """The element of a tab that shows the text nearest to one of another's; None where it shows none of them."""
        near = sorted((n for n, item_id in enumerate(rows.ids) if item_id in replica.shown), key=lambda n: abs(n - at))
        return replica.shown[rows.ids[near[0]]].slot if near else None

    def _sights(self, subject: Subject, rows: Rows, replica: Replica, mine: Rows, look: _Look) -> list[Sight]:
        """Of each text that another tab shows, what it is to this one."""
        key = (id(rows), replica.tab)
        if key not in look.sights:
            sights = [self._sight(subject, replica, item_id, look) if item_id else "" for item_id in rows.ids]
            if "young" in sights:
                self._at(subject, look.now + YOUNG_S)
            look.sights[key] = said_otherwise(rows, mine, sights, lambda item_id: subject.items[item_id].text)
        return look.sights[key]

    def _sight(self, subject: Subject, replica: Replica, item_id: str, look: _Look) -> Sight:
        if item_id in replica.shown:
            return "shown"
        item, wait = subject.items[item_id], subject.waits.newest.get((replica.tab, item_id))
        if wait is not None and wait.until is None and (wait.spared or wait.place or (wait.open and item.accepted)):
            return ""
        if item.at in self._news(subject, replica, look):
            return ""  # what came with it
        return "young" if not item.accepted and look.now - item.at < YOUNG_S else "out"

    def _news(self, subject: Subject, replica: Replica, look: _Look) -> set[float]:
        """When what a tab lacks, or may lack, came to stand in another one."""
        if replica.tab not in look.news:
            doubted = [wait for wait in self.doubted(subject, replica.tab) if wait.place != "outside"]
            waits = [*subject.open_waits(replica.tab), *doubted]
            look.news[replica.tab] = {subject.items[wait.item].at for wait in waits if wait.item in subject.items}
        return look.news[replica.tab]

    # ── what comes into view ──

    def _turned_up(self, subject: Subject, item: Item) -> None:
        """A text that the first tab to show it had been told of long before, and showed with others: scrolled to."""
        if self._many.get((subject.key, item.tab)) != item.at:
            return
        came = self._network.logs[item.tab].between(item.at - LONG_S, item.at - TOLD_S)
        if any(packet.dir != "out" and packet.haystack.holds(item.needle) for packet in came):
            subject.turned_up.add((item.tab, item.id))

    def _told(self, subject: Subject, tab: Tab, wait: Wait, gained: list[Item], now: float) -> bool:
        """Whether a tab shows a text because it was told of it just now, and not because it looks at other things."""
        if wait.receipt is None or now - wait.receipt.at > TOLD_S or tab.looked_between(now - USED_S, now):
            return False
        return not any(self._old(subject, tab, item, now) for item in gained if item.id != wait.item)

    def _old(self, subject: Subject, tab: Tab, item: Item, now: float) -> bool:
        """Whether an item that a tab shows from now on was there before, and is no news that it was waiting for."""
        wait = subject.waits.newest.get((tab.label, item.id))
        waited = wait is not None and wait.until == now and item.accepted and wait.place != "outside"
        return item.at < now - TOLD_S and not waited
