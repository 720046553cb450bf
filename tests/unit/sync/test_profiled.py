"""Sites with a profile: the seed's two applications, told from their own traffic and pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.model import Block, Chunk, Finished, Navigation, Request, Response, Shown
from monitor.sites.profile import load_profiles
from monitor.sync.snapshot import SubjectView
from tests.story import START, Story

PROFILES, PROBLEMS = load_profiles()
CHATGPT = "https://chatgpt.com/c/68f10000-aaaa-bbbb-cccc-000000000001"
CONVERSATION = "68f10000-aaaa-bbbb-cccc-000000000001"
CLAUDE = "https://claude.ai/chat/9a000000-aaaa-bbbb-cccc-000000000002"
ORG = "/api/organizations/11111111-2222-4333-8444-555555555555"


class ChatStory(Story):
    """Tabs of a chat: what they show by the profile's rule, and the requests of the real site."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.site = "/".join(url.split("/")[:3])
        self._documents_of: dict[str, str] = {}

    def chat(self, at: float, tab: str, messages: dict[str, tuple[str, str]], *, first: bool = False) -> None:
        """A tab shows messages: id → (role, text); ids only where the site puts them in the page."""
        common: dict[str, Any] = {
            "tab": tab, "target": f"page-{tab}", "frame": f"page-{tab}", "url": self.url, "time": at,
            "document": self._documents_of.setdefault(tab, f"doc-{tab}-{at}"),
        }  # fmt: skip
        with_ids = "chatgpt" in self.url
        blocks = tuple(
            Block(slot=n + 10, text=text, id=id_ if with_ids else None, role=role if with_ids else None, path="body/p")
            for n, (id_, (role, text)) in enumerate(messages.items())
        )
        if first:
            self.add(Shown(full=True, blocks=(Block(slot=1, text="Chats", path="body/h1"),), **common))
        self.add(Shown(rule="message", full=first, blocks=blocks, **common))

    def begin(self, at: float, *tabs: str, messages: dict[str, tuple[str, str]]) -> None:
        """Tabs open on the conversation, and fetch it."""
        for tab in tabs:
            self.load_chat(at, tab, messages, how="load")

    def load_chat(self, at: float, tab: str, messages: dict[str, tuple[str, str]], how: Any = "reload") -> None:
        """A tab loads the conversation and shows it."""
        self._documents_of[tab] = f"doc-{tab}-{at}"
        self.load(at, tab, ("Chats",), url=self.url, how=how)
        self._documents_of[tab] = self._documents[tab]
        if "chatgpt" in self.url:
            self.fetch(
                at + 0.2, tab, f"GET /backend-api/conversation/{CONVERSATION}", says=_tree(messages), url=self.site
            )
        else:
            path = f"GET {ORG}/chat_conversations/9a000000-aaaa-bbbb-cccc-000000000002?tree=True"
            self.fetch(at + 0.2, tab, path, says=_chat(messages), url=self.site)
        self.chat(at + 0.4, tab, messages)

    def turn(self, at: float, tab: str, path: str, body: dict[str, Any], events: list[str]) -> None:
        """A turn: the post, and its answer streamed over a second."""
        key, text = f"turn{at}", json.dumps(body)
        common: dict[str, Any] = {"tab": tab, "target": f"page-{tab}", "connection": key}
        url = self.site + path
        self.add(
            Request(
                time=at,
                method="POST",
                url=url,
                resource="fetch",
                text=text,
                body_state="whole",
                size=len(text),
                **common,
            )
        )
        self.add(Response(time=at + 0.1, url=url, status=200, mime="text/event-stream", **common))
        for n, event in enumerate(events):
            self.add(Chunk(time=at + 0.2 + n / len(events), text=event, size=len(event), **common))
        self.add(Finished(time=at + 1.3, body="chunks", **common))


def _tree(messages: dict[str, tuple[str, str]]) -> str:
    mapping: dict[str, Any] = {"root": {"id": "root", "message": None, "children": []}}
    parent = "root"
    for id_, (role, text) in messages.items():
        message = {"id": id_, "author": {"role": role}, "content": {"content_type": "text", "parts": [text]},
                   "status": "finished_successfully", "recipient": "all", "metadata": {}}  # fmt: skip
        mapping[id_] = {"id": id_, "parent": parent, "children": [], "message": message}
        parent = id_
    return json.dumps({"title": "T", "current_node": parent, "mapping": mapping})


def _chat(messages: dict[str, tuple[str, str]]) -> str:
    return json.dumps(
        {"uuid": "9a", "chat_messages": [
            {"uuid": id_, "sender": role, "content": [{"type": "text", "text": text}]}
            for id_, (role, text) in messages.items()
        ]}
    )  # fmt: skip


OLD = {"m1": ("user", "What tree is this?"), "m2": ("assistant", "By its bark it is a silver birch.")}
NEW = OLD | {"m3": ("user", "And that one?"), "m4": ("assistant", "That one is a hornbeam, by its fluted trunk.")}
QUESTION: dict[str, Any] = {
    "id": "m3",
    "author": {"role": "user"},
    "content": {"content_type": "text", "parts": ["And that one?"]},
}
TURN: dict[str, Any] = {
    "action": "next",
    "conversation_id": CONVERSATION,
    "parent_message_id": "m2",
    "model": "x",
    "messages": [QUESTION],
}
DELTAS = [
    'event: delta_encoding\ndata: "v1"\n\n',
    'event: delta\ndata: {"p":"","o":"add","v":{"message":{"id":"m4","author":{"role":"assistant"},"content":'
    '{"content_type":"text","parts":[""]},"status":"in_progress"},"conversation_id":"' + CONVERSATION + '"},"c":0}\n\n',
    'event: delta\ndata: {"p":"/message/content/parts/0","o":"append","v":"That one is a horn"}\n\n',
    'event: delta\ndata: {"v":"beam, by its fluted trunk."}\n\n',
    'event: delta\ndata: {"p":"","o":"patch","v":'
    '[{"p":"/message/status","o":"replace","v":"finished_successfully"}]}\n\n',
    "data: [DONE]\n\n",
]


def chatgpt() -> ChatStory:
    story = ChatStory(CHATGPT)
    story.begin(0, "A", "B", messages=OLD)
    story.turn(10.0, "A", "/backend-api/f/conversation", TURN, DELTAS)
    story.chat(10.02, "A", OLD | {"m3": NEW["m3"]})
    story.chat(11.3, "A", NEW)
    return story


def subject_of(story: ChatStory, until: float) -> SubjectView:
    return story.subject(until, PROFILES)


def test_the_shipped_profiles_are_good() -> None:
    assert PROBLEMS == ()
    assert {profile.name for profile in PROFILES} == {"chatgpt", "claude"}


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


def claude() -> ChatStory:
    story = ChatStory(CLAUDE)
    human = {key: ("human" if role == "user" else role, text) for key, (role, text) in OLD.items()}
    story.begin(0, "A", "B", messages=human)
    body = {"prompt": "And that one?", "parent_message_uuid": "m2", "rendering_mode": "messages",
            "turn_message_uuids": {"human_message_uuid": "m3", "assistant_message_uuid": "m4"}}  # fmt: skip
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {"uuid": "m4", "parent_uuid": "m3", "model": "claude-x"}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "That one is a horn"}},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "beam, by its fluted trunk."},
        },
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    ]
    path = f"{ORG}/chat_conversations/9a000000-aaaa-bbbb-cccc-000000000002/completion"
    story.turn(10.0, "A", path, body, [f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events])
    story.chat(10.02, "A", human | {"m3": NEW["m3"]})
    story.chat(11.3, "A", human | {"m3": NEW["m3"], "m4": NEW["m4"]})
    return story


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
