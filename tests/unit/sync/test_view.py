"""The snapshot as a whole: what comes first in it."""

from __future__ import annotations

from tests.notes import NOTE, TEXT, room
from tests.story import PAGE


def test_the_subject_that_changed_last_comes_first() -> None:
    story = room()
    story.open(1.0, "C", url="https://example.org/other")
    assert {subject.subject for subject in story.told().subjects} == {PAGE, "https://example.org/other"}
    story.fetch(9.95, "A", "POST /notes", NOTE)
    story.says(10.01, "A", TEXT)
    assert story.told().subjects[0].subject == PAGE
