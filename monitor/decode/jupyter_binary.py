"""Jupyter kernel messages in binary: `v1.kernel.websocket.jupyter.org`, and the older form for messages with buffers.

Both begin with offsets of their parts: the new form in little-endian numbers of eight bytes (how many, then where the
channel, header, parent header, metadata, content and buffers stand, and the end), the old one in big-endian numbers of
four (how many, then where the JSON of the whole message and the buffers stand). The type is the header's `msg_type`;
the value is the message as it is in JSON, its buffers as base64.
"""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import Any, Literal

from monitor.decode.parse import UNSET, json_value
from monitor.model import Message

NAME = "jupyter"
_PARTS = ("header", "parent_header", "metadata", "content")
_MAX_PARTS = 10_000


def message_of(data: bytes) -> Message | None:
    """The message in bytes of either form, None where there is none."""
    value = _new(data) or _old(data)
    header = value.get("header") if value else None
    if type(header) is not dict or type(header.get("msg_type")) is not str:
        return None
    return Message(protocol=NAME, type=header["msg_type"], value=value)


def _new(data: bytes) -> dict[str, Any] | None:
    parts = _cut(data, 8, "little", closed=True)
    if parts is None or len(parts) < 1 + len(_PARTS):
        return None
    texts = [_text(part) for part in parts[: 1 + len(_PARTS)]]
    values = [json_value(text) for text in texts[1:]]
    if UNSET in values:
        return None
    return {"channel": texts[0], **dict(zip(_PARTS, values, strict=True)), **_buffers(parts[1 + len(_PARTS) :])}


def _old(data: bytes) -> dict[str, Any] | None:
    parts = _cut(data, 4, "big", closed=False)
    value = json_value(_text(parts[0])) if parts else None
    return {**value, **_buffers((parts or [])[1:])} if type(value) is dict else None


def _cut(data: bytes, width: int, order: Literal["big", "little"], *, closed: bool) -> list[bytes] | None:
    """The parts between the offsets at the start of the bytes; `closed`: the last offset is the end."""
    count = int.from_bytes(data[:width], order)
    first = width * (count + 1)
    if not 0 < count <= _MAX_PARTS or first > len(data):
        return None
    offsets = [int.from_bytes(data[at : at + width], order) for at in range(width, first, width)]
    offsets += [] if closed else [len(data)]
    whole = offsets[0] == first and offsets[-1] == len(data)
    if not whole or any(start > end for start, end in pairwise(offsets)):
        return None
    return [data[start:end] for start, end in pairwise(offsets)]


def _buffers(parts: list[bytes]) -> dict[str, Any]:
    return {"buffers": [{"base64": base64.b64encode(part).decode("ascii")} for part in parts]} if parts else {}


def _text(part: bytes) -> str:
    return part.decode("utf-8", "replace")
