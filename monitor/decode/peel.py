"""The outer layers of a payload: compression, character set, JSON, MessagePack.

Only what is certain is peeled. A layer that claims to be there and is not readable leaves the payload as it is.
"""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from monitor.decode.limits import MAX_INFLATED, MAX_PAYLOAD
from monitor.decode.parse import PREFIXES, UNSET, json_value, too_deep
from monitor.decode.protocol import Item
from monitor.model import Direction

_GZIP = b"\x1f\x8b\x08"
_FLUSHED = b"\0\0\xff\xff"
_unpack = msgspec.msgpack.Decoder().decode


def peel(payload: str | bytes, dir: Direction | None = None, mime: str = "") -> Item:  # noqa: A002
    """A payload as an item, with its layers named from the outside in."""
    if isinstance(payload, str):
        return _text(payload, dir, mime, ())
    layers: tuple[str, ...] = ()
    inflated = inflate(payload)
    if inflated is not None:
        layer, payload = inflated
        layers = (layer,)
    text = utf8(payload)
    if text is not None:
        return _text(text, dir, mime, layers + ("utf-8",))
    value = msgpack_value(payload)
    if value is not UNSET:
        return Item(data=payload, value=value, dir=dir, layers=layers + ("msgpack",))
    return Item(data=payload, dir=dir, layers=layers)


def inflate(data: bytes) -> tuple[str, bytes] | None:
    """The layer's name and the expanded bytes of a gzip or zlib payload, whole or cut at MAX_INFLATED; else None."""
    if data.startswith(_GZIP):
        return _inflated("gzip", data, 31)
    if len(data) > 6 and data[0] & 0x8F == 0x08 and (data[0] << 8 | data[1]) % 31 == 0:
        return _inflated("zlib", data, 15)
    return None


def utf8(data: bytes) -> str | None:
    """The text of bytes that are UTF-8 and look written rather than packed, else None."""
    if len(data) > MAX_PAYLOAD or b"\0" in data[:4096]:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    controls = sum(ch < " " and ch not in "\t\r\n\x1e" for ch in text[:256])
    return text if controls == 0 or (len(text) > 32 and controls * 32 < len(text[:256])) else None


def msgpack_value(data: bytes) -> Any:
    """The value of bytes that are one MessagePack map or array with something in it, else UNSET."""
    if not data or not (0x80 < data[0] <= 0x8F or 0x90 < data[0] <= 0x9F or 0xDC <= data[0] <= 0xDF):
        return UNSET
    try:
        value = _unpack(data)
        plain = msgspec.to_builtins(value, str_keys=True)
    except (ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        return UNSET
    return UNSET if too_deep(plain) else plain


def _text(text: str, dir: Direction | None, mime: str, layers: tuple[str, ...]) -> Item:  # noqa: A002
    head = text[:1]
    if head in " \t\r\n\ufeff":
        head = text[:256].lstrip("\ufeff \t\r\n")[:1]
    if head and (head in '{["' or "json" in mime or text.startswith(PREFIXES)):
        value = json_value(text)
        if value is not UNSET:
            return Item(text=text, value=value, dir=dir, layers=layers + ("json",))
    return Item(text=text, dir=dir, layers=layers)


def _inflated(layer: str, data: bytes, bits: int) -> tuple[str, bytes] | None:
    engine = zlib.decompressobj(bits)
    try:
        out = engine.decompress(data, MAX_INFLATED)
    except zlib.error:
        return None
    whole = engine.eof or len(out) >= MAX_INFLATED or data.endswith(_FLUSHED) or layer == "gzip"
    return (layer, out) if out and whole else None
