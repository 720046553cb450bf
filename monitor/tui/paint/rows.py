"""One line for one message of the list."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from monitor.tui.clean import clean
from monitor.tui.source import Row
from monitor.tui.theme import Palette
from monitor.tui.words import clock, cut, fit, middle, since, size

_SHORT = {"fetch-stream": "stream", "worker-message": "worker", "request-body": "body"}
_ARROWS = {"in": "◀", "out": "▶"}


def line(row: Row, width: int, palette: Palette, start: float | None = None) -> Text:
    """Time, tab, direction, channel, type or words, address, size. start: of the recording, for relative times."""
    made, narrow = Text(no_wrap=True), width < 90
    when = clock(row.time) if start is None else f"{since(row.time, start):>12}"
    made.append(f" {when} ", palette["dim"])
    made.append(fit(row.tab or "·", 2) + " ", palette.tab(row.tab) if row.tab else palette["faint"])
    made.append(_ARROWS.get(row.dir or "", "·") + " ", palette["stream" if row.dir == "in" else "write"])
    made.append(
        fit(_SHORT.get(row.channel, row.channel) if narrow else row.channel, 9 if narrow else 12) + " ", palette["dim"]
    )
    tail = f"{size(row.size):>8} " if row.size else " " * 9
    room = max(4, width - made.cell_len - len(tail))
    about = middle(clean(row.about, 200), min(24, room // 3)) if room >= 36 else ""
    title = clean(row.title, 300)
    wide = room - (cell_len(about) + 2 if about else 0)
    title = middle(title, wide) if row.typed else cut(title, wide)
    made.append(fit(title, wide), palette["text" if row.typed else "dim"])
    made.append(f" {about} " if about else "", palette["faint"])
    return made.append(tail, palette["faint"])
