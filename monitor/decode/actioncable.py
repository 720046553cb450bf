"""Rails' ActionCable: `type` for the cable's own messages, `command` for the client's, `message` for the channel's.

`identifier` and `data` are JSON inside strings, unpacked in the value. The type of a channel's message is its own most
telling key, or `message`.
"""

from __future__ import annotations

from typing import Any

from monitor.decode import generic
from monitor.decode.parse import UNSET, nested
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

_SUBPROTOCOL = "actioncable-v1-"


class ActionCable(Stateless):
    """By subprotocol, or by an identifier that is JSON and names a channel."""

    name = "actioncable"

    def score(self, facts: Facts, item: Item) -> int:
        """Without the subprotocol, only the identifier tells."""
        if facts.subprotocol.startswith(_SUBPROTOCOL):
            return 95
        if facts.channel != "socket" or type(item.value) is not dict:
            return 0
        text = item.value.get("identifier")
        identifier = _unpacked(text) if type(text) is str else None
        return 80 if type(identifier) is dict and type(identifier.get("channel")) is str else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        if type(item.value) is not dict:
            return None
        value = {key: _unpacked(one) if key in ("identifier", "data") else one for key, one in item.value.items()}
        kind = next((value[key] for key in ("type", "command") if type(value.get(key)) is str), None)
        if kind is None and "message" in value:
            kind = generic.type_of(value["message"]) or "message"
        message = Message(protocol=self.name, type=kind, value=value)
        return Decoded(layers=item.layers + (self.name,), messages=(message,))


def _unpacked(value: Any) -> Any:
    inner = nested(value) if isinstance(value, str) else UNSET
    return value if inner is UNSET else inner


PROTOCOL = ActionCable()
