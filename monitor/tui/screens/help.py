"""All keys and what they do, from the table that the bindings are made from."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from monitor.tui.keys import KEYS, PLACES, shown
from monitor.tui.paint import Lines
from monitor.tui.paint.timeline import legend
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.lines import LinesView


class HelpScreen(ModalScreen[None]):
    """Keys by where they work, then what the glyphs mean."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,question_mark", "dismiss", "back")]

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette

    def compose(self) -> ComposeResult:
        """One scrolling list."""
        with Vertical(classes="dialog wide"):
            yield Static("Keys", classes="question")
            yield LinesView(id="help")
            yield Static("j k scroll   Esc goes back   ^p finds an action by name", classes="what")

    def on_mount(self) -> None:
        """Fill the list."""
        view = self.query_one(LinesView)
        view.show([], Lines(help_lines(self._palette)), self._palette)
        view.focus()


def help_lines(palette: Palette) -> list[Text]:
    """The lines of the help."""
    lines: list[Text] = []
    for place, title in PLACES.items():
        lines += [ink(title, palette["bold accent"])]
        for key in KEYS:
            if key.where == place:
                lines.append(ink(f"  {shown(key):<10} ", palette["bold text"]).append(key.help, palette["text"]))
        lines.append(Text())
    lines.append(ink("Glyphs", palette["bold accent"]))
    lines.append(ink("  timeline   ", palette["dim"]).append_text(legend(palette, 200)))
    for glyph, role, words in _GLYPHS:
        lines.append(ink(f"  {glyph:<10} ", palette[role]).append(words, palette["text"]))
    return lines


_GLYPHS = (
    ("✓", "good", "shown in this tab; wrote: this tab made it; the rest: what brought it"),
    ("✗", "stale", "this tab lacks it, or has an older version of it, for so long: it received nothing"),
    ("⇅", "stale", "this tab shows it, at another place than the others"),
    ("▚", "stale", "on the timeline: this tab shows what is gone, or something at another place than the others"),
    ("◐", "unshown", "it reached this tab, and is not shown"),
    ("◌", "hidden", "the tab is in the background: it may be behind and is not to blame"),
    ("–", "faint", "this tab never viewed it"),
)
