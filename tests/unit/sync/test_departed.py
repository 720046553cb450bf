"""Deletions as views: what they say of the tabs that showed what was gone."""

from __future__ import annotations

import json

import pytest

from tests.notes import room
from tests.story import Story

ROWS = ("Ada Lovelace", "Grace Hopper", "Alan Turing")
LIST = json.dumps([{"id": f"u{number}7", "name": row} for number, row in enumerate(ROWS)])


def test_what_went_at_once_is_one_write_and_seen_when_the_last_of_it_is_gone() -> None:
    story = Story()
    for tab in "AB":
        story.fetch(0.0, tab, "GET /users", says=LIST)
    story.open(0.1, "A", "B", texts=[text for row in ROWS for text in (row, f"{row}@example.org", "active")])
    story.fetch(9.9, "A", "DELETE /users/u17")
    story.drops(10.0, "A", "Grace Hopper")
    story.drops(10.02, "A", "Grace Hopper@example.org")
    story.drops(14.0, "B", "Grace Hopper")
    story.drops(16.0, "B", "Grace Hopper@example.org")
    [write] = story.subject(40.0).writes
    assert (write.what, write.request, write.excerpt) == ("removed", "DELETE /users/u17", "Grace Hopper@example.org")
    [seen] = write.seen
    assert (seen.tab, round(seen.after_s or 0.0), seen.state) == ("B", 6, "shown")
    assert seen.why.startswith("B showed 2 items for 6.0 s after it was gone, until")
    assert write.waiting_s == 0.0


def test_what_waits_still_says_for_how_long() -> None:
    story = Story()
    for tab in "AB":
        story.fetch(0.0, tab, "GET /users", says=LIST)
    story.open(0.1, "A", "B", texts=ROWS)
    story.fetch(9.9, "A", "DELETE /users/u17")
    story.drops(10.0, "A", "Grace Hopper")
    [write] = story.subject(40.0).writes
    assert round(write.waiting_s) == 30


def deleted(edited: str, gone: float | None) -> Story:
    """A writes a note, which B is sent; A edits it, if it does, unknown to B; A deletes it, and B lets go of it."""
    note, other = "Buy oat milk and bread today", "Feed the cat soon"
    story = room()
    socket = story.socket(1.0, "B")
    story.fetch(9.95, "A", "POST /notes", said := json.dumps({"id": "m7a1", "text": note}), says=said)
    story.says(10.01, "A", note, other)
    story.frame(10.1, "B", socket, said)
    story.says(10.2, "B", note, other)
    if edited:
        story.fetch(19.95, "A", "PUT /notes/m7a1", json.dumps({"id": "m7a1", "text": edited}))
        story.rewrites(20.01, "A", note, edited)
    story.fetch(29.95, "A", "DELETE /notes/m7a1")
    story.drops(30.0, "A", edited or note)
    if gone is not None:
        story.frame(gone - 0.1, "B", socket, json.dumps({"deleted": "m7a1"}))
        story.drops(gone, "B", note)
    return story


@pytest.mark.parametrize("edited", ["", "Buy oat milk and bread tomorrow"], ids=["as it was", "in an earlier version"])
@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (30.3, "B showed “Buy oat milk and bread today” for 0.30 s after it was gone, until its socket told it."),
        (45.0, "B showed “Buy oat milk and bread today” for 15.0 s after it was gone, until its socket told it."),
        (None, "B has shown “Buy oat milk and bread today” for 30.0 s after it was gone."),
    ],
)
def test_who_shows_what_is_gone_is_told_from_when_it_went(edited: str, gone: float | None, told: str) -> None:
    write = deleted(edited, gone).subject(60.0).writes[-1]
    assert (write.what, write.request, write.tab) == ("removed", "DELETE /notes/m7a1", "A")
    assert write.excerpt == (edited or "Buy oat milk and bread today")
    [seen] = write.seen
    assert (seen.tab, seen.why) == ("B", told)
    assert seen.waited_s == pytest.approx((gone or 60.0) - 30.0, abs=0.02)
