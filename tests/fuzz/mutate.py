"""Payloads made a little wrong: bits turned, bytes cut, doubled, moved, swapped with those of another protocol.

JSON and MessagePack are also wronged in their values: one anywhere is replaced by one of another type.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

NASTY = (
    b"\0", b"\xff", b"\xff" * 10, b"\x80" * 10, b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\0\0\xff\xff", b"\x9f" * 40,
    b"\x81" * 300, b"[" * 300,
    b'{"a":' * 200, b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x9c", b"\xc1", b"\xd9\xd9\xf7",
    b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", b"\xdd\xff\xff\xff\xff", b"\x1e", b"\\ud800", b"data: ", b"\n\n", b"1e999",
    b"-1", b"null", b'"', b"99999999999999999999",
)  # fmt: skip
MAX = 20_000
ODD: tuple[Any, ...] = (
    None,
    True,
    {},
    [],
    [[]],
    [{}],
    {"type": {}},
    {"": None},
    -1,
    0,
    1e308,
    2**63,
    "",
    "0",
    "\0",
    "message",
)


def mutate(data: bytes, other: bytes, random: Random) -> bytes:
    """The bytes after one to four changes; `other` is what they may be spliced with."""
    if random.random() < 0.35 and (twisted := _twisted(data, random)) is not None:
        return twisted
    changed = bytearray(data)
    for _ in range(1 if random.random() < 0.6 else random.randint(2, 4)):
        _change(changed, other, random)
    return bytes(changed[:MAX])


def _change(data: bytearray, other: bytes, random: Random) -> None:
    size = len(data)
    at = random.randrange(size + 1)
    kind = random.randrange(9)
    if kind == 0 and at < size:
        data[at] ^= 1 << random.randrange(8)
    elif kind == 1 and at < size:
        data[at] = random.randrange(256)
    elif kind == 2:
        del data[at:]
    elif kind == 3:
        del data[at : at + random.randint(1, 8)]
    elif kind == 4:
        data[at:at] = random.choice(NASTY)
    elif kind == 5:
        nasty = random.choice(NASTY)
        data[at : at + len(nasty)] = nasty
    elif kind == 6:
        start = random.randrange(size + 1)
        data[at:at] = data[start : start + random.randint(1, 64)]
    elif kind == 7 and other:
        start = random.randrange(len(other))
        data[at:at] = other[start : start + random.randint(1, 200)]
    else:
        data[at:at] = random.randbytes(random.randint(1, 16))


def _twisted(data: bytes, random: Random) -> bytes | None:
    """JSON or MessagePack with one value replaced, None where the bytes are neither."""
    read: Callable[[bytes], Any] = msgspec.json.decode if data[:1] in (b"{", b"[") else msgspec.msgpack.decode
    write: Callable[[Any], bytes] = msgspec.json.encode if data[:1] in (b"{", b"[") else msgspec.msgpack.encode
    try:
        value = read(data)
        if not isinstance(value, (dict, list)):
            return None
        _twist(value, random)
        return write(value)
    except (ValueError, RecursionError, TypeError, OverflowError, msgspec.MsgspecError):
        return None


def _twist(value: Any, random: Random) -> None:
    """Go down a random way and replace what is found there."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = random.choice(keys)
        if isinstance(value[key], (dict, list)) and value[key] and random.random() < 0.6:
            value = value[key]
            continue
        if isinstance(value, dict) and random.random() < 0.2:
            value[str(random.choice(ODD))] = value.pop(key)
        else:
            value[key] = random.choice(ODD)
        return
