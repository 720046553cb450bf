"""One compressed stream that all frames of a connection's direction share: zlib or raw deflate with flushes, or zstd.

Discord's `compress=zlib-stream` is the best known: each message ends with a flush (00 00 FF FF) and is read with what
the ones before it left behind, so nothing can be read once a frame is missing. A message may also take several frames.
A payload that is compressed as a whole is none of ours: its end is in it.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

import msgspec

from monitor.decode.compression import FLUSHED, ZSTD, opens_zlib, zstd_engine
from monitor.decode.limits import MAX_INFLATED

_TOLD = re.compile(r"[?&]compress=(zlib|zstd)-stream(?:&|$)")
HALF = "half of a message of a compressed stream: it goes on in the next frame"
CUT = "it expands to more than is read: the rest of this compressed stream is lost"


class Opened(msgspec.Struct):
    """What a frame of a shared stream gave.

    layer: such as `zlib-stream`. data: the message, None where it cannot be had or is not whole yet; `note` says why.
    """

    layer: str
    data: bytes | None = None
    note: str | None = None


class SharedStream:
    """One direction of one connection."""

    def __init__(self, url: str = "", lost: str | None = None) -> None:
        told = _TOLD.search(url)
        self.told = told[1] if told else ""
        self._engine: Any = None
        self._layer = ""
        self._lost = lost
        self._parts: list[bytes] = []
        self._held = 0

    @property
    def open(self) -> bool:
        """Whether a decompressor is held."""
        return self._engine is not None

    def lost(self, reason: str) -> None:
        """A frame is missing: what follows cannot be read."""
        if self._lost is None:
            self._lost = reason
        self._drop()

    def read(self, data: bytes) -> Opened | None:
        """The next binary frame; None where it belongs to no shared stream."""
        if self._engine is None and not self._begin(data):
            return self._unreadable(data)
        try:
            out = self._engine.decompress(data, MAX_INFLATED - self._held)
        except (
            Exception
        ) as error:  # zlib.error, zstd's ZstdError, EOFError: the stream is broken, whatever they call it
            return self._broken(data, error)
        return self._gathered(data, out)

    def _begin(self, data: bytes) -> bool:
        """Open a decompressor where this frame can be the first of a stream."""
        goes_on = data.endswith(FLUSHED) or self.told == "zlib"
        if opens_zlib(data) and goes_on and not _ends(zlib.decompressobj(15), data):
            self._engine, self._layer = zlib.decompressobj(15), "zlib-stream"
        elif data.startswith(ZSTD) and not _ends(zstd_engine(), data):
            self._engine, self._layer = zstd_engine(), "zstd-stream"
        elif data.endswith(FLUSHED) and not self.told and self._lost is None and _flushes(data):
            self._engine, self._layer = zlib.decompressobj(-15), "deflate-stream"
        if self._engine is not None:
            self._lost = None
        return self._engine is not None

    def _gathered(self, data: bytes, out: bytes) -> Opened | None:
        """The message that this frame ends, or what there is to say of its half."""
        if self._held + len(out) >= MAX_INFLATED:
            self.lost("its expansion was too large")
            return Opened(self._layer, note=CUT)
        self._parts.append(out)
        self._held += len(out)
        layer, whole = self._layer, data.endswith(FLUSHED) or self._layer == "zstd-stream"
        if self._engine.eof:
            self._engine = None
        elif not whole or not self._held:
            return Opened(layer, note=HALF)
        message = b"".join(self._parts)
        self._parts.clear()
        self._held = 0
        return Opened(layer, message)

    def _broken(self, data: bytes, error: Exception) -> Opened | None:
        """A stream that does not go on: perhaps another begins, else the rest is unreadable."""
        self._drop()
        self._lost = self._lost or f"the stream broke: {str(error)[:80]}"
        return self.read(data) if opens_zlib(data) or data.startswith(ZSTD) else self._unreadable(data)

    def _unreadable(self, data: bytes) -> Opened | None:
        """What to say of a frame that needs the ones before it; None where nothing says that it does."""
        flushed = data.endswith(FLUSHED) and len(data) > len(FLUSHED)
        if not (self._lost and (self.told or flushed)) and not (self.told and flushed):
            return None
        why = self._lost or "its start is not in the recording"
        layer = f"{self.told or 'zlib'}-stream"
        return Opened(layer, note=f"part of a compressed stream that cannot be read from its middle ({why})")

    def _drop(self) -> None:
        self._engine = None
        self._parts.clear()
        self._held = 0


def _ends(engine: Any, data: bytes) -> bool:
    """Whether a payload is compressed as a whole, or is broken: then it opens no stream."""
    try:
        engine.decompress(data, MAX_INFLATED)
    except Exception:  # as above
        return True
    return bool(engine.eof)


def _flushes(data: bytes) -> bool:
    """Whether bytes are raw deflate up to a flush, with something in them."""
    engine = zlib.decompressobj(-15)
    try:
        out = engine.decompress(data, MAX_INFLATED)
    except zlib.error:
        return False
    return len(out) > 2 and not engine.eof
