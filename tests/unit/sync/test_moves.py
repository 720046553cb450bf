"""Subjects whose address changes: a blank page that becomes something, a title in the address, a page come back to."""

from __future__ import annotations

import json

import pytest

from monitor.sync.snapshot import SubjectView
from tests.story import Story

SITE = "https://example.org"
NEW, MADE = f"{SITE}/new", f"{SITE}/c/7f3a"
OLD_TITLE, NEW_TITLE = f"{SITE}/doc/old-title-ab12", f"{SITE}/doc/new-title-ab12"
HELLO = "Hello, what is a fjord?"
NOTE = "The fence is to be painted green."


def behind(story: Story, until: float) -> dict[str, tuple[str, ...]]:
    """Which tabs lack how many items of what."""
    return {one.tab: one.missing for subject in story.told(until).subjects for one in subject.stale_now}


def subject(story: Story, until: float, key: str) -> SubjectView:
    """The subject of that name."""
    return next(one for one in story.told(until).subjects if one.subject == key)


def begun(story: Story, *, named: str = "answer") -> None:
    """A writes on the blank page, and is taken to what was made of it."""
    body = {"text": HELLO} | ({"id": "7f3a"} if named == "request" else {})
    says = json.dumps({"id": "7f3a" if named == "answer" else "x"})
    story.says(10, "A", HELLO, url=NEW)
    story.fetch(10.02, "A", "POST /api/messages", json.dumps(body), says=says, took=0.3)
    story.turns(10.4, "A", MADE)
    story.says(11, "A", "A drowned valley, cut by ice.", url=MADE)


@pytest.mark.parametrize("named", ["answer", "request"])
def test_what_was_begun_on_a_blank_page_belongs_to_what_was_made_of_it(named: str) -> None:
    story = Story()
    story.open(0, "A", "B", url=NEW, texts=("What can I do for you?",))
    begun(story, named=named)
    story.load(20, "C", ("What can I do for you?",), url=NEW, how="load")
    assert behind(story, 30) == {}
    made = subject(story, 30, MADE)
    [write] = made.writes
    assert (write.tab, write.excerpt, write.request) == ("A", HELLO, "POST /api/messages")
    assert subject(story, 30, NEW).writes == ()


def test_who_opens_what_was_made_is_compared_with_its_maker_from_then_on() -> None:
    story = Story()
    story.open(0, "A", "B", url=NEW, texts=("What can I do for you?",))
    begun(story)
    story.load(20, "B", (HELLO, "A drowned valley, cut by ice."), url=MADE, how="load")
    story.fetch(30, "A", "POST /api/messages", json.dumps({"text": "And a loch?"}))
    story.says(30.1, "A", "And a loch?", url=MADE)
    assert list(behind(story, 40)) == ["B"]


def test_what_is_left_behind_on_a_page_is_lacked_there_as_before() -> None:
    story = Story()
    story.open(0, "A", "B", texts=("Room",))
    story.fetch(10, "A", "POST /api/messages", json.dumps({"text": HELLO}), says='{"id": "m1"}')
    story.says(10.1, "A", HELLO)
    story.turns(12, "A", MADE)
    story.redraws(12.1, "A", "Another room", url=MADE)
    assert list(behind(story, 20)) == ["B"]


def test_a_title_in_the_address_may_change() -> None:
    story = Story()
    story.open(0, "A", "B", url=OLD_TITLE, texts=("Old title",))
    story.fetch(10, "A", "PATCH /api/docs/ab12", json.dumps({"title": "New title"}))
    story.rewrites(10.1, "A", "Old title", "New title", url=OLD_TITLE)
    story.turns(10.2, "A", NEW_TITLE)
    story.load(15, "C", ("New title",), url=NEW_TITLE, how="load")
    story.fetch(20, "C", "POST /api/docs/ab12/notes", json.dumps({"text": NOTE}))
    story.says(20.1, "C", NOTE, url=NEW_TITLE)
    found = story.told(30).subjects
    assert [(one.subject, one.tabs) for one in found] == [(OLD_TITLE, ("A", "B", "C"))]
    assert {tab: len(missing) for tab, missing in behind(story, 30).items()} == {"A": 1, "B": 2}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/doc/first-ab12", "/doc/second-cd34"),
        ("/post/version-2024", "/post/report-2024"),
        ("/log/report-20260104", "/log/minutes-20260104"),
        ("/users/123/posts", "/users/123/likes"),
        ("/doc/old-title-ab12", "/sheet/new-title-ab12"),
        ("/doc/old-title-ab12", "/doc/new-title-ab12/history"),
        ("/doc/old-title-ab12", "/doc/new-title-ab12?version=2"),
        ("/v2", "/x2"),
    ],
)
def test_two_pages_whose_addresses_resemble_each_other_stay_two(one: str, other: str) -> None:
    story = Story()
    story.open(0, "A", "B", url=SITE + one, texts=("One",))
    story.turns(10, "A", SITE + other)
    story.redraws(10.1, "A", "Other", url=SITE + other)
    story.fetch(20, "A", "POST /api/notes", json.dumps({"text": NOTE}))
    story.says(20.1, "A", NOTE, url=SITE + other)
    assert behind(story, 30) == {}
    assert len(story.told(30).subjects) == 2


@pytest.mark.parametrize("address", ["/room/", "/room?utm_source=x", "/room#top", "/room?session=91&t=1767520800"])
def test_one_thing_at_two_addresses_is_one(address: str) -> None:
    story = Story()
    story.open(0, "A")
    story.open(0, "B", url=SITE + address)
    story.fetch(10, "A", "POST /api/notes", json.dumps({"text": NOTE}))
    story.says(10.1, "A", NOTE)
    assert list(behind(story, 20)) == ["B"]


def returned(*texts: str) -> Story:
    """A goes elsewhere within its document while B writes, and returns."""
    story = Story()
    story.open(0, "A", "B", texts=("Room", "First note of the day"))
    story.turns(10, "A", MADE)
    story.redraws(10.1, "A", "Another room", url=MADE)
    story.fetch(15, "B", "POST /api/notes", json.dumps({"text": NOTE}))
    story.says(15.1, "B", NOTE)
    story.turns(20, "A", f"{SITE}/room")
    story.redraws(20.5, "A", "Room", "First note of the day", *texts)
    return story


def test_who_comes_back_to_a_page_lacks_what_came_meanwhile_from_then_on() -> None:
    story = returned()
    assert behind(story, 21) == {}
    [stale] = [one for subject in story.told(30).subjects for one in subject.stale_now]
    assert stale.tab == "A"
    assert stale.for_s == pytest.approx(10.0, abs=0.1)
    story.says(32, "A", NOTE)
    assert behind(story, 35) == {}


def test_who_comes_back_and_is_shown_all_lacks_nothing() -> None:
    story = returned(NOTE)
    assert behind(story, 30) == {}


def test_what_went_again_while_a_tab_was_elsewhere_it_does_not_lack() -> None:
    story = returned()
    story.drops(21, "B", NOTE)
    assert behind(story, 30) == {}


def test_a_page_that_shows_nothing_of_before_is_not_judged_by_it() -> None:
    story = returned()
    story.redraws(21, "A", "Please wait")
    assert behind(story, 30) == {}
