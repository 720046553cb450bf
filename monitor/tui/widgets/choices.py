"""Lists whose lines can be opened: the tabs, the writes, the types of messages, the connections."""

from __future__ import annotations

from monitor.tui.keys import bindings
from monitor.tui.widgets.lines import LinesView


class TabsPane(LinesView):
    """labels: of the tabs, line by line."""

    BINDINGS = bindings("tabs")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, choose=True)
        self.labels: list[str] = []


class OpenList(LinesView):
    """A list whose lines can be opened with Enter."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, choose=True)

    def action_open(self) -> None:
        """Open the line of the cursor."""
        if self.cursor is not None:
            self.post_message(self.Opened(self, self.cursor))


class WritesPane(OpenList):
    """Writes."""

    BINDINGS = bindings("writes")


class FormatsPane(OpenList):
    """Types of messages."""

    BINDINGS = bindings("formats")


class ChannelsPane(OpenList):
    """Connections."""

    BINDINGS = bindings("channels")
