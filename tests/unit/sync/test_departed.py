"""Deletions as views: what they say of the tabs that showed what was gone."""

from __future__ import annotations

import json

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
