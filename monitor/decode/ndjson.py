"""JSON that comes a value a line (NDJSON, JSON Lines) or behind record separators (JSON text sequences)."""

from __future__ import annotations

from monitor.decode.lines import LineReader

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


class NdjsonReader(LineReader[str]):
    """The lines of a stream; blank ones, and what stands around a value, are left out."""

    def __init__(self) -> None:
        super().__init__(lambda line: line.strip("\x1e \t"))
