"""Payloads made a little wrong: bits turned, bytes cut, doubled, moved, swapped with those of another protocol."""

from __future__ import annotations

from random import Random

NASTY = (
    b"\0", b"\xff", b"\xff" * 10, b"\x80" * 10, b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\0\0\xff\xff", b"\x9f" * 40,
    b"\x81" * 300, b"[" * 300,
    b'{"a":' * 200, b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x78\x9c", b"\xc1", b"\xd9\xd9\xf7",
    b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", b"\xdd\xff\xff\xff\xff", b"\x1e", b"\\ud800", b"data: ", b"\n\n", b"1e999",
    b"-1", b"null", b'"', b"99999999999999999999",
)  # fmt: skip
MAX = 20_000


def mutate(data: bytes, other: bytes, random: Random) -> bytes:
    """The bytes after one to four changes; `other` is what they may be spliced with."""
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
