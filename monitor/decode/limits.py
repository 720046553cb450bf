"""How much any payload may cost: every bound of the decoders stands here.

Frames are hostile input, so depth, size, expansion and what is held between two events all have an end. A bound that is
reached never raises towards the caller: the payload falls back to text or raw, or the stream is said to be cut.
"""

from __future__ import annotations

MAX_PAYLOAD = 16 * 1024 * 1024
"""Characters or bytes of one payload that are parsed at all."""

MAX_DEPTH = 128
"""Nesting of parsed values."""

MAX_CONTAINERS = 1_000_000
"""Objects and arrays of one parsed value: empty ones cost two bytes on the wire and a hundred times that in memory."""

MAX_EXTENSIONS = 50_000
"""Extension values of one MessagePack payload."""

MAX_MESSAGES = 10_000
"""Messages that one payload is read as."""

MORE = "this frame holds more messages than are read"
"""What is noted where MAX_MESSAGES was reached, with the number of those left out where it is known."""

MAX_RECORDS = 50_000
"""Events or lines that one piece of a body, or a body that was fetched whole, is read as."""

MORE_RECORDS = "this piece of the body holds more than is read"
"""What is noted where MAX_RECORDS was reached."""

MAX_FIELDS = 1000
"""Headers or properties of one message, where a protocol repeats them."""

MAX_INFLATED = 16 * 1024 * 1024
"""Bytes a compressed payload may expand to; all that one event carries may expand to this together."""

MAX_LAYERS = 8
"""Layers that are taken off one payload, one within another; together they may expand to MAX_INFLATED."""

MAX_LINE = 4 * 1024 * 1024
"""Characters of an unfinished line or SSE event held for its rest."""

MAX_HELD = 64 * 1024 * 1024
"""Characters held for unfinished payloads by one decoder, over all connections."""

MAX_CONNECTIONS = 4096
"""Connections whose state is kept; the one unused for longest is forgotten first."""

MAX_ALONE = 512
"""Connections that are told to stand for themselves at once."""

MAX_SHARED = 128
"""Compressed streams, shared by the frames of a connection, that are kept open at once; each costs up to 8 MiB."""

MAX_TOPICS = 64
"""Streams or channels kept within one connection."""

MAX_SEEN = 4096
"""Ids of a stream that are remembered to tell repeats."""

MAX_TEXT = 4 * 1024 * 1024
"""Characters that one streamed message may grow to."""

SNIFFS = 24
"""Payloads of a connection that are looked at before its protocol is taken to be none we know."""


def more(left: int) -> str:
    """MORE, with how many messages of the frame were left out."""
    return f"{MORE}: {left:,} are left out"
