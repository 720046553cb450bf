"""Meteor's DDP: `{"msg": "added", "collection": "c", "id": "x", "fields": {…}}`, often inside SockJS.

The type is `msg`. https://github.com/meteor/meteor/blob/devel/packages/ddp/DDP.md
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "ddp"
_URL = re.compile(r"^wss?://[^/]+/(?:[^?#]*/)?(?:sockjs(?:[/?#]|$)|websocket(?:[?#]|$))")
_NEEDS: dict[str, tuple[tuple[str, ...], int]] = {
    "connect": (("version", "support"), 85), "connected": (("session",), 60), "failed": (("version",), 30),
    "added": (("collection", "id"), 75), "changed": (("collection", "id"), 75), "removed": (("collection", "id"), 75),
    "addedBefore": (("collection", "id"), 80), "movedBefore": (("collection", "id"), 80),
    "sub": (("id", "name"), 60), "unsub": (("id",), 20), "nosub": (("id",), 60), "ready": (("subs",), 70),
    "method": (("method", "id"), 60), "result": (("id",), 20), "updated": (("methods",), 70),
    "ping": ((), 10), "pong": ((), 10), "error": (("reason",), 30),
}  # fmt: skip
"""By `msg`: the keys that must be there, and how telling it is then."""


_KEYS = frozenset(
    ("msg", "id", "collection", "fields", "cleared", "before", "subs", "methods", "method", "params", "randomSeed",
     "name", "result", "error", "session", "version", "support", "reason", "offendingMessage")
)  # fmt: skip
"""What a message may have at all."""


class Ddp(Stateless):
    """By `msg` together with the keys that belong to it; Meteor's address makes it surer."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """A `msg` alone could be anything."""
        if facts.channel != "socket":
            return 0
        if _greeting(item.value):
            return 60 if _URL.match(facts.url) else 10
        if not _known(item.value):
            return 0
        told = _NEEDS[item.value["msg"]][1]
        if not item.value.keys() <= _KEYS:
            return 0
        return max(told, 60) if _URL.match(facts.url) and told > 10 else told

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        value = item.value
        if not _known(value) and not _greeting(value):
            return None
        message = Message(protocol=NAME, type=value.get("msg", "server_id"), value=value)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))


def _greeting(value: Any) -> bool:
    """Whether it is what a server says before anything else."""
    return type(value) is dict and value.keys() == {"server_id"}


def _known(value: Any) -> bool:
    if type(value) is not dict or type(value.get("msg")) is not str or value["msg"] not in _NEEDS:
        return False
    return all(key in value for key in _NEEDS[value["msg"]][0])


PROTOCOL = Ddp()
