"""What is said of a tab that shows what is gone, or at another place than others: while it lasts, and afterwards."""

from __future__ import annotations

import pytest

from monitor.sync.disorders import former
from monitor.sync.items import Misplaced
from monitor.sync.replicas import Subject
from monitor.sync.snapshot import Snapshot, TabView
from monitor.sync.state import State
from monitor.sync.tabs import Tab
from tests.board import PROFILE
from tests.unit.sync.test_arrangement import NOTES, board

MOVED, LEFT = ["n1", "n4", "n2", "n3", "n5"], ["n1", "n2", "n4", "n5"]


def tab_b(found: Snapshot) -> TabView:
    return next(tab for tab in found.tabs if tab.label == "B")


@pytest.mark.parametrize(
    ("shows", "disorder", "cell", "alert", "why"),
    [
        (MOVED, "reordered", "reordered", "B shows 1 item out of order for 4.0 s · board plans",
         "B has shown n4 at another place than A for 4.0 s."),
        (LEFT, "extra", "extra", "B shows 1 item gone elsewhere for 4.0 s · board plans",
         "B has shown n3 for 4.0 s after it was gone."),
    ],
)  # fmt: skip
def test_a_tab_that_lacks_nothing_is_stale_by_what_it_shows_wrongly(
    shows: list[str], disorder: str, cell: str, alert: str, why: str
) -> None:
    story = board("A", "B")
    story.page(10.0, "A", shows)
    found = story.told(14.0, [PROFILE])
    tab, [subject] = tab_b(found), found.subjects
    assert (tab.state, tab.disorder, tab.missing) == ("stale", disorder, ())
    assert tab.for_s == pytest.approx(4.0, abs=0.01)
    [one] = subject.disorders
    assert (one.why, one.ended, one.hidden) == (why, None, False)
    assert [item.cells["B"].state for item in subject.items if item.id in one.items] == [cell]
    assert [(told.text, told.hint) for told in found.alerts] == [(alert, why)]
    assert {tab.state for tab in found.tabs} == {"current", "stale"}


@pytest.mark.parametrize(("shows", "what"), [(MOVED, "reordered"), (LEFT, "extra")])
def test_once_it_is_over_it_is_kept_with_how_long_it_lasted(shows: list[str], what: str) -> None:
    story = board("A", "B")
    story.page(10.0, "A", shows)
    story.page(13.0, "B", shows)
    found = story.told(20.0, [PROFILE])
    [subject] = found.subjects
    assert (tab_b(found).state, subject.disorders, found.alerts) == ("current", (), ())
    [one] = subject.past_disorders
    assert (one.tab, one.what, one.ended is not None) == ("B", what, True)
    assert one.for_s == pytest.approx(3.0, abs=0.01)
    assert " showed " in one.why


def test_a_moment_is_not_kept() -> None:
    story = board("A", "B")
    story.page(10.0, "A", MOVED)
    story.page(10.3, "B", MOVED)
    story.page(12.0, "A", [note for note in MOVED if note != "n2"])
    story.page(12.3, "B", [note for note in MOVED if note != "n2"])
    assert story.subject(20.0, [PROFILE]).past_disorders == ()


def test_a_hidden_tab_is_not_alarming_and_says_so() -> None:
    story = board("A", "B")
    story.hide(5.0, "B")
    story.page(10.0, "A", MOVED)
    found = story.told(14.0, [PROFILE])
    [one] = found.subjects[0].disorders
    assert (tab_b(found).state, found.alerts, one.hidden) == ("hidden", (), True)
    assert one.hidden_s == pytest.approx(4.0)
    assert one.why.endswith("It was hidden all the time.")


def test_a_list_that_was_loaded_upside_down_is_in_order() -> None:
    story = board("A", "B")
    story.page(10.0, "A", NOTES[::-1])
    assert story.subject(14.0, [PROFILE]).disorders == ()


def test_what_ended_at_once_is_told_in_the_order_in_which_it_began() -> None:
    state, subject = State(), Subject("s", "k")
    state.tabs["B"] = Tab("B")
    for item, since in (("n3", 2.0), ("n1", 1.0), ("n2", 1.0)):
        subject.misplaced.former.append(Misplaced("B", "extra", (item,), since, until=9.0))
    assert [one.items for one in former(state, subject)] == [("n1",), ("n2",), ("n3",)]
