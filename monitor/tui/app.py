"""The dashboard: a Textual app over a source of snapshots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.command import Provider

from monitor.tui import theme as themes
from monitor.tui.actions.browser import BrowserActions
from monitor.tui.actions.exports import ExportActions
from monitor.tui.actions.views import ViewActions
from monitor.tui.commands import KeyCommands
from monitor.tui.desk import Actions, Health
from monitor.tui.source import Source
from monitor.tui.state import recall


class Dashboard(ViewActions, BrowserActions, ExportActions):
    """All of it."""

    TITLE = "syncmon"
    CSS_PATH = "dashboard.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {KeyCommands}


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
    """
    make_dashboard(source, actions=actions, health=health, theme=theme, notices=notices).run()
