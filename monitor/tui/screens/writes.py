"""Writes: each with what became of it in the other tabs; below, how long waits were, by channel."""

from __future__ import annotations

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

    def body(self) -> ComposeResult:
        """The list, and the distribution."""
        yield WritesPane(id="writes")
        yield LinesView(id="distribution")

    def show_body(self, picture: Picture, palette: Palette) -> None:
        """Draw both."""
        view, below = self.query_one("#writes", LinesView), self.query_one("#distribution", LinesView)
        width = view.scrollable_content_region.width
        pairs = writes.ordered(picture.snapshot)
        waiting = sum(write.waiting_s > 0 for _, write in pairs)
        title = ink("Writes", palette["bold text"]).append(f"  {count(len(pairs), 'write')}", palette["dim"])
        view.entitle(title.append(f" · {waiting} still waited for" if waiting else "", palette["stale"]))
        view.show(*writes.lines(picture, width, palette), palette)
        below.entitle(ink("From acknowledged to shown, by what brought it", palette["bold text"]))
        lines = writes.distribution(picture, below.scrollable_content_region.width, palette)
        below.styles.height = min(len(lines) + 2, max(5, self.size.height // 3))
        below.show(lines[:1], Lines(lines[1:]), palette)
