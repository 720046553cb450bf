"""What keys do to the list of messages: filter, search, follow, open."""

from __future__ import annotations

import asyncio
import contextlib
import time

from msgspec.structs import replace
from textual import on, work

from monitor.errors import FilterError, SyncmonError
from monitor.tui.desk import Desk
from monitor.tui.paint import channels, writes
from monitor.tui.picture import selected
from monitor.tui.screens.formats import FormatsScreen
from monitor.tui.screens.live import LiveScreen
from monitor.tui.source import Detail
from monitor.tui.widgets.choices import TabsPane
from monitor.tui.widgets.inspector import Inspector
from monitor.tui.widgets.lines import LinesView
from monitor.tui.widgets.messages import MessageList
from monitor.tui.widgets.prompt import Prompt
from monitor.tui.words import count

FILTER_HINT = (
    'tab:A  dir:in  kind:frame  channel:socket  type:heartb*  size:>1k  url:…  "words"  /regex/  -tab:B  a OR b'
)
INSPECT_S = 0.2  # how often the inspector shows another message while the newest are followed
SEARCH_HINT = "words, or /a regular expression/; n and N go on from one to the next"


class MessageActions(Desk):
    """Filter, search, follow, open."""

    _sought = ""
    _inspected = 0.0
    _inspects_soon = False

    def live_screen(self) -> LiveScreen:
        """The screen with the messages; it is brought to the front if another one is there."""
        self.show_screen("live")
        screen = self.screen
        assert isinstance(screen, LiveScreen)
        return screen

    def action_filter(self) -> None:
        """Ask for a filter."""
        from monitor.capture.filter import parse

        prompt = self.live_screen().query_one(Prompt)
        prompt.ask(
            "filter", FILTER_HINT, self.picture.filter, self.palette, lambda text: parse(text).hint if text else ""
        )
        self._learn(prompt)

    @work(group="known", exclusive=True)
    async def _learn(self, prompt: Prompt) -> None:
        """Let the prompt know the capture's own values."""
        prompt.known = {}
        known = getattr(self.source.messages, "known", None)
        if known is not None:
            with contextlib.suppress(SyncmonError):
                prompt.known = await known()

    def action_search(self) -> None:
        """Ask for words."""
        self.live_screen().query_one(Prompt).ask("search", SEARCH_HINT, self._sought, self.palette, _check_search)

    @on(Prompt.Answered)
    def _answered(self, event: Prompt.Answered) -> None:
        if event.what in ("filter", "search"):
            self.live_screen().rows.focus()
        if event.answer is None:
            self.say(f"{event.what}: left as it was")
        elif event.what == "filter":
            self.set_filter(event.answer.strip())
        elif event.what == "search":
            self._sought = event.answer
            if self._sought:
                self.find(1)

    @work(group="filter", exclusive=True)
    async def set_filter(self, text: str) -> None:
        """Let through only what the filter says; an empty one lets through all."""
        from monitor.capture.filter import parse

        rows, before = self.live_screen().rows, self.picture.filter
        try:
            await self.source.messages.select(parse(text) if text else None)
            self._take_counts()
            rows.renew(self.picture.update.matching)
            self.change(filter=text)
            rows.follow(True)
            if self.picture.update.searching is not None:
                self.say("searching … Esc ends it")
            total = await self.source.messages.selected()
            self._take_counts()
            self.draw()
        except FilterError as error:
            self.say(f"filter: {error}")
            return
        except SyncmonError as error:
            self.say(f"filter not applied: {error}")
            return
        if text:
            self.say(f"filter: {count(total, 'message matches', 'messages match')}")
        else:
            self.say("filter removed: all messages" if before else "no filter: all messages")

    def _take_counts(self) -> None:
        """The picture says how many messages match now, also while it stands still."""
        now = self.source.latest()
        update = replace(self.picture.update, matching=now.matching, searching=now.searching)
        self.picture = replace(self.picture, update=update)

    def action_only_tab(self) -> None:
        """The messages of the selected tab alone, or of all again."""
        if (tab := selected(self.picture)) is None:
            self.say("there is no tab yet")
            return
        text = f"tab:{tab.label}"
        self.set_filter("" if self.picture.filter == text else text)

    def action_follow(self) -> None:
        """Follow the newest message, or let go."""
        rows = self.live_screen().rows
        rows.follow(not rows.following)
        self.say("following the newest message" if rows.following else "not following: F follows again")
        self.draw()

    def action_find(self, step: int) -> None:
        """The next message found, or the one before."""
        if not self._sought:
            self.say("nothing to look for: / asks for words")
        else:
            self.find(step)

    @work(group="find", exclusive=True)
    async def find(self, step: int) -> None:
        """Go to the nearest message that holds what is sought."""
        rows = self.live_screen().rows
        try:
            row = await self.source.messages.find(self._sought, rows.cursor or 0, step)
        except SyncmonError as error:
            self.say(f"search: {error}")
            return
        if row is None:
            self.say(f"no message holds “{self._sought}”: / asks for other words")
            return
        around = row <= (rows.cursor or 0) if step > 0 else row >= (rows.cursor or 0)
        rows.go(row)
        self.say(f"found “{self._sought}” in message {row + 1:,}" + (", around the end" if around else ""))

    @on(MessageList.Moved, "#messages")
    def _moved(self, event: LinesView.Moved) -> None:
        if isinstance(event, LinesView.Opened):
            return
        follows = isinstance(event.view, MessageList) and event.view.following
        if not follows or time.monotonic() >= self._inspected + INSPECT_S:
            self.inspect()
        elif not self._inspects_soon:
            self._inspects_soon = True
            self._inspect_soon()

    @work(group="inspect-soon")
    async def _inspect_soon(self) -> None:
        """Show the newest message in the inspector, but not each of the many that come within a moment."""
        await asyncio.sleep(max(0.0, self._inspected + INSPECT_S - time.monotonic()))
        self._inspects_soon = False
        self.inspect()

    @on(MessageList.Opened, "#messages")
    def _opened(self, event: LinesView.Opened) -> None:
        self.open_message(event.index)

    @on(LinesView.Moved, "#tabs")
    def _tab_chosen(self, event: LinesView.Moved) -> None:
        pane = event.view
        if isinstance(pane, TabsPane) and event.index < len(pane.labels):
            self.change(tab=pane.labels[event.index], turned=None)

    @on(LinesView.Opened, "#tabs")
    def _tab_opened(self) -> None:
        self.action_only_tab()

    @on(LinesView.Opened, "#writes")
    def _write_opened(self, event: LinesView.Opened) -> None:
        pairs = writes.ordered(self.picture.snapshot)
        if event.index < len(pairs):
            self.open_event(pairs[event.index][1].seq)

    @on(LinesView.Moved, "#formats")
    def _format_chosen(self, event: LinesView.Moved) -> None:
        types = self.picture.study.report.types
        if event.index < len(types):
            self.change(format=types[event.index].key)

    @on(LinesView.Opened, "#formats")
    def _format_opened(self, event: LinesView.Opened) -> None:
        types = self.picture.study.report.types
        if event.index < len(types) and types[event.index].filter:
            self.set_filter(types[event.index].filter)

    def action_schema(self) -> None:
        """The schema of the chosen type, or its fields."""
        if isinstance(self.screen, FormatsScreen):
            self.screen.schema = not self.screen.schema
            self.say("the JSON Schema of this type" if self.screen.schema else "the fields of this type")
            self.draw()

    @on(LinesView.Opened, "#channels")
    def _channel_opened(self, event: LinesView.Opened) -> None:
        found = channels.ordered(self.picture)
        if event.index < len(found):
            self.set_filter(f"connection:{found[event.index].connection}")

    @work(group="inspect", exclusive=True)
    async def inspect(self) -> None:
        """Show the message of the cursor in the inspector, where there is one."""
        screen = next((one for one in self.screen_stack if isinstance(one, LiveScreen)), None)
        if screen is None or not screen.rows.total:
            return
        pane = screen.query_one(Inspector)
        self._inspected = time.monotonic()
        screen.draw_follow(self.picture, self.palette)
        if pane.display:
            detail = await self._detail_at(screen.rows.cursor or 0)
            pane.show_detail(detail, self.palette, self.picture.snapshot.latencies)

    @work(group="open", exclusive=True)
    async def open_message(self, row: int) -> None:
        """Show one message on a screen of its own."""
        from monitor.tui.screens.message import MessageScreen

        detail = await self._detail_at(row)
        if detail is None:
            self.say("this message cannot be read any more")
            return
        await self.push_screen(
            MessageScreen(detail, row, self.source.messages, self.palette, self.picture.snapshot.latencies)
        )
        self.draw()

    def open_event(self, seq: int) -> None:
        """Show the message with that number, where the filter lets it through."""
        messages = self.source.messages
        row = messages.row_of(seq)
        try:
            there = messages.seq_at(row) == seq
        except IndexError:
            there = False
        if there:
            self.open_message(row)
        else:
            self.say(f"the filter hides event {seq:,}: Esc on Live takes it off")

    async def _detail_at(self, row: int) -> Detail | None:
        messages = self.source.messages
        try:
            return await messages.detail(messages.seq_at(row))
        except (IndexError, SyncmonError):
            return None


def _check_search(text: str) -> str:
    from monitor.capture.filter import parse

    if text.startswith("/") and len(text) > 1:
        parse(text)
    return ""
