"""Jupyter's kernel socket: `{"header": {"msg_type": …}, "channel": "iopub", "content": {…}}` in JSON, or in binary.

The type is `msg_type`. https://jupyter-client.readthedocs.io/en/stable/messaging.html
"""

from __future__ import annotations

import re
from typing import Any

from monitor.decode.jupyter_binary import message_of
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "jupyter"
_URL = re.compile(r"/api/kernels/[^/?#]+/channels(?:[?#]|$)")
_PARTS = ("header", "parent_header", "metadata", "content")


class Jupyter(Stateless):
    """By the header and the other parts that every message has."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """The address makes it surer."""
        if facts.channel != "socket":
            return 0
        if item.bytes and message_of(item.bytes):
            return 95
        if not known(item.value):
            return 0
        return 95 if _URL.search(facts.url) else 85

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        packed = message_of(item.bytes) if item.bytes else None
        if packed is not None:
            return Decoded(layers=(NAME, "json"), messages=(packed,))
        if not known(item.value):
            return None
        message = Message(protocol=NAME, type=item.value["header"]["msg_type"], value=item.value)
        return Decoded(layers=item.layers + (NAME,), messages=(message,))


def known(value: Any) -> bool:
    """Whether a value is a message of Jupyter."""
    if type(value) is not dict or not all(type(value.get(part)) is dict for part in _PARTS):
        return False
    return type(value["header"].get("msg_type")) is str


PROTOCOL = Jupyter()
