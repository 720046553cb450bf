"""The bars at the top and the bottom: painted lines that neither scroll nor take the focus."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget

from monitor.tui.widgets.strips import to_strip


class Bar(Widget):
    """A few painted lines, as high as there are lines."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: list[Text] = []

    def show(self, lines: Sequence[Text]) -> None:
        """Show these lines, and paint again if they differ."""
        if list(lines) == self._lines:
            return
        if len(lines) != len(self._lines):
            self.styles.height = max(1, len(lines))
        self._lines = list(lines)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The strip of one line."""
        width = self.size.width
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        strip = to_strip(self._lines[y], self.app.console)
        return strip.crop_extend(0, width, self.rich_style).apply_style(self.rich_style)
