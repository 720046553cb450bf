"""JSON that comes a value a line (NDJSON, JSON Lines) or behind record separators (JSON text sequences)."""

from __future__ import annotations

from monitor.decode.lines import Lines

MIMES = frozenset(
    {
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json-lines",
        "application/jsonlines",
        "application/stream+json",
        "application/x-json-stream",
        "application/json-seq",
    }
)


class NdjsonReader:
    """Feed pieces of a stream, get the lines they complete, blank ones left out."""

    def __init__(self) -> None:
        self._lines = Lines()

    @property
    def held(self) -> int:
        """Characters held for their rest."""
        return self._lines.held

    @property
    def cut(self) -> int:
        """How many lines were too long to keep."""
        return self._lines.cut

    def feed(self, piece: str | bytes) -> list[str]:
        """The lines that this piece completes."""
        return [text for line in self._lines.feed(piece) if (text := line.strip("\x1e \t"))]

    def finish(self) -> list[str]:
        """The last line, where it has no end: the stream is over."""
        return [text for line in self._lines.flush() if (text := line.strip("\x1e \t"))]
