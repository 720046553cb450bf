"""Live: tabs, sync matrix, timeline and messages, from one picture."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal

from monitor.sync.snapshot import Snapshot
from monitor.tui.clean import clean
from monitor.tui.keys import bindings
from monitor.tui.paint import Lines, matrix, timeline
from monitor.tui.paint import tabs as tabs_paint
from monitor.tui.picture import Picture, selected, subject, tabs
from monitor.tui.screens.base import DashboardScreen
from monitor.tui.source import Messages
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.choices import TabsPane
from monitor.tui.widgets.inspector import Inspector
from monitor.tui.widgets.lines import LinesView
from monitor.tui.widgets.messages import MessageList
from monitor.tui.words import cut

WIDE = 100
_PANES = ("tabs", "matrix", "timeline", "messages")


class LiveScreen(DashboardScreen):
    """Are my tabs in sync — and if not, which one, for how long, and why?"""

    BINDINGS = bindings("live")
    NAME = "live"
    AUTO_FOCUS = "#messages"

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._drawn: Snapshot | None = None
        self._drawn_for: object = None

    def body(self) -> ComposeResult:
        """Four panes and the inspector."""
        with Horizontal(id="top"):
            yield TabsPane(id="tabs")
            yield LinesView(id="matrix", stick=True)
        yield LinesView(id="timeline")
        with Horizontal(id="bottom"):
            yield MessageList(self._messages, id="messages")
            yield Inspector(id="inspector")

    def on_mount(self) -> None:
        """The timeline is looked at, never entered."""
        self.query_one("#timeline").can_focus = False
        self.query_one(Inspector).entitle(Text("Message"))

    @property
    def rows(self) -> MessageList:
        """The list of messages."""
        return self.query_one(MessageList)

    def show_body(self, picture: Picture, palette: Palette) -> None:
        """Draw the panes."""
        widths = tuple(self.query_one(f"#{name}").scrollable_content_region.width for name in _PANES)
        of = (palette, self.size, widths, picture.tab, picture.turned, picture.paused, picture.relative)
        # The list changes far more often than what was found: what is drawn of the latter holds until it changes.
        if of != self._drawn_for or picture.snapshot is not self._drawn:
            self._drawn_for, self._drawn = of, picture.snapshot
            self._arrange(picture)
            self._show_tabs(picture, palette)
            self._show_matrix(picture, palette)
            self._show_timeline(picture, palette)
        self._show_messages(picture, palette)

    def _arrange(self, picture: Picture) -> None:
        """Give each pane its height: the messages get what the others leave."""
        width, height = self.size
        lanes = max(1, len(tabs(picture.snapshot)))
        one = subject(picture)
        want = max(lanes, min(len(one.items) if one else 0, 10)) + 3
        self.query_one("#top").styles.height = max(5, min(want, height // 3 if height >= 30 else 7))
        pane = self.query_one("#timeline")
        pane.styles.height = min(lanes, max(2, height // 6)) + 3
        pane.display = height >= 20
        self.query_one("#inspector").display = width >= WIDE

    def _show_tabs(self, picture: Picture, palette: Palette) -> None:
        pane, shown = self.query_one(TabsPane), tabs(picture.snapshot)
        pane.entitle(ink("Tabs", palette["bold text"]))
        head, lines = tabs_paint.lines(picture, pane.scrollable_content_region.width, palette)
        if not lines:
            head, lines = (
                [],
                [ink(" no tabs yet", palette["text"]), ink(" open a page in the browser", palette["dim"])],
            )
        pane.show(head, Lines(lines, nothing=not shown), palette)
        tab = selected(picture)
        pane.labels = [one.label for one in shown]
        if tab is not None:
            pane.choose_line(pane.labels.index(tab.label))

    def _show_matrix(self, picture: Picture, palette: Palette) -> None:
        pane, one = self.query_one("#matrix", LinesView), subject(picture)
        width = pane.scrollable_content_region.width
        pane.entitle(matrix.title(one, width, palette))
        pane.show(*matrix.lines(picture, one, width, palette), palette)

    def _show_timeline(self, picture: Picture, palette: Palette) -> None:
        pane = self.query_one("#timeline", LinesView)
        width = pane.scrollable_content_region.width
        pane.entitle(ink(f"Timeline · last {timeline.SECONDS:.0f} s", palette["bold text"]))
        pane.subtitle(None if width >= WIDE else timeline.legend(palette, width - 8))
        pane.show([], Lines(timeline.lines(picture, width, palette)), palette)

    def _show_messages(self, picture: Picture, palette: Palette) -> None:
        pane, update = self.rows, picture.update
        start = picture.snapshot.recording.started if picture.relative else None
        pane.show_rows(update.matching, start, self._empty(picture, palette), palette)
        counts = f"{update.messages:,}"
        if picture.filter:
            counts = f"{update.matching:,} of {counts}"
        if update.searching is not None:
            counts += f" · searched {update.searching:.0%}"
        title = ink("Messages", palette["bold text"])
        if picture.filter:
            title.append(" · ").append(cut(clean(picture.filter), max(10, pane.size.width - 36)), palette["accent"])
        pane.entitle(title.append(f"  ({counts})", palette["dim"]))
        pane.subtitle(self._follow_words(pane, picture, palette))

    def draw_follow(self, picture: Picture, palette: Palette) -> None:
        """Say again where the cursor is."""
        self.rows.subtitle(self._follow_words(self.rows, picture, palette))

    def _follow_words(self, pane: MessageList, picture: Picture, palette: Palette) -> Text | None:
        if not pane.total:
            return None
        if picture.paused:
            return ink("paused · space goes on", palette["unshown"])
        place = f"{(pane.cursor or 0) + 1:,} of {pane.total:,}"
        if not picture.update.live:
            return ink(place, palette["dim"])
        return ink(
            "following ▼" if pane.following else f"{place} · F follows", palette["good" if pane.following else "dim"]
        )

    def _empty(self, picture: Picture, palette: Palette) -> list[Text]:
        if picture.update.searching is not None:
            what, then = "searching …", "what matches appears as it is found; Esc ends the search"
        elif picture.update.progress is not None and not picture.update.messages:
            what, then = "reading …", "the messages appear as they are read"
        elif picture.filter and picture.update.messages:
            what, then = "no message matches the filter", "f changes it, an empty filter shows all"
        elif picture.update.live:
            what, then = (
                "no messages yet",
                "use the page: whatever its sockets, streams and requests carry appears here",
            )
        else:
            what, then = "no messages in this capture", "2 and 4 show what else it holds"
        return [ink(f" {what}", palette["text"]), ink(f" {then}", palette["dim"])]
