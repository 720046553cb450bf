"""The lines of an editor: which one is which after a change, and what typing passes through."""

from __future__ import annotations

import pytest

from monitor.model import Block
from monitor.sync.lines import (
    REST_S,
    Editor,
    Line,
    Slot,
    by_editor,
    editable,
    editor_of,
    kept,
    moved_lines,
    passed,
    shown_until,
)
from monitor.sync.page import Change, Entry

PAD = "body/div#pad"


def entry(text: str, editor: str = PAD, *, edits: bool = True) -> Entry:
    """A line of an editor as a page has it."""
    block = Block(slot=1, text=text, length=len(text), path=f"{editor}/p", editable=edits, editor=editor)
    return Entry(block, text.lower(), text.lower(), 0.0)


def line(key: str, since: float, *forms: tuple[str, float]) -> Line:
    """A line that says this since then, and said that until then."""
    made = Line(key, key, since, 1)
    made.forms.extend(forms)
    return made


def holding(*lines: Line) -> Editor:
    """An editor with these lines."""
    return Editor({("f", number): one for number, one in enumerate(lines)})


def test_changes_are_told_apart_by_their_editors() -> None:
    old, new, other = entry("A rope"), entry("A new rope"), entry("A kettle", "body/textarea")
    changes = [Change(("f", "text", 1), old, new), Change(("f", "text", 2), None, other)]
    assert by_editor(changes) == {PAD: ({("f", 1): old}, {("f", 1): new}), "body/textarea": ({}, {("f", 2): other})}


def test_an_editor_is_one_in_every_tab_whatever_each_document_calls_what_it_stands_in() -> None:
    one = entry("x", "body/div#dock:3/div#id-e22d9021-4681-40c7-9d00-9e4c9e08c055:2/div:2")
    other = entry("x", "body/div#dock:3/div#id-0fe1aacb-d608-438f-bbed-edb822f9b4d0:3/div:2")
    assert editor_of(one) == editor_of(other) == "body/div#dock:3/div/div:2"
    assert editor_of(entry("x", "body/div#cell-1")) != editor_of(entry("x", "body/div#cell-2"))


def test_what_stands_in_no_editor_is_none_of_its_lines() -> None:
    assert editable(Change(("f", "text", 1), None, entry("A rope")))
    assert not editable(Change(("f", "text", 1), None, entry("A rope", edits=False)))
    assert not editable(Change(("f", "title", 1), None, entry("A rope")))


def test_a_line_that_stands_in_the_next_element_is_the_line_it_was() -> None:
    one, two, three = entry("One"), entry("Two"), entry("Three")
    slots: list[Slot] = [("f", 1), ("f", 2), ("f", 3)]
    was, now = dict(zip(slots, (one, two), strict=False)), dict(zip(slots, (three, one, two), strict=True))
    assert moved_lines(was, now) == {("f", 2): ("f", 1), ("f", 3): ("f", 2)}


def test_a_line_that_moved_while_it_was_typed_is_the_line_that_it_was() -> None:
    was = {
        ("f", 2): entry("present: ann and bob"),
        ("f", 3): entry("apologies"),
        ("f", 4): entry("the crane needs a rop"),
    }
    now = {("f", 2): entry("apologies"), ("f", 3): entry("the crane needs a rope")}
    assert moved_lines(was, now) == {("f", 2): ("f", 3), ("f", 3): ("f", 4)}
    assert moved_lines(was, {("f", 2): entry("apologies"), ("f", 3): entry("any other business")}) == {
        ("f", 2): ("f", 3)
    }


def test_a_line_that_is_typed_in_its_place_did_not_move() -> None:
    was = {("f", 1): entry("item number 1")}
    assert moved_lines(was, {("f", 1): entry("item number 3"), ("f", 3): entry("item number 4")}) == {}


@pytest.mark.parametrize(
    ("before", "after", "is_kept"), [("a rope", "a new rope", True), ("a rope", "a", True), ("rope", "walk", False)]
)
def test_a_line_is_changed_where_a_part_of_it_stays(before: str, after: str, is_kept: bool) -> None:
    assert kept(before, after) is is_kept


@pytest.mark.parametrize(("theirs", "until"), [("a new", 2.0), ("a ne", 1.0), ("a", 1.0), ("kettle", None)])
def test_a_tab_shows_a_line_as_it_was_until_the_typing_went_on(theirs: str, until: float | None) -> None:
    mine = line("a new rope", 3.0, ("a", 1.0), ("a new", 2.0))
    assert shown_until(mine, holding(line(theirs, 1.0)), holding(mine)) == until


def test_who_shows_what_the_line_said_on_its_way_merely_follows() -> None:
    late = line("a new rope", 5.0)
    assert passed(late, holding(line("a new rope of hemp", 5.5, ("a new", 4.9))))
    assert not passed(late, holding(line("a new rope of hemp", 5.5, ("a new", 5.0 - REST_S - 0.1))))
    assert not passed(late, holding(line("kettle", 5.5)))


def test_who_let_go_of_the_line_lately_has_passed_it() -> None:
    theirs = holding()
    theirs.left["rope"] = 4.0
    assert passed(line("rope", 5.0), theirs)
    assert not passed(line("rope", 4.1 + REST_S), theirs)
