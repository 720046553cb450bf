"""Report: the comparison document as it would be exported now."""

from __future__ import annotations

from textual.app import ComposeResult

from monitor.tui.paint import Lines, report
from monitor.tui.picture import Picture
from monitor.tui.screens.base import DashboardScreen
from monitor.tui.theme import Palette
from monitor.tui.widgets.lines import LinesView


class ReportScreen(DashboardScreen):
    """One pane to scroll."""

    NAME = "report"
    AUTO_FOCUS = "#report"

    def __init__(self) -> None:
        super().__init__()
        self._painted: tuple[object, Lines] = (None, Lines())

    def body(self) -> ComposeResult:
        """The document."""
        yield LinesView(id="report")

    def show_body(self, picture: Picture, palette: Palette) -> None:
        """Draw it, where it or the pane's width changed: a picture comes many times a second."""
        view = self.query_one("#report", LinesView)
        view.entitle(report.title(picture, palette))
        depends = (picture.draft.text, view.scrollable_content_region.width, id(palette))
        if depends != self._painted[0]:
            self._painted = depends, report.lines(picture, view.scrollable_content_region.width, palette)
        view.show([], self._painted[1], palette)
