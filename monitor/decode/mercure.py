"""Mercure: server-sent events of the hub at `/.well-known/mercure?topic=…`, and the form that publishes one.

The type is the event's name, else the most telling key of its data. https://mercure.rocks/spec
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from monitor.decode import generic
from monitor.decode.parse import UNSET
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "mercure"
_URL = re.compile(r"/\.well-known/mercure(?:\?([^#]*))?(?:#|$)")


class MercureSession(Session):
    """One subscription; where it is of one topic, that is the topic of its events."""

    def __init__(self, url: str) -> None:
        found = _URL.search(url)
        pairs = parse_qsl(found[1], max_num_fields=100) if found and found[1] and found[1].count("&") < 99 else []
        topics = [value for name, value in pairs if name == "topic"]
        self.topic = topics[0] if len(topics) == 1 else None

    def read(self, item: Item) -> Decoded | None:
        """Read one event, or what is published."""
        value = item.text if item.value is UNSET else item.value
        kind = item.name if item.name and item.name != "message" else None
        if kind is None:
            inner = value.get("data") if item.dir == "out" and type(value) is dict and "topic" in value else value
            kind = generic.type_of(inner)
        message = Message(protocol=NAME, type=kind, value=value)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))


class Mercure(Protocol):
    """By address only: its events are the application's own."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """An event of the hub, or a publication."""
        known = item.name is not None or (item.dir == "out" and item.value is not UNSET)
        return 80 if known and _URL.search(facts.url) else 0

    def open(self, facts: Facts) -> Session:
        """One subscription."""
        return MercureSession(facts.url)


PROTOCOL = Mercure()
