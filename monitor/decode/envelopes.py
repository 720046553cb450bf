"""Length-prefixed messages: gRPC-web's and Connect's envelopes, and protobuf behind a length.

An envelope is a byte of flags and a length of four bytes, big-endian. gRPC-web marks its trailers with 0x80, Connect
its end of stream with 0x02; 0x01 is a compressed message.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from monitor.decode.limits import MAX_PAYLOAD
from monitor.decode.protobuf import guess, varint

COMPRESSED, END_STREAM, TRAILERS = 0x01, 0x02, 0x80
_FLAGS = COMPRESSED | END_STREAM | TRAILERS
_MAX_RECORDS = 10_000
_PADDED = re.compile(rb"[^=]+={0,2}")


class Envelope(NamedTuple):
    """One message with its flags."""

    flags: int
    data: bytes


class Envelopes:
    """Feed pieces of a body, get whole envelopes; `text` bodies are base64, padded anywhere.

    broken: why nothing is read any more, once that is so.
    """

    def __init__(self, text: bool = False, limit: int = _MAX_RECORDS) -> None:
        self._limit = limit
        self.broken: str | None = None
        self._text = text
        self._coded = b""
        self._data = bytearray()

    @property
    def held(self) -> int:
        """Bytes held for the rest of an envelope."""
        return len(self._data) + len(self._coded)

    def feed(self, piece: str | bytes) -> list[Envelope]:
        """The envelopes that this piece completes."""
        data = piece.encode("utf-8", "replace") if isinstance(piece, str) else piece
        self._data.extend(self._decoded(data) if self._text else data)
        found: list[Envelope] = []
        at = 0
        while self.broken is None and len(self._data) - at >= 5:
            flags, size = self._data[at], int.from_bytes(self._data[at + 1 : at + 5], "big")
            if flags & ~_FLAGS or size > MAX_PAYLOAD:
                self.broken = "the body is not made of envelopes" if flags & ~_FLAGS else "a message is too large"
            elif at + 5 + size > len(self._data):
                break
            elif len(found) >= self._limit:
                self.broken = "one piece holds more messages than are read"
            else:
                found.append(Envelope(flags, bytes(self._data[at + 5 : at + 5 + size])))
                at += 5 + size
        del self._data[: None if self.broken else at]
        return found

    def _decoded(self, data: bytes) -> bytes:
        """Base64 in groups of four, each of which may be padded: a server pads every piece that it sends."""
        coded = self._coded + bytes(byte for byte in data if byte not in b" \r\n")
        whole = len(coded) - len(coded) % 4
        self._coded, out = coded[whole:], []
        for part in _PADDED.findall(coded[:whole]):
            try:
                out.append(base64.b64decode(part, validate=True))
            except (binascii.Error, ValueError):
                self.broken = "the body is not base64"
        return b"".join(out)


def envelopes(data: bytes) -> list[Envelope] | None:
    """The envelopes that bytes are exactly made of, None where they are not, or hold nothing."""
    reader = Envelopes()
    found = reader.feed(data)
    return found if found and not reader.broken and not reader.held else None


def prefixed(data: bytes) -> list[bytes] | None:
    """The protobuf messages that bytes are exactly made of, each behind its length; None where they are not.

    The length is a varint, or four bytes in either order. Each message must be a likely one without its schema.
    """
    return _by_varint(data) or _by_four(data, "big") or _by_four(data, "little")


def _by_varint(data: bytes) -> list[bytes] | None:
    found: list[bytes] = []
    at = 0
    while at < len(data):
        size = varint(data, at)
        if size is None or not size[0] or len(found) >= _MAX_RECORDS:
            return None
        at = size[0] + size[1]
        found.append(data[size[1] : at])
        if at > len(data) or guess(found[-1]) is None:
            return None
    return found or None


def _by_four(data: bytes, order: str) -> list[bytes] | None:
    found: list[bytes] = []
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big" if order == "big" else "little")
        if not size or at + 4 + size > len(data) or len(found) >= _MAX_RECORDS:
            return None
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
        if guess(found[-1]) is None:
            return None
    return found or None
