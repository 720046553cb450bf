"""A painted line as a strip that Textual can put on the screen."""

from __future__ import annotations

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip


def to_strip(line: Text, console: Console) -> Strip:
    """The strip; `Text.render` leaves a text's own style out where it has no spans."""
    base = line.style if isinstance(line.style, Style) else Style.null()
    return Strip(Segment.apply_style(line.render(console, end=""), base))
