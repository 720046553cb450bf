"""The list of messages: only the rows on the screen are fetched from the capture file and decoded."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from rich.text import Text

from monitor.tui.keys import bindings
from monitor.tui.paint import Lines
from monitor.tui.paint import rows as paint
from monitor.tui.source import Messages, Row
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.lines import LinesView

KEEP = 2000
HOLD_S = 0.05  # for rows that are on their way


class MessageList(LinesView):
    """Rows by number; those not yet fetched are drawn as dots and fetched, one request at a time.

    following: the newest row is shown as it comes. total: rows of the filter; the file may already have more.
    """

    BINDINGS = bindings("messages")

    def __init__(self, messages: Messages, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, choose=True)
        self.messages = messages
        self.total = 0
        self.following = True
        self.start: float | None = None
        self.empty: list[Text] = []
        self._rows: dict[int, Row] = {}
        self._fetching = False
        self._came = asyncio.Event()

    def show_rows(self, total: int, start: float | None, empty: list[Text], palette: Palette) -> None:
        """There are `total` rows now. start: for times since the recording began. empty: what to say when none."""
        if start != self.start or palette is not self.palette or (not total and empty != self.empty):
            self._strips.clear()
            self.refresh()
        before, self.total = self.total, total
        self.lines = Lines(nothing=not total)
        self.start, self.palette, self.empty = start, palette, empty
        if not (before and total):
            self._strips.clear()
        if before != total:
            self._grow()

    def renew(self, total: int) -> None:
        """Another filter: every row may be another one, also those that are on their way."""
        self._rows = {}
        self._strips.clear()
        self.total, self.lines = total, Lines(nothing=not total)
        self._grow()
        self.refresh()

    @property
    def settled(self) -> bool:
        """Whether every row on the screen is known."""
        return not self._fetching and not self._missing()

    def count(self) -> int:
        """How many lines: the rows, or the words for none."""
        return self.total or len(self.empty)

    def widest(self) -> int:
        """Rows are painted to the width of the pane."""
        return 0

    def line_at(self, index: int) -> Text:
        """A row, or dots until it is fetched."""
        if not self.total:
            return self.empty[index]
        if (row := self._rows.get(index)) is None:
            self._fetch_soon()
            return ink(" ·", self.palette["faint"])
        return paint.line(row, self.scrollable_content_region.width, self.palette, self.start)

    def row(self, index: int) -> Row | None:
        """A row, where it is known already."""
        return self._rows.get(index)

    def follow(self, on: bool) -> None:
        """Follow the newest row, or let go."""
        self.following = on
        if on and self.total:
            self.go(self.total - 1)

    def go(self, index: int) -> None:
        """As in any list; going to a row other than the last lets go of following, going to the last takes it up."""
        if self.total:
            self.following = index >= self.total - 1
            super().go(index)
            if self._missing():
                self._fetch_soon()  # before the dots are painted: mostly the rows are there first

    def action_open(self) -> None:
        """Open the row of the cursor."""
        if self.total and self.cursor is not None:
            self.post_message(self.Opened(self, self.cursor))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up, by wheel or bar, lets go of following."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value and new_value < self.max_scroll_y and self.following and not self._growing:
            self.following = False
            self.post_message(self.Moved(self, self.cursor or 0))

    def on_resize(self) -> None:
        """Another height shows other rows."""
        super().on_resize()
        if self.following and self.total:
            self._grow()

    _growing = False

    def _grow(self) -> None:
        self._growing = True
        self._resize()
        if self.cursor is not None and self.cursor >= self.total:
            self.choose_line(max(0, self.total - 1))
        if self.following and self.total:
            self.choose_line(self.total - 1)
            self.reveal(self.total - 1)
            self.post_message(self.Moved(self, self.total - 1))
        self._take_ready()
        self._growing = False
        self.refresh()

    def _window(self) -> range:
        top = self.scroll_offset.y
        return range(min(top, self.total), min(self.total, top + self.visible_rows))

    def _missing(self) -> range:
        """The rows on the screen from the first to the last that is not known."""
        missing = [row for row in self._window() if row not in self._rows]
        return range(missing[0], missing[-1] + 1) if missing else range(0)

    def _take_ready(self) -> None:
        """The newest rows are drawn at once where they are made already."""
        ready = self.messages.at_hand(self.visible_rows if self.following else 0)
        for index in self._missing():
            if index in ready:
                self._rows[index] = ready[index]
                self._strips.pop(index, None)

    def _fetch_soon(self) -> None:
        if not self._fetching:
            self._fetching = True
            self._came.clear()
            self.run_worker(self._fetch(), group="rows")
            self.run_worker(self._hold(), group="rows")

    async def _hold(self) -> None:
        """For a moment nothing is painted: the rows mostly come before it is over."""
        with self.app.batch_update(), suppress(TimeoutError):
            async with asyncio.timeout(HOLD_S):
                await self._came.wait()

    async def _fetch(self) -> None:
        try:
            while wanted := self._missing():
                known = self._rows
                for index, row in zip(wanted, await self.messages.rows(wanted.start, wanted.stop), strict=False):
                    known[index] = row
                    self._strips.pop(index, None)
                if wanted.start not in known:
                    break
                self.refresh()
                self._came.set()
            while len(self._rows) > KEEP:
                del self._rows[next(iter(self._rows))]
        finally:
            self._fetching = False
            self._came.set()
