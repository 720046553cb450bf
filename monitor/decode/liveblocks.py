"""Liveblocks' rooms: objects with a number as `type`, alone or in arrays; `ping` and `pong` as text.

The type is the number's name, as its client calls it.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "liveblocks"
_URL = re.compile(r"^wss?://[\w.-]*\bliveblocks\.(?:io|net)(?:[:/]|$)|[?&]roomId=[^&#]+.*[?&](?:tok|pubkey)=")
_TYPES = {
    100: "update-presence", 101: "user-joined", 102: "user-left", 103: "broadcast-event", 104: "room-state",
    200: "storage-state", 201: "update-storage", 210: "storage-chunk", 211: "storage-stream-end",
    299: "reject-storage-op", 300: "update-ydoc", 301: "update-ydoc", 400: "thread-created",
    401: "thread-metadata-updated", 402: "comment-created", 403: "comment-edited", 404: "comment-deleted",
    405: "comment-reaction-added", 406: "comment-reaction-removed", 407: "thread-deleted", 408: "thread-updated",
    409: "comment-metadata-updated", 500: "feeds-list", 501: "feeds-added", 502: "feeds-updated", 503: "feed-deleted",
    504: "feed-messages-list", 505: "feed-messages-added", 506: "feed-messages-updated", 507: "feed-messages-deleted",
    508: "feed-request-failed",
}  # fmt: skip
_ASKED = {200: "fetch-storage", 300: "fetch-ydoc"}
"""Numbers that a client uses otherwise than its server."""


class Liveblocks(Stateless):
    """By address, or by numbers together with what such a message carries."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """The state of a room is telling; the rest are hints."""
        if facts.channel != "socket":
            return 0
        if _URL.search(facts.url):
            return 95
        batch = _batch(item.value)
        return max((_told(one) for one in batch), default=0) if all(_told(one) for one in batch) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message or a batch of them."""
        if item.text in ("ping", "pong"):
            return Decoded(layers=(NAME,), messages=(Message(protocol=NAME, type=item.text),))
        batch = _batch(item.value)
        if not batch:
            return None
        messages = tuple(Message(protocol=NAME, type=_type(one, item.dir), value=one) for one in batch)
        return Decoded(layers=item.layers + (NAME,), messages=messages)


def _batch(value: Any) -> list[dict[str, Any]]:
    """The messages of a frame, none where it has anything else."""
    batch = value if type(value) is list else [value]
    known = all(type(one) is dict and type(one.get("type")) is int and one["type"] in _TYPES for one in batch)
    return batch if known else []


def _type(value: dict[str, Any], direction: Any) -> str:
    number = value["type"]
    return _ASKED.get(number, _TYPES[number]) if direction == "out" else _TYPES[number]


def _told(value: dict[str, Any]) -> int:
    """How much a message tells without an address."""
    number, actor = value["type"], type(value.get("actor")) is int
    if number == 104:
        return 80 if type(value.get("users")) is dict and "scopes" in value else 0
    if number == 100:
        return (60 if "targetActor" in value else 30 if actor else 15) if type(value.get("data")) is dict else 0
    if number == 101:
        return 30 if actor and "id" in value else 0
    if number in (102, 103):
        return 20 if actor or "event" in value else 0
    if number == 201:
        ops = value.get("ops")
        known = type(ops) is list and ops and all(type(op) is dict and type(op.get("type")) is int for op in ops)
        return 40 if known else 0
    if number == 200 and "items" in value:
        items = value["items"]
        known = type(items) is list and items and all(type(one) is list and len(one) == 2 for one in items)
        return 60 if known else 0
    return 10 if number in (200, 210, 211, 300, 301, 299) else 0


PROTOCOL = Liveblocks()
