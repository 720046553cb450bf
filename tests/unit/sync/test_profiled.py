"""Sites with a profile: the seed's two applications, told from their own traffic and pages."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from monitor.model import Body, Chunk, Finished, Navigation
from monitor.sync.snapshot import SubjectView
from tests.chats import (
    CHATGPT,
    CLAUDE,
    CONVERSATION,
    DELTAS,
    NEW,
    OLD,
    ORG,
    PROBLEMS,
    PROFILES,
    TURN,
    ChatStory,
    chatgpt,
    claude,
)
from tests.story import START


def subject_of(story: ChatStory, until: float) -> SubjectView:
    return story.subject(until, PROFILES)


def test_the_shipped_profiles_are_good() -> None:
    assert PROBLEMS == ()
    assert {profile.name for profile in PROFILES} >= {"chatgpt", "claude"}


def test_a_turn_in_one_tab_makes_the_other_stale() -> None:
    subject = subject_of(chatgpt(), 23.1)
    assert (subject.site, subject.subject) == ("chatgpt", CONVERSATION)
    [write] = subject.writes
    assert (write.tab, write.request, write.items) == ("A", "POST /backend-api/f/conversation", ("m3", "m4"))
    assert write.at == pytest.approx(START + 10.1)
    [stale] = subject.stale_now
    assert (stale.tab, stale.missing, stale.received) == ("B", ("m3", "m4"), False)
    assert stale.for_s == pytest.approx(13.0, abs=0.01)


def test_a_reload_heals_it() -> None:
    story = chatgpt()
    story.load_chat(23.0, "B", NEW)
    subject = subject_of(story, 30.0)
    [seen] = subject.writes[0].seen
    assert (seen.tab, seen.state, seen.via, seen.prompted_by) == ("B", "shown", "reload", None)
    assert seen.after_s == pytest.approx(13.3, abs=0.02)
    assert (subject.verdict, subject.stale_now) == ("refresh-to-sync", ())


def test_a_completion_frame_alone_is_no_receipt() -> None:
    story = chatgpt()
    key = story.socket(1.0, "B")
    complete = {"type": "conversation-turn-complete", "payload": {"conversation_id": CONVERSATION}}
    word = {"type": "message", "topic_id": "conversations", "payload": complete}
    story.frame(11.4, "B", key, json.dumps([word]))
    [stale] = subject_of(story, 20.0).stale_now
    assert not stale.received


def test_a_turn_streamed_over_the_other_tabs_socket_is_received() -> None:
    story = chatgpt()
    key = story.socket(1.0, "B")
    for n, delta in enumerate(DELTAS[1:5]):
        item = {"type": "stream-item", "conversation_id": CONVERSATION, "turn_id": "t1", "stream_item_id": f"s{n}",
                "parent_stream_item_id": f"s{n - 1}" if n else None, "encoded_item": delta}  # fmt: skip
        envelope = {"type": "message", "topic_id": "conversation-turn-t1", "offset": f"1-{n}",
                    "payload": {"type": "conversation-turn-stream", "payload": item}}  # fmt: skip
        story.frame(10.5 + n / 10, "B", key, json.dumps([envelope]))
    subject = subject_of(story, 20.0)
    cells = {item.id: item.cells["B"].state for item in subject.items}
    assert (cells["m3"], cells["m4"]) == ("missing", "received")
    story.chat(21.0, "B", NEW)
    after = subject_of(story, 25.0)
    assert after.stale_now == ()


def test_a_new_conversation_gets_its_name_from_the_answer() -> None:
    story = ChatStory("https://chatgpt.com/")
    story.load(0, "A", ("Chats",), url="https://chatgpt.com/", how="load")
    body = {key: value for key, value in TURN.items() if key != "conversation_id"}
    story.turn(10.0, "A", "/backend-api/f/conversation", body, DELTAS)
    story.add(
        Navigation(time=11.5, tab="A", target="page-A", url=CHATGPT, how="same-document", main=True, loader="loader-1")
    )
    [subject] = [s for s in story.told(15.0, PROFILES).subjects if s.subject == CONVERSATION]
    assert [write.items for write in subject.writes] == [("m3", "m4")]


def test_claudes_messages_are_found_on_the_page_by_their_text() -> None:
    subject = subject_of(claude(), 20.0)
    [write] = subject.writes
    assert write.items == ("m3", "m4")
    [stale] = subject.stale_now
    assert (stale.tab, stale.missing) == ("B", ("m3", "m4"))
    assert {item.id: item.cells["A"].state for item in subject.items} == {
        "m1": "shown", "m2": "shown", "m3": "wrote", "m4": "shown",
    }  # fmt: skip


def test_claudes_stale_tab_heals_by_reload() -> None:
    story = claude()
    story.load_chat(24.0, "B", NEW)
    subject = subject_of(story, 30.0)
    [seen] = subject.writes[0].seen
    assert (seen.via, seen.censored, subject.verdict) == ("reload", False, "refresh-to-sync")
    assert seen.after_s == pytest.approx(14.3, abs=0.02)


def test_an_answer_whose_stream_was_told_with_a_hole_belongs_to_its_write_when_it_comes_whole() -> None:
    story = ChatStory(CHATGPT)
    story.begin(0, "A", "B", messages=OLD)
    story.turn(10.0, "A", "/backend-api/f/conversation", TURN, DELTAS)
    chunks = [event for event in story.events if isinstance(event, Chunk)]
    whole = "".join(chunk.text or "" for chunk in chunks)
    missing = {chunk.seq for chunk in chunks[:3]}
    finished = story.events[-1]
    assert isinstance(finished, Finished)
    story.events = [event for event in story.events if event.seq not in missing]
    story.events[-1] = msgspec.structs.replace(finished, body="later")
    common: dict[str, Any] = {"tab": "A", "target": "page-A", "connection": finished.connection}
    story.add(Body(time=11.31, text=whole, size=len(whole), **common))
    story.chat(11.4, "A", NEW)
    [write] = subject_of(story, 20.0).writes
    assert write.items == ("m3", "m4")


@pytest.mark.parametrize("said", [("", ""), (" It is a horn", " It is a lime")])
def test_two_answers_that_say_the_same_or_begin_so_are_two_by_their_ids(said: tuple[str, str]) -> None:
    story = ChatStory(CLAUDE)
    known = {"m1": ("human", "Which tree is this?"), "m2": ("assistant", "Look at its bark.")}
    story.begin(0, "A", "B", messages=known)
    path = f"{ORG}/chat_conversations/9a000000-aaaa-bbbb-cccc-000000000002/completion"
    for n, (tab, rest) in enumerate(zip("AB", said, strict=True)):
        ask, answer, at = f"q{tab}", f"a{tab}", 10.0 + n * 0.1
        body = {"prompt": f"And the one of {tab}?", "turn_message_uuids": {"human_message_uuid": ask}}
        events: list[dict[str, Any]] = [
            {"type": "message_start", "message": {"uuid": answer, "parent_uuid": ask}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "That one is easy."}},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": rest}},
            {"type": "message_stop"},
        ]
        story.turn(at, tab, path, body, [f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events])
        asked = known | {ask: ("human", f"And the one of {tab}?")}
        story.chat(at + 0.8, tab, asked | {answer: ("assistant", "That one is easy.")})
        story.chat(at + 1.4, tab, asked | {answer: ("assistant", "That one is easy." + rest)})
    story.events.sort(key=lambda event: event.time)
    story.events = [msgspec.structs.replace(event, seq=n) for n, event in enumerate(story.events, 1)]
    subject = subject_of(story, 20.0)
    assert {stale.tab: set(stale.missing) for stale in subject.stale_now} == {"A": {"qB", "aB"}, "B": {"qA", "aA"}}
    assert [(write.tab, write.items) for write in subject.writes] == [("A", ("qA", "aA")), ("B", ("qB", "aB"))]
