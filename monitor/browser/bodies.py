"""Bodies as text where the bytes are UTF-8, as bytes where not; `text` always encodes back to exactly the bytes."""

from __future__ import annotations

import base64
import codecs
import contextlib
from collections.abc import Iterator, Sequence

import msgspec

from monitor.browser.wire_network import PostDataEntry

STREAMS = ("text/event-stream", "application/x-ndjson", "application/jsonl", "application/stream+json")
STREAM_PREFIXES = ("application/grpc", "application/connect+", "multipart/x-mixed-replace")


class Piece(msgspec.Struct, frozen=True):
    """Some bytes of a body at their place: text or data, never both."""

    offset: int
    size: int
    text: str | None = None
    data: bytes | None = None


class TextStream:
    """Cuts a stream of bytes into pieces of text; a character split between two chunks goes with the second.

    From the first byte on that is no UTF-8, pieces are bytes.
    """

    def __init__(self) -> None:
        self.offset = 0
        self._rest = b""
        self._binary = False

    def feed(self, chunk: bytes) -> Piece | None:
        """The piece that these bytes complete, if any."""
        raw, self._rest = self._rest + chunk, b""
        if not raw:
            return None
        if not self._binary:
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                text = decoder.decode(raw)
            except UnicodeDecodeError:
                self._binary = True
            else:
                self._rest = decoder.getstate()[0]
                size = len(raw) - len(self._rest)
                return self._piece(size, text, None) if size else None
        return self._piece(len(raw), None, raw)

    def end(self) -> Piece | None:
        """What is left when the stream ends within a character."""
        rest, self._rest = self._rest, b""
        return self._piece(len(rest), None, rest) if rest else None

    def _piece(self, size: int, text: str | None, data: bytes | None) -> Piece:
        piece = Piece(self.offset, size, text, data)
        self.offset += size
        return piece


def whole(raw: bytes) -> Piece:
    """A complete body as one piece."""
    try:
        return Piece(0, len(raw), raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Piece(0, len(raw), None, raw)


def posted(entries: Sequence[PostDataEntry] | None) -> bytes | None:
    """A request's body from its entries, or None where a part (a Blob, a file) was not handed over."""
    if not entries or not all(entry.bytes for entry in entries):
        return None
    return b"".join(base64.b64decode(entry.bytes) for entry in entries)


def is_stream(mime: str) -> bool:
    """Whether a content type says that the body is a stream of messages."""
    return mime in STREAMS or mime.startswith(STREAM_PREFIXES)


def is_json(mime: str) -> bool:
    """Whether a content type is JSON."""
    return mime == "application/json" or mime.endswith("+json")


def fetched(body: str, base64_encoded: bool, mime: str, charset: str, size: int = 0) -> bytes:
    """The bytes of a body that Chrome handed over after its end; size: how many came, where that is known.

    Text comes decoded: the way back is the one that makes as many bytes. Where none does, it is UTF-8, as pages write
    it; text without a charset comes decoded as Latin-1, though the page reads UTF-8: that is undone. An event stream is
    UTF-8 by definition, whatever charset it names.
    """
    if base64_encoded:
        return base64.b64decode(body)
    exact = next((raw for raw in _ways_back(body, charset) if len(raw) == size), None) if size else None
    if exact is not None:
        return exact
    if _is_taken_for_latin(mime, charset):
        with contextlib.suppress(UnicodeError):
            raw = b"".join(_latin(character) for character in body)
            raw.decode("utf-8")
            return raw
    return body.encode("utf-8", "surrogatepass")


def _ways_back(body: str, charset: str) -> Iterator[bytes]:
    """The bytes that the text can have been, the likeliest first."""
    with contextlib.suppress(UnicodeError, LookupError):
        yield body.encode(charset or "utf-8")
    yield body.encode("utf-8", "surrogatepass")
    with contextlib.suppress(UnicodeError):
        yield b"".join(_latin(character) for character in body)


def _is_taken_for_latin(mime: str, charset: str) -> bool:
    if mime == "text/event-stream":
        return charset.lower() not in ("utf-8", "utf8")
    # Of these Chrome finds the charset out.
    return not charset and mime.startswith("text/") and mime not in ("text/html", "text/xml", "text/javascript")


def _latin(character: str) -> bytes:
    # What the web calls Latin-1 is windows-1252, whose five holes are the C1 controls.
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1")
