"""The tabs: one line each, with what it shows, what it hears, and whether it is behind."""

from __future__ import annotations

from rich.text import Text

from monitor.sync.snapshot import TabView
from monitor.tui.clean import clean
from monitor.tui.paint.states import tab_state
from monitor.tui.picture import Picture, selected, tabs
from monitor.tui.theme import Palette, ink
from monitor.tui.words import address, fit, middle

_BARS = " ▁▂▃▄▅▆▇█"
_STATE = 16


def lines(picture: Picture, width: int, palette: Palette) -> tuple[list[Text], list[Text]]:
    """The head, and a line for each tab."""
    columns = _columns(width, len({tab.context for tab in tabs(picture.snapshot)} - {0}) > 1)
    head = ink("   tab ", palette["faint"])
    for name, wide in columns:
        head.append(fit("in/s" if name == "rate" else name, wide, right=name == "rate") + " ")
    return [head], [_line(picture, tab, columns, palette) for tab in tabs(picture.snapshot)]


def spark(counts: tuple[int, ...], cells: int) -> str:
    """Counts a second as bars, folded into that many cells; the scale is logarithmic, so that one message shows."""
    if not counts:
        return "▁" * cells
    step = len(counts) / cells
    sums = [sum(counts[int(n * step) : max(int(n * step) + 1, int((n + 1) * step))]) for n in range(cells)]
    return "".join(_BARS[1 if not total else min(8, 1 + (total * 2).bit_length())] for total in sums)


def _columns(width: int, profiles: bool = False) -> list[tuple[str, int]]:
    """Names and widths that fill the pane; the least telling columns go where it is narrow.

    profiles: the tabs are of several browser contexts.
    """
    room = width - 7
    columns = [("profile", 7)] if profiles else []
    columns += [("site", 8), ("subject", 8), ("channels", 13), ("rate", 4), ("last 60 s", 9), ("state", _STATE)]
    for name in ("channels", "last 60 s", "rate", "site"):
        if sum(wide + 1 for _, wide in columns) > room:
            columns = [column for column in columns if column[0] != name]
    spare = max(0, room - sum(wide + 1 for _, wide in columns))
    grow: dict[str, int] = {}
    for name, most in (("subject", 28), ("channels", 12), ("last 60 s", 21), ("subject", 40)):
        more = max(0, min(spare, most - grow.get(name, 0)))
        grow[name] = grow.get(name, 0) + more
        spare -= more if any(name == column for column, _ in columns) else 0
    return [(name, max(1, wide + grow.get(name, 0))) for name, wide in columns]


def _line(picture: Picture, tab: TabView, columns: list[tuple[str, int]], palette: Palette) -> Text:
    chosen = selected(picture)
    line = Text(no_wrap=True)
    line.append(" ▸ " if chosen and chosen.label == tab.label else "   ", palette["accent"])
    line.append(fit(tab.label, 3) + " ", palette.tab(tab.label))
    glyph, words, role = tab_state(tab)
    place = clean(tab.subject) or address(clean(tab.url, 400), 400)
    values = {
        "profile": (str(tab.context or "–"), "dim"),
        "site": (clean(tab.site, 40) or "–", "dim"),
        "subject": (_within(place, tab.site) or "blank page", "text"),
        "channels": ("·".join(tab.channels) or "nothing yet", "dim"),
        "rate": (f"{tab.rate_in:.0f}", "text" if tab.rate_in else "faint"),
        "state": (f"{glyph} {words}", f"bold {role}" if role in ("stale", "error", "unshown") else role),
    }
    for name, wide in columns:
        if name == "last 60 s":
            line.append(spark(tab.spark, wide) + " ", palette["stream" if any(tab.spark) else "faint"])
            continue
        text, style = values[name]
        text = middle(text, wide) if name == "subject" else text
        line.append(fit(text, wide, right=name == "rate") + " ", palette[style])
    return line


def _within(place: str, site: str) -> str:
    """An address without the host that stands beside it."""
    host, slash, path = place.partition("://")[2].partition("/")
    return slash + path if path and site and host.partition(":")[0] == site.partition(":")[0] else place
