"""Who deleted a text, as far as traffic says."""

from __future__ import annotations

import json

import pytest

from tests.story import Story

KEEP, GONE = "Water the ficus weekly", "Lunch orders close at noon"
LIST = json.dumps([{"id": "n11", "text": KEEP}, {"id": "n12", "text": GONE}])


def board() -> tuple[Story, dict[str, str]]:
    story = Story()
    for tab in "ABC":
        story.fetch(0.0, tab, "GET /items", says=LIST)
    story.open(0.1, "A", "B", "C", texts=["Board", KEEP, GONE])
    return story, {tab: story.socket(0.5, tab) for tab in "ABC"}


def deleted(story: Story) -> list[tuple[str, str | None]]:
    return [(one.tab, one.request) for one in story.subject(40.0).writes if one.what == "removed"]


def test_who_asked_for_it_deleted_a_text_though_another_tab_lets_go_of_it_first() -> None:
    story, sockets = board()
    story.fetch(9.9, "B", "DELETE /items/n12")
    story.frame(9.95, "A", sockets["A"], json.dumps({"gone": "n12"}))
    for at, tab in ((10.0, "A"), (10.2, "B")):
        story.drops(at, tab, GONE)
    assert deleted(story) == [("B", "DELETE /items/n12")]


def test_a_frame_that_names_it_deletes_it_and_one_that_asks_does_not() -> None:
    story, sockets = board()
    story.frame(9.8, "C", sockets["C"], json.dumps({"query": "query Archived { archived { id } }"}), "out")
    story.frame(9.9, "B", sockets["B"], json.dumps({"do": "remove", "id": "n12"}), "out")
    for at, tab in ((10.0, "A"), (10.1, "B"), (10.1, "C")):
        story.frame(at - 0.02, tab, sockets[tab], json.dumps({"gone": "n12"}))
        story.drops(at, tab, GONE)
    assert deleted(story) == [("B", "socket frame")]


@pytest.mark.parametrize("took", [0.05, 8.0])
def test_a_server_may_take_its_time(took: float) -> None:
    story, _ = board()
    story.fetch(5.0, "A", "POST /items/n12/close", "{}", took=took)
    story.drops(5.1 + took, "A", GONE)
    assert deleted(story) == [("A", "POST /items/n12/close")]


def test_a_request_that_deletes_says_more_than_one_that_only_names_the_thing() -> None:
    story, _ = board()
    story.fetch(9.0, "A", "DELETE /items/n12")
    story.fetch(9.3, "A", "POST /seen/n12", "{}")
    story.drops(9.5, "A", GONE)
    assert deleted(story) == [("A", "DELETE /items/n12")]


@pytest.mark.parametrize(
    "things",
    [{"n12": GONE, "n11": KEEP}, {"n11": {"title": KEEP, "done": False}, "n12": {"title": GONE, "done": True}}],
)
def test_things_may_be_kept_by_their_names(things: dict[str, object]) -> None:
    things = {f"{name}w3": thing for name, thing in things.items()}
    story = Story()
    for tab in "AB":
        story.fetch(0.0, tab, "GET /things", says=json.dumps({"things": things, "field1": "x"}))
    story.open(0.1, "A", "B", texts=["Board", KEEP, GONE])
    sockets = {tab: story.socket(0.5, tab) for tab in "AB"}
    story.fetch(9.9, "A", "POST /off", json.dumps({"off": "n12w3"}))
    for at, tab in ((10.0, "A"), (12.1, "B")):
        story.frame(at - 0.02, tab, sockets[tab], json.dumps({"off": "n12w3"}))
        story.drops(at, tab, GONE)
    assert deleted(story) == [("A", "POST /off")]


def marked(**fields: object) -> Story:
    """C sends a record of a list, or several, and the tabs are told; all let go of the text."""
    story, sockets = board()
    said = json.dumps({"rows": [{"id": "n11", "text": KEEP, "deleted": False}, {"id": "n12", "text": GONE} | fields]})
    story.frame(9.9, "C", sockets["C"], said, "out")
    for at, tab in ((10.0, "A"), (10.1, "B"), (10.2, "C")):
        story.frame(at - 0.02, tab, sockets[tab], said)
        story.drops(at, tab, GONE)
    return story


@pytest.mark.parametrize(
    "mark", [{"deleted": True}, {"gone": True}, {"_deleted": 1}, {"isRemoved": True}, {"archived_at": "2026-01-04"}]
)
def test_a_record_that_is_marked_as_deleted_is_gone(mark: dict[str, object]) -> None:
    assert deleted(marked(**mark)) == [("C", "socket frame")]


@pytest.mark.parametrize("mark", [{"deleted": False}, {"deletedAt": None}, {"undeleted": True}, {"foregone": True}])
def test_one_that_has_no_such_mark_is_not(mark: dict[str, object]) -> None:
    assert deleted(marked(**mark)) == []


def test_the_mark_may_stand_around_what_the_record_says() -> None:
    story, sockets = board()
    rows = [{"id": "n12", "body": {"text": GONE}, "deleted": True}, {"id": "n11", "body": {"text": KEEP}}]
    for at, text in ((10.0, GONE), (14.0, KEEP)):
        story.frame(at - 0.05, "A", sockets["A"], json.dumps({"rows": rows}), "out")
        story.drops(at, "A", text)
    subject = story.subject(40.0)
    gone = {item for write in subject.writes if write.what == "removed" for item in write.items}
    assert [item.excerpt for item in subject.items if item.id in gone] == [GONE]


def test_what_another_tab_shows_still_of_a_marked_record_is_told() -> None:
    story, sockets = board()
    said = json.dumps({"id": "n12", "text": GONE, "gone": True})
    story.fetch(9.9, "A", "POST /items", said)
    story.drops(10.0, "A", GONE)
    story.frame(10.0, "B", sockets["B"], said)
    story.drops(10.1, "B", GONE)
    subject = story.subject(40.0)
    assert [(one.tab, one.what) for one in subject.disorders] == [("C", "extra")]
