"""Bytes in hexadecimal; a row is made when it is looked at, so ten megabytes cost no more than ten."""

from __future__ import annotations

from rich.text import Text

from monitor.tui.paint import Lines
from monitor.tui.paint.inspect import hex_line
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.lines import LinesView


class HexView(LinesView):
    """Sixteen bytes a row."""

    data: bytes = b""

    def show_bytes(self, data: bytes, palette: Palette) -> None:
        """Show these bytes."""
        self.data = data
        self.show([], Lines(), palette)
        self._strips.clear()
        self.refresh()

    def count(self) -> int:
        """The rows."""
        return max(1, (len(self.data) + 15) // 16)

    def widest(self) -> int:
        """Offset, bytes, text."""
        return 76

    def line_at(self, index: int) -> Text:
        """A row."""
        if not self.data:
            return ink("this event carries no payload", self.palette["dim"])
        if len(self._strips) > 2000:
            self._strips.clear()
        return hex_line(self.data, index, self.palette)
