"""The celsius socket of ChatGPT: envelopes of commands, replies and messages, alone or in arrays.

- A command has `command`, a reply `reply` (with or without `type: "reply"`), anything else is a message. Their types
  are `command.type`, `reply.type`, and the path `type/payload.type/payload.payload.type` as far as it goes.
- An array of nothing is a message too, `empty`: it says that the other end is there.
- Each topic is a stream. A `stream-item` carries a fragment of server-sent events in `encoded_item`, read by the delta
  decoder that belongs to (connection, topic). An item whose `stream_item_id` was there before is a repeat: it is given,
  noted, and not applied.
- Items name the one before them. Where that was not there, where a subscription did not recover from its offset, or
  where the recording joined late, the stream's state has holes, and its messages say so. An item that comes after its
  follower is not applied, unless it is the first of all: then the stream is read anew.
- A socket that follows another one in its tab goes on with the topics of that one, as the page does.
- The catch-ups of a subscribe reply are messages of their own, after the reply.

The value is the envelope as sent. A stream-item's has two keys more: `stream`, a list of {"type", "value"} of what its
fragment held, and `state`, what the stream has built by then (see chatgpt_delta).
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.chatgpt_delta import DeltaSession
from monitor.decode.limits import MAX_SEEN, MAX_TOPICS
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.decode.sse import SseReader, sse_items
from monitor.model import Decoded, Message

NAME = "celsius"
EMPTY = "empty"
REPEAT = "repeat: this stream item was there before, and is not applied again"
TOO_LATE = "too late: the item that follows this one came first, so it is not applied"
CATCH_UP = "catch-up: sent again on subscribing"
_HOST = re.compile(r"^wss://ws\.chatgpt\.com(?:[:/]|$)")
_PATH = re.compile(r"^wss?://[^/]+/(?:p\d+/)?ws/user/")
_COMMANDS = frozenset(("connect", "subscribe", "unsubscribe", "presence"))
_MESSAGE_TYPES = frozenset(("message", "conversation-update", "conversation-updates"))


class _Topic:
    """The stream of one topic: its delta decoder, and the items it had."""

    def __init__(self) -> None:
        self.session = DeltaSession()
        self.seen: dict[str, None] = {}
        self.missed: dict[str, None] = {}

    def begin(self) -> None:
        """The first item of all came, after later ones: they will come again."""
        self.session = DeltaSession()
        self.seen.clear()
        self.missed.clear()

    def missing(self, item_id: str) -> None:
        """An item that was not there is named by its follower."""
        if len(self.missed) >= MAX_SEEN:
            del self.missed[next(iter(self.missed))]
        self.missed[item_id] = None

    def repeated(self, item_id: str) -> bool:
        """Whether an item was there before; from now on it was."""
        if item_id in self.seen:
            return True
        if len(self.seen) >= MAX_SEEN:
            del self.seen[next(iter(self.seen))]
        self.seen[item_id] = None
        return False


class CelsiusSession(Session):
    """One celsius socket."""

    def __init__(self) -> None:
        self._topics: dict[str, _Topic] = {}
        self._offsets: dict[Any, bool] = {}
        self._inherited: set[str] = set()
        self._lost: str | None = None

    def read(self, item: Item) -> Decoded | None:
        """Read a frame: one envelope or an array of them."""
        value = item.value
        envelopes = value if type(value) is list else [value]
        if not all(type(one) is dict for one in envelopes):
            return None
        messages: list[Message] = []
        layers = item.layers + (NAME,)
        for envelope in envelopes:
            self._envelope(envelope, messages)
        if not envelopes:
            messages.append(Message(protocol=NAME, type=EMPTY, value=value))
        if any("stream" in message.value for message in messages):
            layers += ("sse", "delta")
        return Decoded(layers=layers, messages=tuple(messages))

    def lost(self, reason: str) -> None:
        """Frames are missing: so may items of every topic be."""
        self._lost = reason
        for topic in self._topics.values():
            topic.session.lost(reason)

    def inherit(self, former: Session) -> None:
        """Go on with the topics of the socket before this one."""
        if isinstance(former, CelsiusSession) and not self._lost:
            self._topics = former._topics
            self._inherited = set(former._topics)

    def _envelope(self, envelope: dict[str, Any], messages: list[Message]) -> None:
        command, reply = envelope.get("command"), envelope.get("reply")
        if type(command) is dict:
            self._command(envelope.get("id"), command)
            messages.append(Message(protocol=NAME, type=_name(command), value=envelope))
        elif type(reply) is dict:
            messages.append(self._reply(envelope, reply))
            self._catch_up(reply, messages)
        else:
            messages.append(self._message(envelope))

    # ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _command(self, number: Any, command: dict[str, Any]) -> None:
        """Remember which subscriptions continue from an offset, and forget the topics that were left."""
        topic = command.get("topic_id")
        if type(topic) is not str:
            return
        if command.get("type") == "subscribe":
            continues = command.get("offset") not in (None, "", "0", 0)
            if topic in self._inherited and not continues:
                self._topics.pop(topic, None)
            self._inherited.discard(topic)
            self._offsets[topic] = continues
            if len(self._offsets) > MAX_TOPICS:
                del self._offsets[next(iter(self._offsets))]
        elif command.get("type") == "unsubscribe":
            self._topics.pop(topic, None)
            self._offsets.pop(topic, None)

    def _reply(self, envelope: dict[str, Any], reply: dict[str, Any]) -> Message:
        notes: tuple[str, ...] = ()
        topic = reply.get("topic_id")
        if reply.get("recovered") is False and type(topic) is str:
            known = self._topics.get(topic)
            if self._offsets.get(topic) or (known and known.seen):
                notes = ("not recovered: messages of this topic were missed",)
                self._topic(topic).session.lost("the subscription did not recover: items are missing")
        return Message(protocol=NAME, type=_name(reply), value=envelope, notes=notes)

    def _catch_up(self, reply: dict[str, Any], messages: list[Message]) -> None:
        missed = reply.get("catchups")
        for one in missed if type(missed) is list else ():
            if type(one) is not dict:
                continue
            inner = one.get("message")
            envelope = inner if type(inner) is dict and "payload" in inner else one
            if envelope.get("type") != "message" and "topic_id" not in envelope:
                envelope = {"type": "message", "topic_id": reply.get("topic_id"), "payload": envelope}
            found = self._message(envelope, reply.get("topic_id"))
            messages.append(Message(protocol=NAME, type=found.type, value=found.value, notes=(CATCH_UP, *found.notes)))

    # ── messages ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _message(self, envelope: dict[str, Any], topic: Any = None) -> Message:
        path, payload = [], envelope
        for _ in range(3):
            kind = payload.get("type")
            if type(kind) is not str:
                break
            path.append(kind)
            below = payload.get("payload")
            if type(below) is not dict:
                break
            payload = below
        kind = "/".join(path) or None
        encoded = payload.get("encoded_item")
        if type(encoded) is str:
            return self._stream_item(envelope, envelope.get("topic_id") or topic, payload, encoded, kind)
        return Message(protocol=NAME, type=kind, value=envelope)

    def _stream_item(
        self, envelope: dict[str, Any], topic_id: Any, payload: dict[str, Any], encoded: str, kind: str | None
    ) -> Message:
        topic = self._topic(topic_id if type(topic_id) is str else str(payload.get("turn_id")))
        note = self._place(topic, payload.get("stream_item_id"), payload.get("parent_stream_item_id"))
        if note:
            shown = {**envelope, "stream": [], "state": topic.session.state}
            return Message(protocol=NAME, type=kind, value=shown, notes=(note,))
        stream, notes = _fragment(topic.session, encoded)
        shown = {**envelope, "stream": stream, "state": topic.session.state}
        return Message(protocol=NAME, type=kind, value=shown, notes=notes)

    def _place(self, topic: _Topic, item_id: Any, parent: Any) -> str | None:
        """Put an item in its place in the stream: why it is not to be applied, None where it is."""
        if type(item_id) is str:
            if topic.missed and parent is None and item_id not in topic.seen:
                topic.begin()
            if topic.repeated(item_id):
                return REPEAT
            if item_id in topic.missed:
                return TOO_LATE
        if type(parent) is str and parent not in topic.seen:
            topic.missing(parent)
            if len(topic.seen) > 1:
                topic.session.lost("items of the stream are missing")
            elif self._lost is None:
                topic.session.lost("the beginning of the stream was not seen")
        return None

    def _topic(self, name: str) -> _Topic:
        topic = self._topics.pop(name, None)
        if topic is None:
            topic = _Topic()
            if self._lost:
                topic.session.lost(self._lost)
            if len(self._topics) >= MAX_TOPICS:
                del self._topics[next(iter(self._topics))]
        self._topics[name] = topic
        return topic


class Celsius(Protocol):
    """`wss://ws.chatgpt.com/ws/user/…`, or whatever speaks in its envelopes."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """By address, or by what only its envelopes have."""
        if facts.channel != "socket":
            return 0
        if _HOST.match(facts.url):
            return 95
        value = item.value
        if value == []:  # all that an idle socket may ever say
            return 85 if _PATH.match(facts.url) else 0
        first = value[0] if type(value) is list else value
        if type(first) is not dict:
            return 0
        asked = first.get("command", first.get("reply"))
        if type(asked) is dict:
            known = _PATH.match(facts.url) or "topic_id" in asked or "presence" in asked or _says_presence(asked)
            kind = asked.get("type")
            return (85 if known else 30) if type(kind) is str and kind in _COMMANDS else 0
        if _name(first) in _MESSAGE_TYPES and type(first.get("payload")) is dict:
            if "topic_id" in first or _PATH.match(facts.url):
                return 85
            return 60 if "conversation_id" in first["payload"] and "update_type" in first["payload"] else 0
        return 0

    def open(self, facts: Facts) -> Session:
        """A socket from its beginning."""
        return CelsiusSession()


def _fragment(session: DeltaSession, encoded: str) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """What a fragment of server-sent events holds, and what is not known of it."""
    reader = SseReader()
    stream: list[dict[str, Any]] = []
    notes: list[str] = []
    for item in sse_items((*reader.feed(encoded), *reader.finish())):
        decoded = session.read(item)
        for message in decoded.messages if decoded else ():
            stream.append({"type": message.type, "value": message.value})
            notes.extend(note for note in message.notes if note not in notes)
    session.settle()
    return stream, tuple(notes)


def _says_presence(asked: dict[str, Any]) -> bool:
    return asked.get("type") == "presence" and type(asked.get("state")) is str


def _name(value: dict[str, Any]) -> str | None:
    kind = value.get("type")
    return kind if type(kind) is str else None


PROTOCOL = Celsius()
