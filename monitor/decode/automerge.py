"""automerge-repo over a WebSocket: one CBOR map a frame, which names its type, its sender and its document.

The type is the map's. What `sync` and `request` carry is Automerge's own compressed form and stays base64; what an
`ephemeral` message carries is CBOR of the application's, and is opened.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from monitor.decode.cbor import cbor_value
from monitor.decode.parse import UNSET
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "automerge"
_TYPES = frozenset((
    "join", "leave", "peer", "sync", "request", "ephemeral", "doc-unavailable", "error", "remote-heads-changed",
    "remote-subscription-change",
))  # fmt: skip


class Automerge(Stateless):
    """By the keys that every message has."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """CBOR is part of it: the same keys in JSON are another's."""
        return 85 if item.layers[-1:] == ("cbor",) and _is_message(item.value) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        if not _is_message(item.value):
            return None
        value = dict(item.value)
        if value["type"] == "ephemeral":
            value["data"] = _opened(value.get("data"))
        return Decoded(
            layers=item.layers + (NAME,), messages=(Message(protocol=NAME, type=value["type"], value=value),)
        )


def _is_message(value: Any) -> bool:
    if type(value) is not dict or type(value.get("senderId")) is not str:
        return False
    return type(value.get("type")) is str and value["type"] in _TYPES


def _opened(data: Any) -> Any:
    """What the application put into a message, where that can be read."""
    try:
        inner = cbor_value(base64.b64decode(data["base64"]))
    except (KeyError, TypeError, binascii.Error, ValueError):
        return data
    return data if inner is UNSET else inner


PROTOCOL = Automerge()
