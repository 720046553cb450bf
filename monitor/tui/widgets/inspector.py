"""The inspector: the message of the cursor, taken apart in a few lines."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from monitor.sync.channel_views import LatencyView
from monitor.tui.paint import Lines
from monitor.tui.paint import inspect as paint
from monitor.tui.source import Detail
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.lines import LinesView


class Inspector(LinesView):
    """Facts, layers and tree, then the text; the whole of a message has a screen of its own."""

    detail: Detail | None = None
    latencies: Sequence[LatencyView] = ()

    def show_detail(self, detail: Detail | None, palette: Palette, latencies: Sequence[LatencyView] = ()) -> None:
        """Show this message, or say how to choose one. latencies: what is known of its type and others."""
        if detail is self.detail and palette is self.palette and self.lines.things:
            return
        fresh, self.detail, self.latencies = detail is not self.detail, detail, latencies
        self.entitle(self._heading(detail, palette))
        self.show([], Lines(self._paint(detail, palette)), palette)
        if fresh:
            self.scroll_home(animate=False, immediate=True)

    def repaint(self) -> None:
        """The same message for another width."""
        self.show([], Lines(self._paint(self.detail, self.palette)), self.palette)

    def on_resize(self) -> None:
        """Wrapped text depends on the width."""
        super().on_resize()
        self.repaint()

    def _heading(self, detail: Detail | None, palette: Palette) -> Text:
        return Text(paint.title(detail) if detail else "Message", palette["bold text"])

    def _paint(self, detail: Detail | None, palette: Palette) -> list[Text]:
        if detail is None:
            return [ink("choose a message with j and k or the mouse", palette["dim"])]
        width = self.scrollable_content_region.width or 40
        lines = paint.facts(detail, palette, width, self.latencies)
        if detail.decoded is not None and detail.decoded.value is not None:
            lines += [Text(), *paint.tree(detail.decoded.value, palette)]
        return [*lines, Text(), *paint.raw(detail.event, palette, width)]
