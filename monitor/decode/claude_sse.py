"""Claude's streamed answers: `message_start`, content blocks by index, `message_delta`, `message_stop`.

Blocks carry only their index, so the message's uuid is carried over from `message_start`. The legacy form has
`completion` events with a piece of text each. A stream that ends with no stop reason is incomplete.

Message types are the events' own; the value is the event as sent and, where it changes the message, `state`:
{"message": {uuid, parent_uuid, sender, model, content: [{type, text}], text, stop_reason, status}, "conversation_id"}.
`status` is `in_progress`, `complete`, or `incomplete`. When one payload changes a message several times, only the last
of its events has `state`.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode import generic
from monitor.decode.limits import MAX_TEXT
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "claude"
_ENDPOINT = re.compile(r"/chat_conversations/([^/?#]+)/(?:retry_)?completion(?:[?#]|$)")
_STARTS = frozenset(
    (
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "message_limit",
    )
)
_TEXT_KEYS = ("text", "thinking", "partial_json")
_MAX_BLOCKS = 1000


class ClaudeSession(Session):
    """One answer as it streams."""

    def __init__(self, url: str = "") -> None:
        found = _ENDPOINT.search(url)
        self._conversation = found[1] if found else None
        self._message: dict[str, Any] = {}
        self._blocks: dict[int, dict[str, Any]] = {}
        self._stop: Any = None
        self._over = False
        self._started = False
        self._lost: str | None = None
        self._due: dict[str, Any] | None = None
        self._room = MAX_TEXT

    def read(self, item: Item) -> Decoded | None:
        """Read one event of the stream."""
        value = item.value
        if type(value) is not dict:
            return None
        kind = value.get("type")
        kind = kind if type(kind) is str else item.name if item.name != "message" else generic.type_of(value)
        notes: tuple[str, ...] = ()
        change = _CHANGES.get(kind or "")
        if change is not None:
            value = dict(value)
            notes = change(self, value) or ()
            self._due = value
            notes += (self._lost,) if self._lost else ()
        message = Message(protocol=NAME, type=kind, value=value, notes=notes)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))

    def settle(self) -> None:
        """Give the last event of this payload that changed the message its state."""
        if self._due is not None:
            self._due["state"] = self.state
            self._due = None

    def lost(self, reason: str) -> None:
        """Events are missing: what is built from here on may have holes."""
        self._lost = reason

    def end(self) -> list[Message]:
        """A stream that ended with no stop reason is incomplete."""
        if self._over or self._stop or not (self._started or self._blocks):
            return []
        notes = ("the stream ended with no stop reason",)
        return [Message(protocol=NAME, type="incomplete", value={"state": self._state("incomplete")}, notes=notes)]

    @property
    def state(self) -> dict[str, Any]:
        """The message so far."""
        return self._state("complete" if self._over or self._stop else "in_progress")

    def _state(self, status: str) -> dict[str, Any]:
        content = [dict(self._blocks[index]) for index in sorted(self._blocks)]
        text = "\n".join(block["text"] for block in content if block.get("type") == "text")
        message = {**self._message, "content": content, "text": text, "stop_reason": self._stop, "status": status}
        return {"message": message, "conversation_id": self._conversation}

    # ── what each event changes ───────────────────────────────────────────────────────────────────────────────────────

    def _on_start(self, value: dict[str, Any]) -> tuple[str, ...] | None:
        if self._due is not None:
            self.settle()
        message = value.get("message")
        told = message if type(message) is dict else {}
        self._message = {key: told[key] for key in ("uuid", "id", "parent_uuid", "model") if key in told}
        self._message["sender"] = "assistant"
        self._blocks.clear()
        self._stop, self._over, self._started, self._lost, self._room = None, False, True, None, MAX_TEXT
        return None

    def _on_block(self, value: dict[str, Any]) -> tuple[str, ...] | None:
        block = value.get("content_block")
        told = block if type(block) is dict else {}
        kept = {key: told[key] for key in ("type", "name", "id") if type(told.get(key)) is str}
        kept["text"] = "".join(told[key] for key in _TEXT_KEYS if type(told.get(key)) is str)[: self._room]
        kept.setdefault("type", "text")
        return self._unseen() or self._put(value.get("index"), kept)

    def _on_delta(self, value: dict[str, Any]) -> tuple[str, ...] | None:
        delta = value.get("delta")
        told = delta if type(delta) is dict else {}
        piece = "".join(told[key] for key in _TEXT_KEYS if type(told.get(key)) is str)
        index = value.get("index")
        notes = self._unseen()
        if type(index) is int and index in self._blocks:
            return notes or self._grow(self._blocks[index], piece)
        kind = "text" if "text" in told else str(told.get("type", "")).removesuffix("_delta")
        return notes + self._put(index, {"type": kind, "text": piece[: self._room]})

    def _on_completion(self, value: dict[str, Any]) -> tuple[str, ...] | None:
        piece = value.get("completion")
        self._stop = value.get("stop_reason") or self._stop
        self._started = True
        self._message.setdefault("sender", "assistant")
        if type(value.get("uuid")) is str:
            self._message["uuid"] = value["uuid"]
        block = self._blocks.setdefault(0, {"type": "text", "text": ""})
        return self._grow(block, piece if type(piece) is str else "")

    def _on_message_delta(self, value: dict[str, Any]) -> tuple[str, ...] | None:
        delta = value.get("delta")
        if type(delta) is dict and delta.get("stop_reason"):
            self._stop = delta["stop_reason"]
        return None

    def _on_stop(self, value: dict[str, Any]) -> tuple[str, ...] | None:
        self._over = True
        return () if self._stop else ("the message stopped with no stop reason",)

    def _unseen(self) -> tuple[str, ...]:
        if self._started or self._lost:
            return ()
        return ("the beginning of the message was not seen: its uuid is not known",)

    def _put(self, index: Any, block: dict[str, Any]) -> tuple[str, ...]:
        if type(index) is not int or not 0 <= index < _MAX_BLOCKS:
            return ("a block with no index that can be read",)
        self._blocks[index] = block
        self._room -= len(block["text"])
        return ()

    def _grow(self, block: dict[str, Any], piece: str) -> tuple[str, ...]:
        if len(piece) > self._room:
            return ("the message has grown too long",)
        block["text"] += piece
        self._room -= len(piece)
        return ()


_CHANGES = {
    "message_start": ClaudeSession._on_start,
    "content_block_start": ClaudeSession._on_block,
    "content_block_delta": ClaudeSession._on_delta,
    "message_delta": ClaudeSession._on_message_delta,
    "message_stop": ClaudeSession._on_stop,
    "completion": ClaudeSession._on_completion,
}


class ClaudeSse(Protocol):
    """The stream of `POST …/chat_conversations/{c}/completion`, and its like."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """Only events of a stream: by address, or by event names that no one else has."""
        if item.name is None:
            return 0
        if _ENDPOINT.search(facts.url):
            return 95
        if type(item.value) is not dict:
            return 0
        kind = item.value.get("type")
        if kind == item.name and item.name in _STARTS:
            return 85
        return 80 if kind == "completion" and "completion" in item.value else 0

    def open(self, facts: Facts) -> Session:
        """An answer from its beginning; the address names the conversation."""
        return ClaudeSession(facts.url)


PROTOCOL = ClaudeSse()
