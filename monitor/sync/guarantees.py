"""Session guarantees: what a tab, or its user, may rely on, and the smallest evidence that it could not.

Four of them, after Terry et al. (1994). Of one tab, and of the user who goes from tab to tab (of tabs of two accounts
or browser contexts, nobody does):

- read your writes: who wrote an item sees it afterwards;
- monotonic reads: who saw an item, or a version of it, does not see less later;
- monotonic writes: who sees a tab's later write sees its earlier ones;
- writes follow reads: who sees a write sees what its writer had seen when making it.

Seeing is what the page shows once it is painted and its load is over. A tab that is merely behind breaks none of them:
a violation needs an order of two things, and its witness names the events that show it, in that order. Not counted are
an item that is gone for everybody, one that is older than all that the page shows (lists show their newest part), and
a disorder shorter than `GRACE_S`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from monitor.sync.generic import counts
from monitor.sync.items import GRACE_S, Item, Replica, Showing, Wait
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import Guarantee, Violation
from monitor.sync.state import State
from monitor.sync.writes import Write

OWN_S = 2.0  # a page may take this long to show what it wrote itself
_LATEST = 200  # how many of the last shown items are looked at


class Guarantees:
    """The violations that are certain by now, by subject; those that still last are found when asked for."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known: dict[tuple[str, str], dict[tuple[str, str, str, str], Violation]] = {}
        self._before: dict[tuple[str, str, str], dict[str, Showing]] = {}  # what a tab's last document showed
        self._looks: deque[tuple[float, Subject, Wait, Violation]] = deque()

    # ── the moments at which something becomes certain ──

    def closed(self, subject: Subject, wait: Wait) -> None:
        """A tab shows at last what it had lacked: was something out of order until then?"""
        self._keep(subject, self._of_wait(subject, wait, wait.until or self._state.now))

    def lapsing(self, subject: Subject, wait: Wait, time: float) -> None:
        """What a tab lacks is about to be gone for everybody: was something out of order until then?"""
        self._keep(subject, self._of_wait(subject, wait, time))

    def leaving(self, subject: Subject, tab: str, time: float, *, fresh: bool) -> None:
        """A tab is about to let go of all it shows; fresh: for a new document."""
        replica = subject.replicas.get(tab)
        if replica is None or not replica.active:
            return
        for wait in subject.open_waits(tab):
            self._keep(subject, self._of_wait(subject, wait, time))
        if fresh and replica.shown:  # what an earlier document showed that was never judged counts too
            self._before.setdefault((subject.site, subject.key, tab), {}).update(replica.shown)

    def settled(self, subject: Subject, tab: str, time: float) -> None:
        """A tab's load is over: does it show less than its last document did?"""
        before = self._before.pop((subject.site, subject.key, tab), None)
        if before:
            self._keep(subject, self._less(subject, tab, before, time))

    def bare(self, subject: Subject, tab: str) -> bool:
        """Whether a tab's document shows but little of what its last one did: a heading, and no list yet."""
        before, shown = self._before.get((subject.site, subject.key, tab), {}), subject.replicas[tab].shown
        counted = [i for i in before if (item := subject.items.get(i)) is not None and item.accepted]
        few = sum(item_id in shown for item_id in before) * 2 < len(before)
        return few and sum(item_id in shown for item_id in counted) * 2 < len(counted)

    def looked(self, subject: Subject, tab: str, time: float, seq: int) -> None:
        """The user turned to a tab: does it lack what the same user did or saw elsewhere?

        A hidden tab may have been asleep: one that shows it within the grace of being looked at lacked nothing.
        """
        for wait in subject.open_waits(tab):
            item = subject.items[wait.item]
            late = self._counts(wait, tab, time) and time - self._state.since(subject, wait) > GRACE_S
            if late and (found := self._of_user(subject, item, tab, time, seq)) is not None:
                self._looks.append((time, subject, wait, found))

    def advance(self, now: float) -> None:
        """Judge the looks that are long enough ago."""
        while self._looks and self._looks[0][0] + GRACE_S < now:
            time, subject, wait, found = self._looks.popleft()
            if wait.until is None or wait.until - time > GRACE_S:
                self._keep(subject, [found])

    def of(self, subject: Subject) -> tuple[Violation, ...]:
        """The violations on a subject: the certain ones, and those that last now; in the order of their events."""
        self.advance(self._state.now)
        known = dict(self._known.get((subject.site, subject.key), {}))
        for wait in islice(subject.open_waits(), 50):
            for violation in self._of_wait(subject, wait, self._state.now):
                known.setdefault(_key(violation), violation)
        return tuple(sorted(known.values(), key=lambda v: (v.witness[-1], v.guarantee)))

    # ── the rules ──

    def _of_wait(self, subject: Subject, wait: Wait, end: float) -> Iterator[Violation]:
        """What was out of order in a tab that lacked an item until `end`."""
        item = subject.items.get(wait.item)
        if item is None or not item.accepted or item.hidden or item.withdrawn or not self._counts(wait, wait.tab, end):
            return
        if item.gone or wait.withdrawn:
            return
        write = self._write(item)
        if write is not None and write.tab == wait.tab and item.id not in write.answers:
            own = self._own(subject, wait, item, write, end)
            if own is not None:
                yield own
            return
        for guarantee in ("monotonic-writes", "writes-follow-reads"):
            found = self._disorder(subject, wait, item, write, end, guarantee)
            if found is not None:
                yield found

    def _own(self, subject: Subject, wait: Wait, item: Item, write: Write, end: float) -> Violation | None:
        """The writer itself does not show what it wrote, while another tab does."""
        tabs = [tab for tab in subject.replicas if tab != wait.tab]
        elsewhere = [seen for tab in tabs if (seen := subject.first_sight(tab, item.id)) is not None]
        hidden = self._state.tabs[wait.tab].hidden_during(wait.since, end)
        if not elsewhere or write.at is None or end - max(write.at, wait.since) - hidden <= OWN_S:
            return None
        first = min(elsewhere, key=lambda s: s.at)
        text = f"{wait.tab} wrote {name(item)}, and did not show it while another tab did"
        return _violation("read-your-writes", wait.tab, item, (write.seq, first.seq), end, text)

    def _disorder(
        self, subject: Subject, wait: Wait, item: Item, write: Write | None, end: float,
        guarantee: Literal["monotonic-writes", "writes-follow-reads"],
    ) -> Violation | None:  # fmt: skip
        """The tab shows a later item of a writer, and lacks this one, which the writer had written or seen before."""
        replica = subject.replicas[wait.tab]
        since = self._state.since(subject, wait)
        if end - since <= GRACE_S:
            return None
        for other_id, showing in self._showed(replica, end):
            other = subject.items.get(other_id)
            later = self._write(other) if other is not None else None
            if other is None or later is None or later is write or other.id in later.answers:
                continue
            if end - max(showing.at, since) <= GRACE_S or later.tab == wait.tab or later.sent < since:
                continue
            if guarantee == "monotonic-writes":
                cause = write.seq if write is not None and write.tab == later.tab and write.sent < later.sent else None
                text = f"{wait.tab} shows {later.tab}'s {name(other)} and lacks its earlier {name(item)}"
            else:
                seen = self._seen(subject, later.tab, item, later.sent)
                cause = seen if write is None or write.tab != later.tab else None
                text = f"{wait.tab} shows {name(other)} and lacks {name(item)}, which {later.tab} saw before writing it"
            if cause is not None:
                return _violation(guarantee, wait.tab, item, (cause, later.seq, showing.seq), end, text)
        return None

    def _showed(self, replica: Replica, end: float) -> Iterator[tuple[str, Showing]]:
        """The last that a tab showed until `end`: also what it let go of with the very change that ended the wait."""
        if replica.went_at == end:
            yield from replica.went.items()
        yield from islice(reversed(replica.shown.items()), _LATEST)

    def _less(self, subject: Subject, tab: str, before: dict[str, Showing], time: float) -> Iterator[Violation]:
        """A new document lacks what the last one showed, though another tab still shows it."""
        replica = subject.replicas[tab]
        newest = max((subject.items[i].at for i in replica.shown if i in subject.items), default=None)
        for item_id, showing in before.items():
            item = subject.items.get(item_id)
            if item is None or not item.accepted or item.hidden or item.withdrawn or newest is None or item.removed:
                continue
            if item.row:
                continue  # a state, or a count: it may have become another one, and other rows are like it
            now = replica.shown.get(item_id)
            if (now is not None and now.version >= showing.version) or (now is None and item.at < newest):
                continue
            if now is None and not any(item_id in other.shown for other in subject.active()):
                continue
            write = self._write(item)
            own = write is not None and write.tab == tab
            guarantee: Guarantee = "read-your-writes" if own else "monotonic-reads"
            text = f"{tab} showed {name(item)}, and after a new load of the page it does not"
            yield _violation(guarantee, tab, item, (showing.seq, replica.began_seq), time, text)

    def _of_user(self, subject: Subject, item: Item, tab: str, time: float, seq: int) -> Violation | None:
        write, apart = self._write(item), self._state.users.apart
        if write is not None and write.tab != tab and item.id not in write.answers and not apart(write.tab, tab):
            text = f"the user wrote {name(item)} in {write.tab} and then turned to {tab}, which lacks it"
            return _violation("read-your-writes", tab, item, (write.seq, seq), time, text, scope="user")
        for other in subject.replicas:
            seen = subject.first_sight(other, item.id) if other != tab and not apart(other, tab) else None
            looked = self._state.tabs[other].looked_after(seen.at) if seen is not None else None
            if seen is not None and looked is not None and looked < time:
                text = f"the user saw {name(item)} in {other} and then turned to {tab}, which lacks it"
                return _violation("monotonic-reads", tab, item, (seen.seq, seq), time, text, scope="user")
        return None

    # ── the evidence ──

    def _counts(self, wait: Wait, label: str, end: float) -> bool:
        """Whether a wait may be the application's doing: not its page's load, nor what syncmon held back from it."""
        tab = self._state.tabs[label]
        return counts(wait, tab, end) and not tab.held_during(wait.since, end)

    def _write(self, item: Item | None) -> Write | None:
        return self._state.writes.all[item.write] if item is not None and item.write is not None else None

    def _seen(self, subject: Subject, tab: str, item: Item, before: float) -> int | None:
        """The event at which a tab first showed an item, if that was before a moment."""
        seen = subject.first_sight(tab, item.id)
        return seen.seq if seen is not None and seen.at < before else None

    def _keep(self, subject: Subject, violations: Iterator[Violation] | list[Violation]) -> None:
        known = self._known.setdefault((subject.site, subject.key), {})
        for violation in violations:
            known.setdefault(_key(violation), violation)


def name(item: Item) -> str:
    """An item by its id where the site gave it one, else by its text."""
    text = " ".join(item.text.split())
    return f"“{text[:39]}…”" if len(text) > 40 else f"“{text}”" if text else item.id


def _violation(
    guarantee: Guarantee, tab: str, item: Item, witness: tuple[int, ...], at: float, text: str,
    scope: Literal["tab", "user"] = "tab",
) -> Violation:  # fmt: skip
    return Violation(guarantee=guarantee, tab=tab, item=item.id, witness=witness, at=at, text=text, scope=scope)


def _key(violation: Violation) -> tuple[str, str, str, str]:
    return violation.guarantee, violation.tab, violation.item, violation.scope
