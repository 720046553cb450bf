"""A scrollbar that is always there, and blank where there is nothing to scroll.

A bar that comes and goes has Textual lay out the screen, and paint every pane anew.
"""

from __future__ import annotations

from rich.color import Color
from rich.segment import Segments
from textual.scrollbar import ScrollBarRender

BACK, BAR = Color.parse("#555555"), Color.parse("bright_magenta")


class QuietBar(ScrollBarRender):
    """Textual's, without the thumb where all is seen."""

    @classmethod
    def render_bar(
        cls, size: int = 25, virtual_size: float = 50, window_size: float = 20, position: float = 0, thickness: int = 1,
        vertical: bool = True, back_color: Color = BACK, bar_color: Color = BAR,
    ) -> Segments:  # fmt: skip
        """The bar. size, window_size, virtual_size, position: in lines, of the bar, of what is seen, and of all."""
        blank = virtual_size <= window_size
        return super().render_bar(
            size, size if blank else virtual_size, window_size, position, thickness, vertical, back_color, bar_color
        )
