"""What may have written a text, of what left a tab: which requests can, and which say it."""

from __future__ import annotations

import json

import pytest

from tests.story import Story

TEXT = "Buy oat milk"
NOTE = json.dumps({"text": TEXT})


def room() -> Story:
    story = Story()
    story.open(0, "A", "B")
    return story


def requests(story: Story) -> list[tuple[str, str | None]]:
    """Who wrote, and what carried it, in order."""
    return [(write.tab, write.request) for write in story.subject(20.0).writes]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_a_request_that_can_change_nothing_writes_nothing(method: str) -> None:
    story = room()
    story.fetch(9.9, "A", f"{method} /add?text=Buy+oat+milk")
    story.says(10.0, "A", TEXT)
    assert all(request is None for _, request in requests(story))


@pytest.mark.parametrize(
    ("asked", "wrote"),
    [("/search?q=", False), ("/posts?title=", False), ("/address?line=", False), ("/notes/addNote?text=", True)],
)
def test_a_script_that_gets_something_only_asks_unless_its_address_says_otherwise(asked: str, wrote: bool) -> None:
    story = room()
    story.fetch(9.9, "A", f"GET {asked}Buy+oat+milk", says=NOTE)
    story.says(10.0, "A", TEXT)
    assert {request for _, request in requests(story)} == ({"GET /notes/addNote"} if wrote else {None})


def test_a_short_text_behind_a_name_has_its_write() -> None:
    story = room()
    story.fetch(9.9, "A", "POST /add", '{"text":"ok"}', says=json.dumps({"by": "User Ann", "text": "ok"}))
    story.says(10.0, "A", "User Ann: ok")
    [write] = story.subject(until=20.0).writes
    assert (write.tab, write.request) == ("A", "POST /add")
