"""JSON Lines as `syncmon export` and `syncmon tail --json` write them; gives back the very events.

What an export hid stays hidden: then the capture says that it is redacted. What a filter left out is told as a gap.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from monitor.capture.schema import FORMAT_VERSION
from monitor.errors import NewerCapture
from monitor.imports.source import Source, parse
from monitor.model import KINDS, Event, Gap

KEEPS_ORDER = True
_ADVICE = "Take that line out to import the others, or export the capture anew."


def sniff(head: bytes) -> int:
    """By the first line: our head, or an event."""
    try:
        first = parse(head.split(b"\n", 1)[0])
    except ValueError:
        return 0
    if not isinstance(first, dict):
        return 0
    return 100 if "syncmon" in first or {"seq", "time", "kind"} <= first.keys() else 0


def read(source: Source) -> Iterator[Event]:
    """The events of a file, in its order."""
    last = missing = 0
    event: Event | None = None
    for number, value in source.values():
        if not isinstance(value, dict):
            raise source.error(f"line {number}", f"it is no JSON object. {_ADVICE}")
        if "syncmon" in value and "kind" not in value:
            _head(source, value, number)
            continue
        try:
            event = _event(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise source.error(f"line {number}", f"it is no event: {error}. {_ADVICE}") from error
        missing, last = _count(value, missing, last)
        yield event
    if event is not None and missing:
        source.note(f"{missing} events are not in the file: it was written with a filter.")
        yield Gap(time=event.time, reason="the imported file holds only some of the events", count=missing)


def _count(value: dict[str, Any], missing: int, last: int) -> tuple[int, int]:
    """How many numbers were left out so far, and the last one."""
    seq = value.get("seq")
    if not isinstance(seq, int) or seq <= last:
        return missing, last
    return missing + seq - last - 1, seq


def _head(source: Source, value: dict[str, Any], number: int) -> None:
    version = value["syncmon"]
    if not isinstance(version, int):
        raise source.error(f"line {number}", f"`syncmon` is the number of the format, such as {FORMAT_VERSION}.")
    if version > FORMAT_VERSION:
        writer = f" ({value['version']})" if isinstance(value.get("version"), str) else ""
        raise NewerCapture(
            f"{source.path}: line {number}: it was written by a later syncmon{writer}, in format {version}; this one"
            f" reads {FORMAT_VERSION}. Update syncmon, or export the capture as har there."
        )
    if value.get("redacted"):
        source.facts["redacted"] = "yes"
        source.note("The file was redacted when it was exported: what it hides, the capture hides too.")


def _event(value: dict[str, Any]) -> Event:
    """The event of one object; ValueError where it is none."""
    kind = KINDS.get(str(value.get("kind")))
    time = _time(value)
    if kind is None:
        return Gap(time=time, reason=f"an event of the unknown kind {str(value.get('kind'))[:60]}", count=1)
    fields = {name: inner for name, inner in value.items() if name not in ("seq", "time", "epoch", "decoded")}
    if "base64" in fields:
        fields["data"] = base64.b64decode(str(fields.pop("base64")), validate=True)
    if fields.get("url_is") == "unknown":
        fields.pop("url", None)  # it was lent by an earlier event of the same connection
    return msgspec.convert({**fields, "time": time}, kind)


def _time(value: dict[str, Any]) -> float:
    """Seconds since the epoch: the exact number where the text is not."""
    exact = value.get("epoch")
    if isinstance(exact, int | float):
        return float(exact)
    told = value.get("time")
    if told is None:
        raise ValueError("it has no `time`")
    try:
        return datetime.fromisoformat(str(told)).timestamp()
    except ValueError as error:
        raise ValueError(f"its `time` is no moment such as 2026-01-04T10:00:00.123Z: {str(told)[:60]!r}") from error
