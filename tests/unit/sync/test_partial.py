"""Tabs that show a part of a list, or look at it in some way: what they lack, and what they do not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.sync.snapshot import SubjectView
from tests.story import Story

TASKS = ("Buy oat milk", "Call the plumber", "Water the ferns", "Fix the bicycle", "Sort old photos")
NEW = "Book a table"
DONE = (3, 4)


def tasks(*more: tuple[str, bool]) -> list[dict[str, Any]]:
    """The records of the tasks: those that are done, and those that are not."""
    found = [{"id": f"k{n}x", "text": text, "done": n in DONE} for n, text in enumerate(TASKS)]
    return found + [{"id": f"n{n}x", "text": text, "done": done} for n, (text, done) in enumerate(more)]


class Board:
    """Tabs that were sent all tasks and show those that their user looks at; sockets tell what is new."""

    def __init__(self, **shown: tuple[int, ...]) -> None:
        self.story, self.sockets = Story(), dict[str, str]()
        for tab, rows in shown.items():
            self.story.open(0.0, tab, texts=["Tasks"])
            self.sockets[tab] = self.story.socket(0.3, tab)
            self.story.fetch(0.4, tab, "GET /api/tasks", says=json.dumps(tasks()))
            self.story.says(0.5, tab, *TASKS)
            for n in range(len(TASKS)):
                if n not in rows:
                    self.story.drops(5.0 + n / 100, tab, TASKS[n])  # its user chooses what to look at

    def add(self, at: float, writer: str, text: str, *shown: str, done: bool = False) -> None:
        """A tab writes a task, all are told, and some show it."""
        record = tasks((text, done))[-1]
        self.story.fetch(at, writer, "POST /api/tasks", json.dumps({"text": text}), says=json.dumps(record))
        for tab, socket in self.sockets.items():
            self.story.frame(at + 0.06, tab, socket, json.dumps({"op": "add", "item": record}))
            if tab in shown:
                self.story.says(at + 0.1, tab, text)

    def found(self, until: float = 40.0) -> SubjectView:
        return self.story.subject(until=until)


ALL = (0, 1, 2, 3, 4)
OPEN = (0, 1, 2)


def lacking(found: SubjectView) -> list[str]:
    return [one.tab for one in found.stale_now]


@pytest.mark.parametrize(("done", "stale"), [(True, []), (False, ["B"])])
def test_a_filter_leaves_out_what_is_done_and_a_deaf_tab_what_is_not(done: bool, stale: list[str]) -> None:
    board = Board(A=ALL, B=OPEN)
    board.add(10.0, "A", NEW, "A", done=done)
    found = board.found()
    assert lacking(found) == stale
    assert found.violations == ()
    assert [len(write.seen) for write in found.writes] == [len(stale)]


def test_who_writes_what_the_own_filter_leaves_out_breaks_no_promise() -> None:
    board = Board(A=ALL, B=OPEN)
    board.add(10.0, "B", NEW, "A", done=True)
    found = board.found()
    assert (lacking(found), found.violations) == ([], ())


def test_what_comes_into_view_as_the_filter_is_changed_was_not_late() -> None:
    board = Board(A=ALL, B=OPEN)
    board.add(10.0, "A", NEW, "A", done=True)
    board.story.says(20.0, "B", *(TASKS[n] for n in DONE), NEW)
    found = board.found()
    assert (lacking(found), found.violations) == ([], ())
    assert [write.seen for write in found.writes] == [()]


def test_another_tab_with_the_same_view_tells_that_one_is_deaf() -> None:
    board = Board(A=ALL, B=OPEN, C=OPEN)
    board.add(10.0, "A", NEW, "A", "C")
    assert lacking(board.found()) == ["B"]


def test_nothing_is_said_where_nothing_tells_what_a_tab_looks_at() -> None:
    board = Board(A=ALL, B=(1,))  # a search, as it may be
    board.add(10.0, "A", NEW, "A")
    found = board.found()
    assert (lacking(found), found.violations, found.verdict) == ([], (), "unknown")


def test_but_who_shows_it_alone_when_told_of_it_had_its_place_in_view() -> None:
    board = Board(A=ALL, B=(1,))
    board.add(10.0, "A", NEW, "A")
    board.story.says(10.3, "B", NEW)
    (write,) = board.found().writes
    assert [(seen.tab, seen.state) for seen in write.seen] == [("B", "shown")]


ROWS = tuple(f"Comment about {thing}" for thing in ("tea", "rain", "trams", "cheese", "moss", "ink", "owls", "glue"))


def feed(**loaded: int) -> tuple[Story, dict[str, str]]:
    """Tabs that were sent all comments and show so many of them, and a button for more."""
    story, sockets = Story(), dict[str, str]()
    records = [{"id": f"c{n}x", "text": text, "likes": 0} for n, text in enumerate(ROWS)]
    for tab, count in loaded.items():
        story.open(0.0, tab, texts=["Comments"])
        sockets[tab] = story.socket(0.3, tab)
        story.fetch(0.4, tab, "GET /api/comments", says=json.dumps(records))
        story.says(0.5, tab, *ROWS[:5])
        if count > 5:
            story.says(6.0, tab, *ROWS[5:count])
    return story, sockets


def change(story: Story, sockets: dict[str, str], at: float, row: int, text: str, *shown: str) -> None:
    """A tab, the first, changes a comment, all are told, and some show it."""
    said = json.dumps({"op": "edit", "id": f"c{row}x", "text": text})
    story.fetch(at, "A", "POST /api/comments", said)
    for tab, socket in sockets.items():
        story.frame(at + 0.06, tab, socket, said)
        if tab in shown:
            story.rewrites(at + 0.1, tab, ROWS[row], text)


def test_a_change_beyond_what_a_tab_loaded_is_not_lacked_there() -> None:
    story, sockets = feed(A=8, B=5)
    change(story, sockets, 10.0, 6, "An owl was seen", "A")
    found = story.subject(until=30.0)
    assert (lacking(found), found.violations) == ([], ())


def test_and_one_within_it_is() -> None:
    story, sockets = feed(A=8, B=5)
    change(story, sockets, 10.0, 2, "The tram was late", "A")
    assert lacking(story.subject(until=30.0)) == ["B"]


def test_what_is_loaded_later_with_others_was_not_late() -> None:
    story, sockets = feed(A=8, B=5)
    change(story, sockets, 10.0, 6, "An owl was seen", "A")
    story.says(16.0, "B", ROWS[5], "An owl was seen", ROWS[7])
    found = story.subject(until=30.0)
    assert [write.seen for write in found.writes] == [()]
    assert found.violations == ()


def test_a_part_that_has_the_place_of_what_comes_lacks_it() -> None:
    story, sockets = feed(A=8, B=5)
    said = json.dumps({"op": "add", "id": "c9x", "text": NEW})
    story.fetch(10.0, "A", "POST /api/comments", said)
    story.frame(10.06, "B", sockets["B"], said)
    story.says(10.1, "A", NEW)
    story.arranges(10.1, "A", "Comments", NEW)  # the newest stands at the top
    assert lacking(story.subject(until=30.0)) == ["B"]


@pytest.mark.parametrize(("instead", "stale"), [(None, []), ("Another task", ["B"])])
def test_a_row_that_is_none_of_those_looked_for_any_more_is_not_lacked(instead: str | None, stale: list[str]) -> None:
    board = Board(A=ALL, B=OPEN)
    story, new = board.story, "Plumber was called"
    story.fetch(10.0, "A", "POST /api/tasks/k1x", json.dumps({"text": new}))
    story.rewrites(10.1, "A", TASKS[1], new)
    story.frame(10.2, "B", board.sockets["B"], json.dumps({"op": "edit", "id": "k1x", "text": new}))
    if instead is None:
        story.drops(10.3, "B", TASKS[1])  # an open task until now
    else:
        story.rewrites(10.3, "B", TASKS[1], instead)
    found = board.found()
    assert lacking(found) == stale
    assert found.violations == ()
