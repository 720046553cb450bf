"""Formats: the types of messages on the left, and of the chosen one what is known and its fields on the right."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container

from monitor.formats.model import TypeFormat
from monitor.sync.channel_views import LatencyView
from monitor.tui.paint import Lines, formats
from monitor.tui.picture import Picture
from monitor.tui.screens.base import DashboardScreen
from monitor.tui.theme import Palette
from monitor.tui.widgets.choices import FormatsPane
from monitor.tui.widgets.lines import LinesView

WIDE = 100


class FormatsScreen(DashboardScreen):
    """Side by side where there is room, else one above the other."""

    NAME = "formats"
    AUTO_FOCUS = "#formats"

    def __init__(self) -> None:
        super().__init__()
        self.schema = False
        self._looked_at: object = None
        self._painted: tuple[tuple[object, ...], Lines] = (), Lines()

    def body(self) -> ComposeResult:
        """The list, and one type."""
        with Container(id="both"):
            yield FormatsPane(id="formats")
            yield LinesView(id="format")

    def show_body(self, picture: Picture, palette: Palette) -> None:
        """Draw both."""
        self.query_one("#both").set_class(self.size.width >= WIDE, "wide")
        view, one = self.query_one(FormatsPane), formats.selected(picture)
        view.entitle(formats.title(picture, palette))
        head, lines = formats.lines(picture, view.scrollable_content_region.width, palette)
        view.show(head, lines, palette)
        if one is not None:
            view.choose_line(formats.index_of(picture, one.key))
        self._show_one(picture, palette)

    def _show_one(self, picture: Picture, palette: Palette) -> None:
        pane, one = self.query_one("#format", LinesView), formats.selected(picture)
        width = pane.scrollable_content_region.width
        pane.entitle(formats.heading(one, palette, width))
        way = picture.study.report.latency(one) if one is not None else None
        pane.show([], self._lines(one, way, width, palette), palette)
        looked_at = (one.key if one else None, self.schema)
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            pane.scroll_home(animate=False, immediate=True)

    def _lines(self, one: TypeFormat | None, way: LatencyView | None, width: int, palette: Palette) -> Lines:
        """What is shown of a type, painted where anything of it changed: a picture comes many times a second."""
        depends: tuple[object, ...] = (one, width, palette, self.schema, way)
        if len(self._painted[0]) != len(depends) or any(
            new is not old and (new is one or new != old) for new, old in zip(depends, self._painted[0], strict=True)
        ):
            made = formats.schema(one, palette) if self.schema else formats.fields(one, width, palette, way)
            self._painted = depends, Lines(made)
        return self._painted[1]
