"""One message on a screen of its own: facts and layers, then the tree, the text, the bytes, or what came before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style
from rich.text import Text
from textual import work
from textual.app import ComposeResult

from monitor.sync.channel_views import LatencyView
from monitor.tui.clean import clean
from monitor.tui.keys import bindings
from monitor.tui.paint import Lines, header, rows
from monitor.tui.paint import inspect as paint
from monitor.tui.picture import Picture, alerts
from monitor.tui.screens.base import PictureScreen, verdict_rows
from monitor.tui.source import Detail, Messages
from monitor.tui.theme import Palette, ink
from monitor.tui.widgets.bars import Bar
from monitor.tui.widgets.hex import HexView
from monitor.tui.widgets.keybar import KeyBar
from monitor.tui.widgets.lines import LinesView

PARTS = {"tree": "1 tree", "raw": "2 text", "hex": "3 bytes", "before": "4 before"}
RAW_LIMIT = 60_000
TREE_LIMIT = 4_000


class MessageScreen(PictureScreen):
    """n and N go on to the next and the last message."""

    BINDINGS = bindings("full", "anywhere")
    AUTO_FOCUS = "#part"

    def __init__(
        self, detail: Detail, row: int, messages: Messages, palette: Palette, latencies: Sequence[LatencyView] = ()
    ) -> None:
        super().__init__()
        self._detail = detail
        self._row = row
        self._messages = messages
        self._palette = palette
        self._latencies = latencies
        self._part = "tree"

    def compose(self) -> ComposeResult:
        """The facts, the part that is looked at."""
        yield Bar(id="verdict")
        yield Bar(id="facts")
        yield LinesView(id="about")
        yield LinesView(id="part")
        yield HexView(id="hex")
        yield Bar(id="status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Draw."""
        self.query_one("#about").can_focus = False
        self.draw()

    def show(self, picture: Picture, palette: Palette) -> None:
        """The message stays; what is wrong is said here too."""
        self._latencies = picture.snapshot.latencies
        bar, wrong = self.query_one("#verdict", Bar), bool(alerts(picture))
        bar.display = wrong
        if wrong:
            bar.show(header.verdict(picture, self.size.width, verdict_rows(self.size.height), palette))
        if palette is not self._palette:
            self._palette = palette
            self.draw()

    def on_resize(self) -> None:
        """The text is wrapped to the width."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draw the message."""
        palette, detail = self._palette, self._detail
        head = Text(" ", no_wrap=True).append(paint.title(detail), palette["bold accent"])
        self.query_one("#facts", Bar).show([head])
        self.query_one(KeyBar).adapt(palette, recorder=True)
        about, facts = (
            self.query_one("#about", LinesView),
            paint.facts(detail, palette, self.size.width - 6, self._latencies),
        )
        about.styles.height = min(len(facts) + 2, max(4, self.size.height // 3))
        about.show([], Lines(facts), palette)
        self._draw_part(palette)
        tabs = Text(" ", no_wrap=True)
        for name, words in PARTS.items():
            chosen = name == self._part
            style = palette["bold accent" if chosen else "dim"] + Style(meta={"@click": f"screen.part('{name}')"})
            tabs.append(words, style + Style(underline=chosen)).append("  ")
        self.query_one("#status", Bar).show([tabs])

    def _draw_part(self, palette: Palette) -> None:
        view, octets = self.query_one("#part", LinesView), self.query_one(HexView)
        is_hex = self._part == "hex"
        view.display, octets.display = not is_hex, is_hex
        if is_hex:
            octets.show_bytes(paint.octets(self._detail.event), palette)
            octets.entitle(ink("bytes as they were on the wire", palette["bold text"]))
            octets.focus()
            return
        width = max(20, self.size.width - 6)
        made: dict[str, tuple[str, Callable[[], list[Text]]]] = {
            "tree": ("decoded", self._tree),
            "raw": ("text as it was on the wire", lambda: paint.raw(self._detail.event, palette, width, RAW_LIMIT)),
            "before": ("what came just before it, in all tabs", lambda: self._before(width)),
        }
        title, lines = made[self._part]
        view.entitle(ink(title, palette["bold text"]))
        view.show([], Lines(lines()), palette)
        view.focus()

    def _tree(self) -> list[Text]:
        decoded = self._detail.decoded
        if decoded is None or decoded.value is None:
            return [ink("no tree: 2 shows the text, 3 the bytes", self._palette["dim"])]
        lines: list[Text] = []
        for message in decoded.messages:
            if len(decoded.messages) > 1:
                lines.append(ink(clean(f"── {message.protocol} {message.type or ''}", 120), self._palette["accent"]))
            lines += paint.tree(message.value, self._palette, TREE_LIMIT, 2000)
        return lines

    def _before(self, width: int) -> list[Text]:
        if not self._detail.before:
            return [ink("nothing: it is the first message", self._palette["dim"])]
        at = self._detail.event.time
        made = []
        for row in reversed(self._detail.before):
            line = ink(f" {f'−{at - row.time:.3f}':>9} s", self._palette["accent"])
            made.append(line.append_text(rows.line(row, width - 12, self._palette)))
        return made

    def action_part(self, name: str) -> None:
        """Look at another part."""
        self._part = name
        self.draw()
        self.query_one("#hex" if name == "hex" else "#part", LinesView).scroll_home(animate=False)

    @work(exclusive=True)
    async def action_turn(self, step: int) -> None:
        """The next message, or the one before."""
        try:
            detail = await self._messages.detail(self._messages.seq_at(max(0, self._row + step)))
        except IndexError:
            return
        if detail is not None:
            self._row, self._detail = max(0, self._row + step), detail
            self.draw()
