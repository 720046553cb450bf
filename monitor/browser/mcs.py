"""The stream between Chrome and Google's push server (MCS) cut into its messages, without the login's secret; pure.

Each direction begins with one byte, its version; then come messages, each a tag, a length and a protobuf. What they
mean is read later, in `decode/mcs.py`. The login holds a password of the browser's own: it is struck out here, with
stars in its place, so that no capture ever has it.
"""

from __future__ import annotations

HOST = b"mcs.android.com"
LOGIN = 2
SECRET_FIELD = 5
LARGEST = 16 << 20


def is_mcs(sent: bytes) -> bool:
    """Whether this is how a browser begins to speak MCS: a version, and a login to its domain."""
    return len(sent) > 2 and sent[0] >= 38 and sent[1] == LOGIN and HOST in sent[:512]


class Stanzas:
    """One direction of the stream."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._begun = False

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that these bytes complete, each with its tag and length, the first with the version before it.

        ValueError where this is no MCS.
        """
        self._held += data
        found = []
        while (end := self._end()) is not None:
            found.append(self._clean(bytes(self._held[:end])))
            del self._held[:end]
            self._begun = True
        return found

    def _end(self) -> int | None:
        """Where the first message ends; None where it is not whole."""
        start = 1 if self._begun else 2
        size = varint(self._held, start)
        if size is None:
            if len(self._held) > start + 5:
                raise ValueError("a message of the push server has no length")
            return None
        if size[0] > LARGEST:
            raise ValueError(f"a message of the push server has {size[0]} bytes")
        end = size[1] + size[0]
        return end if end <= len(self._held) else None

    def _clean(self, stanza: bytes) -> bytes:
        tag = 0 if self._begun else 1
        return without_secret(stanza, tag + 1) if stanza[tag] == LOGIN else stanza


def without_secret(stanza: bytes, at: int) -> bytes:
    """A login with stars for its secret; `at` is where its length stands. All of it, where it cannot be read."""
    clean = bytearray(stanza)
    start = varint(stanza, at)
    place = start[1] if start else len(stanza)
    while place < len(stanza):
        key = varint(stanza, place)
        size = varint(stanza, key[1]) if key else None
        if key is None or size is None or key[0] & 7 not in (0, 2):
            clean[place:] = b"*" * (len(stanza) - place)
            break
        end = size[1] + (size[0] if key[0] & 7 == 2 else 0)
        if key[0] >> 3 == SECRET_FIELD:
            clean[size[1] : end] = b"*" * (min(end, len(stanza)) - size[1])
        place = end
    return bytes(clean)


def varint(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """The number that starts at a place, and where it ends; None where none ends there."""
    value = 0
    for place in range(at, min(at + 10, len(data))):
        value |= (data[place] & 0x7F) << 7 * (place - at)
        if data[place] < 0x80:
            return value, place + 1
    return None
