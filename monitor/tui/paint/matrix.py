"""The sync matrix: the items of one subject against the tabs that view it."""

from __future__ import annotations

from rich.text import Text

from monitor.sync.snapshot import Cell, ItemView, SubjectView
from monitor.sync.snapshot import place as place_of
from monitor.tui.clean import clean
from monitor.tui.paint import Lines
from monitor.tui.paint.states import VERDICTS, cell_state
from monitor.tui.picture import Picture
from monitor.tui.theme import Palette, ink
from monitor.tui.words import count, cut, fit, middle

RECENT = 200
_AUTHORS = {"assistant": "asst."}
_DIVERGING = {"missing", "outdated", "received", "extra", "reordered"}


def title(one: SubjectView | None, width: int, palette: Palette) -> Text:
    """Which subject, and what was learnt about it."""
    text = ink("Sync", palette["bold text"])
    if one is not None:
        words, role = VERDICTS[one.verdict]
        words = words if width >= 56 else one.verdict
        place = clean(place_of(one.site, one.subject), 200)
        text.append(" · ").append(middle(place, max(12, width - len(words) - 14)))
        text.append(" · ").append(words, palette[role])
    return text


def lines(picture: Picture, one: SubjectView | None, width: int, palette: Palette) -> tuple[list[Text], Lines]:
    """The head with the tabs' labels, and a line for each item, the newest last."""
    if one is None:
        return [], _nothing("nothing to compare yet", "a page that two tabs have open is compared here", palette)
    labels, wide, first = _layout(one, width)
    head = Text(" " * (first + 1), no_wrap=True)
    for label in labels:
        head.append(fit(label, wide) + " ", palette.tab(label))
    if len(labels) < len(one.tabs):
        head.append(f"+{len(one.tabs) - len(labels)}", palette["dim"])
    if not one.items:
        return [head], _nothing("no items yet", "what the page shows appears here as it is seen", palette)
    return [head], _items(one, labels, wide, first, palette)


def _items(one: SubjectView, labels: tuple[str, ...], wide: int, first: int, palette: Palette) -> Lines:
    older = one.items[:-RECENT]
    behind = [item for item in older if any(cell.state in _DIVERGING for cell in item.cells.values())]
    things: list[ItemView | Text] = [*behind, *one.items[-RECENT:]]
    if quiet := len(older) - len(behind):
        things.insert(0, ink(f" {count(quiet, 'older item')}: the same in every tab", palette["faint"]))
    if len(one.tabs) == 1:
        things.append(ink(f" only {one.tabs[0]} views this: open it in another tab to compare", palette["dim"]))

    def paint(thing: ItemView | Text) -> Text:
        return thing if isinstance(thing, Text) else _item(thing, labels, wide, first, palette)

    return Lines(things, paint, (one.site, one.subject, labels, wide, first))


def _nothing(what: str, then: str, palette: Palette) -> Lines:
    return Lines([ink(f" {what}", palette["text"]), ink(f" {then}", palette["dim"])], nothing=True)


def _layout(one: SubjectView, width: int) -> tuple[tuple[str, ...], int, int]:
    """The labels that fit, the width of their columns, and that of the items' own: no column wider than it needs."""
    longest = max((_width(cell) for item in one.items[-RECENT:] for cell in item.cells.values()), default=8)
    least = max(15, min(24, width * 2 // 5))
    wide = max(8, min(longest, 18, (width - least - 2) // max(1, len(one.tabs)) - 1))
    labels = one.tabs[: max(1, (width - least - 2) // (wide + 1))]
    return labels, wide, max(least, min(72, width - 2 - len(labels) * (wide + 1)))


def _width(cell: Cell) -> int:
    glyph, words, _ = cell_state(cell)
    return len(glyph) + len(words) + 1


def _item(item: ItemView, labels: tuple[str, ...], wide: int, first: int, palette: Palette) -> Text:
    line = Text(" ", no_wrap=True)
    name = middle(clean(item.id, 80), 8 if first >= 20 else 5)
    author = _AUTHORS.get(item.author) or cut(clean(item.author, 20), 5 if first < 26 else 9)
    line.append(name + " ", palette["dim"])
    line.append(author + " " if author and first >= 20 else "", palette["text"])
    excerpt = clean(item.excerpt, 120)
    line.append(f"“{excerpt}”" if excerpt else "", palette["text"])
    if line.cell_len > first:
        line.truncate(first - 2, overflow="ellipsis")
        line.append("”" if excerpt else " ", palette["text"])
    line.pad_right(max(0, first + 1 - line.cell_len))
    for label in labels:
        line.append_text(_cell(item.cells.get(label), wide, palette))
    return line


def _cell(cell: Cell | None, wide: int, palette: Palette) -> Text:
    glyph, words, role = cell_state(cell)
    strong = role in ("stale", "unshown")
    text = ink(glyph, palette[f"bold {role}"])
    text.append(" " + words if words else "", palette[role if strong or role == "stream" else "dim"])
    text.truncate(wide, overflow="ellipsis", pad=True)
    return text.append(" ")
