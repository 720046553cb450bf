"""The lab's conversations: trees of messages, as both applications keep them, in memory.

Two tabs that write on the same parent make sibling branches; `leaf` is the message that was added last.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["user", "assistant"]

TREES = """
amber birch cedar delta ember fjord garnet hazel indigo juniper kelp lichen maple
nectar opal pine quartz raven sage thyme umber violet willow yarrow zephyr
"""
WORDS = TREES.split()


@dataclass(frozen=True)
class Message:
    """One message; `parent` is None for the first one, `time` is seconds since the epoch."""

    id: str
    parent: str | None
    role: Role
    text: str
    time: float


@dataclass
class Conversation:
    """A tree of messages by id, in the order in which they were added. now: the server's clock."""

    id: str
    title: str
    created: float
    updated: float
    messages: dict[str, Message] = field(default_factory=dict)
    leaf: str | None = None
    owner: str = ""
    now: Callable[[], float] = time.time

    def add(self, role: Role, text: str, parent: str | None = None, message_id: str | None = None) -> Message:
        """Append a message under `parent` (the leaf where it is not known) and make it the leaf."""
        known = parent if parent in self.messages else self.leaf
        message = Message(message_id or new_id(), known, role, text, self.now())
        self.messages[message.id] = message
        self.leaf = message.id
        self.updated = message.time
        return message

    def thread(self) -> list[Message]:
        """The visible messages: the walk of `parent` from the leaf, oldest first."""
        found: list[Message] = []
        at = self.leaf
        while at is not None:
            found.append(self.messages[at])
            at = self.messages[at].parent
        return found[::-1]

    def children(self, message_id: str | None) -> list[str]:
        """The ids of the messages under one message (None: the first messages)."""
        return [m.id for m in self.messages.values() if m.parent == message_id]


def new_id() -> str:
    """A random UUID, as text."""
    return str(uuid.uuid4())


def start(
    conversation_id: str | None = None, *, seeded: bool = False, now: Callable[[], float] = time.time
) -> Conversation:
    """A new conversation; `seeded` gives it one question and its answer."""
    at = now()
    made = Conversation(conversation_id or new_id(), "New chat", at, at, now=now)
    if seeded:
        made.title = "Names of trees"
        made.add("user", "Which tree is this?")
        made.add("assistant", "By its bark it is a silver birch.")
    return made


def answer_to(conversation: Conversation) -> str:
    """The answer to the newest question: unlike any other of this conversation, and without the question's words."""
    count = len(conversation.messages)
    chosen = [WORDS[(count * 7 + i * (count + 3)) % len(WORDS)] for i in range(14)]
    return f"Answer {count // 2 + 1}: {' '.join(chosen)}."


def pieces(text: str) -> list[str]:
    """`text` cut the way a model's tokens come: at the start of each word."""
    words = text.split(" ")
    return [words[0], *(f" {word}" for word in words[1:])]
