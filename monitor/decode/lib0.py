"""The encoding that Yjs is written in (lib0, format 1): a cursor over bytes that raises `Broken` where they end."""

from __future__ import annotations

import base64
import struct
from typing import Any

from monitor.decode.parse import UNSET, json_value

_MAX_DEPTH = 32
_FLOATS = {124: (">f", 4), 123: (">d", 8), 122: (">q", 8)}
_PLAIN = {127: None, 126: None, 121: False, 120: True}


class Broken(ValueError):
    """The bytes are not what they were read as."""


class Cursor:
    """Reads one value after another."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.at == len(self.data)

    def byte(self) -> int:
        """One byte."""
        return self.take(1)[0]

    def take(self, size: int) -> bytes:
        """So many bytes."""
        end = self.at + size
        if end > len(self.data):
            raise Broken("the bytes end too early")
        found = self.data[self.at : end]
        self.at = end
        return found

    def number(self) -> int:
        """An unsigned number of at most 53 bits, seven bits a byte, lowest first."""
        value = shift = 0
        while shift < 56:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value >> 53:
                    break
                return value
            shift += 7
        raise Broken("a number is too large")

    def signed(self) -> int:
        """A signed number: the first byte has six bits and the sign."""
        byte = self.byte()
        value, shift, sign = byte & 0x3F, 6, -1 if byte & 0x40 else 1
        while byte & 0x80:
            if shift > 56:
                raise Broken("a number is too large")
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
        return sign * value

    def bytes(self) -> bytes:
        """Bytes behind their length."""
        return self.take(self.number())

    def text(self) -> str:
        """A text behind its length in bytes."""
        try:
            return self.bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise Broken("a text is not UTF-8") from error

    def json(self) -> Any:
        """A value as JSON in a text; `undefined` is None."""
        text = self.text()
        value = None if text == "undefined" else json_value(text)
        if value is UNSET:
            raise Broken("a text is not JSON")
        return value

    def any(self, depth: int = 0) -> Any:
        """A value behind the byte that tells its type."""
        kind = self.byte()
        if kind in _PLAIN:
            return _PLAIN[kind]
        if kind in _FLOATS:
            form, size = _FLOATS[kind]
            return struct.unpack(form, self.take(size))[0]
        if kind == 125:
            return self.signed()
        if kind == 119:
            return self.text()
        if kind == 116:
            return {"base64": base64.b64encode(self.bytes()).decode("ascii")}
        if kind not in (117, 118) or depth > _MAX_DEPTH:
            raise Broken("a value of no known type")
        count = self.count()
        if kind == 117:
            return [self.any(depth + 1) for _ in range(count)]
        return {self.text(): self.any(depth + 1) for _ in range(count)}

    def count(self) -> int:
        """How many things follow, each of which takes a byte at least."""
        count = self.number()
        if count > len(self.data) - self.at:
            raise Broken("more is told than there is")
        return count
