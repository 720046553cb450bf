"""Law: what is kept up of how texts stand is what a look at the whole page finds, whatever the page does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from unittest.mock import patch

from hypothesis import event as label
from hypothesis import given
from hypothesis import strategies as st

from monitor.sync.lineup import Lineup
from monitor.sync.page import Change
from monitor.sync.standing import Standing
from tests.story import Story

TEXTS = ("Feed the cat", "Ann", "Likes 1", "Likes 2", "Likes 3", "Lock the shed", "Lock the shed now")
WAYS = (
    "says",
    "tells",
    "drops",
    "swaps",
    "rewrites",
    "frame",
    "says",
    "drops",
    "arranges",
    "redraws",
    "loads",
    "turns",
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sampled_from(WAYS),
        st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2),
        st.sampled_from((0.1, 1.0, 5.0)),
        st.integers(0, 6),
    ),
    min_size=8,
    max_size=30,
)
"""Who does what with which texts, how long after the step before, and with which of those that stand there."""


def tell(story: Story, at: float, tab: str, what: str, texts: list[str], which: int) -> None:
    """One step of a page, as far as it can take it now."""
    shown = [text for text in story.texts(tab) if text != "Errands"]
    old = shown[which % len(shown)] if shown else ""
    match what:
        case "says":
            story.says(at, tab, *texts)
        case "tells":
            story.fetch(at - 0.05, tab, "POST /errands", json.dumps({"text": texts[0]}))
            story.says(at, tab, texts[0])
        case "drops" if old:
            story.drops(at, tab, old)
        case "rewrites" if old:
            story.rewrites(at, tab, old, texts[0])
        case "swaps" if old:
            story.swaps(at, tab, old, texts[0])
        case "arranges" if old:
            story.arranges(at, tab, old)
        case "redraws":
            story.redraws(at, tab, "Errands", *shown[:which], *texts)
        case "loads":
            story.load(at, tab, ("Errands", *texts))
        case "turns":
            story.turns(at, tab, f"https://example.org/{which % 2}")
        case "frame":
            story.embeds(at, tab, *texts)


@given(STEPS)
def test_what_is_kept_up_is_what_a_look_at_the_whole_page_finds(
    steps: list[tuple[str, str, list[str], float, int]],
) -> None:
    story, at = Story(), 10.0
    story.open(0.0, "A", "B", texts=("Errands", *TEXTS[:3]))
    for tab, what, texts, after, which in steps:
        at += after
        tell(story, at, tab, what, texts, which)
    look = Lineup.look

    def checked(lineup: Lineup, one: Standing, changes: Iterable[Change]) -> list[str] | None:
        before = one.items
        gained = look(lineup, one, changes)
        assert one.items == tuple(dict.fromkeys(lineup._all(one)))
        assert one.here == set(one.items)
        if gained is not None:
            label("kept up" if gained else "nothing came")
            assert gained == [item_id for item_id in one.items if item_id not in before]
            assert [i for i in before if i in one.here] == [i for i in one.items if i in before]
        return gained

    with patch.object(Lineup, "look", checked):
        story.told(at + 10)
