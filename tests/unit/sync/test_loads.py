"""When a load is over, and what is judged then."""

from __future__ import annotations

import json

import pytest

from monitor.sync.loads import BARE_S
from tests.notes import TEXT, room, written

NOTES = json.dumps({"notes": [{"id": 1, "text": "Water the plants"}, {"id": 2, "text": TEXT}]})


def test_two_tabs_that_load_side_by_side_are_in_sync() -> None:
    story = room()
    for tab, late in (("A", 0.0), ("B", 0.7)):
        story.fetch(0.2 + late, tab, "GET /notes", says=NOTES)
        story.says(0.5 + late, tab, TEXT)
    [subject] = story.told(until=10.0).subjects
    assert (subject.stale_now, subject.writes) == ((), ())


def test_what_its_writer_does_not_show_after_a_load_is_withdrawn() -> None:
    story = written()
    story.load(20.0, "A", ("Room",))
    assert [stale.tab for stale in story.subject(until=21.0).stale_now] == ["B"]
    assert story.subject(until=30.0).stale_now == ()


@pytest.mark.parametrize(("first", "found"), [("Room", ["monotonic-reads"]), ("Loading", [])])
def test_a_page_that_shows_nothing_of_before_is_given_more_time(first: str, found: list[str]) -> None:
    story = written()
    story.says(11.0, "B", TEXT)
    story.load(20.0, "B", (first,))
    story.says(20.0 + BARE_S - 3, "B", "Room", TEXT)
    assert [violation.guarantee for violation in story.subject(until=60.0).violations] == found
