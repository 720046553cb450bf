"""The dashboard: a Textual app over a source of snapshots."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.command import Provider
from textual.driver import Driver
from textual.scrollbar import ScrollBar

from monitor.tui import theme as themes
from monitor.tui.actions.browser import BrowserActions
from monitor.tui.actions.exports import ExportActions
from monitor.tui.actions.views import ViewActions
from monitor.tui.commands import KeyCommands
from monitor.tui.desk import Actions, Health
from monitor.tui.driver import lasting
from monitor.tui.source import Source
from monitor.tui.state import recall
from monitor.tui.terminal import HANG_UP, Ended, Signals, let_go
from monitor.tui.widgets.quiet_bar import QuietBar

ScrollBar.renderer = QuietBar
TERMINAL_S = 0.25  # how often it is looked whether there is still a terminal


class Dashboard(ViewActions, BrowserActions, ExportActions):
    """All of it."""

    TITLE = "syncmon"
    CSS_PATH = "dashboard.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {KeyCommands}
    asked: int | None = None
    _had_terminal = False

    def get_driver_class(self) -> type[Driver]:
        """One that outlives its terminal."""
        return lasting(super().get_driver_class())

    def run_to_the_end(self) -> None:
        """Run until the user leaves. Raises Ended where a signal, or the end of the terminal, came first."""
        with Signals(self._ask):
            self.run()
        if self.asked is None and self._had_terminal and not _has_terminal():
            self.asked = HANG_UP
        if self.asked is not None:
            let_go()
            raise Ended(self.asked)

    def on_mount(self) -> None:
        """Look after the terminal, where there is one."""
        if not self.is_headless:
            self._had_terminal = _has_terminal()
            self.set_interval(TERMINAL_S, self._look_after_terminal)

    def _ask(self, number: int) -> None:
        self.asked = number

    def _look_after_terminal(self) -> None:
        if self.asked is None and self._had_terminal and not _has_terminal():
            self.asked = HANG_UP
        if self.asked is not None:
            let_go()
            self.exit()


def _has_terminal() -> bool:
    return sys.__stdin__ is not None and os.isatty(sys.__stdin__.fileno())


def make_dashboard(
    source: Source, *, actions: Actions | None = None, health: Health | None = None, theme: str | None = None,
    notices: Sequence[str] = (),
) -> Dashboard:  # fmt: skip
    """The app, not yet running.

    theme: a name; the one chosen last where it is None. notices: said in the status line when it opens.
    """
    found, problems = themes.load()
    said = [*notices, *(f"theme skipped: {problem}" for problem in problems)]
    return Dashboard(source, actions, health, found, theme or recall().theme, said)


def run_dashboard(
    source: Source, *, actions: Actions | None = None, health: Health | None = None, theme: str | None = None,
    notices: Sequence[str] = (),
) -> None:  # fmt: skip
    """Run the dashboard until the user leaves it.

    actions: takes what the user wants done by the recorder, such as {"do": "reload", "tab": "B"}; None for a finished
    file. health: asked on every repaint whether the recorder is well: (what happened, what to do) where it is not.
    Raises Ended where a signal, or the end of the terminal, came before the user.
    """
    make_dashboard(source, actions=actions, health=health, theme=theme, notices=notices).run_to_the_end()
