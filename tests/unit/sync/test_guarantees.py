"""Session guarantees: each is broken by its own story and by no other, and being behind breaks none."""

from __future__ import annotations

import json

import pytest

from monitor.model import Action
from monitor.sync.snapshot import Violation
from tests.story import Story

FIRST, SECOND = "Buy oat milk today", "Then bake a plum cake"


def broken(story: Story, until: float = 40.0) -> tuple[Violation, ...]:
    """The violations on the page."""
    return story.subject(until).violations


def only(story: Story, until: float = 40.0) -> Violation:
    """The only one."""
    (found,) = broken(story, until)
    return found


def room(*tabs: str) -> tuple[Story, dict[str, str]]:
    """Tabs of one page, each with a socket."""
    story = Story()
    story.open(0.0, *tabs)
    return story, {tab: story.socket(1.0, tab) for tab in tabs}


def writes(story: Story, at: float, tab: str, text: str, *, shows: bool = True) -> int:
    """A tab posts a text and shows it; the number of the request."""
    number = len(story.events) + 1
    story.fetch(at, tab, "POST /notes", json.dumps({"text": text}))
    if shows:
        story.says(at + 0.1, tab, text)
    return number


def hears(story: Story, at: float, tab: str, key: str, text: str) -> int:
    """A tab's socket brings a text and the page shows it; the number of the event that shows it."""
    story.frame(at, tab, key, json.dumps({"text": text}))
    story.says(at + 0.05, tab, text)
    return len(story.events)


# ── monotonic writes ──


def test_who_sees_the_second_write_and_not_the_first_sees_them_out_of_order() -> None:
    story, keys = room("A", "B")
    first = writes(story, 10.0, "A", FIRST)
    second = writes(story, 12.0, "A", SECOND)
    shown = hears(story, 12.5, "B", keys["B"], SECOND)
    found = only(story)
    assert (found.guarantee, found.tab, found.scope) == ("monotonic-writes", "B", "tab")
    assert found.witness == (first, second, shown)
    assert found.text == f"B shows A's “{SECOND}” and lacks its earlier “{FIRST}”"


def test_it_stays_broken_when_the_first_comes_at_last() -> None:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    writes(story, 12.0, "A", SECOND)
    hears(story, 12.5, "B", keys["B"], SECOND)
    before = only(story, until=15.0)
    hears(story, 16.0, "B", keys["B"], FIRST)
    assert only(story).witness == before.witness


def test_it_stays_broken_when_the_second_goes_with_the_change_that_brings_the_first() -> None:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    writes(story, 12.0, "A", SECOND)
    hears(story, 12.3, "B", keys["B"], SECOND)
    lasting = only(story, 15.0)
    story.frame(20.0, "B", keys["B"], json.dumps({"text": FIRST}))
    story.swaps(20.1, "B", SECOND, FIRST)
    over = only(story)
    assert (over.guarantee, over.witness) == (lasting.guarantee, lasting.witness) == ("monotonic-writes", over.witness)


def test_two_writes_that_come_the_other_way_round_within_the_grace_are_no_disorder() -> None:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    writes(story, 10.3, "A", SECOND)
    hears(story, 10.5, "B", keys["B"], SECOND)
    hears(story, 10.7, "B", keys["B"], FIRST)
    assert broken(story) == ()


# ── writes follow reads ──


def test_who_sees_an_answer_and_not_what_it_answers_sees_too_little() -> None:
    story, keys = room("A", "B", "C")
    writes(story, 10.0, "A", FIRST)
    read = hears(story, 11.0, "B", keys["B"], FIRST)
    answer = writes(story, 12.0, "B", SECOND)
    hears(story, 12.4, "A", keys["A"], SECOND)
    shown = hears(story, 12.5, "C", keys["C"], SECOND)
    found = only(story)
    assert (found.guarantee, found.tab, found.witness) == ("writes-follow-reads", "C", (read, answer, shown))


def test_a_write_by_who_had_not_seen_the_other_follows_nothing() -> None:
    story, keys = room("A", "B", "C")
    writes(story, 10.0, "A", FIRST)
    writes(story, 12.0, "B", SECOND)
    hears(story, 12.5, "C", keys["C"], SECOND)
    hears(story, 12.6, "A", keys["A"], SECOND)
    assert broken(story) == ()


# ── monotonic reads ──


def test_a_reload_that_shows_less_than_before_goes_back_in_time() -> None:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    shown = hears(story, 11.0, "B", keys["B"], FIRST)
    loaded = story.load(20.0, "B", ("Room",))
    found = only(story)
    assert (found.guarantee, found.tab, found.witness) == ("monotonic-reads", "B", (shown, loaded))


def test_a_reload_that_shows_it_late_goes_back_nowhere() -> None:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    hears(story, 11.0, "B", keys["B"], FIRST)
    story.load(20.0, "B", ("Room",))
    story.says(23.0, "B", FIRST)
    assert broken(story) == ()


def test_a_list_that_shows_its_newest_part_after_a_reload_goes_back_nowhere() -> None:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    hears(story, 10.5, "B", keys["B"], FIRST)
    writes(story, 12.0, "A", SECOND)
    hears(story, 12.5, "B", keys["B"], SECOND)
    story.load(20.0, "B", ("Room", SECOND))
    assert broken(story) == ()


def test_what_was_deleted_everywhere_is_missed_by_nobody() -> None:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    hears(story, 11.0, "B", keys["B"], FIRST)
    story.drops(15.0, "A", FIRST)
    story.load(20.0, "B", ("Room",))
    assert broken(story) == ()


# ── read your writes ──


def test_a_writer_whose_reload_lacks_its_own_write() -> None:
    story, keys = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    hears(story, 11.0, "B", keys["B"], FIRST)
    story.load(20.0, "A", ("Room",))
    found = only(story)
    assert (found.guarantee, found.tab) == ("read-your-writes", "A")


def test_a_writer_that_does_not_show_what_others_show_already() -> None:
    story, keys = room("A", "B")
    number = writes(story, 10.0, "A", FIRST, shows=False)
    shown = hears(story, 10.4, "B", keys["B"], FIRST)
    story.says(16.0, "A", FIRST)
    found = only(story)
    assert (found.guarantee, found.tab, found.witness) == ("read-your-writes", "A", (number, shown))


def test_a_user_who_writes_in_one_tab_and_turns_to_one_that_is_behind() -> None:
    story, _ = room("A", "B")
    number = writes(story, 10.0, "A", FIRST)
    click = story.uses(14.0, "B")
    found = only(story)
    assert (found.guarantee, found.tab, found.scope, found.witness) == (
        "read-your-writes",
        "B",
        "user",
        (number, click),
    )


@pytest.mark.parametrize("do", ["focus", "show"])
def test_a_tab_that_syncmon_brings_to_the_front_is_turned_to_whatever_its_page_says_of_the_focus(do: str) -> None:
    story, _ = room("A", "B")
    number = writes(story, 10.0, "A", FIRST)
    story.add(Action(time=12.0, tab="B", do=do, ok=False, error="the tab is gone"))
    turned = story.add(Action(time=14.0, tab="B", do=do)).seq
    found = only(story)
    assert (found.guarantee, found.scope, found.witness) == ("read-your-writes", "user", (number, turned))


def test_a_sleeping_tab_that_shows_it_as_soon_as_it_is_looked_at_lacked_nothing() -> None:
    story, keys = room("A", "B")
    story.hide(5.0, "B")
    writes(story, 10.0, "A", FIRST)
    story.hide(14.0, "B", visible=True)
    story.uses(14.01, "B")
    hears(story, 14.2, "B", keys["B"], FIRST)
    assert broken(story) == ()


def test_a_user_who_reads_in_one_tab_and_turns_to_one_that_is_behind() -> None:
    story, keys = room("A", "B")
    shown = hears(story, 10.0, "A", keys["A"], FIRST)
    story.uses(11.0, "A")
    click = story.uses(14.0, "B")
    found = only(story)
    assert (found.guarantee, found.tab, found.scope) == ("monotonic-reads", "B", "user")
    assert found.witness == (shown, click)


# ── no false alarms ──


def test_a_tab_that_is_behind_and_nothing_else_breaks_no_guarantee() -> None:
    story, _ = room("A", "B")
    writes(story, 10.0, "A", FIRST)
    writes(story, 12.0, "A", SECOND)
    story.load(20.0, "B", ("Room", FIRST, SECOND))
    assert broken(story) == ()


@pytest.mark.parametrize("tabs", [("A", "B"), ("A", "B", "C")])
def test_tabs_in_step_break_no_guarantee(tabs: tuple[str, ...]) -> None:
    story, keys = room(*tabs)
    for turn in range(6):
        writer, text = tabs[turn % len(tabs)], f"Line {'abcdef'[turn] * 9} of the poem"
        writes(story, 10.0 + 2 * turn, writer, text)
        for tab in tabs:
            if tab != writer:
                hears(story, 10.4 + 2 * turn, tab, keys[tab], text)
        for tab in tabs:
            story.uses(11.0 + 2 * turn, tab)
    assert broken(story) == ()


@pytest.mark.parametrize(("shows", "broken"), [(9.0, False), (None, True)])
def test_a_document_that_shows_nothing_yet_is_judged_later(shows: float | None, broken: bool) -> None:
    """A busy machine: the list comes nine seconds after the document, or never."""
    rows = ("Water the ficus", "Call the plumber", "Return the books")
    story = Story()
    story.open(0.0, "A", "B", texts=["Room", *rows])
    story.fetch(5.0, "A", "POST /notes", '{"text":"Buy oat milk"}')
    for tab in "AB":
        story.says(5.1, tab, "Buy oat milk")
    story.load(10.0, "B", ["Room"])
    if shows is not None:
        story.says(10.0 + shows, "B", *rows, "Buy oat milk")
    found = story.subject(until=40.0).violations
    assert [one.guarantee for one in found] == (["monotonic-reads"] if broken else [])


def test_what_is_held_back_from_a_tab_is_no_fault_of_its_application() -> None:
    story, _ = room("A", "B")
    story.add(Action(time=5.0, tab="B", do="hold", args={"on": True}))
    writes(story, 10.0, "A", FIRST)
    story.uses(14.0, "B")
    story.add(Action(time=20.0, tab="B", do="hold", args={"on": False}))
    assert broken(story) == ()
