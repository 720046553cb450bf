"""Two tabs writing at once: a conflict where the writes meet, and only there."""

from __future__ import annotations

import json

import pytest

from monitor.sync.snapshot import Conflict
from tests.board import PROFILE, Board
from tests.chats import CONVERSATION, DELTAS, OLD, ORG, PROFILES, TURN, ChatStory, chatgpt, claude
from tests.story import Story

LATER = "And the one behind it?"


def found(story: Story, until: float = 60.0) -> tuple[Conflict, ...]:
    """The conflicts on the newest subject."""
    return story.subject(until, PROFILES).conflicts


def other_turn(story: ChatStory, at: float, parent: str) -> None:
    """B asks something else, answered under other ids."""
    question = {"id": "m5", "author": {"role": "user"}, "content": {"content_type": "text", "parts": [LATER]}}
    body = TURN | {"messages": [question | {"metadata": {}}], "parent_message_id": parent}
    deltas = [delta.replace('"m4"', '"m6"').replace("hornbeam", "willow") for delta in DELTAS]
    story.turn(at, "B", "/backend-api/f/conversation", body, deltas)
    story.chat(at + 0.02, "B", OLD | {"m5": ("user", LATER)})


def tree(story: ChatStory, at: float, tab: str, parents: dict[str, str], texts: dict[str, tuple[str, str]]) -> None:
    """A tab fetches the conversation, whose messages have these parents."""
    mapping = {
        id_: {"id": id_, "parent": parents.get(id_), "message": {"id": id_, "author": {"role": role}, "metadata": {},
              "content": {"content_type": "text", "parts": [text]}, "status": "finished_successfully"}}
        for id_, (role, text) in texts.items()
    }  # fmt: skip
    says = json.dumps({"mapping": mapping, "current_node": "m6"})
    story.fetch(at, tab, f"GET /backend-api/conversation/{CONVERSATION}", says=says, url="https://chatgpt.com")


def test_two_turns_on_one_message_are_branches() -> None:
    story = chatgpt()
    other_turn(story, 12.0, "m2")
    texts = OLD | {"m3": ("user", "And that one?"), "m5": ("user", LATER)}
    tree(story, 20.0, "A", {"m2": "m1", "m3": "m2", "m5": "m2"}, texts)
    (one,) = found(story)
    assert (one.tabs, one.outcome) == (("A", "B"), "branches")
    assert one.text == "B wrote without having seen A's write: both were kept, as branches of one parent"


def test_a_turn_by_who_saw_the_other_is_none() -> None:
    story = chatgpt()
    story.chat(11.5, "B", OLD | {"m3": ("user", "And that one?")})
    other_turn(story, 12.0, "m3")
    tree(story, 20.0, "A", {"m3": "m2", "m5": "m3"}, OLD | {"m3": ("user", "And that one?"), "m5": ("user", LATER)})
    assert found(story) == ()


@pytest.mark.parametrize(
    ("id_", "text", "outcome"), [("m5", "Which one?", "rejected"), ("m7", "And that one?", "suppressed")]
)
def test_a_turn_that_the_server_refuses(id_: str, text: str, outcome: str) -> None:
    story = claude()
    ids = {"human_message_uuid": id_, "assistant_message_uuid": "m6"}
    body = {"prompt": text, "parent_message_uuid": "m2", "turn_message_uuids": ids}
    path = f"{ORG}/chat_conversations/9a000000-aaaa-bbbb-cccc-000000000002/completion"
    story.fetch(12.0, "B", f"POST {path}", json.dumps(body), status=409, url="https://claude.ai")
    (one,) = found(story)
    assert one.outcome == outcome
    assert one.text.endswith("(409)")


def side_by_side() -> Story:
    """A and B each write a note of their own."""
    story = Story()
    story.open(0.0, "A", "B")
    for at, tab, text in ((10.0, "A", "Buy oat milk"), (11.2, "B", "Bake a plum cake")):
        story.fetch(at, tab, "POST /notes", json.dumps({"text": text}))
        story.says(at + 0.1, tab, text)
    return story


def test_notes_side_by_side_are_no_conflict() -> None:
    assert found(side_by_side()) == ()


def test_a_note_that_goes_soon_was_not_overwritten_by_who_wrote_another() -> None:
    story = side_by_side()
    story.fetch(13.0, "A", "DELETE /notes/1")
    story.drops(13.1, "A", "Buy oat milk")
    assert found(story) == ()


def test_an_edit_over_one_that_was_not_seen_wins() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=("Room", "Take a bus to town"))
    key = story.socket(1.0, "A")
    story.fetch(10.0, "A", "PUT /plan", json.dumps({"text": "Take a tram to town"}))
    story.rewrites(10.1, "A", "Take a bus to town", "Take a tram to town")
    story.fetch(11.0, "B", "PUT /plan", json.dumps({"text": "Take a taxi to town"}))
    story.rewrites(11.1, "B", "Take a bus to town", "Take a taxi to town")
    story.frame(11.3, "A", key, json.dumps({"text": "Take a taxi to town"}))
    story.rewrites(11.4, "A", "Take a tram to town", "Take a taxi to town")
    assert [one.outcome for one in found(story)] == ["last-wins"]


def test_an_edit_that_the_server_dropped_lost_to_the_first() -> None:
    """Both are told that all is well; B shows its own until the next poll, A shows its own only then."""
    story = Story()
    story.open(0.0, "A", "B", texts=("Room", "Take a bus to town"))
    story.fetch(10.00, "A", "PUT /plan", json.dumps({"text": "Take a tram to town"}))
    story.fetch(10.04, "B", "PUT /plan", json.dumps({"text": "Take a taxi to town"}))
    story.rewrites(10.05, "B", "Take a bus to town", "Take a taxi to town")
    for at, tab, before in ((10.3, "B", "Take a taxi to town"), (11.0, "A", "Take a bus to town")):
        story.fetch(at, tab, "GET /plan", says=json.dumps({"text": "Take a tram to town"}))
        story.rewrites(at + 0.1, tab, before, "Take a tram to town")
    story.events.sort(key=lambda event: event.time)
    [one] = found(story)
    assert (one.tabs, one.outcome) == (("A", "B"), "first-wins")


@pytest.mark.parametrize(("took", "outcome"), [(0.05, "last-wins"), (0.5, "first-wins")])
def test_of_two_writes_at_once_the_first_is_the_one_that_was_answered_first(took: float, outcome: str) -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=("Room", "Take a bus to town"))
    story.fetch(10.00, "A", "PUT /plan", json.dumps({"text": "Take a tram to town"}), took=took)
    story.fetch(10.02, "B", "PUT /plan", json.dumps({"text": "Take a taxi to town"}), took=0.2)
    story.rewrites(10.01, "A", "Take a bus to town", "Take a tram to town")
    story.rewrites(10.03, "B", "Take a bus to town", "Take a taxi to town")
    story.fetch(12.0, "A", "GET /plan", says=json.dumps({"text": "Take a taxi to town"}))
    story.rewrites(12.1, "A", "Take a tram to town", "Take a taxi to town")
    story.events.sort(key=lambda event: event.time)
    assert [one.outcome for one in found(story)] == [outcome]


@pytest.mark.parametrize(("path", "told"), [("/plan", [("A", "B")]), ("/other", [])])
def test_a_refused_edit_that_no_page_ever_showed(path: str, told: list[tuple[str, str]]) -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=("Room", "Take a bus to town"))
    story.fetch(10.0, "A", "PUT /plan", json.dumps({"text": "Take a tram to town"}))
    story.rewrites(10.1, "A", "Take a bus to town", "Take a tram to town")
    story.fetch(10.2, "B", f"PUT {path}", json.dumps({"text": "Take a taxi to town"}), status=409)
    story.fetch(10.4, "B", "GET /plan", says=json.dumps({"text": "Take a tram to town"}))
    story.rewrites(10.5, "B", "Take a bus to town", "Take a tram to town")
    assert [one.tabs for one in found(story)] == told


def test_what_the_server_made_one_text_of_is_merged() -> None:
    story = Story()
    story.open(0.0, "A", "B", texts=("Room", "Take a bus to town"))
    story.fetch(10.0, "A", "PUT /plan", json.dumps({"text": "Take a tram to the sea"}))
    story.rewrites(10.1, "A", "Take a bus to town", "Take a tram to the sea")
    story.fetch(10.2, "B", "PUT /plan", json.dumps({"text": "Stay at home today"}))
    story.rewrites(10.3, "B", "Take a bus to town", "Stay at home today")
    both = "Take a tram to the sea / Stay at home today"
    for at, tab, before in ((12.0, "A", "Take a tram to the sea"), (12.5, "B", "Stay at home today")):
        story.fetch(at, tab, "GET /plan", says=json.dumps({"text": both}))
        story.rewrites(at + 0.1, tab, before, both)
    [one] = found(story)
    assert (one.tabs, one.outcome) == (("A", "B"), "merged")
    assert one.text.endswith("both were kept, in one text")


def test_who_saw_a_write_and_loaded_the_page_again_since_then_was_not_blind() -> None:
    story = Board()
    story.begin(0.0, "A", "B")
    story.posts(10.0, "A", "n1")
    for tab in "AB":
        story.page(10.1, tab, ["n1"])
    story.posts(20.0, "A", "n2", parent="n1")
    for tab in "AB":
        story.page(20.1, tab, ["n1", "n2"])
    story.posts(30.0, "B", "n3", parent="n1")
    story.load_board(40.0, "B", ["n1", "n2", "n3"])
    assert story.subject(50.0, [PROFILE]).conflicts == ()


def test_a_note_that_is_edited_long_after_was_not_overwritten_by_who_wrote_beside_it() -> None:
    story = Story()
    story.open(0, "A", "B", texts=["Room"])
    for at, tab, text in ((5.0, "A", "Buy oat milk"), (9.0, "B", "Call the plumber")):
        story.fetch(at, tab, "POST /notes", f'{{"text":"{text}"}}')
        story.says(at + 0.1, tab, text)
    story.fetch(30.0, "A", "POST /notes", '{"text":"Buy soy milk now"}')
    story.rewrites(30.1, "A", "Buy oat milk", "Buy soy milk now")
    assert story.subject(60.0).conflicts == ()
