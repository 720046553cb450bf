"""MCS, the stream on which Chrome gets its pushes: one message a frame, with its tag, its length and a protobuf.

The type is the message's name; that of an acknowledgement within an `iq` is the acknowledgement's. The value has the
names of Chromium's definitions; the payload of a push (`raw_data`) stays encrypted, as base64.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from monitor.decode.protobuf import BYTES, Field, fields, varint
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "mcs"
DATA_MESSAGE = "data-message"
_FIRST_VERSION = 38
_NAMES = {
    0: "heartbeat-ping", 1: "heartbeat-ack", 2: "login", 3: "login-response", 4: "close", 5: "message", 6: "presence",
    7: "iq", 8: DATA_MESSAGE, 9: "batch-presence", 10: "stream-error",
}  # fmt: skip
_BEAT = {1: "stream_id", 2: "last_stream_id_received", 3: "status"}
_FIELDS: dict[str, dict[int, str]] = {
    "heartbeat-ping": _BEAT,
    "heartbeat-ack": _BEAT,
    "login": {
        1: "id", 2: "domain", 3: "user", 4: "resource", 5: "auth_token", 6: "device_id", 7: "last_rmq_id", 8: "setting",
        10: "received_persistent_id", 12: "adaptive_heartbeat", 14: "use_rmq2", 15: "account_id", 16: "auth_service",
        17: "network_type", 18: "status",
    },
    "login-response": {
        1: "id", 2: "jid", 3: "error", 4: "setting", 5: "stream_id", 6: "last_stream_id_received",
        7: "heartbeat_config", 8: "server_timestamp",
    },
    "iq": {
        1: "rmq_id", 2: "type", 3: "id", 4: "from", 5: "to", 6: "error", 7: "extension", 8: "persistent_id",
        9: "stream_id", 10: "last_stream_id_received", 11: "account_id", 12: "status",
    },
    DATA_MESSAGE: {
        2: "id", 3: "from", 4: "to", 5: "category", 6: "token", 7: "app_data", 8: "from_trusted_server",
        9: "persistent_id", 10: "stream_id", 11: "last_stream_id_received", 13: "reg_id", 16: "device_user_id",
        17: "ttl", 18: "sent", 19: "queued", 20: "status", 21: "raw_data", 24: "immediate_ack",
    },
    "stream-error": {1: "type", 2: "text"},
}  # fmt: skip
_ACKS = {12: "selective-ack", 13: "stream-ack"}


class DataMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A push as it came: app_data names the subscription and the encryption, raw_data is the encrypted payload."""

    sender: str = ""
    category: str = ""
    persistent_id: str = ""
    ttl: int | None = None
    sent: int | None = None
    app_data: dict[str, str] = {}
    raw_data: bytes = b""


class Mcs(Stateless):
    """By the name that the reader of the wire gave the connection: its bytes alone prove nothing."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """Certain, or not at all."""
        return 100 if facts.subprotocol == NAME and item.data is not None else 0

    def read(self, item: Item) -> Decoded | None:
        """Read one message."""
        parts = _split(item.data or b"")
        if parts is None:
            return None
        version, kind, found = parts
        value = _named(kind, found)
        if kind == "iq":
            kind = _acknowledges(value) or kind
        if version is not None:
            value = {"version": version, **value}
        return Decoded(layers=(*item.layers, NAME), messages=(Message(protocol=NAME, type=kind, value=value),))


def data_message(stanza: bytes) -> DataMessage | None:
    """The push in a message of the stream, None where it is another one."""
    parts = _split(stanza)
    if parts is None or parts[1] != DATA_MESSAGE:
        return None
    value = _named(DATA_MESSAGE, parts[2])
    data = value.get("app_data")
    raw = next((field.value for field in parts[2] if field.number == 21 and isinstance(field.value, bytes)), b"")
    return DataMessage(
        sender=str(value.get("from", "")), category=str(value.get("category", "")),
        persistent_id=str(value.get("persistent_id", "")), ttl=_number(value.get("ttl")),
        sent=_number(value.get("sent")), app_data=data if isinstance(data, dict) else {}, raw_data=raw,
    )  # fmt: skip


def _split(stanza: bytes) -> tuple[int | None, str, tuple[Field, ...]] | None:
    """The version, where the stream begins, the name and the fields."""
    version = stanza[0] if stanza and stanza[0] >= _FIRST_VERSION else None
    at = 0 if version is None else 1
    size = varint(stanza, at + 1)
    if size is None or len(stanza) <= at or size[1] + size[0] != len(stanza):
        return None
    found = fields(stanza[size[1] :])
    return None if found is None else (version, _NAMES.get(stanza[at], f"tag-{stanza[at]}"), found)


def _named(kind: str, found: tuple[Field, ...]) -> dict[str, Any]:
    """The fields by their names; those that come several times as lists, pairs of name and value as one object."""
    names = _FIELDS.get(kind, {})
    value: dict[str, Any] = {}
    for field in found:
        name = names.get(field.number, str(field.number))
        one = _value(name, field)
        if name in ("app_data", "setting") and isinstance(one, dict):
            value.setdefault(name, {}).update(one)
        elif name == "received_persistent_id":
            value.setdefault(name, []).append(one)
        elif one is not None:
            value[name] = one
    return value


def _value(name: str, field: Field) -> Any:
    content = field.value
    if isinstance(content, int):
        return content - (1 << 64) if content >> 63 else content
    if field.wire != BYTES:
        return int.from_bytes(content, "little")
    if name == "raw_data":
        return base64.b64encode(content).decode("ascii")
    if name in ("app_data", "setting"):
        pair = {one.number: _text(one) for one in fields(content) or ()}
        return {pair.get(1, ""): pair.get(2, "")}
    if name == "heartbeat_config":
        told = {1: "upload_stat", 2: "ip", 3: "interval_ms"}
        return {told.get(one.number, str(one.number)): _value("", one) for one in fields(content) or ()}
    if name == "extension":
        return {("id" if one.number == 1 else "data"): _value("", one) for one in fields(content) or ()}
    if name == "auth_token" and not content.strip(b"*"):
        return None  # the recorder struck it out
    return _text(field)


def _text(field: Field) -> str:
    return field.value.decode("utf-8", "replace") if isinstance(field.value, bytes) else str(field.value)


def _acknowledges(value: dict[str, Any]) -> str | None:
    extension = value.get("extension")
    return _ACKS.get(extension.get("id", 0)) if isinstance(extension, dict) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


PROTOCOL = Mcs()
