"""Themes: one TOML file each. Shipped ones and the user's own are read alike; a bad one is reported and skipped.

A theme gives every role of `Colors` a colour and a list of colours for tabs. Widgets name roles, never colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

import msgspec
from rich.style import Style
from rich.text import Text
from textual.color import Color, ColorParseError
from textual.theme import Theme as TextualTheme

from monitor.errors import SettingsError
from monitor.settings import read_toml

DEFAULT = "dark"


class Colors(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The role of every colour on the screen, as CSS colours."""

    background: str
    """Behind everything."""
    panel: str
    """Behind the header and the footer."""
    cursor: str
    """Behind the row of the cursor."""
    border: str
    """The frame of a pane."""
    accent: str
    """The frame of the focused pane, keys, titles."""
    text: str
    """What is read."""
    dim: str
    """What is read second."""
    faint: str
    """Rules, dots and other furniture."""
    ink: str
    """Text on a bar coloured by a state."""
    good: str
    """In sync, shown."""
    stale: str
    """Behind: received nothing."""
    unshown: str
    """Received, not shown."""
    hidden: str
    """In the background, not to blame."""
    error: str
    """Lost, crashed, gap, fault."""
    write: str
    stream: str
    frame: str
    push: str
    reload: str
    """The glyphs of the timeline."""


class ThemeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a theme file holds."""

    title: str
    colors: Colors
    tabs: tuple[str, ...]
    dark: bool = True


class Palette:
    """The styles of one theme, by role; with no theme (NO_COLOR) roles differ by weight alone."""

    _PLAIN: Mapping[str, Style] = {
        "dim": Style(dim=True), "faint": Style(dim=True), "hidden": Style(dim=True), "border": Style(dim=True),
        "stale": Style(bold=True), "error": Style(bold=True), "unshown": Style(bold=True), "accent": Style(bold=True),
        "write": Style(bold=True), "reload": Style(bold=True),
    }  # fmt: skip

    def __init__(self, theme: ThemeFile | None) -> None:
        self.theme = theme
        self._styles: dict[str, Style] = {}

    def __getitem__(self, role: str) -> Style:
        """The style of a role, such as `stale`; `bold stale` is the same, bold."""
        if (style := self._styles.get(role)) is None:
            style = self._styles[role] = self._make(role)
        return style

    def tab(self, label: str | None) -> Style:
        """The style of a tab's label."""
        if not label or self.theme is None:
            return Style(bold=True)
        number = sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(label))) - 1
        return Style(color=self.theme.tabs[number % len(self.theme.tabs)], bold=True)

    def bar(self, role: str) -> Style:
        """A bar filled with the role's colour."""
        if self.theme is None:
            return Style(reverse=True, bold=True)
        colors = self.theme.colors
        return Style(color=colors.ink, bgcolor=getattr(colors, role), bold=True)

    @cached_property
    def cursor(self) -> Style:
        """What the row of the cursor is laid upon."""
        return Style(reverse=True) if self.theme is None else Style(bgcolor=self.theme.colors.cursor)

    def _make(self, role: str) -> Style:
        name = role.removeprefix("bold ")
        plain = self._PLAIN.get(name, Style())
        style = plain if self.theme is None else Style(color=getattr(self.theme.colors, name))
        return style + Style(bold=True) if name != role else style


def ink(text: str, style: Style) -> Text:
    """A text whose style ends with it, so that what is appended has only its own; one line, never wrapped."""
    return Text(no_wrap=True).append(text, style)


def read(path: Path) -> ThemeFile:
    """One theme file.

    Raises SettingsError with the file, the key and the reason.
    """
    try:
        text = path.read_text("utf-8")
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(str(path), "", str(error)) from None
    theme = read_toml(text, str(path), ThemeFile)
    if not theme.tabs:
        raise SettingsError(str(path), "tabs", "needs at least one colour")
    colors = [(f"colors.{name.replace('_', '-')}", getattr(theme.colors, name)) for name in Colors.__struct_fields__]
    for key, color in colors + [(f"tabs[{number}]", color) for number, color in enumerate(theme.tabs)]:
        _check_color(path, key, color)
    return theme


def _check_color(path: Path, key: str, color: str) -> None:
    # Both textual and rich draw with it, and `#rrggbb` is what both read alike.
    if not re.fullmatch("#[0-9a-fA-F]{6}", color):
        raise SettingsError(str(path), key, f"{color!r} is not a colour: write it as #rrggbb")
    try:
        Color.parse(color)
    except ColorParseError as error:
        raise SettingsError(str(path), key, str(error)) from None


def folders() -> list[Path]:
    """Where themes are looked for: the shipped ones, then the user's own, which win by name."""
    from platformdirs import user_config_path

    package = Path(__file__).resolve().parent.parent
    shipped = next((path for path in (package / "themes", package.parent / "themes") if path.is_dir()), package)
    return [shipped, user_config_path("syncmon") / "themes"]


def load(where: Iterable[Path] | None = None) -> tuple[dict[str, ThemeFile], list[SettingsError]]:
    """All themes by name (the file's stem), and what was wrong with those that were skipped."""
    themes: dict[str, ThemeFile] = {}
    problems: list[SettingsError] = []
    for folder in folders() if where is None else where:
        for path in sorted(folder.glob("*.toml")):
            try:
                themes[path.stem] = read(path)
            except SettingsError as error:
                problems.append(error)
    return themes, problems


def textual_theme(name: str, theme: ThemeFile) -> TextualTheme:
    """The theme in Textual's words: its own widgets (inputs, palette, scroll bars) take their colours from it."""
    c = theme.colors
    return TextualTheme(
        name=name, dark=theme.dark, primary=c.accent, secondary=c.push, accent=c.accent, foreground=c.text,
        background=c.background, surface=c.panel, panel=c.panel, success=c.good, warning=c.unshown, error=c.error,
        variables={
            "pane-border": c.border, "pane-dim": c.dim, "pane-faint": c.faint, "pane-cursor": c.cursor,
            "footer-background": c.panel, "footer-key-foreground": c.accent, "footer-description-foreground": c.dim,
            "block-cursor-background": c.accent, "block-cursor-foreground": c.ink, "block-hover-background": c.cursor,
            "scrollbar": c.border, "scrollbar-hover": c.dim, "scrollbar-active": c.accent,
            "scrollbar-background": c.background, "scrollbar-background-hover": c.background,
            "scrollbar-background-active": c.background, "scrollbar-corner-color": c.background,
            "border": c.accent, "border-blurred": c.border,
        },
    )  # fmt: skip
