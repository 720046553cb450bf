"""Pusher channels: `{"event", "channel", "data"}`, where data is often JSON inside a string, unpacked in the value.

The type is the event.
"""

from __future__ import annotations

import re

from monitor.decode.parse import UNSET, nested
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

_URL = re.compile(r"/app/[^/?#]+\?(?:[^#]*&)?protocol=\d")
_OWN = ("pusher:", "pusher_internal:")


class Pusher(Stateless):
    """By address, or by the events that only Pusher has."""

    name = "pusher"

    def score(self, facts: Facts, item: Item) -> int:
        """Any event will do where the address is Pusher's."""
        if facts.channel != "socket" or type(item.value) is not dict:
            return 0
        event = item.value.get("event")
        if type(event) is not str:
            return 0
        return 90 if _URL.search(facts.url) else 85 if event.startswith(_OWN) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        if type(item.value) is not dict or type(item.value.get("event")) is not str:
            return None
        value = dict(item.value)
        inner = nested(value["data"]) if type(value.get("data")) is str else UNSET
        if inner is not UNSET:
            value["data"] = inner
        message = Message(protocol=self.name, type=value["event"], value=value)
        return Decoded(layers=item.layers + (self.name,), messages=(message,))


PROTOCOL = Pusher()
