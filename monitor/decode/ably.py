"""Ably in JSON: `{"action": 15, "channel": "c", "messages": […]}`.

The type is the action's name; the value is the message, with `data` unpacked where its `encoding` says that it is JSON.
Names and numbers of the actions: the protocol messages of Ably's features specification (TR2).
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.parse import UNSET, nested
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "ably"
ACTIONS = (
    "heartbeat", "ack", "nack", "connect", "connected", "disconnect", "disconnected", "close", "closed", "error",
    "attach", "attached", "detach", "detached", "presence", "message", "sync", "auth", "activate", "object",
    "object-sync", "annotation",
)  # fmt: skip
_URL = re.compile(
    r"^(?:wss?|https?)://[\w.-]*\b(?:ably\.(?:io|net|com)|ably-realtime\.(?:com|net))(?:[:/]|$)|[?&]agent=ably-"
)
_CARRIED = {14: "presence", 15: "messages", 16: "presence", 19: "state", 20: "state", 21: "annotations"}


class Ably(Stateless):
    """By address, or by an action together with what such an action carries."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A number alone proves nothing."""
        value = item.value
        if type(value) is not dict or _action(value) is None:
            return 0
        if _URL.search(facts.url):
            return 95
        return _told(value) if facts.channel == "socket" else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = item.value
        name = _action(value) if type(value) is dict else None
        if name is None:
            return None
        carried = _CARRIED.get(value["action"], "")
        inner = value.get(carried)
        if type(inner) is list:
            value = {**value, carried: [_unpacked(one) for one in inner]}
        message = Message(protocol=self.name, type=name, value=value)
        return Decoded(layers=item.layers + (self.name,), messages=(message,))


def _action(value: dict[str, Any]) -> str | None:
    number = value.get("action")
    return ACTIONS[number] if type(number) is int and 0 <= number < len(ACTIONS) else None


def _told(value: dict[str, Any]) -> int:
    """How much a message tells without an address."""
    action, channel = value["action"], type(value.get("channel")) is str
    if action == 4:
        return 80 if type(value.get("connectionDetails")) is dict or "connectionKey" in value else 0
    if "channelSerial" in value and channel:
        return 75
    if action in (14, 15, 16) and channel and type(value.get(_CARRIED[action])) is list:
        return 75 if "msgSerial" in value or "connectionSerial" in value or "timestamp" in value else 40
    if action in (1, 2):
        return 60 if "msgSerial" in value and "count" in value else 0
    return 20 if value.keys() <= {"action", "channel", "flags", "params", "id", "connectionId", "timestamp"} else 0


def _unpacked(message: Any) -> Any:
    if type(message) is not dict or type(message.get("data")) is not str:
        return message
    if "json" not in str(message.get("encoding", "")).split("/"):
        return message
    inner = nested(message["data"])
    return message if inner is UNSET else {**message, "data": inner}


PROTOCOL = Ably()
