"""How ChatGPT writes a turn as server-sent events: the `v1` delta encoding and the typed events around it (pure)."""

from __future__ import annotations

import json
from typing import Any

from .conversations import Conversation, Message, pieces
from .turn import DONE

ENCODING = 'event: delta_encoding\ndata: "v1"\n\n'


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def typed(kind: str, /, **fields: Any) -> str:
    """An event without a name, whose JSON carries its `type`."""
    return f"data: {_json({'type': kind, **fields})}\n\n"


def delta(value: Any, path: str | None = None, op: str | None = None, channel: int | None = None) -> str:
    """One delta; what is None carries over from the delta before it."""
    fields = {"p": path, "o": op, "v": value, "c": channel}
    return f"event: delta\ndata: {_json({k: v for k, v in fields.items() if v is not None})}\n\n"


def message_json(message: Message, *, status: str = "finished_successfully", text: str | None = None) -> dict[str, Any]:
    """A message as the conversation's mapping and the stream carry it; `text` overrides what it says."""
    answer = message.role == "assistant"
    body: dict[str, Any] = {
        "id": message.id,
        "author": {"role": message.role, "name": None, "metadata": {}},
        "create_time": message.time,
        "update_time": None,
        "content": {"content_type": "text", "parts": [message.text if text is None else text]},
        "status": status,
        "end_turn": True if answer and status == "finished_successfully" else None,
        "weight": 1.0,
        "metadata": {"parent_id": message.parent} if message.parent else {},
        "recipient": "all",
        "channel": "final" if answer else None,
    }
    return body


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """The tree that `GET /backend-api/conversation/{id}` answers with."""
    root = "client-created-root"
    first = {"id": root, "message": None, "parent": None, "children": conversation.children(None)}
    mapping: dict[str, Any] = {root: first}
    for message in conversation.messages.values():
        mapping[message.id] = {
            "id": message.id,
            "message": message_json(message),
            "parent": message.parent or root,
            "children": conversation.children(message.id),
        }
    return {
        "title": conversation.title,
        "create_time": conversation.created,
        "update_time": conversation.updated,
        "mapping": mapping,
        "current_node": conversation.leaf or root,
        "conversation_id": conversation.id,
        "moderation_results": [],
        "is_archived": False,
    }


def opening(conversation: str, question: Message, token: str) -> list[str]:
    """What comes before any answer."""
    return [
        ENCODING,
        typed("resume_conversation_token", kind="topic", token=token, conversation_id=conversation),
        typed("input_message", input_message=message_json(question), conversation_id=conversation),
    ]


def handoff(conversation: str, turn: str) -> list[str]:
    """What says that the answer comes elsewhere; the `[DONE]` in it ends the response, not the answer."""
    topic = f"conversation-turn-{turn}"
    ways = [{"type": way, "topic_id": topic} for way in ("resume_sse_endpoint", "subscribe_ws_topic")]
    return [typed("stream_handoff", conversation_id=conversation, turn_exchange_id=turn, options=ways), DONE]


def answer(conversation: str, message: Message) -> list[str]:
    """The answer itself: the empty message, its text piece by piece, and its end."""
    parts = pieces(message.text)
    begin = {"message": message_json(message, status="in_progress", text=""), "conversation_id": conversation}
    about = {"conversation_id": conversation, "message_id": message.id}
    marker = typed("message_marker", **about, marker="user_visible_token", event="first")
    ending = [
        {"p": "/message/status", "o": "replace", "v": "finished_successfully"},
        {"p": "/message/end_turn", "o": "replace", "v": True},
        {"p": "/message/metadata", "o": "append", "v": {"is_complete": True, "finish_details": {"type": "stop"}}},
    ]
    return [
        delta({**begin, "error": None}, "", "add", 0),
        marker,
        delta(parts[0], "/message/content/parts/0", "append"),
        *(delta(part) for part in parts[1:]),
        delta(ending, "", "patch"),
    ]


def closing(conversation: str) -> list[str]:
    """What ends the whole turn."""
    return [
        typed("server_ste_metadata", metadata={"turn_use_case": "text"}, conversation_id=conversation),
        typed("message_stream_complete", conversation_id=conversation),
        DONE,
    ]
