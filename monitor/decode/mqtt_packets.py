"""MQTT 3.1.1 and 5 packets: where each ends, what it says, and whether it could be anything else.

Strict: flags, lengths and properties must be as the standard has them, so that bytes of another protocol seldom pass.
https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.decode.limits import MAX_FIELDS
from monitor.decode.parse import UNSET
from monitor.decode.peel import peel

TYPES = (
    "", "connect", "connack", "publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe", "suback", "unsubscribe",
    "unsuback", "pingreq", "pingresp", "disconnect", "auth",
)  # fmt: skip
_FLAGS = {"pubrel": 2, "subscribe": 2, "unsubscribe": 2}
_PROPERTIES: dict[int, tuple[str, str]] = {
    1: ("payload_format", "1"), 2: ("message_expiry", "4"), 3: ("content_type", "s"), 8: ("response_topic", "s"),
    9: ("correlation_data", "b"), 11: ("subscription_id", "v"), 17: ("session_expiry", "4"),
    18: ("assigned_client_id", "s"), 19: ("server_keep_alive", "2"), 21: ("authentication_method", "s"),
    22: ("authentication_data", "b"), 23: ("request_problem_information", "1"), 24: ("will_delay", "4"),
    25: ("request_response_information", "1"), 26: ("response_information", "s"), 28: ("server_reference", "s"),
    31: ("reason", "s"), 33: ("receive_maximum", "2"), 34: ("topic_alias_maximum", "2"), 35: ("topic_alias", "2"),
    36: ("maximum_qos", "1"), 37: ("retain_available", "1"), 38: ("user", "p"), 39: ("maximum_packet_size", "4"),
    40: ("wildcards_available", "1"), 41: ("subscription_ids_available", "1"), 42: ("shared_available", "1"),
}  # fmt: skip


class Broken(ValueError):
    """The bytes are no such packet."""


def bounds(data: bytes, at: int = 0) -> tuple[int, int] | None:
    """Where the content starts and ends of the packet that starts at `at`; None while its length is not all there.

    The end may lie behind the data: the packet goes on. Broken where no packet starts here.
    """
    head = data[at]
    kind = TYPES[head >> 4]
    if not kind or (kind != "publish" and head & 15 != _FLAGS.get(kind, 0)) or head & 6 == 6:
        raise Broken(f"no packet begins with {head:02x}")
    size = shift = 0
    for place in range(at + 1, min(at + 5, len(data))):
        size |= (data[place] & 0x7F) << shift
        shift += 7
        if data[place] < 0x80:
            return place + 1, place + 1 + size
    if len(data) >= at + 5:
        raise Broken("a length of more than four bytes")
    return None


class Body:
    """A cursor over one packet's content."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self.data) - self.at

    def take(self, size: int) -> bytes:
        """So many bytes."""
        if size > self.left:
            raise Broken("the packet ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int) -> int:
        """A big-endian number of so many bytes."""
        return int.from_bytes(self.take(size), "big")

    def block(self) -> bytes:
        """Bytes behind their length in two."""
        return self.take(self.number(2))

    def text(self) -> str:
        """A text behind its length in two bytes, with no null character in it."""
        try:
            text = self.block().decode("utf-8")
        except UnicodeDecodeError as error:
            raise Broken("a text is not UTF-8") from error
        if "\0" in text:
            raise Broken("a text has a null character")
        return text

    def varint(self) -> int:
        """A number of seven bits a byte, four bytes at most."""
        value = 0
        for shift in (0, 7, 14, 21):
            byte = self.number(1)
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise Broken("a number of more than four bytes")

    def properties(self) -> dict[str, Any]:
        """The properties of version 5, by name; one that comes again makes a list."""
        end = self.varint() + self.at
        found: dict[str, Any] = {}
        while self.at < end:
            name, form = _PROPERTIES.get(self.varint(), ("", ""))
            if not name:
                raise Broken("a property of no known kind")
            value = self._property(form)
            if name == "user" and len(found.get("user", ())) >= MAX_FIELDS:
                raise Broken("more user properties than are read")
            if name == "user":
                found.setdefault("user", []).append(value)
            else:
                found[name] = value
        if self.at != end:
            raise Broken("a property reaches over the end")
        return found

    def _property(self, form: str) -> Any:
        if form == "s":
            return self.text()
        if form == "b":
            return content(self.block())
        if form == "p":
            return [self.text(), self.text()]
        return self.varint() if form == "v" else self.number(int(form))


def content(data: bytes) -> Any:
    """A payload as JSON or text, None where it is something else."""
    item = peel(data, "in")
    return item.text if item.value is UNSET else item.value


def read(head: int, data: bytes, version: int) -> dict[str, Any] | None:
    """What a whole packet says, None where it says nothing; raises Broken where it breaks the standard."""
    body = Body(data)
    kind = TYPES[head >> 4]
    reader = _READERS.get(kind)
    value = reader(body, head, version) if reader else {}
    if body.left:
        raise Broken("bytes are left behind the packet")
    return value or None


def _connect(body: Body, head: int, version: int) -> dict[str, Any]:
    if body.text() not in ("MQTT", "MQIsdp"):
        raise Broken("another protocol's name")
    version, flags, keepalive = body.number(1), body.number(1), body.number(2)
    value: dict[str, Any] = {"version": version, "keepalive": keepalive, "clean": bool(flags & 2)}
    value |= _told(body, version)
    value["client"] = body.text()
    if flags & 4:
        will = _told(body, version)
        value["will"] = {"topic": body.text(), "payload": content(body.block()), "qos": flags >> 3 & 3, **will}
    if flags & 0x80:
        value["username"] = body.text()
    if flags & 0x40:
        value["password"] = content(body.block())
    return value


def _connack(body: Body, head: int, version: int) -> dict[str, Any]:
    session = body.number(1)
    if session > 1:
        raise Broken("a flag that is neither 0 nor 1")
    return {"session": session == 1, "code": body.number(1), **_told(body, version)}


def _publish(body: Body, head: int, version: int) -> dict[str, Any]:
    value: dict[str, Any] = {"topic": body.text()}
    qos = head >> 1 & 3
    if qos:
        value |= {"qos": qos, "id": body.number(2)}
    value |= {name: True for name, bit in (("retain", 1), ("duplicate", 8)) if head & bit}
    value |= _told(body, version)
    if "+" in value["topic"] or "#" in value["topic"] or not (value["topic"] or "properties" in value):
        raise Broken("a topic that cannot be published to")
    return {**value, "payload": content(body.take(body.left))}


def _acknowledged(body: Body, head: int, version: int) -> dict[str, Any]:
    value = {"id": body.number(2)}
    return {**value, **_reason(body, head, version)}


def _reason(body: Body, head: int, version: int) -> dict[str, Any]:
    """A reason code and properties, each of them left out at the end where there is nothing to say."""
    if not body.left or version < 5:
        return {}
    code = {"code": body.number(1)}
    return {**code, **_told(body, version)} if body.left else code


def _subscribe(body: Body, head: int, version: int) -> dict[str, Any]:
    value = {"id": body.number(2), **_told(body, version)}
    topics = []
    while body.left:
        topic, options = body.text(), body.number(1)
        if options & 3 == 3 or options & 0xC0 or (version < 5 and options > 2) or not topic:
            raise Broken("an option of no known kind")
        topics.append({"topic": topic, "qos": options & 3})
    return {**value, "topics": topics}


def _unsubscribe(body: Body, head: int, version: int) -> dict[str, Any]:
    value = {"id": body.number(2), **_told(body, version)}
    topics = []
    while body.left:
        topics.append(body.text())
    return {**value, "topics": topics}


def _codes(body: Body, head: int, version: int) -> dict[str, Any]:
    value = {"id": body.number(2), **_told(body, version)}
    return {**value, "codes": list(body.take(body.left))}


def _told(body: Body, version: int) -> dict[str, Any]:
    found = body.properties() if version >= 5 else {}
    return {"properties": found} if found else {}


_READERS: dict[str, Callable[[Body, int, int], dict[str, Any]]] = {
    "connect": _connect,
    "connack": _connack,
    "publish": _publish,
    "puback": _acknowledged,
    "pubrec": _acknowledged,
    "pubrel": _acknowledged,
    "pubcomp": _acknowledged,
    "subscribe": _subscribe,
    "suback": _codes,
    "unsubscribe": _unsubscribe,
    "unsuback": _codes,
    "disconnect": _reason,
    "auth": _reason,
}
