"""Protobuf on the wire, and the best guess at a message whose schema nobody gave.

`fields` reads one level and claims nothing about meaning: it is total and needs no schema, so other decoders build on
it. `guess` names fields by their numbers and picks the likeliest reading of each: text where it is printable, a message
where it parses as one, else numbers and base64. Groups are refused: no web client sends them and they look like noise.

Our own rather than a library: the readers there are raise, recurse without a bound, or need the protobuf runtime.
"""

from __future__ import annotations

import base64
import struct
from math import isfinite
from typing import Any, Final, NamedTuple

from monitor.decode.limits import MAX_PAYLOAD

VARINT: Final = 0
FIXED64: Final = 1
BYTES: Final = 2
FIXED32: Final = 5

_MAX_NUMBER = (1 << 29) - 1
_MAX_FIELDS = 100_000
_MAX_DEPTH = 24
_MAX_GUESSED = 1024 * 1024
_LIKELY_NUMBER = 4096
"""Above this a field number is possible, but in a message without a schema it is noise."""


class Field(NamedTuple):
    """One field as it stands on the wire.

    value: an unsigned number for VARINT; the bytes for FIXED32 (4), FIXED64 (8) and BYTES.
    """

    number: int
    wire: int
    value: int | bytes


def varint(data: bytes, at: int = 0) -> tuple[int, int] | None:
    """The unsigned number of at most 64 bits that starts at `at`, and where it ends; None where none does."""
    value = shift = 0
    for place in range(at, min(at + 10, len(data))):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value, place + 1) if value < 1 << 64 else None
        shift += 7
    return None


def fields(data: bytes, limit: int = _MAX_FIELDS) -> tuple[Field, ...] | None:
    """The fields of one message, in order; None where the bytes are no message, or one of more than `limit` fields.

    Total: never raises. The bytes must be used up exactly; no bytes are a message without fields.
    """
    found: list[Field] = []
    at, end = 0, len(data)
    if end > MAX_PAYLOAD:
        return None
    while at < end:
        field = _field(data, at)
        if field is None or len(found) >= limit:
            return None
        found.append(field[0])
        at = field[1]
    return tuple(found)


def _field(data: bytes, at: int) -> tuple[Field, int] | None:
    """The field that starts at `at`, and where it ends."""
    tag = varint(data, at)
    if tag is None or not 0 < tag[0] >> 3 <= _MAX_NUMBER:
        return None
    number, wire, at = tag[0] >> 3, tag[0] & 7, tag[1]
    if wire in (VARINT, BYTES):
        read = varint(data, at)
        if read is None:
            return None
        if wire == VARINT:
            return Field(number, wire, read[0]), read[1]
        size, at = read
    else:
        size = {FIXED64: 8, FIXED32: 4}.get(wire, -1)
    if size < 0 or at + size > len(data):
        return None
    return Field(number, wire, data[at : at + size]), at + size


def guess(data: bytes) -> dict[str, Any] | None:
    """The likeliest value of a message without a schema, fields named by number; None where it is no likely message.

    A number that comes more than once is a list. Bytes that are neither text nor a message are {"base64": …}. What is
    longer than _MAX_GUESSED is not tried.
    """
    found = fields(data) if len(data) <= _MAX_GUESSED else None
    return _object(found, 0) if found and _likely(found) else None


def number_of(field: Field) -> int | float:
    """A fixed field as the number it likeliest is: a float where that is of ordinary size, else an integer."""
    if isinstance(field.value, int):
        return field.value
    real = struct.unpack("<f" if field.wire == FIXED32 else "<d", field.value)[0]
    integer = int.from_bytes(field.value, "little", signed=True)
    ordinary = isfinite(real) and (real == 0 or 1e-6 < abs(real) < 1e15)
    if not ordinary or abs(integer) < 1 << 20:
        return integer
    return float(f"{real:.7g}") if field.wire == FIXED32 else float(real)


def _likely(found: tuple[Field, ...]) -> bool:
    """Whether fields look meant: small numbers, each of one wire type, and something that noise seldom gives."""
    wires: dict[int, int] = {}
    telling = 0
    for field in found:
        if field.number > _LIKELY_NUMBER or wires.setdefault(field.number, field.wire) != field.wire:
            return False
        if field.wire == BYTES and isinstance(field.value, bytes) and len(field.value) > 2:
            telling += 2 if text_of(field.value) is not None or fields(field.value, 64) else 0
    return telling > 0 or (len(found) > 2 and len(wires) > 1 and all(number < 32 for number in wires))


def text_of(data: bytes) -> str | None:
    """Bytes as text where they are UTF-8 and hold no control characters but white space, else None."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() or all(ch.isprintable() or ch in "\t\r\n" for ch in text) else None


def _object(found: tuple[Field, ...], depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    repeated: set[str] = set()
    for field in found:
        key, one = str(field.number), _value(field, depth)
        if key not in value:
            value[key] = one
        elif key in repeated:
            value[key].append(one)
        else:
            repeated.add(key)
            value[key] = [value[key], one]
    return value


def _value(field: Field, depth: int) -> Any:
    if field.wire != BYTES or isinstance(field.value, int):
        return number_of(field)
    text = text_of(field.value)
    if text is not None:
        return text
    inner = fields(field.value) if depth < _MAX_DEPTH else None
    if inner and all(one.number <= _LIKELY_NUMBER for one in inner):
        return _object(inner, depth + 1)
    return {"base64": base64.b64encode(field.value).decode("ascii")}
