"""Laws of the analysis: live is replay, ticks change nothing but ages, and the waits are what a recount would say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Event
from monitor.sync.analysis import Analysis
from monitor.sync.items import Item
from monitor.sync.replicas import Subject
from tests.laws import examples
from tests.story import START, Story

TABS = ("A", "B", "C")
TEXTS = ("Buy oat milk", "Water the plants", "Call the plumber", "ok")


# ── the fold ──


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    """A room with two or three tabs in which anything may happen, in any order."""
    story = Story()
    tabs = TABS[: draw(st.integers(2, 3))]
    story.open(0, *tabs)
    sockets = {tab: story.socket(0.5, tab) for tab in tabs}
    now = 1.0
    for _ in range(draw(st.integers(1, 25))):
        now += draw(st.sampled_from((0.01, 0.3, 1.0, 4.0)))
        tab, text = draw(st.sampled_from(tabs)), draw(st.sampled_from(TEXTS))
        match draw(st.integers(0, 8)):
            case 0:
                story.fetch(now, tab, "POST /notes", json.dumps({"text": text}))
            case 1 | 2:
                story.says(now, tab, text)
            case 3:
                story.frame(now, tab, sockets[tab], json.dumps({"note": text}))
            case 4:
                story.load(now, tab, ("Room", text))
            case 5:
                story.fetch(now, tab, "GET /notes", says=json.dumps([text]))
            case 6:
                story.hide(now, tab, visible=draw(st.booleans()))
            case 7:
                story.broadcast(now, text, *tabs)
            case 8:
                story.arranges(now, tab, *draw(st.permutations(story.texts(tab))))
                if draw(st.booleans()):
                    story.fetch(now, tab, "POST /order", json.dumps({"order": story.texts(tab)}))
    return story.events


def fed(events: Sequence[Event], ticks: frozenset[int] = frozenset(), looks: frozenset[int] = frozenset()) -> Analysis:
    """An analysis fed with events, with ticks and snapshots after some of them."""
    analysis, latest = Analysis(), 0.0
    for number, event in enumerate(events):
        analysis.feed(event)
        latest = max(latest, event.time)
        if number in ticks:  # as far as the next event allows
            analysis.tick(max(latest, min((later.time for later in events[number + 1 :]), default=latest)))
        if number in looks:
            analysis.snapshot()
    analysis.tick(START + 1000)
    return analysis


@given(stories(), st.frozensets(st.integers(0, 60)), st.frozensets(st.integers(0, 60)))
def test_live_and_replayed_end_in_the_same_snapshot(
    events: list[Event], ticks: frozenset[int], looks: frozenset[int]
) -> None:
    assert fed(events, ticks, looks).snapshot() == fed(events).snapshot()


@given(stories())
def test_every_wait_that_is_told_makes_sense(events: list[Event]) -> None:
    snapshot = fed(events).snapshot()
    for subject in snapshot.subjects:
        for write in subject.writes:
            for seen in write.seen:
                assert seen.tab != write.tab
                assert seen.censored == (seen.after_s is None) == (seen.via is None)
                assert seen.after_s is None or seen.after_s >= 0
        for stale in subject.stale_now:
            assert stale.missing
            assert stale.for_s > 0


# ── the waits ──


@dataclass
class Recount:
    """The rules of `replicas`, the slow way: every fact is kept, and each question recounts them all."""

    facts: list[tuple[str, str, str]]

    def lacking(self) -> set[tuple[str, str]]:
        """Who lacks what at the end: (tab, item)."""
        return {(tab, item) for tab in TABS for item in TEXTS if self._lacks(tab, item)}

    def _lacks(self, tab: str, item: str) -> bool:
        active, painted, shown, lost, fresh = False, False, False, False, False  # fresh: known since its document began
        known, withdrawn, owed = False, False, False
        viewing: set[str] = set()
        showing: set[str] = set()
        for what, who, about in self.facts:
            if what == "enter":
                viewing.add(who)
                showing.discard(who)
            elif what == "leave":
                viewing.discard(who)
                showing.discard(who)
            elif what == "show" and about == item:
                fresh = fresh or (active and not known)
                known, withdrawn = True, False
                showing.add(who)
            elif what == "hide" and about == item and who in showing:
                showing.discard(who)
                withdrawn = withdrawn or not showing
            if who == tab:
                match what:
                    case "enter":
                        active, painted, shown, lost, fresh = True, False, False, False, False
                    case "leave":
                        active = False
                    case "paint":
                        painted = True
                    case "show" if about == item:
                        shown, lost, owed = True, False, False
                    case "hide" if about == item and shown:
                        shown, lost = False, True
            owed = owed or (active and painted and fresh and not shown and not lost and not withdrawn)
        return owed and active and not withdrawn


FACTS = st.lists(
    st.tuples(
        st.sampled_from(("enter", "leave", "paint", "show", "show", "hide")),
        st.sampled_from(TABS),
        st.sampled_from(TEXTS),
    ),
    min_size=8,
    max_size=60,
)


@pytest.mark.slow
@examples(3000)
@given(FACTS)
def test_the_waits_are_what_a_recount_says(facts: list[tuple[str, str, str]]) -> None:
    subject = Subject("", "room")
    done = []
    for number, (what, tab, text) in enumerate(facts):
        time, replica = float(number), subject.replicas.get(tab)
        if what == "enter":
            subject.enter(tab, time)
        elif replica is None or not replica.active:
            continue
        elif what == "leave":
            subject.leave(tab, time)
        elif what == "paint":
            subject.painted(tab, time)
        elif what == "show":
            item = subject.items.get(text) or subject.learn(Item(text, time, tab, number, text=text))
            subject.show(tab, item, time, number)
        elif text in subject.items:
            subject.hide(tab, subject.items[text], time, withdraw=True)
        done.append((what, tab, text))
    assert {(wait.tab, wait.item) for wait in subject.open_waits()} == Recount(done).lacking()
    assert all(wait.open for wait in subject.waits.open.values())
