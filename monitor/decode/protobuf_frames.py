"""Protobuf messages behind lengths, one or more in a frame: a varint, four bytes in either order, or gRPC's envelope.

The type is the message's name where the user gave a schema, else None. Frames that prefix their length look alike in
many protocols, so one message proves little, and several in a row or in one frame are needed.
"""

from __future__ import annotations

from monitor.decode.envelopes import COMPRESSED, envelopes, prefixed
from monitor.decode.grpc_web import read_protobuf
from monitor.decode.protobuf import guess
from monitor.decode.protocol import Facts, Item, Stateless
from monitor.model import Decoded, Message

NAME = "protobuf-prefixed"


class ProtobufFrames(Stateless):
    """By lengths that come out even, with likely messages between them."""

    name = NAME

    def score(self, facts: Facts, item: Item) -> int:
        """Two messages in one frame, or one in each of several."""
        if facts.channel != "socket" or not item.bytes or item.text is not None:
            return 0
        found = _messages(item.bytes)
        return 0 if not found else 60 if len(found) > 1 else 25

    def read(self, item: Item) -> Decoded | None:
        """Read the messages of one frame."""
        found = _messages(item.bytes) if item.bytes else None
        if not found:
            return None
        also = ("protobuf",) if guess(item.bytes or b"") is not None else ()
        read = (read_protobuf(data, NAME) for data in found)
        messages = tuple(
            Message(protocol=NAME, type=one.type, value=one.value, notes=one.notes, also=one.also + also)
            for one in read
        )
        return Decoded(layers=(NAME, "protobuf"), messages=messages)


def _messages(data: bytes) -> list[bytes] | None:
    """The messages of a frame, None where it is not made of messages behind lengths."""
    wrapped = envelopes(data)
    if wrapped and all(guess(one.data) is not None for one in wrapped if not one.flags & ~COMPRESSED):
        return [one.data for one in wrapped if not one.flags]
    return prefixed(data)


PROTOCOL = ProtobufFrames()
