"""MQTT over WebSockets, known by its subprotocol only: one or more packets in a binary frame.

The type is the packet's (`publish`, `subscribe`, …). The value of a publish is {"topic", "payload"}: JSON, text, or
None for other bytes. A packet that goes on in the next frame is noted and left.
"""

from __future__ import annotations

from typing import Any

from monitor.decode.parse import UNSET
from monitor.decode.peel import peel
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Message

NAME = "mqtt"
_TYPES = (
    "", "connect", "connack", "publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe", "suback", "unsubscribe",
    "unsuback", "pingreq", "pingresp", "disconnect", "auth",
)  # fmt: skip
_MAX_PACKETS = 1000


class MqttSession(Session):
    """One connection; its version, which the connect packet tells, says whether a publish has properties."""

    def __init__(self) -> None:
        self._version = 4

    def read(self, item: Item) -> Decoded | None:
        """Read the packets of one frame."""
        data = item.data if item.data is not None else (item.text or "").encode("utf-8", "replace")
        messages: list[Message] = []
        at = 0
        while at < len(data) and len(messages) < _MAX_PACKETS:
            start, end = _bounds(data, at)
            if start > end or not data[at] >> 4:
                return None
            messages.append(self._packet(data[at], data[start:end], whole=end <= len(data)))
            at = end
        return Decoded(layers=(NAME,), messages=tuple(messages))

    def _packet(self, head: int, rest: bytes, whole: bool) -> Message:
        kind = _TYPES[head >> 4]
        notes = () if whole else ("the packet goes on in the next frame",)
        if kind == "connect" and len(rest) > 6:
            self._version = rest[6]
        value = self._publish(head, rest) if kind == "publish" else None
        return Message(protocol=NAME, type=kind, value=value, notes=notes)

    def _publish(self, head: int, rest: bytes) -> dict[str, Any]:
        size = int.from_bytes(rest[:2], "big")
        at = 2 + size + (2 if head & 0x06 else 0)
        if self._version >= 5:
            start, end = _bounds(rest, at - 1)
            at = max(start, end)
        item = peel(rest[at:], "in")
        payload = item.text if item.value is UNSET else item.value
        return {"topic": rest[2 : 2 + size].decode("utf-8", "replace"), "payload": payload}


class Mqtt(Protocol):
    """By subprotocol: its bytes alone prove nothing."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """`mqtt`, or the older `mqttv3.1`."""
        return 95 if facts.subprotocol.lower().startswith("mqtt") else 0

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return MqttSession()


def _bounds(data: bytes, at: int) -> tuple[int, int]:
    """Where the content starts and ends whose length stands after the byte at `at`; start > end where it is broken."""
    size = shift = 0
    for place in range(at + 1, min(at + 5, len(data))):
        size |= (data[place] & 0x7F) << shift
        shift += 7
        if data[place] < 0x80:
            return place + 1, place + 1 + size
    return 1, 0


PROTOCOL = Mqtt()
