"""Chooses a theme: each is tried on as the cursor goes over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from monitor.tui.clean import clean
from monitor.tui.paint import Lines
from monitor.tui.theme import Palette, ThemeFile
from monitor.tui.widgets.lines import LinesView


class ThemesScreen(ModalScreen[str]):
    """Gives the name of the theme that was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [("enter", "choose", "choose"), ("escape,q", "leave", "back")]

    def __init__(
        self, themes: Mapping[str, ThemeFile], current: str, palette: Palette, try_on: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._themes = themes
        self._names = sorted(themes, key=lambda name: (not themes[name].dark, name))
        self._current = current
        self._palette = palette
        self._try = try_on

    def compose(self) -> ComposeResult:
        """The names, with their colours."""
        with Vertical(classes="dialog"):
            yield Static("Theme", classes="question")
            yield LinesView(id="themes", choose=True)
            yield Static("j k try it on   Enter keeps it   Esc goes back", classes="what")

    def on_mount(self) -> None:
        """The cursor starts at the theme in use."""
        view = self.query_one(LinesView)
        view.styles.height = min(12, len(self._names))
        view.show([], Lines(self._names, self._line), self._palette)
        view.focus()
        if self._current in self._names:
            view.choose_line(self._names.index(self._current))

    @on(LinesView.Moved)
    def _moved(self, event: LinesView.Moved) -> None:
        event.stop()
        self._try(self._names[event.index])
        if isinstance(event, LinesView.Opened):
            self.dismiss(self._names[event.index])

    def action_choose(self) -> None:
        """Take the theme of the cursor."""
        self.dismiss(self._names[self.query_one(LinesView).cursor or 0])

    def action_leave(self) -> None:
        """Take none."""
        self.dismiss(None)

    def _line(self, name: str) -> Text:
        theme = self._themes[name]
        palette = Palette(theme)
        line = Text(f" {clean(theme.title, 24):<26}", no_wrap=True)
        for role in ("good", "stale", "unshown", "stream", "push", "accent"):
            line.append("■ ", palette[role] if self._palette.theme else self._palette["text"])
        return line
