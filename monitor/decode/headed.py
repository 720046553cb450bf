"""What stands behind a short head: JSON, MessagePack or compressed JSON after a type, a length or a command word.

Many home-made protocols put a few bytes (`01 00 00 00 1a {…}`) or a word (`CHAT {…}`) before what they say, or send
several such records in one frame. Only what is read to its last byte counts. The type is the word, or else what names
the value, or else the number in the head that is no length (`head=1`); the head is told in `notes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from monitor.decode import generic
from monitor.decode.compression import GZIP, opens_zlib
from monitor.decode.limits import MAX_MESSAGES, MAX_PAYLOAD
from monitor.decode.parse import UNSET, json_value
from monitor.decode.peel import msgpack_value, peel
from monitor.decode.protobuf import varint
from monitor.decode.protocol import Item
from monitor.model import Decoded, Message

NAME = "headed"
_LONGEST = 16  # bytes of a head
_TRIES = 4
_LEAST_PACKED = 8  # bytes from which MessagePack behind a head is no chance
_WORD = re.compile(r"([A-Za-z_/!$@#.][\w./:+@#$!-]{0,47}|\d{1,6})[ \t\r\n:|,;=\x1f\0]*(?=[\[{])")
_WIDTHS = (("big", 4), ("little", 4), ("big", 2), ("little", 2), ("big", 1))


def read(item: Item) -> Decoded | None:
    """A frame that nothing claimed, None where no head or no value can be told."""
    data = item.wire if type(item.wire) is bytes and item.layers in ((), ("utf-8",)) else item.data
    if data is not None and len(data) <= MAX_PAYLOAD:
        return _records(item, data) or _behind(item, data) or _worded(item)
    return _worded(item)


def _worded(item: Item) -> Decoded | None:
    """A word before JSON, in text."""
    text = item.text or ""
    word = _WORD.match(text)
    if word is None or text.rstrip()[-1:] not in ("}", "]"):
        return None
    value = json_value(text[word.end() :])
    if not _telling(value):
        return None
    name = word[1].rstrip(":.")
    kind = generic.name_of(value) if name.isdigit() else None
    notes = (f"hint: {name} stands before it",) if kind else ()
    message = Message(protocol=NAME, type=kind or name, value=value, notes=(*item.notes, *notes))
    return Decoded(layers=(*item.layers, "head", "json"), messages=(message,))


def _behind(item: Item, data: bytes) -> Decoded | None:
    """One value behind a head of few bytes."""
    for at in islice(_starts(data), _TRIES):
        found = _certain(data[at:])
        if found is not None:
            return Decoded(
                layers=(*_plain(item.layers), "head", *_plain(found.layers)),
                messages=(_message(found, data[:at], data),),
            )
    return None


def _starts(data: bytes) -> Iterator[int]:
    """Where a value may begin: at a bracket, at what opens compressed bytes, or at a map or array of MessagePack."""
    for at in range(1, min(_LONGEST, len(data) - 2) + 1):
        byte = data[at]
        packed = 0x80 < byte <= 0x9F or 0xDC <= byte <= 0xDF
        if byte in b"{[" or data.startswith(GZIP, at) or opens_zlib(data[at : at + 2]) or packed:
            yield at


def _records(item: Item, data: bytes) -> Decoded | None:
    """Several values, each after its length."""
    for width in (4, -4, 2, -2, 0):
        messages: list[Message] = []
        at = 0
        layers: tuple[str, ...] = ()
        while at < len(data) and len(messages) <= MAX_MESSAGES:
            told = _length(data, at, width)
            found = _certain(data[told[1] : told[1] + told[0]]) if told and told[0] <= len(data) - told[1] else None
            if found is None or told is None:
                messages = []
                break
            messages.append(_message(found, data[at : told[1]], data[at : told[1] + told[0]]))
            layers = max(layers, found.layers, key=len)
            at = told[1] + told[0]
        if len(messages) > 1 and len(messages) <= MAX_MESSAGES:
            return Decoded(layers=(*_plain(item.layers), "records", *_plain(layers)), messages=tuple(messages))
    return None


def _length(data: bytes, at: int, width: int) -> tuple[int, int] | None:
    """The length that stands at a place, and where it ends. width: in bytes, negative: little-endian, 0: a varint."""
    if width == 0:
        return varint(data, at)
    end = at + abs(width)
    return (int.from_bytes(data[at:end], "big" if width > 0 else "little"), end) if end <= len(data) else None


def _certain(data: bytes) -> Item | None:
    """Bytes as a value, where that cannot be chance: a filled object or array, with a key or a text in it."""
    if len(data) < 2:
        return None
    if data[0] in b"{[":
        if data.rstrip()[-1:] not in (b"}", b"]"):
            return None
        found = peel(data)
        return found if _telling(found.value) else None
    if data.startswith(GZIP) or opens_zlib(data[:2]):
        found = peel(data)
        return found if _telling(found.value) and len(found.layers) > 1 else None
    value = msgpack_value(data) if len(data) >= _LEAST_PACKED else UNSET
    if type(value) is dict and all(type(key) is str and key.isidentifier() for key in value):
        return Item(data=data, value=value, layers=("msgpack",))
    return None


def _telling(value: Any) -> bool:
    if type(value) is list:
        return any(type(one) in (dict, list) or (type(one) is str and len(one) > 1) for one in value)
    return type(value) is dict and bool(value)


def _plain(layers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(layer for layer in layers if layer != "utf-8")


def _message(found: Item, head: bytes, whole: bytes) -> Message:
    before = "1 byte stands" if len(head) == 1 else f"{len(head)} bytes stand"
    note = f"hint: {before} before it: {head.hex(' ')}"
    kind = generic.name_of(found.value) or _number(head, whole)
    return Message(protocol=NAME, type=kind, value=found.value, notes=(*found.notes, note))


def _number(head: bytes, whole: bytes) -> str | None:
    """The number that a head holds beside the length of what follows it, None where there is none."""
    size = len(head)
    for order, width in _WIDTHS:
        for at in range(len(head) - width + 1):
            told = int.from_bytes(head[at : at + width], "big" if order == "big" else "little")
            if told > 1 and told in (len(whole) - at - width, len(whole) - size, len(whole)):
                head = head[:at] + head[at + width :]
                break
        else:
            continue
        break
    if not 0 < len(head) <= 4:
        return None
    number = min(int.from_bytes(head, "big"), int.from_bytes(head, "little"))
    return f"head={number}" if number < 1000 else None
