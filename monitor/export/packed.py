"""Secrets inside layers that are not text as it stands: percent-encoding, base64, compression, MessagePack, CBOR.

A layer is opened, cleaned, and closed again in the same way; where nothing was hidden in it, it stays to the byte.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import msgspec

from monitor.decode.cbor import likely_cbor
from monitor.decode.compression import inflate, prove
from monitor.decode.parse import UNSET
from monitor.decode.peel import msgpack_value

SHORTEST = 16
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_PERCENT = re.compile(r"[^\s&=?#\"'<>\\]*%[0-9A-Fa-f]{2}[^\s&=?#\"'<>\\]*")
_URL_SAFE = str.maketrans("+/", "-_")
_STANDARD = str.maketrans("-_", "+/")
_ENOUGH = 1 << 20

Clean = Callable[[bytes], bytes]
CleanText = Callable[[str], str]


def percent(text: str, clean: CleanText) -> str:
    """A text whose percent-encoded runs are cleaned."""

    def cleaned(found: re.Match[str]) -> str:
        run = found[0]
        plus = "+" in run
        plain = unquote_plus(run) if plus else unquote(run)
        if plain == run:
            return run
        new = clean(plain)
        return run if new == plain else (quote_plus(new) if plus else quote(new, safe=""))

    return _PERCENT.sub(cleaned, text) if "%" in text else text


def sixty_four(text: str, clean: Clean) -> str:
    """A text whose runs of base64 are cleaned, where what they hold means something."""

    def cleaned(found: re.Match[str]) -> str:
        run = found[0]
        data = _opened(run)
        if data is None or not _means_something(data):
            return run
        new = clean(data)
        return run if new == data else _closed(new, run)

    return _BASE64.sub(cleaned, text) if len(text) >= SHORTEST else text


def _opened(run: str) -> bytes | None:
    plain = run.rstrip("=")
    if len(plain) % 4 == 1 or len(plain) > 8 * _ENOUGH:
        return None
    try:
        return base64.b64decode(plain.translate(_STANDARD) + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _closed(data: bytes, like: str) -> str:
    """Base64 of the same kind."""
    coded = base64.b64encode(data).decode("ascii")
    if "-" in like or "_" in like:
        coded = coded.translate(_URL_SAFE)
    return coded if like.endswith("=") or len(like) % 4 == 0 else coded.rstrip("=")


def _means_something(data: bytes) -> bool:
    """Whether bytes are text, or say of themselves that they are packed."""
    if data[:3] == b"\x1f\x8b\x08" or data[:4] == b"\x28\xb5\x2f\xfd" or data[:1] in b"\x78":
        return True
    try:
        text = data[:256].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < min(len(data), 256) - 4:
            return msgpack_value(data) is not UNSET
        return True
    return sum(letter < " " and letter not in "\t\r\n" for letter in text) * 16 <= len(text)


def unpacked(data: bytes, clean: Clean, value: Callable[[Any], Any]) -> bytes | None:
    """Compressed or packed bytes that were opened, cleaned and closed again; None where they are no such thing."""
    if len(data) > 64 * _ENOUGH or len(data) < 4:
        return None
    found = inflate(data) or prove(data)
    if found is not None:
        new = clean(found[1])
        return data if new == found[1] else _packed(found[0], new)
    return _msgpack(data, value) if msgpack_value(data) is not UNSET else _cbor(data, value)


def _packed(layer: str, data: bytes) -> bytes:
    """Compressed again; what has no writer of ours becomes gzip, which every reader knows by its first bytes."""
    if layer == "zlib":
        return zlib.compress(data)
    if layer == "deflate":
        engine = zlib.compressobj(wbits=-15)
        return engine.compress(data) + engine.flush()
    return gzip.compress(data, mtime=0)


def _msgpack(data: bytes, value: Callable[[Any], Any]) -> bytes | None:
    try:
        plain = msgspec.msgpack.decode(data)
        new = value(plain)
        return data if new == plain else msgspec.msgpack.encode(new)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, OverflowError):
        return None


def _cbor(data: bytes, value: Callable[[Any], Any]) -> bytes | None:
    """CBOR has no writer here: where it holds a secret, its cleaned value is told as JSON."""
    plain = likely_cbor(data)
    if plain is UNSET:
        return None
    new = value(plain)
    return data if new == plain else msgspec.json.encode(new)
