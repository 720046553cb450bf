"""Laws of order: who follows every move is in order, as is who differs from nobody; who missed the last one is not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import permutations

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.sync.arrangement import moved
from monitor.sync.snapshot import SubjectView
from monitor.sync.standing import turned
from tests.story import Story

ROWS = ("Feed the cat", "Water the birch", "Lock the shed", "Bake a cake", "Answer Ada's letter")
LISTED = json.dumps([{"id": f"k7a{number}", "text": text} for number, text in enumerate(ROWS)])
TABS = ("A", "B", "C")
STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.frozensets(st.sampled_from(TABS[1:]))), min_size=1, max_size=6
)
"""Which row A moves, to which place, and who follows it."""


def told(steps: Sequence[tuple[int, int, frozenset[str]]], orders: dict[str, list[str]]) -> SubjectView:
    """A moves rows, which the server is told of, and some tabs follow; `orders` becomes how each tab shows them."""
    story = Story()
    for tab in TABS:
        story.open(0.0, tab, texts=("Errands", *ROWS))
        story.fetch(0.2, tab, "GET /errands", says=LISTED)
        orders[tab] = list(ROWS)
    for number, (row, to, followers) in enumerate(steps):
        at = 10.0 + 5 * number
        text = ROWS[row]
        orders["A"].remove(text)
        orders["A"].insert(to, text)
        story.arranges(at, "A", "Errands", *orders["A"])
        story.fetch(at + 0.02, "A", f"PATCH /errands/k7a{row}", json.dumps({"position": to}))
        for tab in followers:
            orders[tab] = list(orders["A"])
            story.arranges(at + 0.2, tab, "Errands", *orders[tab])
    story.events.sort(key=lambda event: event.time)
    return story.subject(60.0)


@given(STEPS)
@example([(2, 1, frozenset({"B"})), (2, 0, frozenset())])
@example([(2, 0, frozenset({"B"})), (0, 0, frozenset()), (2, 0, frozenset())])
@example([(2, 0, frozenset()), (0, 0, frozenset({"B"})), (2, 0, frozenset())])
def test_who_is_told_to_be_out_of_order_is(steps: list[tuple[int, int, frozenset[str]]]) -> None:
    orders: dict[str, list[str]] = {}
    wrong = {one.tab: one for one in told(steps, orders).disorders}
    assert all(orders[tab] != orders["A"] for tab in wrong)
    former: dict[str, list[str]] = {}
    behind = {one.tab for one in told(steps[:-1], former).disorders}
    for tab in TABS[1:]:
        if former[tab] == former["A"] and tab not in behind and orders[tab] != orders["A"]:
            assert tab in wrong


@given(STEPS)
def test_who_follows_every_move_was_never_out_of_order(steps: list[tuple[int, int, frozenset[str]]]) -> None:
    orders: dict[str, list[str]] = {}
    found = told([(row, to, frozenset(TABS[1:])) for row, to, _ in steps], orders)
    assert (found.disorders, found.past_disorders) == ((), ())
    assert orders["A"] == orders["B"] == orders["C"]


@given(st.permutations(tuple("abcdefg")))
def test_what_moved_is_the_fewest_and_is_among_what_turned(after: list[str]) -> None:
    before = tuple("abcdefg")
    least, concerned = moved(tuple(after), before), turned(before, tuple(after))
    rest = [one for one in after if one not in least]
    assert rest == sorted(rest)
    assert set(least) <= concerned
    place = {one: number for number, one in enumerate(after)}
    pairs = [(a, b) for a, b in permutations(before, 2) if a < b and place[a] > place[b]]
    assert concerned == {one for pair in pairs for one in pair}
    longest = _longest(after)
    assert len(after) - len(least) == longest


def _longest(items: Sequence[str]) -> int:
    """How many of some stand in order at most, counted the slow way."""
    best: list[int] = []
    for number, one in enumerate(items):
        best.append(1 + max((best[n] for n in range(number) if items[n] < one), default=0))
    return max(best, default=0)
