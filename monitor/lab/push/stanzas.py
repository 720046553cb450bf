"""The framing of MCS, Google's push connection: one version byte, then `[tag][varint length][protobuf]`; no I/O.

The protobuf definitions are those of the package `firebase-messaging`; tags and numbers are Chromium's `gcm_engine`.
"""

from __future__ import annotations

from typing import TypeAlias

from firebase_messaging.proto import mcs_pb2 as mcs
from google.protobuf.message import DecodeError

Stanza: TypeAlias = (
    mcs.HeartbeatPing
    | mcs.HeartbeatAck
    | mcs.LoginRequest
    | mcs.LoginResponse
    | mcs.Close
    | mcs.IqStanza
    | mcs.DataMessageStanza
)

VERSION = 41
OLDEST = 38
"""The first version whose framing is this one."""
TAGS: dict[int, type[Stanza]] = {
    0: mcs.HeartbeatPing,
    1: mcs.HeartbeatAck,
    2: mcs.LoginRequest,
    3: mcs.LoginResponse,
    4: mcs.Close,
    7: mcs.IqStanza,
    8: mcs.DataMessageStanza,
}
TAG_OF = {kind: tag for tag, kind in TAGS.items()}
LIMIT = 1 << 20
"""Bytes of the longest stanza that is read; its length takes at most `LENGTH_BYTES`."""
LENGTH_BYTES = 4


class BadStream(ValueError):
    """Bytes that are no MCS; the connection cannot be read on."""


def pack(stanza: Stanza) -> bytes:
    """A stanza as it goes over the wire."""
    body = stanza.SerializeToString()
    return bytes([TAG_OF[type(stanza)]]) + varint(len(body)) + body


def varint(number: int) -> bytes:
    """A length as protobuf writes it: seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


class Reader:
    """Bytes in, stanzas out: `feed` gives back those that became whole. `version` is the peer's, once it said it."""

    def __init__(self) -> None:
        self.version: int | None = None
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Stanza]:
        """Take bytes as they come. Raises BadStream, where those before are lost too."""
        self._rest += data
        if self.version is None and self._rest:
            self.version = self._rest.pop(0)
            if self.version < OLDEST:
                raise BadStream(f"version {self.version}")
        found: list[Stanza] = []
        while (stanza := self._next()) is not None:
            found.append(stanza)
        return found

    def _next(self) -> Stanza | None:
        size, start = 0, 1
        while True:
            if start >= len(self._rest):
                return None
            byte = self._rest[start]
            size |= (byte & 0x7F) << 7 * (start - 1)
            start += 1
            if byte < 0x80 or start > LENGTH_BYTES:
                break
        kind = TAGS.get(self._rest[0])
        if kind is None or size > LIMIT:
            raise BadStream(f"tag {self._rest[0]}, {size} bytes")
        if len(self._rest) < start + size:
            return None
        body = bytes(self._rest[start : start + size])
        del self._rest[: start + size]
        try:
            return kind.FromString(body)
        except DecodeError as error:
            raise BadStream(f"tag {TAG_OF[kind]}: {error}") from error
