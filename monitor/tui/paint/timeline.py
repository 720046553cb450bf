"""The timeline: the last seconds of each tab as one lane of glyphs, the most telling of each moment on top."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from monitor.sync.snapshot import Lane
from monitor.tui.picture import Picture
from monitor.tui.theme import Palette, ink

SECONDS = 60.0
LEGEND = 41

# The later in the list, the more it tells: of two in one cell the later is drawn.
_SPANS = {"hidden": ("┄", "hidden"), "offline": ("╳", "error"), "stream": ("┃", "stream"), "stale": ("░", "stale"),
          "extra": ("▚", "stale"), "reordered": ("▚", "stale"), "unshown": ("▓", "unshown")}  # fmt: skip
_TICKS = {"frame": ("╷", "frame"), "fetch": ("╷", "frame"), "sse": ("╷", "frame"), "mark": ("⚑", "accent"),
          "push": ("◆", "push"), "write": ("▲", "write"), "reload": ("⟳", "reload"), "gap": ("!", "error")}  # fmt: skip
_RANK = {what: rank for rank, what in enumerate(("unknown", "frame", "fetch", "sse", *_SPANS, *list(_TICKS)[3:]))}
_GLYPHS = {"unknown": (" ", "faint"), **_SPANS, **_TICKS}  # unknown: before the recording began

_WORDS = (
    ("write", "write"), ("stream", "stream"), ("frame", "frame"), ("push", "push"),
    ("reload", "reload"), ("stale", "stale (received nothing)"),
    ("unshown", "received, not shown"), ("hidden", "hidden"),
    ("mark", "mark"), ("gap", "gap"), ("offline", "offline"),
    ("extra", "gone or moved, and shown as before"),
)  # fmt: skip


def lines(picture: Picture, width: int, palette: Palette) -> list[Text]:
    """A lane a tab, then the axis; with the legend at the right where there is room."""
    snapshot = picture.snapshot
    beside = width >= 100
    cells = max(10, width - 6 - (LEGEND if beside else 0))
    lanes = {lane.tab: lane for lane in snapshot.lanes}
    labels = [tab.label for tab in snapshot.tabs if tab.state != "gone"] or list(lanes)
    now, began = snapshot.now, snapshot.recording.started
    made = [_lane(lanes.get(label, Lane(tab=label)), now, began, cells, palette) for label in labels]
    made.append(_axis(cells, palette))
    if beside:
        for line, words in zip(made, _legend(len(made), palette), strict=False):
            line.append("  ").append_text(words)
    return made


def legend(palette: Palette, width: int) -> Text:
    """The legend on one line, as much of it as there is room for."""
    line = Text()
    for what, _ in _WORDS:
        glyph, role = _GLYPHS[what]
        piece = ink(f"{glyph} ", palette[role]).append(what + "  ", palette["dim"])
        if line.cell_len + piece.cell_len > width + 2:
            break
        line.append_text(piece)
    return line


def _lane(lane: Lane, now: float, began: float, cells: int, palette: Palette) -> Text:
    scale = cells / SECONDS
    start = now - SECONDS
    unknown = min(cells, max(0, int((began - start) * scale)))
    row: list[str | None] = ["unknown"] * unknown + [None] * (cells - unknown)
    for span in lane.spans:
        first, last = int((span.start - start) * scale), int((span.end - start) * scale)
        for cell in range(max(0, first), min(cells - 1, last) + 1):
            _put(row, cell, span.what)
    for tick in lane.ticks:
        _put(row, min(cells - 1, int((tick.at - start) * scale)), tick.what)
    line = ink(f" {lane.tab:<3} ", palette.tab(lane.tab))
    for what, cells_alike in groupby(row):
        glyph, role = _GLYPHS[what] if what else ("─", "faint")
        line.append(glyph * len(list(cells_alike)), palette[role])
    return line


def _put(row: list[str | None], cell: int, what: str) -> None:
    if 0 <= cell < len(row) and (row[cell] is None or _RANK[what] >= _RANK[row[cell] or ""]):
        row[cell] = what


def _axis(cells: int, palette: Palette) -> Text:
    row = [" "] * cells
    for ago in (60, 45, 30, 15):
        text = f"−{ago} s"
        at = round((SECONDS - ago) / SECONDS * cells)
        row[at : at + len(text)] = text
    row[-3:] = "now"
    return Text("     " + "".join(row[:cells]), palette["faint"])


def _legend(rows: int, palette: Palette) -> list[Text]:
    """The legend in that many lines of at most `LEGEND` cells."""
    made = [Text()]
    for what, words in _WORDS:
        glyph, role = _GLYPHS[what]
        piece = ink(f"{glyph} ", palette[role]).append(words + "  ", palette["dim"])
        if made[-1].cell_len + piece.cell_len > LEGEND:
            made.append(Text())
        made[-1].append_text(piece)
    return made[:rows]
