"""The app without its keys: the timer, the picture, the palette, the status line."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from textual import on
from textual.app import App
from textual.message import Message

from monitor.tui.clean import clean
from monitor.tui.picture import Picture
from monitor.tui.screens.base import DashboardScreen, PictureScreen
from monitor.tui.source import Source, Update
from monitor.tui.theme import DEFAULT, Palette, ThemeFile, textual_theme
from monitor.tui.widgets.lines import LinesView

Actions = Callable[[dict[str, Any]], None]
Health = Callable[[], tuple[str, str] | None]

RATE = 20.0
SAID_FOR = 8.0
SETTLED_S = 2.0  # by then the first screen stands


class Desk(App[None]):
    """Asks the source for what is new when it says so and `RATE` times a second, and gives the screen one picture.

    actions: takes what the user wants done by the recorder, None where there is no recorder.
    health: what happened to the recorder and what to do about it, None while it is well.
    """

    class News(Message):
        """The source has something new."""

    def __init__(
        self, source: Source, actions: Actions | None, health: Health | None,
        themes: dict[str, ThemeFile], theme: str, notices: Sequence[str] = (),
    ) -> None:  # fmt: skip
        # Without colour the terminal's own two are used, and weight tells states apart.
        plain = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if plain else None)
        self.source, self.actions, self.health = source, actions, health
        self.themes, self.notices = themes, notices
        self.offline: set[str] = set()
        self.picture = Picture()
        self.palette = Palette(None)
        self._plain = plain
        self._seen: Update | None = None
        self._told = False
        self._said = ""
        self._quiet_at = 0.0
        for name, file in themes.items():
            self.register_theme(textual_theme(f"syncmon-{name}", file))
        self.use_theme(theme if theme in themes else DEFAULT)

    def use_theme(self, name: str) -> None:
        """Draw in that theme from now on."""
        self.theme_name = name
        if name in self.themes:
            self.theme = f"syncmon-{name}"
        self.palette = Palette(None if self._plain else self.themes.get(name))

    def on_mount(self) -> None:
        """Start to read and to draw."""
        self.install_screens()
        self.show_screen("live")
        self.source.start(self._call)
        self.set_interval(1 / RATE, self.look)
        self.set_timer(SETTLED_S, _settle)
        if self.notices:
            self.say(clean(" · ".join(self.notices)))

    def _call(self) -> None:
        """Called by the source, from a thread of its own; news that was not looked at yet is enough."""
        if not self._told:
            self._told = True
            self.post_message(self.News())

    @on(LinesView.Resized)
    def _resized(self) -> None:
        """Another size is another picture, even of a file in which nothing is new."""
        self.draw()

    def on_unmount(self) -> None:
        """Let go of the file."""
        self.source.close()

    def install_screens(self) -> None:
        """The screens by name; each is made when it is first shown."""
        from monitor.tui.screens.channels import ChannelsScreen
        from monitor.tui.screens.formats import FormatsScreen
        from monitor.tui.screens.live import LiveScreen
        from monitor.tui.screens.report import ReportScreen
        from monitor.tui.screens.writes import WritesScreen

        self.install_screen(LiveScreen(self.source.messages), "live")
        self.install_screen(WritesScreen(), "writes")
        self.install_screen(FormatsScreen(), "formats")
        self.install_screen(ChannelsScreen(), "channels")
        self.install_screen(ReportScreen(), "report")

    def show_screen(self, name: str) -> None:
        """Bring a screen of the dashboard to the front."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if name == "formats":
            self.source.studies.start()
        if name == "report":
            self.source.drafts.start()
        if not isinstance(self.screen, DashboardScreen):
            self.push_screen(name)
        elif name != self.screen.NAME:
            self.switch_screen(name)
        self.call_after_refresh(self.draw)

    @on(News)
    def look(self) -> None:
        """Draw again if there is news."""
        self._told = False
        if self._said and time.monotonic() >= self._quiet_at:
            self._said = ""
            self._show_status()
        update, study = self.news(), self.source.studies.latest()
        if study is not self.picture.study and not self.picture.paused:
            self.change(study=study)
        draft = self.source.drafts.latest()
        if draft is not self.picture.draft and not self.picture.paused:
            self.change(draft=draft)
        if update is self._seen:
            return
        self._seen = update
        if self.picture.paused:
            behind = update.snapshot.recording.events - self.picture.snapshot.recording.events
            if behind == self.picture.behind:
                return
            self.change(behind=behind)
        else:
            self.change(update=update)

    def news(self) -> Update:
        """The newest update, with what became of the recorder."""
        update = self.source.latest()
        trouble = self.health() if self.health else None
        if trouble is None or update.problem:
            return update
        if self._seen is not None and self._seen.problem == trouble[0] and self._seen.snapshot is update.snapshot:
            return self._seen
        return msgspec.structs.replace(update, problem=trouble[0], hint=trouble[1])

    def change(self, **fields: Any) -> None:
        """Another picture, drawn at once."""
        self.picture = msgspec.structs.replace(self.picture, **fields)
        self.draw()

    def draw(self) -> None:
        """Give the picture to the screen that is looked at."""
        for screen in self.screen_stack:
            if isinstance(screen, PictureScreen) and screen.is_mounted:
                screen.show(self.picture, self.palette)
        self._show_status()

    def say(self, text: str) -> None:
        """Put what a key did into the status line, for a while."""
        self._said = text
        self._quiet_at = time.monotonic() + SAID_FOR
        self._show_status()

    @property
    def said(self) -> str:
        """What the status line says."""
        return self._said

    def _show_status(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DashboardScreen) and screen.is_mounted:
                screen.show_status(self._said, self.palette)


def _settle() -> None:
    """What is there by now stays: the collector, which holds up all else, need not look at it again and again."""
    gc.collect()
    gc.freeze()
