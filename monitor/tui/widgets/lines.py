"""A scrolling list of painted lines: repaints only the lines that changed, and knows a cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from monitor.tui.keys import bindings
from monitor.tui.paint import Lines
from monitor.tui.theme import Palette
from monitor.tui.widgets.frames import Frames
from monitor.tui.widgets.strips import to_strip

# Dim on a reversed row is hard to read.
_NOT_DIM = Style(dim=False)
_SOME = 4  # lines; fewer are left to Textual


class LinesView(ScrollView, can_focus=True):
    """Lines under a head that stays.

    cursor: the index of the line that is chosen, None where nothing can be chosen.
    """

    BINDINGS = bindings("list")
    _edge: tuple[Region, ...] = ()

    class Moved(Message):
        """The cursor went to another line."""

        def __init__(self, view: LinesView, index: int) -> None:
            super().__init__()
            self.view = view
            self.index = index

        @property
        def control(self) -> LinesView:
            """The view it moved in."""
            return self.view

    class Resized(Message):
        """What was painted for another width must be painted again."""

    class Opened(Moved):
        """A line was opened: Enter or a second click."""

    def __init__(self, *, id: str | None = None, choose: bool = False, stick: bool = False) -> None:  # noqa: A002
        super().__init__(id=id)
        self.choose = choose
        self.stick = stick
        self.cursor: int | None = 0 if choose else None
        self.head: list[Text] = []
        self.lines = Lines()
        self.palette = Palette(None)
        self._strips: dict[int, Strip] = {}
        self._ground, self._width = Style(), 0
        self._frames = Frames()
        self._unseen = True
        self._title: Text | None = None
        self._subtitle: Text | None = None

    def show(self, head: Sequence[Text], lines: Lines, palette: Palette) -> None:
        """Show these lines; those that are as before are not painted again."""
        at_end = self.stick and (self._unseen or self.scroll_offset.y >= self.max_scroll_y)
        self._unseen = self._unseen and not self.size.height
        old, before = self.lines, self.head
        anew = palette is not self.palette or lines.version != old.version or len(lines.things) != len(old.things)
        self.palette, self.head, self.lines = palette, list(head), lines
        self._resize()
        if anew or len(before) != len(self.head):
            self._strips.clear()
            self.refresh()
        else:
            self._repaint([*before, *old.things], [*head, *lines.things])
        if at_end:
            self.scroll_end(animate=False, immediate=True, force=True)

    def _repaint(self, old: Sequence[object], new: Sequence[object]) -> None:
        """Paint again what is not as it was."""
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            if before is not after and before != after:
                self._strips.pop(index, None)
                self._refresh_index(index)

    def entitle(self, title: Text) -> None:
        """Put a title on the frame."""
        if title != self._title:
            self._title = title
            with self._painting_edge(0):
                self.border_title = title

    def subtitle(self, title: Text | None) -> None:
        """Put a title under the frame, or none."""
        if title != self._subtitle:
            self._subtitle = title
            with self._painting_edge(self.outer_size.height - 1):
                self.border_subtitle = title

    @contextmanager
    def _painting_edge(self, y: int) -> Iterator[None]:
        """What is set meanwhile is seen in one line of the frame; Textual would paint the whole pane again."""
        line = Region(0, y, self.outer_size.width, 1).translate(Offset() - self.content_offset)
        self._edge = (line,) if self.outer_size else ()
        try:
            yield
        finally:
            self._edge = ()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As Textual's, but that what sets a title has its line of the frame painted alone."""
        return super().refresh(*(regions or self._edge), repaint=repaint, layout=layout, recompose=recompose)

    def choose_line(self, index: int) -> None:
        """Put the cursor there without saying so."""
        if self.choose and index != self.cursor:
            before, self.cursor = self.cursor, index
            for row in (before, index):
                if row is not None:
                    self._strips.pop(row + len(self.head), None)
                    self._refresh_index(row + len(self.head))

    @property
    def visible_rows(self) -> int:
        """How many lines of the body fit."""
        return max(1, self.scrollable_content_region.height - len(self.head))

    def count(self) -> int:
        """How many lines the body has."""
        return len(self.lines.things)

    def widest(self) -> int:
        """How many cells the widest line takes, for scrolling sideways."""
        things = self.lines.things
        return max((thing.cell_len for thing in things if isinstance(thing, Text)), default=0)

    def line_at(self, index: int) -> Text:
        """A line of the body."""
        return self.lines.paint(self.lines.things[index])

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of a part of the pane. What is dear to ask for, and the same for every line, is asked for once."""
        self._ground, self._width = self.rich_style, self.scrollable_content_region.width
        top, left = self.gutter.top, self.gutter.left
        last = min(crop.bottom, top + self.content_size.height)
        first = max(crop.y, top)
        if last - first < _SOME or crop.column_span != (0, self.outer_size.width) or self.opacity < 1:
            return super().render_lines(crop)
        above, below = (
            super(LinesView, self).render_lines(Region(0, y, crop.width, end - y))
            for y, end in ((crop.y, first + 1), (last, crop.bottom))
        )
        self._frames.edges(above.pop(), left, left + self._width)
        filters, ground = self.get_line_filters(), self.background_colors[1]
        return [*above, *(self._row(y - top, filters, ground) for y in range(first, last)), *below]

    def _row(self, y: int, filters: Sequence[LineFilter], ground: Color) -> Strip:
        line = self.render_line(y)
        for one in filters:
            line = line.apply_filter(one, ground)
        return self._frames.row(line)

    def render_line(self, y: int) -> Strip:
        """The strip of a line of the viewport."""
        width, ground = self._width, self._ground
        index = y if y < len(self.head) else y + self.scroll_offset.y
        row = index - len(self.head)
        if row >= self.count():
            return Strip.blank(width, ground)
        if (strip := self._strips.get(index)) is None:
            line = self.head[index] if row < 0 else self.line_at(row)
            strip = self._strips[index] = to_strip(line, self.app.console)
        if self.choose and row >= 0 and row == self.cursor and not self.lines.nothing:
            laid = self._lay(strip, width, ground + self._cursor_style())
            return laid if self.palette.theme else Strip(Segment.apply_style(laid, post_style=_NOT_DIM))
        return self._lay(strip, width, ground)

    def action_move(self, step: int) -> None:
        """The cursor, or where there is none the view, goes by `step` lines."""
        if self.cursor is None:
            self.scroll_relative(y=step, animate=False)
        else:
            self.go(self.cursor + step)

    def action_page(self, step: int) -> None:
        """By a page."""
        self.action_move(step * max(1, self.visible_rows - 1))

    def action_top(self) -> None:
        """To the first line."""
        self.scroll_home(animate=False) if self.cursor is None else self.go(0)

    def action_bottom(self) -> None:
        """To the last line."""
        self.scroll_end(animate=False) if self.cursor is None else self.go(self.count() - 1)

    def action_aside(self, step: int) -> None:
        """Sideways."""
        self.scroll_relative(x=step, animate=False)

    def go(self, index: int) -> None:
        """Put the cursor on that line, scroll it into view and say so."""
        if not self.count() or self.lines.nothing:
            return
        index = max(0, min(self.count() - 1, index))
        self.choose_line(index)
        self.reveal(index)
        self.post_message(self.Moved(self, index))

    def reveal(self, index: int) -> None:
        """Scroll no more than needed to see that line."""
        top, rows = self.scroll_offset.y, self.visible_rows
        if index < top:
            self.scroll_to(y=index, animate=False, immediate=True, force=True)
        elif index >= top + rows:
            self.scroll_to(y=index - rows + 1, animate=False, immediate=True, force=True)

    def on_click(self, event: events.Click) -> None:
        """A click chooses a line, a second one opens it."""
        where = event.get_content_offset(self)
        if where is None or not self.choose or where.y < len(self.head):
            return
        row = where.y - len(self.head) + self.scroll_offset.y
        if row < self.count():
            self.go(row)
            if event.chain > 1:
                self.post_message(self.Opened(self, row))

    def on_resize(self) -> None:
        """Lines painted for another width are of no use."""
        self._strips.clear()
        self._resize()
        self.post_message(self.Resized())
        if self.stick:
            self.scroll_end(animate=False, immediate=True, force=True)

    def _cursor_style(self) -> Style:
        if self.has_focus:
            return self.palette.cursor
        return Style() if self.palette.theme is None else self.palette.cursor

    def _resize(self) -> None:
        size, before = Size(self.widest(), len(self.head) + self.count()), self.virtual_size
        if size == before:
            return
        if self.is_attached and self.show_vertical_scrollbar:
            # More lines or fewer move nothing: no layout, which would paint every pane anew.
            self.set_reactive(LinesView.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
            if self.scroll_y > self.max_scroll_y or self.scroll_x > self.max_scroll_x:
                self.scroll_to(self.scroll_x, self.scroll_y, animate=False, immediate=True, force=True)
        else:
            self.virtual_size = size

    def _refresh_index(self, index: int) -> None:
        y = index if index < len(self.head) else index - self.scroll_offset.y
        if len(self.head) <= y or index < len(self.head):
            self.refresh_lines(y + self.scroll_offset.y)

    def _lay(self, strip: Strip, width: int, style: Style) -> Strip:
        """What of a line is seen; where it goes on to the right, an ellipsis says so."""
        left = self.scroll_offset.x
        right = left + width
        if strip.cell_length > right > 0 and strip.crop(right - 1).text.strip():
            strip = Strip([*strip.crop(0, right - 1), Segment("…", self.palette["faint"])])
        return strip.crop_extend(left, right, style).apply_style(style)
