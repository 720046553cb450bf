"""The pane of tabs: its cursor is the selected tab."""

from __future__ import annotations

from monitor.tui.keys import bindings
from monitor.tui.widgets.lines import LinesView


class TabsPane(LinesView):
    """labels: of the tabs, line by line."""

    BINDINGS = bindings("tabs")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, choose=True)
        self.labels: list[str] = []
