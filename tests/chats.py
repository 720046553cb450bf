"""Stories of the seed's two applications, told from their own traffic and pages."""

from __future__ import annotations

import json
from typing import Any

from monitor.model import Block, Chunk, Finished, Request, Response, Shown
from monitor.sites.profile import load_profiles
from tests.story import Story

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
    """A asks and is answered in a conversation that B shows too."""
    story = ChatStory(CHATGPT)
    story.begin(0, "A", "B", messages=OLD)
    story.turn(10.0, "A", "/backend-api/f/conversation", TURN, DELTAS)
    story.chat(10.02, "A", OLD | {"m3": NEW["m3"]})
    story.chat(11.3, "A", NEW)
    return story


def claude() -> ChatStory:
    """The same on the other site."""
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
