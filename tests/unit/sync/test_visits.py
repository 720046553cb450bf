"""Where tabs are: which of them are compared, and from when to when."""

from __future__ import annotations

from tests.notes import NOTE, TEXT, written
from tests.story import Story


def test_a_closed_tab_is_censored_and_not_stale_now() -> None:
    story = written()
    story.close(14.0, "B")
    subject = story.subject(until=30.0)
    assert subject.stale_now == ()
    assert subject.writes[0].seen[0].censored


def test_a_tab_opened_later_is_not_stale() -> None:
    story = written()
    story.open(15.0, "C", texts=("Room", TEXT))
    subject = story.subject(until=20.0)
    assert [stale.tab for stale in subject.stale_now] == ["B"]
    assert [seen.tab for seen in subject.writes[0].seen] == ["B"]


def test_tabs_on_other_pages_do_not_compare() -> None:
    story = Story()
    story.open(0, "A", texts=("Room",))
    story.open(0, "B", url="https://example.org/other", texts=("Other",))
    story.fetch(9.95, "A", "POST /notes", NOTE)
    story.says(10.01, "A", TEXT)
    snapshot = story.told(until=30.0)
    assert all(subject.stale_now == () for subject in snapshot.subjects)


def test_volatile_query_parts_do_not_part_two_tabs() -> None:
    story = Story()
    story.open(0, "A", url="https://example.org/room?id=7&utm_source=mail", texts=("Room",))
    story.open(0, "B", url="https://example.org/room?_=1800000000123&id=7#top", texts=("Room",))
    assert [subject.tabs for subject in story.told(until=1.0).subjects] == [("A", "B")]
