"""How much any payload may cost: every bound of the decoders stands here.

Frames are hostile input, so depth, size, expansion and what is held between two events all have an end. A bound that is
reached never raises towards the caller: the payload falls back to text or raw, or the stream is said to be cut.
"""

from __future__ import annotations

MAX_PAYLOAD = 16 * 1024 * 1024
"""Characters or bytes of one payload that are parsed at all."""

MAX_DEPTH = 128
"""Nesting of parsed values."""

MAX_INFLATED = 16 * 1024 * 1024
"""Bytes a compressed payload may expand to."""

MAX_LAYERS = 8
"""Layers that are taken off one payload, one within another; together they may expand to MAX_INFLATED."""

MAX_LINE = 4 * 1024 * 1024
"""Characters of an unfinished line or SSE event held for its rest."""

MAX_HELD = 64 * 1024 * 1024
"""Characters held for unfinished payloads by one decoder, over all connections."""

MAX_CONNECTIONS = 4096
"""Connections whose state is kept; the one unused for longest is forgotten first."""

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
