"""Printable text inside bytes of any format: UTF-8 and UTF-16 runs, and the strings of protobuf-like lengths.

A run often begins with the byte that tells its length, when that byte is printable itself. So a run is also given
without what stands before the text that such a length announces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MIN_RUN = 3
_UTF8 = re.compile(
    rb"(?:[\x20-\x7e\t\n\r]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){3,}"
)
_LE = re.compile(rb"(?:[\x20-\x7e\xa0-\xff\t\n\r]\x00|[\x00-\xff][\x03-\x06]){3,}")
_BE = re.compile(rb"(?:\x00[\x20-\x7e\xa0-\xff\t\n\r]|[\x03-\x06][\x00-\xff]){3,}")
_ORDERS = ((_LE, "utf-16-le"), (_BE, "utf-16-be"))


def texts(data: bytes, limit: int = 20_000) -> Iterator[str]:
    """The printable texts in bytes, at most `limit`, each run followed by what a length before it sets apart."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield data.decode("utf-16", "replace").lstrip("\ufeff")
        return
    count = 0
    for run in _UTF8.finditer(data):
        for text in (_decoded(data[run.start() : run.end()]), *_announced(data, run.start(), run.end())):
            if text is not None and len(text) >= MIN_RUN:
                yield text
                count += 1
        if count >= limit:
            return
    if b"\0" in data:
        yield from _wide(data, limit - count)


def _wide(data: bytes, limit: int) -> Iterator[str]:
    """UTF-16 runs in the byte order that finds more; runs at even places count more, as they are likelier meant."""
    best, most = [], 0
    for pattern, name in _ORDERS:
        runs = list(pattern.finditer(data))
        count = sum((run.end() - run.start()) * (1 if run.start() % 2 else 2) for run in runs)
        if count > most:
            best, most = [run.group().decode(name, "ignore") for run in runs], count
    for text in best[:limit]:
        if len(text) >= MIN_RUN and any(ch.isalnum() for ch in text):
            yield text


def _announced(data: bytes, start: int, end: int) -> Iterator[str | None]:
    """Texts within a run that a length of one or two bytes before them announces, one after another from its start.

    Read: a byte that is the length (protobuf, MessagePack str8, CBOR 0x78), the short forms of CBOR (0x60 + n) and
    MessagePack (0xa0 + n), a protobuf varint of two bytes and a big-endian length of two.
    """
    at = start
    if end - start in _lengths(data, start):
        return
    for _ in range(64):
        step = _next(data, at, end)
        if step is None:
            return
        text_at, text_end = step
        if text_at > start or text_end < end:
            yield _decoded(data[text_at:text_end])
        at = text_end


def _next(data: bytes, at: int, end: int) -> tuple[int, int] | None:
    """An announced text that begins within four bytes of `at`, as (start, end): best one that ends with the run."""
    first = None
    for text_at in range(at, min(at + 5, end)):
        for size in _lengths(data, text_at):
            text_end = text_at + size
            if size < MIN_RUN or text_end > end or (text_at, text_end) == (at, end):
                continue
            if text_end == end:
                return text_at, text_end
            first = first or (text_at, text_end)
    return first


def _lengths(data: bytes, at: int) -> Iterator[int]:
    """The lengths that the bytes before `at` may tell."""
    if at < 1:
        return
    last = data[at - 1]
    if at >= 2:
        before = data[at - 2]
        if before & 0x80 and last < 0x80:
            yield (before & 0x7F) | last << 7
        yield before << 8 | last
    yield last
    if 0x60 < last < 0x78 or 0xA0 < last < 0xC0:
        yield last & 0x1F


def _decoded(run: bytes) -> str | None:
    try:
        return run.decode("utf-8")
    except UnicodeDecodeError:
        return run.decode("utf-8", "ignore")
