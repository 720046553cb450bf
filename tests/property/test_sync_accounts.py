"""What the analysis says of a board of notes, held against a plain reading of the whole story, kept as a list of facts.

The brute force knows no state: every question goes through the facts again. Its words are those of `sync.guarantees`,
`sync.conflicts` and `sync.write_view`, and it must agree with them for any story, live or replayed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sync.analysis import Analysis
from monitor.sync.snapshot import Snapshot, SubjectView
from tests.board import PROFILE, Board
from tests.story import START

TABS = ("A", "B", "C")
NOTES = ("n1", "n2", "n3", "n4", "n5")
GAPS = (0.203, 0.707, 1.409, 3.301)
GRACE, OWN, SETTLE, LATE, NEVER = 0.5, 2.0, 2.0, 2.0, 1e9


@dataclass(frozen=True)
class Fact:
    """One thing that happened. notes: those a page shows, or that it is about. other: the parent of a written one."""

    at: float
    what: str
    tab: str
    notes: tuple[str, ...] = ()
    status: int = 200
    other: str | None = None


@dataclass
class Account:
    """The facts, and what can be asked of them. end: when the story is judged."""

    story: Board = field(default_factory=Board)
    facts: list[Fact] = field(default_factory=list)
    end: float = 0.0

    # ── what tabs show ──

    def pages(self, tab: str) -> list[tuple[float, tuple[str, ...]]]:
        """Since when a tab showed what."""
        found: list[tuple[float, tuple[str, ...]]] = []
        for fact in self.facts:
            if fact.tab == tab and fact.what == "load":
                found += [(fact.at, ()), (fact.at + 0.1, fact.notes)]
            elif fact.tab == tab and fact.what in ("page", "close"):
                found.append((fact.at, fact.notes))
        return found

    def shown(self, tab: str, at: float) -> tuple[str, ...]:
        """What a tab showed just before a moment."""
        return next((notes for since, notes in reversed(self.pages(tab)) if since < at), ())

    def shown_since(self, tab: str, note: str, at: float) -> float | None:
        """Since when a tab had shown a note without a break, at a moment."""
        since = None
        for start, notes in self.pages(tab):
            if start >= at:
                break
            since = (start if since is None else since) if note in notes else None
        return since

    def first(self, tab: str, note: str) -> float:
        """When a tab first showed a note."""
        return min((at for at, shows in self.spans(tab, note) if shows), default=NEVER)

    def spans(self, tab: str, note: str) -> Iterator[tuple[float, bool]]:
        """The stretches in which a tab showed a note: those that were over before it was known do not count."""
        pages = self.pages(tab)
        for number, (at, notes) in enumerate(pages):
            until = pages[number + 1][0] if number + 1 < len(pages) else NEVER
            yield at, note in notes and until > self.known(note)

    # ── what is known ──

    def known(self, note: str) -> float:
        """When a note was first spoken of."""
        return min((f.at for f in self.facts if f.what in ("post", "frame") and note in f.notes), default=NEVER)

    def post(self, note: str) -> Fact | None:
        """The fact that wrote a note."""
        return next((f for f in self.facts if f.what == "post" and note in f.notes), None)

    def counts(self, note: str) -> bool:
        """Whether a note was not refused."""
        post = self.post(note)
        return self.known(note) < NEVER and (post is None or post.status < 400)

    def documents(self, tab: str) -> list[float]:
        """When a tab's documents began."""
        return [f.at for f in self.facts if f.tab == tab and f.what == "load"]

    def settled(self, tab: str, at: float) -> float:
        """When the load of the document of a moment is over: it also waits for what it asked for meanwhile."""
        began = max((start for start in self.documents(tab) if start < at), default=0.0)
        asked = [f.at for f in self.facts if f.tab == tab and f.what == "post" and began < f.at < at]
        return max([began + SETTLE, *(time + 0.55 for time in asked if time <= began + SETTLE)])

    def closed(self, tab: str) -> float:
        """When a tab was closed."""
        return next((f.at for f in self.facts if f.tab == tab and f.what == "close"), NEVER)

    # ── waits ──

    def waits(self) -> Iterator[tuple[str, str]]:
        """Who ever lacked what: a tab that was there when the note became known, and did not show it."""
        for tab in TABS:
            for note in NOTES:
                known, documents = self.known(note), self.documents(tab)
                there = bool(documents) and documents[0] + 0.1 < known < self.closed(tab)
                if there and self.counts(note) and note not in self.shown(tab, known):
                    yield tab, note

    def since(self, note: str) -> float:
        """From when a note could be expected: its write was acknowledged."""
        post = self.post(note)
        return post.at + 0.05 if post is not None else self.known(note)

    def judged(self, tab: str, note: str) -> Iterator[float]:
        """The moments at which a wait is judged: it ends, its document ends, or the story does."""
        known, until = self.known(note), self.first(tab, note)
        for moment in sorted({until, self.closed(tab), self.end, *self.documents(tab)}):
            if known < moment <= min(until, self.closed(tab), self.end):
                carried = any(known < began < moment for began in self.documents(tab))
                if carried or moment > self.settled(tab, moment):
                    yield moment

    # ── guarantees ──

    def violations(self) -> set[tuple[str, str, str, str]]:
        """(guarantee, tab, note, scope)."""
        found = set()
        for tab, note in self.waits():
            for moment in self.judged(tab, note):
                found |= {(which, tab, note, "tab") for which in self._disorder(tab, note, moment)}
        for fact in self.facts:
            if fact.what == "look":
                found |= {(which, fact.tab, note, "user") for note in NOTES for which in self._looked(fact, note)}
        return found | {(which, tab, note, "tab") for which, tab, note in self._less()}

    def _disorder(self, tab: str, note: str, moment: float) -> Iterator[str]:
        post = self.post(note)
        since = self.since(note)
        if post is not None and post.tab == tab:
            elsewhere = any(self.first(other, note) < moment for other in TABS if other != tab)
            if elsewhere and moment - max(since, self.known(note)) > OWN:
                yield "read-your-writes"
            return
        for other in self.shown(tab, moment):
            later, shown = self.post(other), self.shown_since(tab, other, moment)
            if later is None or later.tab == tab or shown is None:
                continue
            if later.at < since or moment - max(shown, since) <= GRACE:
                continue
            if post is not None and post.tab == later.tab:
                if post.at < later.at:
                    yield "monotonic-writes"
            elif self.first(later.tab, note) < later.at:
                yield "writes-follow-reads"

    def _looked(self, look: Fact, note: str) -> Iterator[str]:
        """What a user who turns to a tab misses there."""
        lacks = (look.tab, note) in self.waits() and self.known(note) < look.at <= self.first(look.tab, note)
        carried = any(self.known(note) < began < look.at for began in self.documents(look.tab))
        if not lacks or not (carried or look.at > self.settled(look.tab, look.at)):
            return
        if look.at - self.since(note) <= GRACE or min(self.first(look.tab, note), self.end) - look.at <= GRACE:
            return  # a tab that was asleep may show it yet
        post = self.post(note)
        if post is not None and post.tab != look.tab:
            yield "read-your-writes"
            return
        for other in TABS:
            saw = self.first(other, note)
            looks = [f.at for f in self.facts if f.what == "look" and f.tab == other]
            if other != look.tab and any(saw <= at < look.at for at in looks):
                yield "monotonic-reads"

    def _less(self) -> Iterator[tuple[str, str, str]]:
        """A document that shows less than those before it, though another tab shows it still."""
        for tab in TABS:
            before: dict[str, None] = {}
            for began in self.documents(tab):
                before |= dict.fromkeys(n for n in self.shown(tab, began) if self.known(n) < began)
                moment = self._over(tab, began)
                if moment is None:
                    continue
                shows = [n for n in self.shown(tab, moment) if self.known(n) < moment]
                newest = max((self.known(n) for n in shows), default=NEVER)
                for note in before:
                    elsewhere = any(
                        note in self.shown(other, moment) and self.closed(other) > moment
                        for other in TABS
                        if other != tab
                    )
                    if note not in shows and self.counts(note) and self.known(note) >= newest and elsewhere:
                        post = self.post(note)
                        own = post is not None and post.tab == tab
                        yield ("read-your-writes" if own else "monotonic-reads"), tab, note
                before = {}

    def _over(self, tab: str, began: float) -> float | None:
        """When a document is judged: its load is long over, and it is still there."""
        later = min([at for at in self.documents(tab) if at > began] + [self.closed(tab)])
        moment = self.settled(tab, min(later, began + SETTLE + 1.0)) + LATE
        return moment if moment < min(later, self.end) else None

    # ── conflicts ──

    def conflicts(self) -> set[tuple[str, str, str]]:
        """(first note, second note, outcome)."""
        posts = [f for f in self.facts if f.what == "post"]
        found = set()
        for one, other in combinations(posts, 2):
            if one.tab == other.tab or self.first(other.tab, one.notes[0]) < other.at:
                continue
            if other.status == 409:
                found.add((one.notes[0], other.notes[0], "rejected"))
            elif one.status < 400 and one.other is not None and one.other == other.other:
                found.add((one.notes[0], other.notes[0], "branches"))
        return found


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """A board on which notes are written, told, shown, lost by reloads, and looked at, in any order."""
    account = Account()
    story, facts, now = account.story, account.facts, 0.0
    sockets = {}
    for tab in TABS[: draw(st.integers(2, 3))]:
        story.begin(now, tab, notes=())
        facts.append(Fact(now, "load", tab))
        sockets[tab] = story.socket(now + 0.15, tab)
        now += 0.203
    for _ in range(draw(st.integers(3, 16))):
        now += draw(st.sampled_from(GAPS))
        tabs = [tab for tab in sockets if account.closed(tab) == NEVER]
        tab, note = draw(st.sampled_from(tabs)), draw(st.sampled_from(NOTES))
        known = [n for n in NOTES if account.known(n) < NEVER]
        match draw(st.sampled_from(("post", "post", "post", "frame", "page", "page", "page", "load", "look", "close"))):
            case "post" if note not in known:
                parent, status = (
                    draw(st.sampled_from([None, *known[:1], *known[:1], *known])),
                    draw(st.sampled_from((200, 200, 200, 409))),
                )
                story.posts(now, tab, note, parent, status)
                facts.append(Fact(now, "post", tab, (note,), status, parent))
            case "frame":
                story.told_by_socket(now, tab, sockets[tab], note)
                facts.append(Fact(now, "frame", tab, (note,)))
            case "page" if known:
                shows = tuple(dict.fromkeys((*story.shows[tab], draw(st.sampled_from(known)))))
                story.page(now, tab, shows)
                facts.append(Fact(now, "page", tab, shows))
            case "load":
                shows = tuple(draw(st.lists(st.sampled_from(known), unique=True))) if known else ()
                story.load_board(now, tab, shows)
                facts.append(Fact(now, "load", tab, shows))
            case "look":
                story.uses(now, tab)
                facts.append(Fact(now, "look", tab))
            case "close" if len(tabs) > 1:
                story.close(now, tab)
                facts.append(Fact(now, "close", tab))
    account.end = now + draw(st.sampled_from((0.303, 6.7)))
    return account


def told(account: Account, looks: frozenset[int] = frozenset()) -> Snapshot:
    """The last snapshot; live ones are taken after some events, as a screen does, with the time that had passed."""
    analysis = Analysis([PROFILE])
    for number, event in enumerate(account.story.events):
        analysis.feed(event)
        if number in looks:
            analysis.tick(event.time)
            analysis.snapshot()
    analysis.tick(START + account.end)
    return analysis.snapshot()


def board(found: Snapshot) -> SubjectView:
    """The only subject."""
    [subject] = found.subjects
    return subject


LOOKS = st.frozensets(st.integers(0, 80))


@given(accounts())
def test_violations_are_those_of_a_plain_reading(account: Account) -> None:
    found = {(v.guarantee, v.tab, v.item, v.scope) for v in board(told(account)).violations}
    assert found == account.violations()


@given(accounts())
def test_conflicts_are_those_of_a_plain_reading(account: Account) -> None:
    notes = {e.seq: e.text for e in account.story.events if e.kind == "request"}  # type: ignore[attr-defined]
    subject = board(told(account))
    found = {(*(_note(notes[seq]) for seq in one.writes), one.outcome) for one in subject.conflicts}
    assert found == account.conflicts()


def _note(body: str) -> str:
    return str(re.findall(r'"id": "(\w+)"', body)[0])


@given(accounts())
def test_the_time_until_a_write_is_seen_is_that_of_a_plain_reading(account: Account) -> None:
    waits = set(account.waits())
    for write in board(told(account)).writes:
        [note] = write.items
        assert account.counts(note)
        for seen in write.seen:
            first = account.first(seen.tab, note)
            if seen.censored:
                assert (seen.tab, note) in waits
                assert first == NEVER or first > account.closed(seen.tab)
                assert seen.waited_s == pytest.approx(min(account.end, account.closed(seen.tab)) - account.since(note))
            else:
                assert seen.after_s == pytest.approx(max(0.0, first - account.since(note)))


@given(accounts())
def test_what_explanations_count_can_be_counted_again(account: Account) -> None:
    subject = board(told(account))
    for stale in subject.stale_now:
        if (counted := re.search(r"(\d+) messages? came, and the page (asked|made (\d+))", stale.why)) is None:
            continue
        since = min(account.since(note) for note in stale.missing)
        end = min(account.end, account.closed(stale.tab))
        mine = [f for f in account.facts if f.tab == stale.tab]
        assert int(counted[1]) == sum(since <= f.at < end for f in mine if f.what == "frame")
        assert int(counted[3] or 0) == sum(since <= f.at < end for f in mine if f.what == "post")


@given(accounts(), LOOKS)
def test_live_is_replay(account: Account, looks: frozenset[int]) -> None:
    assert told(account, looks) == told(account)


@given(accounts())
def test_what_was_said_of_the_past_is_not_taken_back(account: Account) -> None:
    """A violation or a conflict that a screen showed is still told at the end, unless the write was refused."""
    analysis = Analysis([PROFILE])
    said: set[tuple[str, str, str]] = set()
    for event in account.story.events:
        analysis.feed(event)
        for subject in analysis.snapshot().subjects:
            said |= {(v.guarantee, v.tab, v.item) for v in subject.violations}
    final = {(v.guarantee, v.tab, v.item) for v in board(analysis.snapshot()).violations}
    assert {one for one in said - final if account.counts(one[2])} == set()
