"""Supabase Realtime, both versions of its envelope: Phoenix's array (2.0.0) and object (1.0.0).

The type is the event, with what happened after a slash: `postgres_changes/INSERT`, `broadcast/NAME`. The value is the
object {"topic", "event", "payload", "ref", "join_ref"}.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.phoenix import fields, told
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "supabase"
_URL = re.compile(r"/realtime/v1/websocket(?:[?#]|$)")


class Supabase(Stateless):
    """By address, or Phoenix's shape on a topic of Supabase's."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """The topic begins with `realtime:`."""
        value = fields(item.value) if facts.channel == "socket" else None
        if value is None:
            return 0
        if _URL.search(facts.url):
            return 97
        return told(value, type(item.value) is list) and 85 if value["topic"].startswith("realtime:") else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = fields(item.value)
        if value is None:
            return None
        message = Message(protocol=NAME, type=_type(value), value=value)
        return Decoded(layers=item.layers + ("phoenix", NAME), messages=(message,))


def _type(value: dict[str, Any]) -> str:
    event, payload = str(value["event"]), value["payload"]
    below = None
    if event == "postgres_changes" and type(payload.get("data")) is dict:
        below = payload["data"].get("type") or payload["data"].get("eventType")
    elif event in ("broadcast", "presence"):
        below = payload.get("event")
    return f"{event}/{below}" if type(below) is str and below else event


PROTOCOL = Supabase()
