"""From a file to a capture: the one loop of every import, in bounded memory."""

from __future__ import annotations

from monitor.capture.rows import plain
from monitor.capture.writer import CaptureWriter
from monitor.imports.registry import Format
from monitor.imports.source import Source
from monitor.model import Event, Gap, payload

BATCH_EVENTS = 5000
BATCH_BYTES = 16 << 20


def load(source: Source, form: Format, writer: CaptureWriter) -> int:
    """Write the events of a file; returns how many. CaptureError where the file is broken or nothing in it is known.

    Where the file ends in the middle, a gap says so after the last event.
    """
    count = events = size = 0
    latest = 0.0
    for event in form.read(source):
        writer.append(event)
        latest = max(latest, event.time)
        count, events, size = count + 1, events + 1, size + _size(event)
        if events >= BATCH_EVENTS or size >= BATCH_BYTES:
            writer.commit()
            events = size = 0
    if source.cut is not None:
        source.note(f"{source.path}: {source.cut}: what came after is missing.")
        writer.append(Gap(time=latest, reason=f"the imported file is cut: {source.cut}"))
        count += 1
    writer.commit()
    _tell(source, form, writer)
    return count


def _size(event: Event) -> int:
    content = payload(event)
    return len(content) if content is not None else 0


def _tell(source: Source, form: Format, writer: CaptureWriter) -> None:
    """Write down in the capture's head where it comes from."""
    facts = {"imported": form.name, "source": source.path.name, **source.facts}
    if source.notes:
        facts["notes"] = "\n".join(source.notes)
    for name, value in facts.items():
        writer.set_meta(name, plain(value))
