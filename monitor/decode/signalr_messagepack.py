"""SignalR's records in MessagePack: each an array behind its length as a varint, several in one frame.

They are given as the records that SignalR has in JSON, so that both encodings of a message are the same to whoever
reads them. https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md
"""

from __future__ import annotations

from typing import Any

from monitor.decode.parse import UNSET
from monitor.decode.peel import any_msgpack
from monitor.decode.protobuf import varint

_MAX_RECORDS = 10_000
_NAMES: dict[int, tuple[str, ...]] = {
    1: ("type", "headers", "invocationId", "target", "arguments", "streamIds"),
    2: ("type", "headers", "invocationId", "item"),
    3: ("type", "headers", "invocationId", "", ""),
    4: ("type", "headers", "invocationId", "target", "arguments", "streamIds"),
    5: ("type", "headers", "invocationId"),
    6: ("type",),
    7: ("type", "error", "allowReconnect"),
    8: ("type", "sequenceId"),
    9: ("type", "sequenceId"),
}
_LEAST = {1: 5, 2: 4, 3: 4, 4: 5, 5: 3, 6: 1, 7: 1, 8: 2, 9: 2}
_OUTCOMES = {1: "error", 2: "", 3: "result"}


def records(data: bytes) -> list[dict[str, Any]] | None:
    """The records of a frame as in JSON, what is empty left out; None where the bytes are something else."""
    found: list[dict[str, Any]] = []
    at = 0
    while at < len(data):
        size = varint(data, at)
        if size is None or not size[0] or len(found) >= _MAX_RECORDS:
            return None
        start, at = size[1], size[1] + size[0]
        record = _record(data[start:at]) if at <= len(data) else None
        if record is None:
            return None
        found.append(record)
    return found or None


def _record(data: bytes) -> dict[str, Any] | None:
    value = any_msgpack(data)
    if value is UNSET or type(value) is not list or not value or type(value[0]) is not int:
        return None
    names, least = _NAMES.get(value[0]), _LEAST.get(value[0], 0)
    if names is None or not least <= len(value) <= len(names):
        return None
    if (value[0] in (1, 4) and type(value[3]) is not str) or (1 <= value[0] <= 5 and type(value[1]) is not dict):
        return None
    if value[0] == 3:
        return _completion(value)
    return {name: one for name, one in zip(names, value, strict=False) if one not in (None, {}, []) or name == "item"}


def _completion(value: list[Any]) -> dict[str, Any] | None:
    outcome = _OUTCOMES.get(value[3]) if type(value[3]) is int else None
    if outcome is None or len(value) != (5 if outcome else 4):
        return None
    record = {"type": 3, "invocationId": value[2]}
    return {**record, outcome: value[4]} if outcome else record
