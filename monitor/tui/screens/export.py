"""Asks what to export, in which format, where to, and whether secrets stay hidden."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import msgspec
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Input, Select, Static

from monitor.errors import FilterError

FIRST = "jsonl"


class Wish(msgspec.Struct, frozen=True):
    """What to export: the format's name, a filter, the file, and whether secrets are replaced."""

    format: str
    filter: str
    path: Path
    redact: bool


class ExportScreen(ModalScreen[Wish]):
    """Gives what is wanted, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "back"), ("ctrl+s", "take", "export")]

    def __init__(self, capture: Path, filter: str) -> None:  # noqa: A002
        super().__init__()
        self._capture = capture
        self._filter = filter

    def compose(self) -> ComposeResult:
        """Four fields."""
        from monitor.export import find, names

        self._formats = {name: find(name) for name in names()}
        choices = [(name, name) for name in self._formats]
        first = FIRST if FIRST in self._formats else choices[0][1]
        with Vertical(classes="dialog"):
            yield Static("Export", classes="question")
            with Horizontal(classes="field"):
                yield Static("format", classes="name")
                yield Select(choices, value=first, allow_blank=False, compact=True, id="format")
            yield Static(self._formats[first].about, id="format-about", classes="what", markup=False)
            with Horizontal(classes="field"):
                yield Static("filter", classes="name")
                yield Input(self._filter, placeholder="everything", id="filter", select_on_focus=False)
            with Horizontal(classes="field"):
                yield Static("file", classes="name")
                yield Input(self._path(first), id="path", select_on_focus=False)
            with Horizontal(classes="field"):
                yield Static("secrets", classes="name")
                yield Checkbox("replaced by stable pseudonyms", True, id="redact", compact=True)
            yield Static("", id="wrong", classes="wrong", markup=False)
            with Horizontal(classes="buttons"):
                yield Button("^s  Export", id="yes", compact=True)
                yield Button("Esc  Back", id="no", compact=True)

    @on(Select.Changed, "#format")
    def _chosen(self, event: Select.Changed) -> None:
        self.query_one("#format-about", Static).update(Text(self._formats[str(event.value)].about))
        field = self.query_one("#path", Input)
        if field.value in {self._path(name) for name in self._formats}:
            field.value = self._path(str(event.value))

    @on(Checkbox.Changed)
    def _warn(self, event: Checkbox.Changed) -> None:
        warning = "" if event.value else "cookies, tokens and keys will stand in the file as they are"
        self.query_one("#wrong", Static).update(warning)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.action_take() if event.button.id == "yes" else self.dismiss(None)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.action_take()

    def action_leave(self) -> None:
        """Not now."""
        self.dismiss(None)

    def action_take(self) -> None:
        """Check what was asked for, and give it."""
        text, path = (self.query_one(name, Input).value.strip() for name in ("#filter", "#path"))
        if wrong := self._wrong(text, path):
            self.query_one("#wrong", Static).update(wrong)
            return
        name = str(self.query_one("#format", Select).value)
        redact = self.query_one("#redact", Checkbox).value
        self.dismiss(Wish(name, text, Path(path).expanduser(), redact))

    def _wrong(self, text: str, path: str) -> str:
        from monitor.capture.filter import parse

        if not path:
            return "the export needs a file"
        if Path(path).expanduser().exists():
            return f"{path} exists: choose another name"
        try:
            parse(text)
        except FilterError as error:
            return f"filter: {error} (character {error.position + 1})"
        return ""

    def _path(self, name: str) -> str:
        return str(Path.cwd() / (self._capture.stem + self._formats[name].suffix))
