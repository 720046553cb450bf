"""One message taken apart: facts and layers, the decoded tree, the text and the bytes as they were on the wire.

Every part is bounded, and says what it left out: a frame may hold ten megabytes in one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from rich.cells import chop_cells
from rich.text import Text

from monitor.model import Event, payload
from monitor.report.latency import within
from monitor.sync.ages import age_of
from monitor.sync.channel_views import LatencyView
from monitor.tui.clean import clean, clean_lines
from monitor.tui.source import Detail
from monitor.tui.theme import Palette, ink
from monitor.tui.words import clock, count, middle, size

DEPTH = 24
_HIDDEN = {"seq", "time", "mono", "tab", "target", "text", "data", "size", "dir"}


def title(detail: Detail) -> str:
    """What the message is, in a few words."""
    event, decoded = detail.event, detail.decoded
    kind = decoded.type if decoded and decoded.type else event.kind
    protocol = next((message.protocol for message in decoded.messages), "") if decoded else ""
    held = getattr(event, "size", 0)
    parts = [kind, protocol if protocol != kind else "", size(held) if held else ""]
    return clean(" · ".join(part for part in parts if part), 120)


def facts(detail: Detail, palette: Palette, width: int, latencies: Sequence[LatencyView] = ()) -> list[Text]:
    """Where and when, how long it was on its way, the layers, what the decoder could not do."""
    event, decoded = detail.event, detail.decoded
    arrow = {"in": "◀ in", "out": "▶ out"}.get(getattr(event, "dir", None) or "", "")
    where = f"{f'tab {event.tab}' if event.tab else 'no tab'}  {arrow}  {event.channel or ''}".rstrip()
    lines = [
        _fact("when", clock(event.time), palette),
        _fact("where", f"{where}  #{event.seq}", palette),
    ]
    if known := age_of(event, decoded, detail.url, latencies):
        lines.append(
            _fact(
                "sent", clean(f"{within(known[0])} before ({middle(known[1].field, max(8, width - 40))})", 200), palette
            )
        )
    if cause := next((row for row in reversed(detail.before) if row.dir == "out"), None):
        what = middle(clean(cause.title, 200), max(8, width - 27))
        said = f"{cause.tab or '·'} ▶ {what}  −{event.time - cause.time:.2f} s"
        lines.append(_fact("after", said, palette))
    if detail.url:
        lines.append(_fact("address", middle(clean(detail.url, 2000), max(12, width - 13)), palette))
    if decoded is not None:
        layers = " › ".join((event.kind, *decoded.layers))
        lines.append(_fact("layers", clean(layers, 400), palette, "accent"))
        if also := ", ".join(dict.fromkeys(name for message in decoded.messages for name in message.also)):
            lines.append(_fact("fits too", clean(also, 400), palette, "unshown"))
        notes = [note for message in decoded.messages for note in message.notes]
        lines += [_fact("note", clean(note, 400), palette, "unshown") for note in islice(notes, 5)]
        if decoded.error:
            lines.append(_fact("undecoded", clean(decoded.error, 400), palette, "error"))
    lines += [_fact(name, value, palette) for name, value in _fields(event)]
    return lines


def tree(value: Any, palette: Palette, limit: int = 400, chars: int = 300) -> list[Text]:
    """The decoded value, one line a key, at most `limit` lines and `chars` characters a string."""
    lines = list(islice(_branch("", value, 0, chars, palette), limit + 1))
    if len(lines) > limit:
        lines[limit] = ink("… more: Enter shows all, e exports it", palette["dim"])
    return lines


def raw(event: Event, palette: Palette, width: int, limit: int = 4000) -> list[Text]:
    """The text as it was on the wire, wrapped to the pane, at most `limit` characters."""
    held = payload(event)
    if held is None:
        return [ink("this event carries no payload", palette["dim"])]
    text = held[:limit].decode("utf-8", "replace") if isinstance(held, bytes) else held[:limit]
    width = max(20, width)
    lines: list[Text] = []
    for line in clean_lines(text):
        lines += [ink(piece, palette["text"]) for piece in chop_cells(line, width) or [""]]
    if len(held) > limit:
        lines.append(ink(f"… {count(len(held) - limit, 'more character')}: e exports them", palette["dim"]))
    return lines


def octets(event: Event) -> bytes:
    """The payload's bytes."""
    held = payload(event)
    return held.encode("utf-8", "surrogatepass") if isinstance(held, str) else held or b""


def hex_line(data: bytes, row: int, palette: Palette) -> Text:
    """Sixteen bytes: offset, hexadecimal, and what of them is printable ASCII."""
    piece = data[row * 16 : row * 16 + 16]
    pairs = [f"{byte:02x}" for byte in piece] + ["  "] * (16 - len(piece))
    line = ink(f"{row * 16:08x}  ", palette["faint"])
    line.append(" ".join(pairs[:8]) + "  " + " ".join(pairs[8:]) + "  ", palette["text"])
    return line.append("".join(chr(byte) if 32 <= byte < 127 else "·" for byte in piece), palette["dim"])


def _fact(name: str, value: str, palette: Palette, role: str = "text") -> Text:
    return ink(f"{name:<12} ", palette["dim"]).append(value, palette[role])


def _fields(event: Event) -> Iterator[tuple[str, str]]:
    """The event's own fields that say something, such as a status or an opcode."""
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if name in _HIDDEN or value in (None, "", {}, (), False) or name == "url":
            continue
        yield name.replace("_", " ")[:12], clean(str(value), 300)


def _branch(key: str, value: Any, depth: int, chars: int, palette: Palette) -> Iterator[Text]:
    line = Text("  " * depth, no_wrap=True).append(f"{key} " if key else "", palette["accent"])
    items = _items(value)
    if items is None or not value or depth >= DEPTH:
        shown, role = _leaf(value, chars)
        yield line.append(shown, palette[role])
        return
    if key or not depth:
        yield line.append(_size_of(value), palette["faint"])
    for name, inner in items:
        yield from _branch(name, inner, depth + 1, chars, palette)


def _items(value: Any) -> Iterator[tuple[str, Any]] | None:
    if isinstance(value, dict):
        return ((clean(str(name), 120), inner) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return ((f"[{number}]", inner) for number, inner in enumerate(value))
    return None


def _size_of(value: Any) -> str:
    return f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"


def _leaf(value: Any, chars: int) -> tuple[str, str]:
    if isinstance(value, str):
        return f'"{clean(value, chars)}"', "text"
    if isinstance(value, bytes):
        return f"{size(len(value))} of bytes: {value[:24].hex(' ')}", "dim"
    if isinstance(value, dict | list | tuple):
        left, right = "{}" if isinstance(value, dict) else "[]"
        return (f"{left}…{right}" if value else left + right), "dim"
    words = {None: "null", True: "true", False: "false"}
    return (words[value] if value is None or isinstance(value, bool) else clean(str(value), 60)), "push"
