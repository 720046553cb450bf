"""SignalR: records in JSON that end with 0x1E, after a handshake `{"protocol":"json","version":1}`; or in MessagePack.

The type is `invocation/TARGET` and its like for the numbers 1–9, `handshake` for the first record of either side. The
value is the record, the same in both encodings.
"""

from __future__ import annotations

from typing import Any

from monitor.decode.limits import MAX_MESSAGES, more
from monitor.decode.parse import UNSET, json_value
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.decode.signalr_messagepack import records
from monitor.model import Decoded, Message

END = "\x1e"
_TYPES = (
    "", "invocation", "stream-item", "completion", "stream-invocation", "cancel-invocation", "ping", "close", "ack",
    "sequence",
)  # fmt: skip


class SignalR(Stateless):
    """By the record's end together with what stands in the record."""

    name = "signalr"

    def score(self, facts: Facts, item: Item) -> int:
        """Any record will do, so a socket joined in its middle is known too."""
        if facts.channel != "socket":
            return 0
        if item.text is None and item.bytes:
            found = records(item.bytes)
            return 0 if not found else 70 if any("target" in one for one in found) else 30
        if not item.text or not item.text.endswith(END):
            return 0
        first = json_value(item.text.split(END, 1)[0])
        if type(first) is not dict:
            return 0
        if "protocol" in first and "version" in first:
            return 95
        return 85 if _number(first) else 0

    def read(self, item: Item) -> Decoded | None:
        """Read the records of one frame."""
        if item.text is None or not item.text.endswith(END):
            return self._packed(item)
        parts = item.text.split(END, MAX_MESSAGES)
        values = [json_value(record) for record in parts[:-1]]
        if UNSET in values:
            return None
        if parts[-1]:
            item.notes += (more(parts[-1].count(END)),)
        messages = tuple(Message(protocol=self.name, type=_type(value), value=value) for value in values)
        return Decoded(layers=item.layers + ("json", self.name), messages=messages)

    def _packed(self, item: Item) -> Decoded | None:
        """Read the records of one frame in MessagePack, which may happen to look like text."""
        found = records(item.bytes) if item.bytes else None
        if not found:
            return None
        messages = tuple(Message(protocol=self.name, type=_type(value), value=value) for value in found)
        return Decoded(layers=("msgpack", self.name), messages=messages)


def _number(value: dict[str, Any]) -> int:
    number = value.get("type")
    return number if type(number) is int and 1 <= number < len(_TYPES) else 0


def _type(value: Any) -> str | None:
    if type(value) is not dict:
        return None
    if not value or "protocol" in value:
        return "handshake"
    kind = _TYPES[_number(value)]
    target = value.get("target")
    return f"{kind}/{target}" if type(target) is str else kind or None


PROTOCOL = SignalR()
