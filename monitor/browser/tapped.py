"""The websockets library's connection with a shorter way for whole messages: cut out of what was read and handed on.

The library makes each message a frame object, a queue entry and a wake-up of the reader, which costs more than all that
the recorder does with it. Here a data frame that is whole goes straight to `take`; everything else (the handshake,
control frames, fragments, whatever breaks the rules) goes through the library, and comes out of `recv` as always.

Each read costs about as much as what is done with a message. Who taps may ask for a rest after a read: what comes
meanwhile is then read at once. The kernel keeps it, so the other end waits for nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection

Take = Callable[[bytes, float], None]
Read = Callable[[int, float], float]

_WHOLE = (0x81, 0x82)  # the first byte of a text or binary message in one frame
_TWO_BYTES = 126
_MASKED = 0x80
# A read of at least this many bytes is followed by the next at once: the kernel keeps only so much.
_MUCH = 1 << 16


class TappedConnection(ClientConnection):
    """A client connection whose messages can be tapped. The other end must not speak before it is spoken to."""

    _take: Take | None = None
    _failed: Callable[[BaseException], None]
    _read: Read
    _parts: list[bytes]
    _have = 0
    _need = 0

    def tap(
        self,
        take: Take,
        failed: Callable[[BaseException], None],
        read: Read = lambda size, arrival: 0.0,
    ) -> None:
        """From now on, call `take(message, arrival)`; what it raises goes to `failed` and breaks the connection off.

        read: called after the messages of each read with their bytes; returns for how many seconds not to read.
        """
        self._take, self._failed, self._read = take, failed, read
        self._parts = []

    def untap(self) -> None:
        """From now on, throw messages away; the end of the connection is still the library's."""
        if self._take is not None:
            self._take = _nothing

    def data_received(self, data: bytes) -> None:
        """What the transport read."""
        if self._take is None:
            super().data_received(data)
            return
        if self._parts:
            self._parts.append(data)
            self._have += len(data)
            if self._have < self._need:
                return
            data = b"".join(self._parts)
            self._parts.clear()
        try:
            arrival = time.monotonic()
            rest = self._read(self._cut(data, arrival), arrival)
            if rest and len(data) < _MUCH:
                self.transport.pause_reading()
                self.loop.call_later(rest, self.transport.resume_reading)
        except Exception as error:
            self._take = _nothing
            self._failed(error)
            self.transport.abort()

    def _cut(self, data: bytes, arrival: float) -> int:
        """Hand on each frame that is whole, and keep the rest until as much has come as it needs; returns its place."""
        at, end = 0, len(data)
        while at < end:
            if at + 4 <= end and data[at + 1] == _TWO_BYTES:  # most are of this length: the rest of this in short
                start = at + 4
                stop = start + (data[at + 2] << 8 | data[at + 3])
            else:
                start, stop = _span(data, at, end)
            if stop > end:
                self._parts.append(data[at:] if at else data)
                self._have, self._need = end - at, stop - at
                break
            if data[at] in _WHOLE and data[at + 1] < _MASKED:
                assert self._take is not None
                self._take(data[start:stop], arrival)
            else:
                super().data_received(data[at:stop])
            at = stop
        return at


def _span(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the payload of the frame at `at` begins and ends; that is past `end` if more must come to know it."""
    start = at + 2
    if start > end:
        return start, start
    length = data[at + 1] & (_MASKED - 1)
    if length >= _TWO_BYTES:
        width = 2 if length == _TWO_BYTES else 8
        start += width
        if start > end:
            return start, start
        length = int.from_bytes(data[start - width : start], "big")
    if data[at + 1] >= _MASKED:
        start += 4
    return start, start + length


def _nothing(message: bytes, arrival: float) -> None:
    """What an ended tap does."""
