"""Channels: every connection of every tab; below, how those that broke came back."""

from __future__ import annotations

from textual.app import ComposeResult

from monitor.tui.paint import Lines, channels
from monitor.tui.picture import Picture
from monitor.tui.screens.base import DashboardScreen
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.choices import ChannelsPane
from monitor.tui.widgets.lines import LinesView
from monitor.tui.words import count


class ChannelsScreen(DashboardScreen):
    """Open ones first."""

    NAME = "channels"
    AUTO_FOCUS = "#channels"

    def body(self) -> ComposeResult:
        """The list, and the ladders."""
        yield ChannelsPane(id="channels")
        yield LinesView(id="ladders")

    def show_body(self, picture: Picture, palette: Palette) -> None:
        """Draw both; ladders only where something broke."""
        view = self.query_one(ChannelsPane)
        found = picture.snapshot.connections
        alive, single = sum(one.closed is None for one in found), sum(map(channels.is_single, found))
        words = f"  {alive} open of {len(found) - single}"
        if single:
            words += f" · {count(single, 'single fetch', 'single fetches')} not listed"
        title = ink("Channels", palette["bold text"])
        view.entitle(title.append(words, palette["dim"]))
        head, lines = channels.lines(picture, view.scrollable_content_region.width, palette)
        view.show(head, lines, palette)
        below = self.query_one("#ladders", LinesView)
        ladders = channels.ladders(picture, max(20, view.scrollable_content_region.width), palette)
        below.display = bool(ladders)
        if ladders:
            below.entitle(ink("Reconnects", palette["bold text"]))
            below.styles.height = min(len(ladders) + 2, max(5, self.size.height // 3))
            below.show([], Lines(ladders), palette)
