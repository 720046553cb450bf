"""JSON whose escapes are all of whole characters: a half of a surrogate pair that stands alone becomes U+FFFD.

JavaScript writes such halves where a text was cut between them; parsers of JSON in pieces refuse them, or take what
follows for the other half.
"""

from __future__ import annotations

import re
from io import BufferedIOBase

_HALF = re.compile(
    rb"(?<!\\)((?:\\\\)*)(?:(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
# The beginning of an escape that the piece ends in, with what may be the first half before it.
_OPEN = re.compile(
    rb"(?<!\\)(?:\\\\)*"
    rb"(\\(?:u(?:[0-9a-fA-F]{0,3}|[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?))?)\Z"
)


class Mended:
    """A file of JSON to read in pieces."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file = file
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """The next piece, of about `size` bytes; empty at the end."""
        while True:
            new = self._file.read(size)
            piece, self._held = self._held + new, b""
            near = len(piece[:-12].rstrip(b"\\"))  # a run of backslashes counts from its beginning
            if new and (found := _OPEN.search(piece, near)) is not None:
                self._held, piece = piece[found.start(1) :], piece[: found.start(1)]
            if piece or not new:
                return _HALF.sub(_whole, piece) if b"\\ud" in piece or b"\\uD" in piece else piece


def _whole(found: re.Match[bytes]) -> bytes:
    return found[0] if found[2] else found[1] + rb"\ufffd"
