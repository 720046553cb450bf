"""What the analysis says of a list beside the pages, held against a plain reading of the whole story."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot, SubjectView
from tests.chats import PROFILES
from tests.sidebars import TITLES, Sidebars
from tests.story import START

TABS = ("A", "B", "C")
STEP = 3.7
NEAR = 8


@dataclass
class Change:
    """What was done to an entry. title: None where it was deleted."""

    at: float
    entry: str
    title: str | None
    new: bool = False


@dataclass
class Account:
    """A story, and all that is needed to judge it plainly.

    views: what each tab shows. seen: all it showed since its page was loaded. owed: what it was found to lack so far.
    """

    story: Sidebars = field(default_factory=Sidebars)
    truth: dict[str, str] = field(default_factory=lambda: dict(TITLES))
    changes: list[Change] = field(default_factory=list)
    began: dict[str, float] = field(default_factory=dict)
    views: dict[str, dict[str, str]] = field(default_factory=dict)
    folded: set[str] = field(default_factory=set)
    seen: dict[str, set[str]] = field(default_factory=dict)
    owed: dict[str, set[str]] = field(default_factory=dict)

    def load(self, at: float, tab: str) -> None:
        self.story.begins(at, tab, self.truth, url=f"https://chatgpt.com/c/{tab}")
        self.began[tab], self.seen[tab] = at, set()
        self.folded.discard(tab)
        self._view(tab, dict(self.truth))

    def _view(self, tab: str, shown: dict[str, str]) -> None:
        self.views[tab] = shown
        self.seen[tab] |= set(shown)

    def show(self, at: float, tab: str, shown: dict[str, str]) -> None:
        self.folded.discard(tab)
        self.story.shows(at, tab, shown)
        self._view(tab, shown)

    def change(self, at: float, tab: str, entry: str, title: str | None) -> None:
        """A tab renames or deletes an entry, and shows what it did."""
        body = {"is_visible": False} if title is None else {"title": title}
        self.story.changes(at, tab, entry, **body)
        self.truth = {i: (title or t) if i == entry else t for i, t in self.truth.items() if i != entry or title}
        self.changes.append(Change(at + 0.1, entry, title))
        mine = {i: t for i, t in self.views[tab].items() if i in self.truth or i != entry}
        self.show(at + 0.2, tab, {i: title if i == entry and title else t for i, t in mine.items()})

    def create(self, at: float, tab: str) -> None:
        """An entry is made, and a tab is told of the list."""
        entry = f"n{len(self.changes)}"
        self.truth = {entry: f"A new thing, number {len(self.changes)}"} | self.truth
        self.story.lists(at, tab, self.truth, since=at)
        self.changes.append(Change(at + 0.07, entry, self.truth[entry], new=True))
        self.show(at + 0.2, tab, dict(self.truth))

    # ── the plain reading ──

    def look(self) -> None:
        """Who lacks what now? What was found once is lacked until it is shown, or is gone, or not mounted any more."""
        for tab in self.views:
            owed = self.owed.setdefault(tab, set())
            if tab not in self.folded:
                owed |= {change.entry for change in self.changes if self._lacks(tab, change.entry)}
            owed -= {one for one in owed if self._has(tab, one)}

    def behind(self, tab: str) -> tuple[set[str], set[str]]:
        """What a tab lacks, or shows by an older title; and what it shows that is gone."""
        if tab in self.folded:
            return set(), set()
        gone = {change.entry for change in self.changes if change.entry not in self.truth}
        return self.owed.get(tab, set()), gone & set(self.views[tab])

    def _has(self, tab: str, entry: str) -> bool:
        shown = self.views[tab].get(entry)
        new = any(change.new and change.entry == entry for change in self.changes)
        return entry not in self.truth or shown == self.truth[entry] or (shown is None and not new)

    def _lacks(self, tab: str, entry: str) -> bool:
        others = {other: view for other, view in self.views.items() if other != tab and other not in self.folded}
        last = [change for change in self.changes if change.entry == entry][-1]
        if entry not in self.truth or entry not in self.views[tab]:
            return entry in self.truth and self._due(entry, tab, others)
        told = any(view.get(entry) == self.truth[entry] for view in others.values())
        return self.views[tab][entry] != self.truth[entry] and last.at >= self.began[tab] and told

    def _due(self, entry: str, tab: str, others: dict[str, dict[str, str]]) -> bool:
        new = any(change.new and change.entry == entry and change.at >= self.began[tab] for change in self.changes)
        if not new or entry in self.seen[tab]:
            return False
        for view in others.values():
            order = list(view)
            after = order[order.index(entry) + 1 :][:NEAR] if entry in view else []
            if after and 2 * sum(one in self.views[tab] for one in after) >= len(after):
                return True
        return False


ACTIONS = st.tuples(
    st.sampled_from(["rename", "rename", "delete", "create", "sync", "load", "fold", "unfold"]),
    st.sampled_from(TABS),
    st.integers(0, 5),
)


def played(actions: list[tuple[str, str, int]]) -> tuple[Account, float]:
    """The story of some actions, one every few seconds; and when it is judged."""
    account, at = Account(), 0.0
    for tab in TABS:
        account.load(at, tab)
        at += 0.5
    at = 10.0
    for number, (what, tab, which) in enumerate(actions):
        entries = [entry for entry in account.views[tab] if entry in account.truth]
        entry = entries[which % len(entries)] if entries else None
        if what == "load":
            account.load(at, tab)
        elif what == "sync":
            account.show(at, tab, dict(account.truth))
        elif what == "fold":
            account.story.shows(at, tab, {})
            account.folded.add(tab)
        elif what == "unfold" and tab in account.folded:
            account.show(at, tab, account.views[tab])
        elif tab in account.folded or entry is None:
            continue
        elif what == "create":
            account.create(at, tab)
        elif what in ("rename", "delete"):
            account.change(at, tab, entry, None if what == "delete" else f"Title number {number} of all")
        account.look()
        at += STEP
    return account, at + STEP


def fold(account: Account, end: float, *, ticks: bool = False) -> Snapshot:
    """What the analysis says at the end; fed as a replay is, or as a recording is followed."""
    analysis = Analysis(PROFILES)
    for event in sorted(account.story.events, key=lambda event: event.time):
        if ticks:
            analysis.tick(event.time - 0.001)
            analysis.snapshot()
        analysis.feed(event)
    analysis.tick(START + end)
    return analysis.snapshot()


def judged(one: SubjectView) -> dict[str, tuple[set[str], set[str]]]:
    """By tab: what it lacks, and what it shows that is gone."""
    lacks = {stale.tab: set(stale.missing) for stale in one.stale_now}
    extra = {each.tab: set(each.items) for each in one.disorders if each.what == "extra"}
    return {tab: (lacks.get(tab, set()), extra.get(tab, set())) for tab in TABS}


@given(st.lists(ACTIONS, max_size=9))
def test_who_is_behind_is_what_a_plain_reading_says(actions: list[tuple[str, str, int]]) -> None:
    account, end = played(actions)
    [one] = [subject for subject in fold(account, end).subjects if subject.list]
    assert judged(one) == {tab: account.behind(tab) for tab in TABS}


@given(st.lists(ACTIONS, max_size=7))
def test_what_is_followed_and_what_is_replayed_are_one(actions: list[tuple[str, str, int]]) -> None:
    account, end = played(actions)
    assert fold(account, end) == fold(account, end, ticks=True)


@given(st.lists(st.tuples(ACTIONS, st.permutations(TABS)), max_size=6))
def test_lists_that_sync_are_never_behind(steps: list[tuple[tuple[str, str, int], list[str]]]) -> None:
    actions: list[tuple[str, str, int]] = []
    for action, tabs in steps:
        actions += [action, *(("sync", tab, 0) for tab in tabs)]
    account, end = played(actions)
    [one] = [subject for subject in fold(account, end).subjects if subject.list]
    assert judged(one) == {tab: (set(), set()) for tab in TABS}
    assert one.violations == ()
