"""CBOR (RFC 8949) to plain JSON-like values, within bounds; total.

Bytes are {"base64": …}, keys are text, undefined is None. Tags that only say more of a value (dates, URIs, sets,
self-described CBOR) are left off, embedded CBOR (24) is opened, big numbers are numbers; any other tag is
{"tag": …, "value": …}.

Our own rather than cbor2: that builds what tags ask for (regular expressions, mails, decimals, values that hold
themselves), which frames from strangers shall not.
"""

from __future__ import annotations

import base64
import struct
from typing import Any

from monitor.decode.limits import MAX_DEPTH, MAX_PAYLOAD
from monitor.decode.parse import UNSET

_TRANSPARENT = frozenset((0, 1, 32, 33, 34, 36, 258, 55799))
_BIG = (2, 3)
_EMBEDDED = 24
_MAX_BIG = 1024
_MAX_ITEMS = 250_000
_BREAK: Any = object()
_FLOATS = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}
_SIMPLE = {20: False, 21: True, 22: None, 23: None}


class _Broken(ValueError):
    """The bytes are no CBOR."""


def cbor_value(data: bytes) -> Any:
    """The value of bytes that are exactly one CBOR item, else UNSET."""
    if not data or len(data) > MAX_PAYLOAD:
        return UNSET
    reader = _Reader(data)
    try:
        value = reader.item(0)
    except (_Broken, UnicodeDecodeError, struct.error):
        return UNSET
    return UNSET if value is _BREAK or reader.at != len(data) else value


def likely_cbor(data: bytes) -> Any:
    """The value of bytes that are one CBOR map with text keys or an array with texts or maps in it, else UNSET."""
    if not data or not (0x81 <= data[0] <= 0x9B or 0xA1 <= data[0] <= 0xBB or data[0] in (0x9F, 0xBF, 0xD9)):
        return UNSET
    value = cbor_value(data)
    if type(value) is dict and value and data[1:2] and not data.startswith(b"\xd9\xd9\xf7"):
        return value if all(key.isprintable() and not key.isdigit() for key in value) else UNSET
    if type(value) is list and not any(type(one) is dict or (type(one) is str and len(one) > 1) for one in value):
        return UNSET
    return value if type(value) in (dict, list) else UNSET


class _Reader:
    """One walk over the bytes; every item costs at least one of them, so the work is bounded by their number."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.left = _MAX_ITEMS

    def item(self, depth: int) -> Any:
        """The item that starts here, or the break that ends an open one."""
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            raise _Broken
        head = self._take(1)[0]
        major, info = head >> 5, head & 31
        if head == 0xFF:
            return _BREAK
        if major == 7:
            return self._simple(info)
        size = None if info == 31 and 2 <= major <= 5 else self._argument(info)
        if major < 2:
            return size if major == 0 else -1 - (size or 0)
        if major == 2:
            return _bytes(b"".join(self._strings(2, size)))
        if major == 3:
            return b"".join(self._strings(3, size)).decode("utf-8")
        if major == 4:
            return list(self._items(size, depth))
        return self._map(size, depth) if major == 5 else self._tag(size or 0, depth)

    def _take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.data):
            raise _Broken
        found = self.data[self.at : end]
        self.at = end
        return found

    def _argument(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise _Broken
        return int.from_bytes(self._take(1 << (info - 24)), "big")

    def _simple(self, info: int) -> Any:
        if info in _FLOATS:
            form, size = _FLOATS[info]
            return struct.unpack(form, self._take(size))[0]
        number = self._argument(info)
        return _SIMPLE.get(number, {"simple": number})

    def _strings(self, major: int, size: int | None) -> list[bytes]:
        """The parts of a string: one, or as many as come until the break."""
        if size is not None:
            return [self._take(size)]
        parts: list[bytes] = []
        while (head := self._take(1)[0]) != 0xFF:
            if head >> 5 != major:
                raise _Broken
            parts.append(self._take(self._argument(head & 31)))
        return parts

    def _items(self, size: int | None, depth: int) -> list[Any]:
        if size is not None and size > len(self.data) - self.at:
            raise _Broken
        found: list[Any] = []
        while size is None or len(found) < size:
            one = self.item(depth + 1)
            if one is _BREAK:
                if size is None:
                    return found
                raise _Broken
            found.append(one)
        return found

    def _map(self, size: int | None, depth: int) -> dict[str, Any]:
        flat = self._items(None if size is None else size * 2, depth)
        if len(flat) % 2:
            raise _Broken
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return {key if type(key) is str else str(key)[:200]: value for key, value in pairs}

    def _tag(self, number: int, depth: int) -> Any:
        start = self.at
        value = self.item(depth + 1)
        if value is _BREAK:
            raise _Broken
        if number in _TRANSPARENT:
            return value
        content = _packed(self.data[start : self.at])
        if number in _BIG and content is not None and len(content) <= _MAX_BIG:
            big = int.from_bytes(content, "big")
            return big if number == 2 else -1 - big
        if number == _EMBEDDED and content is not None:
            inner = cbor_value(content) if depth < 4 else UNSET
            return value if inner is UNSET else inner
        return {"tag": number, "value": value}


def _packed(data: bytes) -> bytes | None:
    """The content of a byte string of known length."""
    if not data or not 0x40 <= data[0] <= 0x5B:
        return None
    extra = 0 if data[0] < 0x58 else 1 << (data[0] - 0x58)
    return data[1 + extra :]


def _bytes(data: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(data).decode("ascii")}
