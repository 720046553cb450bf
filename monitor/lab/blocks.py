"""How Claude writes a conversation, and a turn as server-sent events (pure)."""

from __future__ import annotations

import datetime
import json
from typing import Any

from .conversations import Conversation, Message

ROOT = "00000000-0000-4000-8000-000000000000"
"""The parent of a conversation's first message."""
MODEL = "claude-lab"


def event_text(kind: str, **fields: Any) -> str:
    """One server-sent event, named as the `type` that it carries."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields}, ensure_ascii=False)}\n\n"


def opening(assistant: str, parent: str) -> list[str]:
    """What comes before the answer's text."""
    message = {"uuid": assistant, "parent_uuid": parent, "model": MODEL, "role": "assistant"}
    block = {"type": "text", "text": ""}
    return [
        event_text("conversation_ready"),
        event_text("message_start", message=message),
        event_text("content_block_start", index=0, content_block=block),
        event_text("ping"),
    ]


def closing() -> list[str]:
    """What comes after the answer's text."""
    return [
        event_text("content_block_stop", index=0),
        event_text("message_delta", delta={"stop_reason": "end_turn"}),
        event_text("message_limit", message_limit={"type": "within_limit"}),
        event_text("message_stop"),
    ]


def message_json(conversation: Conversation, message: Message) -> dict[str, Any]:
    """A message as the conversation carries it."""
    human = message.role == "user"
    body: dict[str, Any] = {
        "uuid": message.id,
        "sender": "human" if human else "assistant",
        "index": list(conversation.messages).index(message.id),
        "parent_message_uuid": message.parent or ROOT,
        "content": [{"type": "text", "text": message.text}],
        "created_at": iso(message.time),
        "updated_at": iso(message.time),
        "attachments": [],
    }
    return body if human else {**body, "stop_reason": "end_turn"}


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """What `GET chat_conversations/{id}` answers with: all branches, and which leaf is current."""
    return {
        "uuid": conversation.id,
        "name": conversation.title,
        "model": MODEL,
        "created_at": iso(conversation.created),
        "updated_at": iso(conversation.updated),
        "current_leaf_message_uuid": conversation.leaf or ROOT,
        "chat_messages": [message_json(conversation, m) for m in conversation.messages.values()],
    }


def iso(at: float) -> str:
    """A time as Claude writes it: ISO 8601, UTC."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat()
