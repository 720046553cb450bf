"""The outer layers of a payload, taken off until nothing is left: compression, base64, character set, JSON, and packed.

Only what is certain is peeled. A layer that claims to be there and is not readable leaves the payload as it is. The
layers of one payload have an end in number (MAX_LAYERS) and in what they expand to together (MAX_INFLATED).
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import msgspec

from monitor.decode.cbor import likely_cbor
from monitor.decode.compression import inflate, prove
from monitor.decode.limits import MAX_CONTAINERS, MAX_EXTENSIONS, MAX_INFLATED, MAX_LAYERS, MAX_PAYLOAD
from monitor.decode.parse import PREFIXES, UNSET, json_value, nested, too_deep
from monitor.decode.protocol import Item
from monitor.model import Direction

_PACKED_BASE64 = ("H4sI", "KLUv", "eJ", "eN", "eA", "eF", "ey", "W3", "Wy")
"""How base64 begins that holds gzip, zstd, zlib or JSON."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_SHORTEST_BASE64 = 16
_OPENS_CONTAINER = bytes((*range(0x80, 0xA0), *range(0xDC, 0xE0)))


def peel(payload: str | bytes, dir: Direction | None = None, mime: str = "", encoding: str = "") -> Item:  # noqa: A002
    """A payload as an item, with its layers named from the outside in.

    encoding: the content-encoding that the response told, for what does not say of itself how it is compressed.
    """
    if type(payload) is str:
        item = _text(payload, dir, mime, ())
    else:
        item = _bytes(payload, dir, mime, (), MAX_INFLATED)  # type: ignore[arg-type]
        if encoding and item.value is UNSET and item.text is None:
            item = _encoded(item, mime, encoding)
    item.wire = payload
    return item


def unpacked(item: Item) -> Item | None:
    """The item with a layer less that shows only when it is tried, brotli or raw deflate; None where there is none."""
    if item.data is None or len(item.layers) >= MAX_LAYERS:
        return None
    found = prove(item.data)
    return _below(item, found, "") if found else None


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
    return any_msgpack(data)


def any_msgpack(data: bytes) -> Any:
    """The value of bytes that are exactly one MessagePack item of any type, else UNSET."""
    if len(data) > MAX_PAYLOAD or (len(data) > MAX_CONTAINERS and _containers(data) > MAX_CONTAINERS):
        return UNSET
    try:
        value = _unpacker().decode(data)
        plain = msgspec.to_builtins(value, str_keys=True)
    except (ValueError, TypeError, RecursionError, OverflowError, msgspec.MsgspecError):
        return UNSET
    return UNSET if too_deep(plain) else plain


def _containers(data: bytes) -> int:
    """At most how many maps and arrays there are: the bytes that could open one, within other values too."""
    return len(data) - len(data.translate(None, _OPENS_CONTAINER))


def _unpacker() -> msgspec.msgpack.Decoder[Any]:
    """A decoder for one payload, which ends at too many extension values."""
    count = 0

    def extension(code: int, data: memoryview) -> dict[str, Any]:
        nonlocal count
        count += 1
        if count > MAX_EXTENSIONS:
            raise ValueError("too many extension values")
        return {"ext": code, "base64": base64.b64encode(data).decode("ascii")}

    return msgspec.msgpack.Decoder(ext_hook=extension)


def _bytes(data: bytes, dir: Direction | None, mime: str, layers: tuple[str, ...], room: int) -> Item:  # noqa: A002
    """Take off compression, then read what is left."""
    notes: tuple[str, ...] = ()
    while len(layers) < MAX_LAYERS and room > 0:
        inflated = inflate(data, room)
        if inflated is None:
            break
        layers, data = (*layers, inflated[0]), inflated[1]
        room -= len(data)
        notes = () if room > 0 else ("it expands to more than is read: the rest is left out",)
    item = _read(data, dir, mime, layers)
    item.notes += notes
    return item


def _read(data: bytes, dir: Direction | None, mime: str, layers: tuple[str, ...]) -> Item:  # noqa: A002
    """Bytes that are not compressed."""
    text = utf8(data)
    if text is not None:
        return _text(text, dir, mime, layers + ("utf-8",))
    value, other = msgpack_value(data), likely_cbor(data)
    if value is not UNSET:
        also = ("cbor",) if other is not UNSET else ()
        return Item(data=data, value=value, dir=dir, layers=layers + ("msgpack",), also=also)
    if other is not UNSET:
        return Item(data=data, value=other, dir=dir, layers=layers + ("cbor",))
    return Item(data=data, dir=dir, layers=layers)


def _text(text: str, dir: Direction | None, mime: str, layers: tuple[str, ...]) -> Item:  # noqa: A002
    head = text[:1]
    if head in " \t\r\n\ufeff":
        head = text[:256].lstrip("\ufeff \t\r\n")[:1]
    if head and (head in '{["' or "json" in mime or text.startswith(PREFIXES)):
        value = json_value(text)
        if value is not UNSET:
            item = Item(text=text, value=value, dir=dir, layers=layers + ("json",))
            return _quoted(item, mime) if type(value) is str else item
    if text.startswith(_PACKED_BASE64) and len(layers) < MAX_LAYERS:
        return _base64(Item(text=text, dir=dir, layers=layers), mime)
    return Item(text=text, dir=dir, layers=layers)


def _quoted(item: Item, mime: str) -> Item:
    """JSON whose whole value is a string that is packed itself: the string's own layers below."""
    while type(item.value) is str and len(item.layers) < MAX_LAYERS:
        text = item.value
        value = nested(text) if text[:1] in ("{", "[") else json_value(text) if text[:1] == '"' else UNSET
        if value is UNSET:
            return _base64(item, mime, text) if text.startswith(_PACKED_BASE64) else item
        item.text, item.value, item.layers = text, value, item.layers + ("json",)
    return item


def _base64(item: Item, mime: str, text: str | None = None) -> Item:
    """A text that is base64 of something that says what it is; else the item as it was."""
    text = item.text or "" if text is None else text
    if not _SHORTEST_BASE64 <= len(text) <= MAX_PAYLOAD or not _BASE64.fullmatch(text):
        return item
    try:
        plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
        data = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return item
    found = _bytes(data, item.dir, mime, item.layers + ("base64",), MAX_INFLATED)
    certain = found.value is not UNSET or len(found.layers) > len(item.layers) + 2
    return found if certain and "msgpack" not in found.layers and "cbor" not in found.layers else item


def _encoded(item: Item, mime: str, encoding: str) -> Item:
    found = prove(item.data or b"", encoding)
    return _below(item, found, mime) if found else item


def _below(item: Item, found: tuple[str, bytes], mime: str) -> Item:
    below = _bytes(found[1], item.dir, mime, (*item.layers, found[0]), MAX_INFLATED - len(found[1]))
    below.wire = item.wire
    return below
