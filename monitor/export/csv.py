"""CSV, one row an event: for spreadsheets and `cut`; decoded payloads as their type only.

A cell that a spreadsheet would take for a formula starts with an apostrophe.
"""

from __future__ import annotations

import base64
import csv
import io
from typing import IO, TYPE_CHECKING

from monitor.capture.rows import plain
from monitor.export.passages import Passage, passages, stamp
from monitor.model import payload

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture

SUFFIX = ".csv"
COLUMNS = (
    "seq", "time", "mono", "tab", "target", "kind", "channel", "dir", "connection", "url", "size", "opcode", "type",
    "text", "base64",
)  # fmt: skip


def export(capture: Capture, query: Query | None, out: IO[str], redact: bool) -> int:
    """Write a row of names and one row for each event that matches; returns how many events."""
    count, found = 0, passages(capture, query, redact)
    out.write(_row(COLUMNS))
    for passage in found:
        out.write(_row(cells(passage)))
        count += 1
    return count


def cells(passage: Passage) -> list[object]:
    """The cells of one event."""
    event, url, decoded = passage
    content = payload(event)
    values = [getattr(event, name, None) for name in COLUMNS[3:9]]
    return [
        event.seq, stamp(event.time), event.mono, *values, url, getattr(event, "size", None),
        getattr(event, "opcode", None), decoded.type if decoded else None,
        content if isinstance(content, str) else None,
        base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else None,
    ]  # fmt: skip


def _row(values: list[object] | tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([_safe(value) for value in values])
    return buffer.getvalue()


def _safe(value: object) -> object:
    if not isinstance(value, str):
        return value
    value = plain(value.replace("\0", "\ufffd"))
    return "'" + value if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
