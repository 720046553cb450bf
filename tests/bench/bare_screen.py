"""The floor of a dashboard: fifty lines of text in a Textual application; `g` and `G` turn to others, `q` leaves."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

LINES = 50


class Bare(App[None]):
    """Two pages of lines, of which one is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [("g", "turn(0)", ""), ("G", "turn(1)", ""), ("q", "quit", "")]

    def compose(self) -> ComposeResult:
        """One widget."""
        yield Static(_page(0))

    def action_turn(self, page: int) -> None:
        """Show the lines of a page."""
        self.query_one(Static).update(_page(page))


def _page(page: int) -> str:
    return "\n".join(f"line {page * LINES + number} and what is written in it" for number in range(LINES))


if __name__ == "__main__":
    Bare().run()
