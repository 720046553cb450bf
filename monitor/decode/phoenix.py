"""Phoenix channels, LiveView and Supabase Realtime: `[join_ref, ref, topic, event, payload]`, or the same as an object.

The type is the event; the value is always the object {"topic", "event", "payload", "ref", "join_ref"}.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

_URL = re.compile(r"/websocket\?(?:[^#]*&)?vsn=")


class Phoenix(Stateless):
    """By shape: five places of fixed types, or the four keys of the first version."""

    name = "phoenix"

    def score(self, facts: Facts, item: Item) -> int:
        """The address makes it surer."""
        if facts.channel != "socket" or _fields(item.value) is None:
            return 0
        return 95 if _URL.search(facts.url) else 75

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = _fields(item.value)
        if value is None:
            return None
        message = Message(protocol=self.name, type=value["event"], value=value)
        return Decoded(layers=item.layers + (self.name,), messages=(message,))


def _fields(value: Any) -> dict[str, Any] | None:
    """The message as an object, None where it is none."""
    if type(value) is list and len(value) == 5:
        join_ref, ref, topic, event, payload = value
        value = {"topic": topic, "event": event, "payload": payload, "ref": ref, "join_ref": join_ref}
    elif type(value) is not dict or not {"topic", "event", "payload", "ref"} <= value.keys():
        return None
    refs = (value["ref"], value.get("join_ref"))
    texts = type(value["topic"]) is str and type(value["event"]) is str
    fits = texts and type(value["payload"]) is dict and all(ref is None or type(ref) is str for ref in refs)
    return value if fits else None


PROTOCOL = Phoenix()
