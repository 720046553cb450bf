"""One glyph and one word for each state, the same wherever it is drawn: a state is never told by its colour alone."""

from __future__ import annotations

from monitor.sync.snapshot import Cell, TabView
from monitor.tui.words import age

_DISORDERS = {"extra": "extra", "reordered": "order"}


def tab_state(tab: TabView) -> tuple[str, str, str]:
    """Glyph, words and role of a tab's state."""
    waiting = age(tab.for_s) if tab.for_s else ""
    match tab.state:
        case "current" if tab.behind:
            return "✓", "list behind", "stale"
        case "current":
            return "✓", "current", "good"
        case "stale" if tab.disorder and not tab.missing:
            return "⚠", f"{waiting} {_DISORDERS[tab.disorder]}".strip(), "stale"
        case "stale" if tab.received:
            return "◐", f"{waiting} unshown".strip(), "unshown"
        case "stale":
            return "⚠", f"{waiting} stale".strip(), "stale"
        case "hidden":
            return "◌", f"hidden {waiting}".strip() if tab.for_s else "hidden", "hidden"
        case "crashed":
            return "✖", "crashed", "error"
        case "loading":
            return "↻", "loading", "reload"
        case _:
            return "·", "gone", "faint"


def cell_state(cell: Cell | None) -> tuple[str, str, str]:
    """Glyph, words and role of an item in a tab."""
    if cell is None:
        return "–", "", "faint"
    waiting = age(cell.for_s) if cell.for_s else ""
    match cell.state:
        case "wrote":
            return "✓", "wrote", "good"
        case "shown":
            return "✓", cell.via or "", "good"
        case "streaming":
            return "✓", "streaming", "stream"
        case "received":
            return "◐", f"received {waiting}".strip(), "unshown"
        case "missing":
            return "✗", waiting or "missing", "stale"
        case "extra":
            return "✗", f"gone {waiting}".strip(), "stale"
        case "reordered":
            return "⇅", f"moved {waiting}".strip(), "stale"
        case "outdated":
            return "✗", f"old {waiting}".strip(), "stale"
        case _:
            return "–", "", "faint"


VERDICTS: dict[str, tuple[str, str]] = {
    "live-sync": ("syncs live", "good"),
    "poll-sync": ("syncs by polling", "good"),
    "push-sync": ("syncs by push", "good"),
    "refresh-to-sync": ("needs a refresh to sync", "stale"),
    "no-sync": ("does not sync", "stale"),
    "mixed": ("syncs in some cases", "unshown"),
    "unknown": ("not judged yet", "dim"),
}
