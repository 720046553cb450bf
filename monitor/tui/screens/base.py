"""What every screen of the dashboard has: facts and verdict on top, prompt, status line and footer below."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.screen import Screen

from monitor.tui.keys import Where, bindings
from monitor.tui.paint import header
from monitor.tui.picture import Picture
from monitor.tui.theme import Palette
from monitor.tui.widgets.bars import Bar
from monitor.tui.widgets.keybar import KeyBar
from monitor.tui.widgets.prompt import Prompt

ELSEWHERE: tuple[Where, ...] = ("live",)
NAMES = {"live": "1", "writes": "2", "formats": "3", "channels": "4", "report": "5"}


def verdict_rows(height: int) -> int:
    """How many lines the verdict may take."""
    return 4 if height >= 34 else 3 if height >= 20 else 2


class PictureScreen(Screen[None]):
    """A screen that is drawn from a picture, whenever there is a new one."""

    def show(self, picture: Picture, palette: Palette) -> None:
        """Draw the picture."""


class DashboardScreen(PictureScreen):
    """One of the numbered screens."""

    BINDINGS = bindings("dashboard", "anywhere", quiet=ELSEWHERE)
    NAME = "live"
    _said: tuple[str, Palette, int] | None = None

    def compose(self) -> ComposeResult:
        """Top, body, foot."""
        yield Bar(id="facts")
        yield Bar(id="verdict")
        yield from self.body()
        yield Prompt()
        yield Bar(id="status")
        yield KeyBar(id="keys")

    def body(self) -> ComposeResult:
        """The panes of this screen."""
        yield from ()

    @property
    def _made(self) -> bool:
        """Whether the last of the panes is there; asked for by its name, as a search would go through all of them."""
        try:
            self.query_one("#keys")
        except NoMatches:
            return False
        return True

    def show(self, picture: Picture, palette: Palette) -> None:
        """Draw the picture; a screen whose panes are still being made is drawn with the next one."""
        if not self._made:
            return
        width, height = self.size
        rows = verdict_rows(height)
        self.query_one("#facts", Bar).show([header.facts(picture, width, palette)])
        self.query_one("#verdict", Bar).show(header.verdict(picture, width, rows, palette))
        self.query_one(KeyBar).adapt(palette, picture.update.live and not picture.update.problem)
        self.show_body(picture, palette)

    def show_body(self, picture: Picture, palette: Palette) -> None:
        """Draw the panes of this screen."""

    def show_status(self, said: str, palette: Palette) -> None:
        """The names of the screens, and what the last key did."""
        if not self._made or (of := (said, palette, self.size.width)) == self._said:
            return
        self._said = of
        line = Text(" ", no_wrap=True)
        for name, key in NAMES.items():
            chosen = name == self.NAME
            style = palette["bold accent" if chosen else "dim"] + Style(meta={"@click": f"app.screen('{name}')"})
            line.append(f"{key} {name}", style + Style(underline=chosen)).append("  ")
        line.append("│ ", palette["faint"]).append(said, palette["text"])
        line.truncate(max(1, self.size.width - 1), overflow="ellipsis")
        self.query_one("#status", Bar).show([line])
