"""Channels: every connection of every tab."""

from __future__ import annotations

from textual.app import ComposeResult

from monitor.tui.paint import channels
from monitor.tui.picture import Picture
from monitor.tui.screens.base import DashboardScreen
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.choices import ChannelsPane


class ChannelsScreen(DashboardScreen):
    """Open ones first."""

    NAME = "channels"
    AUTO_FOCUS = "#channels"

    def body(self) -> ComposeResult:
        """One list."""
        yield ChannelsPane(id="channels")

    def show_body(self, picture: Picture, palette: Palette) -> None:
        """Draw it."""
        view = self.query_one(ChannelsPane)
        alive = sum(one.closed is None for one in picture.snapshot.connections)
        title = ink("Channels", palette["bold text"])
        view.border_title = title.append(f"  {alive} open of {len(picture.snapshot.connections)}", palette["dim"])
        view.show(*channels.lines(picture, view.scrollable_content_region.width, palette), palette)
