"""What there is to say of bytes that no protocol took: likely layers first, hints last, and both plainly marked.

A likely reading (brotli, raw deflate, protobuf without a schema) is used where it comes out even, and says in `notes`
that it is one. What stays raw gets hints, notes that begin with `hint:`: how random the bytes are, what all frames of
the connection begin with, and which bytes look like a length, a counter or a type.
"""

from __future__ import annotations

from collections import Counter
from math import log2

from monitor.decode import protobuf_schema
from monitor.decode.protobuf import BYTES, fields, guess, varint
from monitor.decode.protocol import Item
from monitor.model import Decoded, Message

GUESSED = "guessed without a schema: fields are numbers, their types are likely ones"
_SAMPLE = 4096
_FRAMES = 64
_ENOUGH = 3
"""Frames from which on something that all have in common is worth saying."""


class Frames:
    """The binary frames of one direction that no protocol took: their heads and sizes, the newest _FRAMES of them."""

    def __init__(self) -> None:
        self._heads: list[bytes] = []
        self._sizes: list[int] = []

    def hints(self, data: bytes) -> tuple[str, ...]:
        """What this frame, after the ones before it, seems to be."""
        self._heads.append(data[:16])
        self._sizes.append(len(data))
        del self._heads[:-_FRAMES], self._sizes[:-_FRAMES]
        found = [_randomness(data)]
        if len(self._heads) >= _ENOUGH:
            found += [self._prefix(), self._length(), self._kind()]
        return tuple(f"hint: {one}" for one in found if one)

    def _prefix(self) -> str | None:
        least, most = min(self._heads), max(self._heads)
        prefix = least[: next((at for at, byte in enumerate(least) if most[at] != byte), len(least))]
        return f"all of the last {len(self._heads)} frames begin with {prefix.hex(' ')}" if prefix else None

    def _length(self) -> str | None:
        """Whether the first bytes tell how many follow, in every frame."""
        pairs = list(zip(self._heads, self._sizes, strict=True))
        if len({size for _, size in pairs}) < 2:
            return None
        for width, order in ((4, "big"), (4, "little"), (2, "big"), (2, "little"), (1, "big")):
            for where in range(5):
                if all(_tells(head, size, where, width, order) for head, size in pairs):
                    end = f", {order}-endian" if width > 1 else ""
                    return f"the length of the rest seems to stand in {_bytes(where, width)}{end}"
        if all((read := varint(head)) and read[0] == size - read[1] for head, size in pairs):
            return "the length of the rest seems to stand at the start, as a varint"
        return None

    def _kind(self) -> str | None:
        """Whether the first byte looks like a type: few values, each of them more than once."""
        first = Counter(head[0] for head in self._heads if head)
        if 1 < len(first) <= 8 and len(self._heads) >= 3 * len(first):
            values = ", ".join(f"{value:02x}" for value, _ in sorted(first.items()))
            return f"the first byte seems to be a type: {values}"
        return None


def in_text(item: Item, data: bytes) -> Decoded | None:
    """Bytes that could be text, as protobuf where they are exactly that: a length may well be a printable letter."""
    if item.layers != ("utf-8",) or data[0] & 7 != BYTES:
        return None
    schema = protobuf_schema.current()
    if guess(data) is None or not all(one.number < 32 for one in fields(data) or ()):
        return None
    fit = schema.read(data) if schema is not None else None
    if fit is not None:
        message = Message(protocol="protobuf", type=fit.type, value=fit.value, also=(*fit.also, "text"))
    else:
        message = Message(protocol="protobuf", value=guess(data), notes=(GUESSED,), also=("text",))
    return Decoded(layers=("protobuf",), messages=(message,))


def read(item: Item, frames: Frames | None = None) -> Decoded:
    """Bytes that nothing claimed, as a likely protobuf message, else raw with hints."""
    data = item.data or b""
    schema = protobuf_schema.current()
    fit = schema.read(data) if schema is not None and data else None
    if fit is not None:
        message = Message(protocol="protobuf", type=fit.type, value=fit.value, notes=item.notes, also=fit.also)
        return Decoded(layers=(*item.layers, "protobuf"), messages=(message,))
    value = guess(data)
    if value is not None:
        message = Message(protocol="protobuf", value=value, notes=(*item.notes, GUESSED))
        return Decoded(layers=(*item.layers, "protobuf"), messages=(message,))
    hints = frames.hints(data) if frames is not None and data else ()
    message = Message(protocol="raw", notes=(*item.notes, *hints))
    return Decoded(layers=(*item.layers, "raw"), messages=(message,) if data else ())


def _randomness(data: bytes) -> str | None:
    """What the entropy of the bytes says, where there are enough of them."""
    sample = data[:_SAMPLE]
    if len(sample) < 64:
        return None
    entropy = -sum(count / len(sample) * log2(count / len(sample)) for count in Counter(sample).values())
    most = min(8.0, log2(len(sample)))
    if entropy > 0.94 * most:
        says = "compressed, encrypted or coded media"
    else:
        says = "neither compressed nor encrypted" if entropy < 0.75 * most else "mixed"
    return f"{entropy:.1f} bits of entropy a byte of at most {most:.1f}: {says}"


def _tells(head: bytes, size: int, where: int, width: int, order: str) -> bool:
    """Whether the bytes at a place are the number of those after them, or of all."""
    if len(head) < where + width:
        return False
    number = int.from_bytes(head[where : where + width], "big" if order == "big" else "little")
    return number in (size - where - width, size)


def _bytes(where: int, width: int) -> str:
    return f"byte {where}" if width == 1 else f"bytes {where}–{where + width - 1}"
