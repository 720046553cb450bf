"""Yjs over a WebSocket: y-websocket's messages, and Hocuspocus', which put the document's name before them.

A message is a number for its kind and what belongs to it: `sync/step1` (what a side has), `sync/step2` (what the other
lacked), `sync/update`, `awareness` (cursors and presence, as JSON), `auth/…`, `query-awareness`. Everything must be
used up exactly, which few other bytes allow; the shortest messages still prove nothing alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.decode.lib0 import Broken, Cursor
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.decode.yjs_update import read_state_vector, read_update
from monitor.model import Decoded, Message

NAME = "yjs"
_SYNC = ("step1", "step2", "update")
_MAX_STATES = 10_000
Read = tuple[str, Any]


class Yjs(Stateless):
    """By messages that come out even."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """Updates with something in them and awareness with its JSON are sure; empty ones only add up."""
        if facts.channel != "socket" or not item.bytes:
            return 0
        message = read_message(item.bytes)
        if message is None or message.type is None:
            return 0
        value = message.value
        telling = message.type == "awareness" and bool(value["states"])
        telling |= message.type in ("sync/step2", "sync/update") and bool(value["clients"] or value["deleted"])
        named = "document" in value
        return (75 if not named else 65) if telling else (25 if not named else 10)

    def read(self, item: Item) -> Decoded | None:
        """Read the message of one frame."""
        message = read_message(item.bytes) if item.bytes else None
        return None if message is None else Decoded(layers=(NAME,), messages=(message,))


def read_message(data: bytes) -> Message | None:
    """The message of a frame, with a document's name before it or without; None where there is none."""
    for named in (False, True):
        cursor = Cursor(data)
        try:
            name = cursor.text() if named else None
            kind, value = _KINDS[cursor.number()](cursor)
        except (Broken, KeyError):
            continue
        if cursor.done and (name is None or (name and name.isprintable())):
            return Message(protocol=NAME, type=kind, value=value if name is None else {"document": name, **value})
    return None


def _sync(cursor: Cursor) -> Read:
    step = cursor.number()
    if step >= len(_SYNC):
        raise Broken("a step of no known kind")
    data = cursor.bytes()
    value = {"state": read_state_vector(data)} if step == 0 else read_update(data)
    return f"sync/{_SYNC[step]}", value


def _awareness(cursor: Cursor) -> Read:
    inner = Cursor(cursor.bytes())
    count = inner.count()
    if count > _MAX_STATES:
        raise Broken("more clients than is read")
    states = [{"client": inner.number(), "clock": inner.number(), "state": inner.json()} for _ in range(count)]
    if not inner.done:
        raise Broken("bytes are left behind the awareness")
    return "awareness", {"states": states}


def _auth(cursor: Cursor) -> Read:
    kind = cursor.number()
    if kind > 2:
        raise Broken("an answer of no known kind")
    text = cursor.text() if not cursor.done else None
    if kind == 0 and not cursor.done:  # Hocuspocus' token, and the version of its client
        return "auth/token", {"token": text, "version": cursor.text()}
    name = ("denied", "denied", "granted")[kind]
    return f"auth/{name}", {"reason" if name == "denied" else "scope": text}


def _text(kind: str) -> Callable[[Cursor], Read]:
    return lambda cursor: (kind, {"text": cursor.text()})


_KINDS: dict[int, Callable[[Cursor], Read]] = {
    0: _sync,
    1: _awareness,
    2: _auth,
    3: lambda cursor: ("query-awareness", {}),
    4: _sync,
    5: _text("stateless"),
    6: _text("broadcast-stateless"),
    7: _text("close"),
    8: lambda cursor: ("sync-status", {"applied": cursor.number() == 1}),
}


PROTOCOL = Yjs()
