"""Compressed bytes, expanded within a bound.

`inflate` takes what says of itself that it is compressed: gzip, zlib and zstd. `prove` takes what does not, brotli and
raw deflate, where the response names the encoding or the decoding comes out even and gives text: bytes that were no
such stream break off or leave a rest, and seldom give a written text.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import brotli

from monitor.decode.limits import MAX_INFLATED

if sys.version_info >= (3, 14):
    from compression import zstd as zstd
else:
    from backports import zstd as zstd

GZIP: Final = b"\x1f\x8b\x08"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
FLUSHED: Final = b"\0\0\xff\xff"
"""What a deflate stream ends with that was flushed and goes on."""

_ZSTD_OPTIONS: Final = {
    int(zstd.DecompressionParameter.window_log_max): 23
}  # 8 MiB: RFC 8878 asks decoders for no more
_MEMBERS = 64
_SHORTEST = 12
"""Bytes from which a stream without a magic number is tried: a shorter one comes out even too often by chance."""

Expanded = tuple[str, bytes]
"""A layer's name, and the bytes that were in it."""

_room: ContextVar[int | None] = ContextVar("room", default=None)


@contextmanager
def one_room(limit: int = MAX_INFLATED) -> Iterator[None]:
    """For the time of a `with`, all that `inflate` expands comes to `limit` together, however many payloads it is."""
    token = _room.set(limit)
    try:
        yield
    finally:
        _room.reset(token)


def inflate(data: bytes, limit: int = MAX_INFLATED) -> Expanded | None:
    """A gzip, zlib or zstd payload expanded, whole or cut at `limit`; None where it is none, or is broken.

    Within `one_room` it is None too where others took all that may be expanded.
    """
    room = _room.get()
    if room is not None:
        limit = min(limit, room)
    if limit <= 0:
        return None
    found = _inflated(data, limit)
    if room is not None and found is not None:
        _room.set(room - len(found[1]))
    return found


def _inflated(data: bytes, limit: int) -> Expanded | None:
    if data.startswith(GZIP):
        return _members("gzip", data, lambda: zlib.decompressobj(31), limit)
    if data.startswith(ZSTD):
        return _members("zstd", data, zstd_engine, limit)
    return _zlib(data, limit) if len(data) > 6 and opens_zlib(data) else None


def opens_zlib(data: bytes) -> bool:
    """Whether bytes begin with a zlib header (RFC 1950)."""
    return len(data) > 1 and data[0] & 0x8F == 0x08 and (data[0] << 8 | data[1]) % 31 == 0 and not data[1] & 0x20


def zstd_engine() -> Any:
    """A zstd decompressor that allocates no more than a web client would."""
    return zstd.ZstdDecompressor(options=_ZSTD_OPTIONS)


def prove(data: bytes, encoding: str = "", limit: int = MAX_INFLATED) -> Expanded | None:
    """A brotli or raw deflate payload expanded, where `encoding` names it or the decoding proves it; else None."""
    if encoding in ("br", "brotli"):
        return _brotli(data, limit)
    if encoding == "deflate":
        return _deflate(data, limit)
    if len(data) < _SHORTEST:
        return None
    return next((found for way in (_deflate, _brotli) if (found := way(data, limit)) and _written(found[1])), None)


def _written(data: bytes) -> bool:
    """Whether bytes are a text that a person or a program wrote."""
    try:
        head = data.decode("utf-8")[:4096]
    except UnicodeDecodeError:
        return False
    return len(head) >= _SHORTEST and all(ch.isprintable() or ch in "\t\r\n\x1e" for ch in head)


def _members(layer: str, data: bytes, engine: Callable[[], Any], limit: int) -> Expanded | None:
    """One or more compressed members, one after another; the last may be cut."""
    parts: list[bytes] = []
    for _ in range(_MEMBERS):
        one = engine()
        try:
            parts.append(one.decompress(data, max_length=limit))
        except (zlib.error, zstd.ZstdError):
            break
        limit -= len(parts[-1])
        data = one.unused_data if one.eof else b""
        if not data or limit <= 0:
            break
    out = b"".join(parts)
    return (layer, out) if out else None


def _zlib(data: bytes, limit: int) -> Expanded | None:
    engine = zlib.decompressobj(15)
    try:
        out = engine.decompress(data, limit)
    except zlib.error:
        return None
    whole = (engine.eof and not engine.unused_data) or len(out) >= limit or data.endswith(FLUSHED)
    return ("zlib", out) if out and whole else None


def _deflate(data: bytes, limit: int) -> Expanded | None:
    engine = zlib.decompressobj(-15)
    try:
        out = engine.decompress(data, limit)
    except zlib.error:
        return None
    whole = (engine.eof and not engine.unused_data) or len(out) >= limit or data.endswith(FLUSHED)
    return ("deflate", out) if out and whole else None


def _brotli(data: bytes, limit: int) -> Expanded | None:
    engine = brotli.Decompressor()
    try:
        out = engine.process(data, output_buffer_limit=limit)  # type: ignore[call-arg]  # newer than its stubs
    except brotli.error:
        return None
    return ("brotli", out[:limit]) if out and (engine.is_finished() or len(out) >= limit) else None
