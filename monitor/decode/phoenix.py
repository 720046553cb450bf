"""Phoenix channels and LiveView: `[join_ref, ref, topic, event, payload]`, or the same as an object.

The type is the event; the value is always the object {"topic", "event", "payload", "ref", "join_ref"}. On a LiveView's
topic (`lv:…`) an event of the page is `event/NAME`, and an answer `phx_reply/diff` or `phx_reply/rendered` where it has
one.
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "phoenix"
_URL = re.compile(r"/websocket\?(?:[^#]*&)?vsn=")
_REF = re.compile(r"\d{1,12}")
_OWN = frozenset(("phx_join", "phx_reply", "phx_leave", "phx_close", "phx_error"))


class Phoenix(Stateless):
    """By shape: five places of fixed types, or the four keys of the first version."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """The address makes it surer, and so do events that only Phoenix has."""
        value = fields(item.value) if facts.channel == "socket" else None
        if value is None:
            return 0
        return 95 if _URL.search(facts.url) else told(value, type(item.value) is list)

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = fields(item.value)
        if value is None:
            return None
        live = value["topic"].startswith("lv:")
        message = Message(protocol=self.name, type=_live(value) if live else value["event"], value=value)
        layers = (self.name, "liveview") if live else (self.name,)
        return Decoded(layers=item.layers + layers, messages=(message,))


def fields(value: Any) -> dict[str, Any] | None:
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


def told(value: dict[str, Any], array: bool) -> int:
    """How much a message tells without an address."""
    if value["event"] in _OWN or (value["topic"] == "phoenix" and value["event"] == "heartbeat"):
        return 80
    refs = (value["ref"], value.get("join_ref"))
    if not value.keys() <= {"topic", "event", "payload", "ref", "join_ref"}:
        return 0
    if not all(ref is None or _REF.fullmatch(ref) for ref in refs):
        return 25
    return 75 if array else 40


def _live(value: dict[str, Any]) -> str:
    """The type of a message of a LiveView."""
    event, payload = str(value["event"]), value["payload"]
    if event == "event" and type(payload.get("event")) is str:
        return f"event/{payload['event']}"
    response = payload.get("response")
    if event == "phx_reply" and type(response) is dict:
        return next((f"phx_reply/{key}" for key in ("diff", "rendered") if key in response), event)
    return event


PROTOCOL = Phoenix()
