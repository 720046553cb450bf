"""The footer: the keys of whatever has the focus, as many as there is room for; a click is as good as the key."""

from __future__ import annotations

from dataclasses import replace

from rich.style import Style
from rich.text import Text
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input

from monitor.tui.keys import PROMPT_KEYS
from monitor.tui.theme import Palette
from monitor.tui.widgets.bars import Bar

# The first to go where it is narrow.
_SPARE = ("offline", "reload", "mark", "previous", "next", "export", "pause", "follow", "open")

_LEAVE = "app.leave"
_RECORDERS = {"app.mark", "app.offline", "app.reload"}


class KeyBar(Bar):
    """One line, made again when the focus goes elsewhere."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.palette = Palette(None)
        self.recorder = True

    def on_mount(self) -> None:
        """Hear of every change of the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_resize(self) -> None:
        """Another width has room for other keys."""
        self.draw()

    def adapt(self, palette: Palette, recorder: bool) -> None:
        """Draw with these styles from now on; without a recorder, without the keys that only it can obey."""
        if palette is not self.palette or recorder != self.recorder:
            self.palette, self.recorder = palette, recorder
            self.draw()

    def draw(self) -> None:
        """Draw the keys."""
        active = [one.binding for one in self.screen.active_bindings.values() if one.binding.show]
        if isinstance(self.screen.focused, Input):
            # Letters are typed now, whatever they do elsewhere.
            active = PROMPT_KEYS
        shown = [_here(one, self.screen) for one in active if self.recorder or one.action not in _RECORDERS]
        if any(one.action == "app.step_back" for one in shown):
            shown = [one for one in shown if one.action != _LEAVE]
        self.show([key_line(shown, self.size.width, self.palette)])

    def _changed(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.call_after_refresh(self.draw)


def _here(binding: Binding, screen: Screen[object]) -> Binding:
    """The binding as it is named here: the same key leaves the dashboard, and from other screens goes back to it."""
    if binding.action != _LEAVE or getattr(screen, "NAME", "live") == "live":
        return binding
    return replace(binding, description="back")


def key_line(bindings: list[Binding], width: int, palette: Palette) -> Text:
    """The keys with their labels on one line."""
    found = {binding.action: binding for binding in bindings}
    for label in _SPARE:
        if _length(found, 2) <= width:
            break
        found = {action: one for action, one in found.items() if one.description != label}
    line = Text(" ", no_wrap=True)
    for action, one in found.items():
        click = Style(meta={"@click": action if action.startswith("app.") else f"app.focused_action({action!r})"})
        line.append(_key(one), palette["bold accent"] + click).append(f" {one.description}", palette["dim"] + click)
        line.append("  ")
    return line


def _length(found: dict[str, Binding], gap: int) -> int:
    return 1 + sum(len(_key(one)) + 1 + len(one.description) + gap for one in found.values()) - gap


def _key(one: Binding) -> str:
    return one.key_display or {"enter": "⏎"}.get(one.key, one.key)
