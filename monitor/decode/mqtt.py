"""MQTT over WebSockets, 3.1.1 and 5: any number of packets in a binary frame, and packets over several frames.

The type is the packet's (`publish`, `subscribe`, …). The value of a publish is {"topic", "payload"} and what else it
tells (`qos`, `id`, `retain`, `properties`): the payload is JSON, text, or None for other bytes. It is known by its
subprotocol, by a connect packet, or by several frames of packets that keep to the standard.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from monitor.decode.limits import MAX_LINE, MAX_TOPICS
from monitor.decode.mqtt_packets import TYPES, Broken, bounds, read
from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.model import Decoded, Direction, Message

NAME = "mqtt"
_MAX_PACKETS = 1000
CUT = "a packet before this one was too long to keep"


class MqttSession(Session):
    """One connection; its version, which the connect packet tells, says whether a packet has properties.

    Where the connect packet was not seen, the version is the one by whose rules the packets can be read.
    """

    def __init__(self) -> None:
        self._version: int | None = None
        self._held: dict[Direction | None, bytes] = {}
        self._aliases: dict[Direction | None, dict[int, str]] = {}
        self._notes: tuple[str, ...] = ()

    def read(self, item: Item) -> Decoded | None:
        """Read the packets that this frame completes."""
        data = item.bytes if item.bytes is not None else (item.text or "").encode("utf-8", "replace")
        data = self._held.pop(item.dir, b"") + data
        messages: list[Message] = []
        at = 0
        try:
            while at < len(data) and len(messages) < _MAX_PACKETS:
                found = bounds(data, at)
                if found is None or found[1] > len(data):
                    self._hold(item.dir, data[at:])
                    break
                messages.append(self._packet(data[at], data[found[0] : found[1]], item.dir))
                at = found[1]
        except Broken:
            if not messages:
                return None
            messages.append(Message(protocol=NAME, notes=("the rest of this frame is no MQTT",)))
        if at < len(data) and len(messages) >= _MAX_PACKETS:
            messages.append(Message(protocol=NAME, notes=("this frame holds more packets, which are left out",)))
        return Decoded(layers=(NAME,), messages=tuple(messages))

    def lost(self, reason: str) -> None:
        """Frames are missing: the rest of what was held may be among them."""
        if self._held:
            self._notes = ("the rest of a packet is missing before this one",)
            self._held.clear()

    def _hold(self, dir: Direction | None, data: bytes) -> None:  # noqa: A002
        if len(data) > MAX_LINE:
            self._notes = (CUT,)
        else:
            self._held[dir] = data

    def _packet(self, head: int, data: bytes, dir: Direction | None) -> Message:  # noqa: A002
        kind = TYPES[head >> 4]
        if kind == "connect" and len(data) > 6:
            self._version = data[8] if data[:2] == b"\0\6" and len(data) > 8 else data[6]
        readings = _readings(head, data, (4, 5) if self._version is None else (self._version,))
        self._version = self._version or _likeliest(kind, readings)
        value = readings.get(self._version or min(readings, default=4))
        odd = () if readings else ("the packet does not keep to the standard",)
        message = Message(protocol=NAME, type=kind, value=value, notes=self._notes + odd)
        self._notes = ()
        return self._named(message, dir) if kind == "publish" and value else message

    def _named(self, message: Message, dir: Direction | None) -> Message:  # noqa: A002
        """A publish with the topic that its alias stands for."""
        alias = message.value.get("properties", {}).get("topic_alias")
        known = self._aliases.setdefault(dir, {})
        if alias is None:
            return message
        if message.value["topic"]:
            if len(known) < MAX_TOPICS * 16:
                known[alias] = message.value["topic"]
            return message
        topic = known.get(alias)
        if topic is None:
            return replace(message, notes=(*message.notes, f"the topic of alias {alias} was told before the recording"))
        return replace(message, value={**message.value, "topic": topic})


class Mqtt(Protocol):
    """By subprotocol, by a connect packet, or by packets that keep to the standard."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """`mqtt`, or the older `mqttv3.1`; else what the packets of a frame are worth."""
        if facts.subprotocol.lower().startswith("mqtt"):
            return 95
        if facts.channel != "socket" or not item.bytes or facts.subprotocol:
            return 0
        return _worth(item.bytes)

    def open(self, facts: Facts) -> Session:
        """A connection from its beginning."""
        return MqttSession()


def _worth(data: bytes) -> int:
    """How much like MQTT a frame is whose packets must be whole: some tell a lot, pings little."""
    at = worth = 0
    try:
        for _ in range(8):
            found = bounds(data, at)
            if found is None or found[1] > len(data):
                return 0
            worth = max(worth, _weight(data[at], data[found[0] : found[1]]))
            at = found[1]
            if worth == 0 or at == len(data):
                return worth
    except Broken:
        return 0
    return worth


def _weight(head: int, data: bytes) -> int:
    kind, readings = TYPES[head >> 4], _readings(head, data, (4, 5))
    if kind in ("pingreq", "pingresp") or not readings:
        return 10 if not data else 0
    if kind == "connect":
        return 90
    value = next(iter(readings.values())) or {}
    return (
        30
        if value.get("topic") or any(one if type(one) is str else one["topic"] for one in value.get("topics", ()))
        else 12
    )


def _readings(head: int, data: bytes, versions: tuple[int, ...]) -> dict[int, dict[str, Any] | None]:
    """What a packet says by the rules of each version that allows it."""
    found: dict[int, dict[str, Any] | None] = {}
    for version in versions:
        try:
            found[version] = read(head, data, version)
        except Broken:
            continue
    return found


def _likeliest(kind: str, readings: dict[int, dict[str, Any] | None]) -> int | None:
    """The version that a packet proves by its readings, None where it could be of either.

    A publish whose payload becomes readable when properties are taken off before it is one of version 5.
    """
    if len(readings) == 1:
        (only,) = readings
        return only
    four, five = readings.get(4), readings.get(5)
    hidden = bool(kind == "publish" and four and five and four["payload"] is None and five["payload"] is not None)
    return 5 if hidden else None


PROTOCOL = Mqtt()
