"""Slack's real-time sockets: `{"type": "message", "channel": "C…", "ts": "1.2"}`, and the envelopes of socket mode.

The type is `type`, with `subtype` after a slash; of an envelope, the type and the event's within.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "slack"
_HOST = re.compile(r"^wss?://[\w.-]+\.slack(?:-msgs)?\.com(?:[:/]|$)")
_STAMP = re.compile(r"\d{10}\.\d{6}")
_CHANNEL = re.compile(r"[CDG][A-Z0-9]{7,}")
_USER = re.compile(r"[UW][A-Z0-9]{7,}")
_TOLD_BY = ("ts", "event_ts", "thread_ts")


class Slack(Stateless):
    """By address, or by Slack's own ids and stamps."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A type alone proves nothing."""
        value = item.value
        if facts.channel != "socket" or type(value) is not dict or not _known(value):
            return 0
        if _HOST.match(facts.url):
            return 95
        if "envelope_id" in value:
            return 80 if "type" in value and "payload" in value else 20
        stamp = any(_fits(_STAMP, value.get(key)) for key in _TOLD_BY)
        channel = _fits(_CHANNEL, value.get("channel"))
        if stamp and "type" in value:
            return 75 if channel else 60 if "event_ts" in value else 30
        if value.get("type") == "hello" and ("num_connections" in value or "fast_reconnect" in value):
            return 70
        return 30 if channel and _fits(_USER, value.get("user")) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = item.value
        if type(value) is not dict or not _known(value):
            return None
        message = Message(protocol=NAME, type=_type(value), value=value)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))


def _known(value: dict[str, Any]) -> bool:
    """Whether it has a type, or is an answer: an envelope's, or to a message that was sent."""
    return type(value.get("type")) is str or "envelope_id" in value or ("reply_to" in value and "ok" in value)


def _type(value: dict[str, Any]) -> str:
    kind = value.get("type")
    if type(kind) is not str:
        return "ack" if "envelope_id" in value else "reply"
    payload = value.get("payload")
    event = payload.get("event") if type(payload) is dict else None
    inner = event if type(event) is dict else payload if type(payload) is dict else {}
    below = inner.get("type") if "envelope_id" in value else value.get("subtype")
    return f"{kind}/{below}" if type(below) is str else kind


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return type(value) is str and pattern.fullmatch(value) is not None


PROTOCOL = Slack()
