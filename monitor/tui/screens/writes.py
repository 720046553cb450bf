"""Writes: each with what became of it in the other tabs, and why; below, how long waits were, by channel."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from monitor.tui.paint import Lines, writes
from monitor.tui.picture import Picture
from monitor.tui.screens.base import DashboardScreen
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.choices import WritesPane
from monitor.tui.widgets.lines import LinesView
from monitor.tui.words import count


class WritesScreen(DashboardScreen):
    """Still-stale writes are on top, counting."""

    NAME = "writes"
    AUTO_FOCUS = "#writes"

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[Picture, Palette] | None = None

    def body(self) -> ComposeResult:
        """The list, the explanation of the chosen one, and the distribution."""
        yield WritesPane(id="writes")
        yield LinesView(id="why")
        yield LinesView(id="distribution")

    def show_body(self, picture: Picture, palette: Palette) -> None:
        """Draw all three."""
        self._drawn = picture, palette
        view, below = self.query_one("#writes", LinesView), self.query_one("#distribution", LinesView)
        width = view.scrollable_content_region.width
        pairs = writes.ordered(picture.snapshot)
        waiting = sum(write.waiting_s > 0 for _, write in pairs)
        title = ink("Writes", palette["bold text"]).append(f"  {count(len(pairs), 'write')}", palette["dim"])
        view.entitle(title.append(f" · {waiting} still waited for" if waiting else "", palette["stale"]))
        view.show(*writes.lines(picture, width, palette), palette)
        self._explain()
        below.entitle(ink("From acknowledged to shown, by what brought it", palette["bold text"]))
        lines = writes.distribution(picture, below.scrollable_content_region.width, palette)
        below.styles.height = min(len(lines) + 2, max(5, self.size.height // 3))
        below.show(lines[:1], Lines(lines[1:]), palette)

    @on(LinesView.Moved, "#writes")
    def _explain(self) -> None:
        """Say why the chosen write fared as it did."""
        if self._drawn is None:
            return
        picture, palette = self._drawn
        view, why = self.query_one("#writes", LinesView), self.query_one("#why", LinesView)
        pairs = writes.ordered(picture.snapshot)
        chosen = pairs[min(view.cursor or 0, len(pairs) - 1)][1] if pairs else None
        lines = writes.explanation(chosen, why.scrollable_content_region.width, palette)
        why.entitle(ink("Why", palette["bold text"]))
        why.styles.height = min(len(lines) + 2, max(4, self.size.height // 4))
        why.show([], Lines(lines), palette)
