"""Which texts of a page without a profile stand at another place in one tab than in the others.

Nobody says of such a page that its order means anything, and tabs may rightly differ: a user sorts by name in one tab,
likes the newest at the top in another, folds and filters. So a difference alone is never told. The rules:

- What counts is a *move*: a tab shows the same texts in another order than before, within one document. A list that is
  drawn anew, even one that is empty for a moment, is the same list.
- It is everybody's business only if traffic says so, as `rearranged` has it: a click on a column's head is not.
- It binds the tabs that agreed with the one that moved, about all between the first and the last text concerned, until
  then. Who had an order of its own keeps it; a tab that does so by chance would have to agree by chance as well.
- Such a tab is out of order until it stands so too, whatever it does later. One that is arranged anew by something else
  has an order of its own from then on, and a new document begins anew.
- A document that is loaded later and shows the former order shows that the move did not last: it binds nobody any more.
- Where two tabs let what comes stand at the same end, two texts that came to each one after the other stand in one
  order: that in which they were written, as far as it is known. A later document that shows both has the last word.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from monitor.model import Shown
from monitor.sync.arrangement import moved
from monitor.sync.items import Misplaced
from monitor.sync.lineup import Lineup, Named
from monitor.sync.page import Change, Page
from monitor.sync.rearranged import AFTER_S, Move, Rearranged
from monitor.sync.replicas import Subject
from monitor.sync.standing import Standing, agree, apart, between, earlier, in_turn, turned

RETURN_S = 2.0  # what is drawn anew may be away for so long
_ORDERS = 50  # moves that may still bind somebody
_ROWS = 2  # like those that came, about which two tabs must agree
_LATELY = 30  # texts that came last
_PAIRS = 500
_KEPT = 200  # texts that are remembered though they went


@dataclass(slots=True)
class Order:
    """How texts should stand: `items`, which were moved, among `after`.

    bound: the tabs that must follow, each with the beginning of its document. raced: they were not moved, but came so.
    """

    by: str
    items: tuple[str, ...]
    after: tuple[str, ...]
    since: float
    bound: dict[str, float]
    witness: tuple[int, ...]
    how: str
    raced: bool = False


@dataclass(slots=True, frozen=True)
class Pair:
    """Two texts stand in another order in two tabs."""

    subject: Subject
    items: tuple[str, str]
    tabs: tuple[str, str]
    time: float
    seq: int


class Places:
    """Keeps how texts stand, and judges a move once the payloads that would say why must be here."""

    def __init__(self, rearranged: Rearranged) -> None:
        self._rearranged = rearranged
        self._standing: dict[tuple[str, str], Standing] = {}  # by subject and tab
        self._orders: dict[str, deque[Order]] = {}  # by subject
        self._moves: deque[Move] = deque()
        self._pairs: deque[Pair] = deque(maxlen=_PAIRS)

    # ── what pages show ──

    def shown(
        self, subject: Subject, tab: str, page: Page, texts: Named, changes: Iterable[Change], event: Shown
    ) -> None:
        """A page changed, and the items of its texts are known: how do they stand?"""
        replica = subject.replicas[tab]
        known = self._standing.get((subject.key, tab))
        one = known if known is not None and known.began == replica.began else Standing(replica.began)
        self._standing[subject.key, tab] = one
        before = one.items
        gained = Lineup(subject, replica, page, texts).look(one, changes)
        if one.items == before:
            return
        if len(one.shapes) > 2 * len(one.items) + _KEPT:
            one.forget(one.here)
        if before:
            self._changed(subject, tab, one, before, gained, event)
        self._follow(subject, event.time, event.seq)

    def _changed(
        self, subject: Subject, tab: str, one: Standing, before: tuple[str, ...], gained: list[str] | None, event: Shown
    ) -> None:
        """What moved, by how it stood before some of it went. gained: what came, where nothing else moved."""
        went = len(before) + len(gained) > len(one.items) if gained is not None else not one.here.issuperset(before)
        if went:
            if event.time - one.went > RETURN_S:
                one.before = before
            one.went = event.time
        former = one.before if event.time - one.went <= RETURN_S else ()
        if gained is None or former not in ((), before):
            base = former if len(one.here.intersection(former)) > len(one.here.intersection(before)) else before
            if moved(one.items, base):
                one.before = ()
                self._moved(subject, tab, one, base, event)
            known = {*before, *former}
            gained = [item_id for item_id in one.items if item_id not in known]
        fresh = set(gained)
        for item_id in gained:
            if item_id not in one.came:
                self._arrived(subject, tab, one, item_id, fresh, event)

    def _moved(self, subject: Subject, tab: str, one: Standing, base: tuple[str, ...], event: Shown) -> None:
        concerned = turned(base, one.items)
        agreed = {
            label: other.began
            for label, other in self._others(subject, tab)
            if agree(other.items, between(base, concerned)) or agree(other.items, between(one.items, concerned))
        }
        self._moves.append(
            Move(subject, tab, base, one.items, concerned, agreed, event.time, event.seq, dict(one.shapes))
        )

    # ── what comes ──

    def _arrived(self, subject: Subject, tab: str, one: Standing, item_id: str, fresh: set[str], event: Shown) -> None:
        """A text is new in a tab: at which end of those like it, and how does it stand to others that came?"""
        one.came[item_id] = (event.time, one.end(item_id, fresh))
        for label, other in self._others(subject, tab):
            if item_id not in other.came:
                continue
            lately = [beside for beside in islice(reversed(other.came), _LATELY) if beside in one.came]
            here, there = one.places({item_id, *lately}), other.places({item_id, *lately})
            for beside in lately:
                if apart(here, there, item_id, beside):
                    self._pairs.append(Pair(subject, (item_id, beside), (tab, label), event.time, event.seq))

    def _judge_pair(self, pair: Pair) -> None:
        """Two texts came to two tabs, and stand in two orders: which of them is not that of their writing?"""
        subject, (x, y) = pair.subject, pair.items
        ones = [self._standing.get((subject.key, tab)) for tab in pair.tabs]
        items = [subject.items.get(item_id) for item_id in pair.items]
        one, other = ones
        if one is None or other is None or not apart(one.places({x, y}), other.places({x, y}), x, y):
            return
        if not all(item is not None and item.accepted and not item.hidden for item in items):
            return
        ends = {where.came.get(item_id, (0.0, ""))[1] for where in (one, other) for item_id in (x, y)}
        if len(ends) != 1 or "" in ends:
            return
        here, there = earlier(one, x, y), earlier(other, x, y)
        rows = [i for i in here if i in there and one.shapes.get(i) == one.shapes.get(x)]
        if len(rows) < _ROWS or not agree(here, there):
            return
        first, last = sorted(pair.items, key=lambda item_id: self._rearranged.written(subject.items[item_id]))
        right = (first, last) if ends == {"below"} else (last, first)
        if not all(in_turn(where, right) for where in (one, other)):
            return
        for tab, where, by in ((pair.tabs[0], one, pair.tabs[1]), (pair.tabs[1], other, pair.tabs[0])):
            if [i for i in where.items if i in right] != list(right):
                self._race(pair, right, tab, by)

    def _race(self, pair: Pair, right: tuple[str, str], tab: str, by: str) -> None:
        """A tab shows two texts the wrong way round."""
        orders = self._orders.setdefault(pair.subject.key, deque(maxlen=_ORDERS))
        known = next((order for order in orders if order.raced and set(order.after) == set(right)), None)
        bound = {tab: self._standing[pair.subject.key, tab].began}
        if known is None:
            how = f"they came to {tab} the other way round"
            orders.append(Order(by, right[1:], right, pair.time, bound, (pair.seq,), how, raced=True))
        elif known.after == right:
            known.bound |= bound

    # ── time passes ──

    def settle(self, now: float) -> None:
        """Judge the moves, and what came in two orders, that are so long ago that what says why has come."""
        while self._moves and self._moves[0].time + AFTER_S < now:
            move = self._moves.popleft()
            self._judge(move)
            self._follow(move.subject, move.time, move.seq)
        while self._pairs and self._pairs[0].time + AFTER_S < now:
            pair = self._pairs.popleft()
            self._judge_pair(pair)
            self._follow(pair.subject, pair.time + AFTER_S, pair.seq)

    def _judge(self, move: Move) -> None:
        orders = self._orders.setdefault(move.subject.key, deque(maxlen=_ORDERS))
        told = self._rearranged.told(move)
        if told is None:
            for order in orders:  # it has an order of its own now
                order.bound.pop(move.tab, None)
            return
        here = set(told.items)
        for order in orders:
            did = _wrong(order, move.before, set()) and not _wrong(order, move.after, set())
            if did and here == set(order.items) and order.by != move.tab:  # it did so too
                if told.written:
                    order.by, order.how, order.witness = move.tab, told.how, (*told.events, move.seq)
                return
        for order in orders:
            order.items = tuple(item_id for item_id in order.items if item_id not in here)
        after = between(move.after, move.turned)
        orders.append(Order(move.tab, told.items, after, move.time, move.agreed, (*told.events, move.seq), told.how))

    # ── who is out of order ──

    def _follow(self, subject: Subject, time: float, seq: int) -> None:
        """Which tabs do not stand as they should?"""
        orders = self._orders.get(subject.key)
        if not orders:
            return
        for order in orders:
            self._lasts(subject, order, time, seq)
        found: dict[str, tuple[Order, dict[str, None]]] = {}
        later: set[str] = set()
        for order in reversed(orders):
            for tab in list(order.bound):
                self._bind(subject, order, tab, later, found)
            later.update(order.items)
        moving = {move.tab for move in self._moves if move.subject is subject}  # maybe for themselves: not judged yet
        for tab in subject.replicas:
            if tab not in found:
                subject.misplaced.end(tab, time)
            elif tab not in moving or tab in subject.misplaced.now:
                order, items = found[tab]
                told = Misplaced(tab, "reordered", tuple(items), order.since, order.by, order.witness, order.how)
                subject.misplaced.put(told)
        while orders and not orders[0].bound:
            orders.popleft()

    def _lasts(self, subject: Subject, order: Order, time: float, seq: int) -> None:
        """Whether a document that was loaded later shows texts as they were moved; else it has the last word."""
        for tab, one in self._others(subject, ""):
            replica = subject.replicas[tab]
            if not replica.fresh or replica.began <= order.since or not _wrong(order, one.items, set()):
                continue
            other = self._standing.get((subject.key, order.by))
            order.bound.clear()
            if order.raced and other is not None and order.by != tab:
                order.bound[order.by] = other.began
                order.after = order.after[::-1]
                order.items = order.after[1:]
                order.by, order.since, order.witness = tab, time, (*order.witness, seq)

    def _bind(
        self, subject: Subject, order: Order, tab: str, later: set[str],
        found: dict[str, tuple[Order, dict[str, None]]],
    ) -> None:  # fmt: skip
        """Whether a tab follows an order at last."""
        replica, one = subject.replicas.get(tab), self._standing.get((subject.key, tab))
        if replica is None or one is None or not replica.active or {replica.began, one.began} != {order.bound[tab]}:
            del order.bound[tab]
        elif not (wrong := [i for i in _wrong(order, one.items, later) if i in subject.items]):
            gone = not set(order.items) & set(one.items)
            if not gone or any(subject.items[i].removed is not None for i in order.items if i in subject.items):
                del order.bound[tab]
        else:
            known, items = found.get(tab, (order, {}))
            found[tab] = (order if order.since < known.since else known, {**dict.fromkeys(wrong), **items})

    def _others(self, subject: Subject, tab: str) -> Iterator[tuple[str, Standing]]:
        for replica in subject.active():
            one = self._standing.get((subject.key, replica.tab))
            if replica.tab != tab and one is not None and one.began == replica.began:
                yield replica.tab, one


def _wrong(order: Order, items: tuple[str, ...], later: set[str]) -> list[str]:
    """The moved texts that stand on the wrong side of another; later: texts that were moved again since."""
    place = {item_id: number for number, item_id in enumerate(items)}
    around = [item_id for item_id in order.after if item_id in place and item_id not in later]
    found = []
    for item_id in order.items:
        if item_id in place and item_id not in later:
            at = around.index(item_id)
            above, below = around[:at], around[at + 1 :]
            wrong = any(place[i] > place[item_id] for i in above) or any(place[i] < place[item_id] for i in below)
            found += [item_id] if wrong else []
    return found
