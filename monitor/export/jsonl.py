"""JSON Lines: one object an event, with its decoded payload; the first line tells versions, browser and start.

`epoch` is the event's time as a number, where `time` is not exact: so an import gives back the very events.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from monitor.export.passages import Passage, head, passages, rest, stamp
from monitor.export.plain import line
from monitor.model import Decoded, payload

if TYPE_CHECKING:
    from monitor.capture.filter import Query
    from monitor.capture.reader import Capture

SUFFIX = ".jsonl"

_NAMED = ("tab", "target", "kind", "channel", "dir", "connection")


def export(capture: Capture, query: Query | None, out: IO[str], redact: bool) -> int:
    """Write the events that match, one line each, below the head; returns how many events."""
    count, found = 0, passages(capture, query, redact)
    out.write(line(head(capture, redact)))
    for passage in found:
        out.write(line(record(passage)))
        count += 1
    return count


def record(passage: Passage) -> dict[str, Any]:
    """The object of one event; what it does not have is left out."""
    event, url, decoded = passage
    found: dict[str, Any] = {"seq": event.seq, "time": stamp(event.time)}
    found |= {"epoch": _epoch(event.time, found["time"]), "mono": event.mono}
    found |= {name: getattr(event, name, None) for name in _NAMED}
    found |= {"url": url, "size": getattr(event, "size", None), "opcode": getattr(event, "opcode", None)}
    found |= rest(event)
    content = payload(event)
    if isinstance(content, bytes):
        found["base64"] = base64.b64encode(content).decode("ascii")
    elif content is not None:
        found["text"] = content
    if decoded is not None:
        found["decoded"] = _decoded(decoded)
    return {name: value for name, value in found.items() if value is not None}


def _decoded(decoded: Decoded) -> dict[str, Any]:
    """What the payload turned out to be; what its messages could not know, what else they may be."""
    found: dict[str, Any] = {"type": decoded.type, "layers": decoded.layers, "value": decoded.value}
    notes = dict.fromkeys(note for message in decoded.messages for note in message.notes)
    also = dict.fromkeys(name for message in decoded.messages for name in message.also)
    told = {"error": decoded.error, "notes": [*notes], "also": [*also]}
    return found | {name: value for name, value in told.items() if value}


def _epoch(seconds: float, text: str) -> float | None:
    """The moment as a number, None where its text says it exactly."""
    return None if datetime.fromisoformat(text).timestamp() == seconds else seconds
