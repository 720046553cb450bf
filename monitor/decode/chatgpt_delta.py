"""ChatGPT's streamed answers: delta encoding v1, and the older form that repeats the whole message each time.

The rules of delta v1:
- A delta is `{p, o, v, c}`: a JSON Pointer, an operation, its value, and the channel. A missing `c`, `p` or `o` is that
  of the delta before; `v` never is. Before the first delta they are 0, "" and `add`.
- Each channel has a value tree of its own. `add` and `replace` at "" begin it anew.
- Operations: add, replace, remove, append (to a string, a list or an object), truncate (to a length), and patch, whose
  value is a list of deltas relative to its pointer. Within a patch nothing carries over.
- `[DONE]` ends the stream; after a `stream_handoff` the answer goes on elsewhere.

Message types: `delta` {"delta": as sent, "state": …}; `message` (old form) {as sent, "state": …}; `delta_encoding`;
`done` {"state": …}; else the event's own `type`, as sent. `state` is what the stream has built by then:
{"message": {id, author {role, name}, status, end_turn, recipient, channel, create_time, content {content_type, parts |
text}, metadata (what tells hidden messages and parents)}, "conversation_id", "error"}; None where nothing is known.
When one payload holds several deltas of one message, only the last of them has `state`.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode import generic
from monitor.decode.limits import MAX_HELD, MAX_TOPICS
from monitor.decode.parse import UNSET
from monitor.decode.pointer import Unfit, change
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "chatgpt"
_ENDPOINT = re.compile(r"/backend-(?:api|anon)/(?:f/)?conversation(?:/resume)?(?:[?#]|$)")
_DELTA_KEYS = frozenset("povc")
_MESSAGE_KEYS = ("id", "author", "status", "end_turn", "recipient", "channel", "create_time")
_METADATA_KEYS = ("parent_id", "is_visually_hidden_from_conversation", "is_complete", "finish_details")
_TYPES = frozenset(
    {
        "resume_conversation_token",
        "input_message",
        "stream_handoff",
        "message_marker",
        "server_ste_metadata",
        "message_stream_complete",
        "conversation_async_status",
        "title_generation",
        "conversation_detail_metadata",
        "moderation",
    }
)


def is_delta(value: Any) -> bool:
    """Whether a JSON value is a delta: an object of nothing but p, o, v and c, with one of p, o and v."""
    return type(value) is dict and 0 < len(value) <= 4 and value.keys() <= _DELTA_KEYS and value.keys() != {"c"}


def snapshot(tree: Any) -> dict[str, Any] | None:
    """What a reader of conversations needs of a value tree; small, and never changed later."""
    if not isinstance(tree, dict):
        return None
    message = tree.get("message")
    found: dict[str, Any] = {"message": _message(message) if isinstance(message, dict) else None}
    for key in ("conversation_id", "error"):
        if tree.get(key) is not None:
            found[key] = tree[key]
    return found


def _message(message: dict[str, Any]) -> dict[str, Any]:
    found = {key: message[key] for key in _MESSAGE_KEYS if key in message}
    author = found.get("author")
    if isinstance(author, dict):
        found["author"] = {key: author[key] for key in ("role", "name") if key in author}
    content = message.get("content")
    if isinstance(content, dict):
        kept = {key: content[key] for key in ("content_type", "text", "language") if key in content}
        parts = content.get("parts")
        if isinstance(parts, list):
            kept["parts"] = list(parts)
        found["content"] = kept
    metadata = message.get("metadata")
    if isinstance(metadata, dict):
        found["metadata"] = {key: metadata[key] for key in _METADATA_KEYS if key in metadata}
    return found


class DeltaSession(Session):
    """One stream of deltas: the value trees by channel, and what carries over."""

    def __init__(self) -> None:
        self.trees: dict[Any, Any] = {}
        self._carry: dict[str, Any] = {"c": 0, "p": "", "o": "add"}
        self._due: dict[Any, dict[str, Any]] = {}
        self._broken: dict[Any, str] = {}
        self._lost: str | None = None
        self._handed_off = False
        self._done = False
        self._last: Any = 0
        self._read = 0

    def read(self, item: Item) -> Decoded | None:
        """Read one event of the stream."""
        value = item.value
        layers = item.layers + ("delta",)
        self._grow(len(item.text or ""))
        if item.text == "[DONE]":
            return Decoded(layers=layers, messages=(self._finish(),))
        if item.name == "delta_encoding":
            return _one(layers, "delta_encoding", item.text if value is UNSET else value)
        if type(value) is not dict:
            return None
        if item.name == "delta" or is_delta(value):
            return Decoded(layers=layers, messages=(self._delta(value),))
        if type(value.get("type")) is str:
            self._handed_off = self._handed_off or value["type"] == "stream_handoff"
            return _one(layers, value["type"], value)
        if "message" in value:
            return Decoded(layers=item.layers + ("cumulative",), messages=(self._cumulative(value),))
        kind = "error" if "error" in value or "detail" in value else generic.type_of(value)
        return _one(layers, kind, value)

    def settle(self) -> None:
        """Give the last delta of each message in this payload its state."""
        for channel, value in self._due.items():
            value["state"] = snapshot(self.trees.get(channel))
        self._due.clear()

    def lost(self, reason: str) -> None:
        """Deltas are missing: what is built from here on may have holes, until a message begins anew."""
        self._lost = reason
        self._broken = dict.fromkeys(self.trees, reason)

    @property
    def state(self) -> dict[str, Any] | None:
        """What the channel of the last delta has built."""
        return snapshot(self.trees.get(self._last))

    def end(self) -> list[Message]:
        """A stream that broke off within a message is said to have done so."""
        if self._done or self._handed_off or not self.trees:
            return []
        notes = ("the stream ended before it said [DONE]",)
        return [Message(protocol=NAME, type="incomplete", value={"state": self.state}, notes=notes)]

    def _grow(self, size: int) -> None:
        """Keep the trees within bounds: they cannot outgrow what was read for them."""
        self._read += size
        if self._read > MAX_HELD:
            self._read = 0
            self.trees.clear()
            self.lost("the stream is too large to be kept")

    def _finish(self) -> Message:
        self._done = True
        notes = ("handed off: the answer goes on in another stream",) if self._handed_off else ()
        return Message(protocol=NAME, type="done", value={"state": self.state}, notes=notes)

    def _cumulative(self, value: dict[str, Any]) -> Message:
        self._last = 0
        old = self.trees.get(0)
        if 0 in self._due and _id(old) != _id(value):
            self._due.pop(0)["state"] = snapshot(old)
        self.trees[0] = value
        self._broken.pop(0, None)
        shown = dict(value)
        self._due[0] = shown
        return Message(protocol=NAME, type="message", value=shown)

    def _delta(self, value: dict[str, Any]) -> Message:
        carry = self._carry
        for key in ("c", "p", "o"):
            if key in value:
                carry[key] = value[key]
        channel, path, operation = carry["c"], carry["p"], carry["o"]
        shown: dict[str, Any] = {"delta": value}
        notes = self._apply(channel, path, operation, value)
        self._last = channel if isinstance(channel, (int, str)) else 0
        self._due[self._last] = shown
        return Message(protocol=NAME, type="delta", value=shown, notes=notes)

    def _apply(self, channel: Any, path: Any, operation: Any, value: dict[str, Any]) -> tuple[str, ...]:
        """Change the channel's tree; what could not be known or done is returned in words."""
        if not isinstance(channel, (int, str)) or not isinstance(path, str):
            return ("not a channel and path that can be read",)
        content = value.get("v")
        begins = path == "" and operation in ("add", "replace")
        if begins and not isinstance(content, dict) and not isinstance(self.trees.get(channel), dict):
            return (self._lost or "the beginning of the stream was not seen: where this belongs is not known",)
        if begins and isinstance(content, dict):
            if channel in self._due:
                self._due.pop(channel)["state"] = snapshot(self.trees.get(channel))
            self._broken.pop(channel, None)
        elif channel not in self.trees:
            if len(self.trees) >= MAX_TOPICS:
                return ("too many channels",)
            self._broken[channel] = self._lost or "the beginning of the message was not seen"
        notes = (self._broken[channel],) if channel in self._broken else ()
        try:
            self.trees[channel] = change(self.trees.get(channel), path, operation, content)
        except Unfit as error:
            return notes + (str(error),)
        return notes


class ChatgptDelta(Protocol):
    """The stream of `POST /backend-api/f/conversation`, its resumption, and their like."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """Only events of a stream: by address, event name, or shape."""
        if item.name is None:
            return 0
        if _ENDPOINT.search(facts.url):
            return 95
        if item.name == "delta_encoding":
            return 90
        value = item.value
        if type(value) is not dict:
            return 0
        if is_delta(value) and ("p" in value or "o" in value or item.name == "delta"):
            return 85
        message = value.get("message")
        if type(message) is dict and "author" in message and "conversation_id" in value:
            return 85
        kind = value.get("type")
        return 70 if type(kind) is str and kind in _TYPES and "conversation_id" in value else 0

    def open(self, facts: Facts) -> Session:
        """A stream from its beginning."""
        return DeltaSession()


def _one(layers: tuple[str, ...], kind: str | None, value: Any) -> Decoded:
    return Decoded(layers=layers, messages=(Message(protocol=NAME, type=kind, value=value),))


def _id(tree: Any) -> Any:
    message = tree.get("message") if isinstance(tree, dict) else None
    return message.get("id") if isinstance(message, dict) else None


PROTOCOL = ChatgptDelta()
