"""The scrollbar of a pane: blank where all is seen, else where the view stands."""

from __future__ import annotations

import pytest

from monitor.tui.widgets.quiet_bar import QuietBar


def _drawn(seen: int, lines: int, position: float = 0) -> str:
    """`#` for each cell that is of the thumb."""
    bar = QuietBar.render_bar(size=seen, virtual_size=lines, window_size=seen, position=position)
    return "".join("#" if one.style is not None and one.style.reverse else "." for one in bar.segments)


@pytest.mark.parametrize(("lines", "position", "drawn"), [
    (3, 0, "........"), (8, 0, "........"), (16, 0, "####...."), (16, 8, "....####"), (80, 72, ".......#"),
])  # fmt: skip
def test_the_thumb_is_where_the_view_stands(lines: int, position: float, drawn: str) -> None:
    assert _drawn(8, lines, position) == drawn
