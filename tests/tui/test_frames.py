"""What a pane gives by itself is what Textual would have made of it, cell by cell, and it is not made again."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from monitor.tui.widgets.frames import Frames
from monitor.tui.widgets.lines import LinesView
from monitor.tui.widgets.messages import MessageList
from tests.tui import fakes
from tests.tui.driving import Driver, dashboard

MOVES = ["", "k", "G", "right", "2", "4", "1", "tab"]


def _cells(strips: list[Strip]) -> list[list[tuple[str, Style | None]]]:
    return [[(letter, one.style) for one in strip for letter in one.text] for strip in strips]


def _check(driver: Driver) -> int:
    """How many panes are seen, all of them as they should be."""
    panes = [pane for pane in driver.app.screen.query(LinesView) if pane.outer_size]
    for pane in panes:
        for part in (pane.outer_size.region, pane.outer_size.region.shrink((3, 0, 2, 0))):
            assert _cells(pane.render_lines(part)) == _cells(Widget.render_lines(pane, part)), pane
    return len(panes)


async def test_a_pane_is_as_textual_would_draw_it() -> None:
    seen = 0
    async with dashboard(fakes.FakeSource(fakes.stale(), fakes.messages())) as driver:
        for key in MOVES:
            await driver.press(*([key] if key else []))
            seen += _check(driver)
    assert seen > len(MOVES)


async def test_a_row_that_moves_is_the_same_row() -> None:
    async with dashboard(fakes.FakeSource(fakes.stale(), fakes.messages())) as driver:
        await driver.press("g", "j", "j")
        rows = driver.app.screen.query_one(MessageList)
        before = rows.render_lines(rows.outer_size.region)
        rows.scroll_relative(y=1, animate=False, immediate=True)
        after = rows.render_lines(rows.outer_size.region)
        assert all(one is other for one, other in zip(before[4:-1], after[3:-2], strict=True))
        assert before[3] is not after[3]


def test_other_edges_make_other_rows() -> None:
    frames, line = Frames(), Strip.blank(3)
    frames.edges(Strip.join([Strip.blank(1), line, Strip.blank(2)]), 1, 4)
    first = frames.row(line)
    assert first.text == " " * 6
    assert frames.row(line) is first
    frames.edges(Strip.join([Strip.blank(2), line, Strip.blank(2)]), 2, 5)
    assert frames.row(line).text == " " * 7
