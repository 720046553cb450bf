"""Every key of the dashboard, as one table: bindings, footer, help and command palette are all made from it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec
from textual.binding import Binding, BindingType

Where = Literal["tabs", "messages", "writes", "formats", "channels", "live", "dashboard", "list", "full", "anywhere"]

PLACES: dict[Where, str] = {
    "live": "Messages and sync",
    "dashboard": "Recording and view",
    "tabs": "In the tabs",
    "messages": "In the messages",
    "writes": "In the writes",
    "formats": "In the formats",
    "channels": "In the channels",
    "list": "In any list",
    "full": "In a message of its own",
    "anywhere": "Anywhere",
}


class Key(msgspec.Struct, frozen=True):
    """One action: its keys, the words of the footer, the sentence of help and palette.

    footer: it is shown there.
    """

    where: Where
    keys: str
    action: str
    label: str
    help: str
    footer: bool = True
    display: str | None = None


KEYS: tuple[Key, ...] = (
    Key("tabs", "enter", "app.only_tab", "its messages", "Show only the messages of the selected tab"),
    Key("messages", "enter", "open", "open", "Open the message: layers, tree, text, bytes, what came just before it"),
    Key("writes", "enter", "open", "open", "Open the message that carried the write"),
    Key("formats", "enter", "open", "its messages", "Show only the messages of this type"),
    Key("formats", "s", "app.schema", "schema", "The JSON Schema of the type, or its fields again"),
    Key("channels", "enter", "open", "its messages", "Show only the messages of this connection"),
    Key("live", "slash", "app.search", "search", "Search the messages for words", display="/"),
    Key("live", "n", "app.find(1)", "next", "The next message found", footer=False),
    Key("live", "N", "app.find(-1)", "previous", "The message found before this one", footer=False),
    Key("live", "f", "app.filter", "filter", 'Filter: tab:A dir:in kind:frame type:… "words"'),
    Key("live", "F", "app.follow", "follow", "Follow the newest message, or stop following"),
    Key("live", "s", "app.subject(1)", "subject", "The next page or list in the sync matrix, whichever tab is selected",
        footer=False),
    Key("live", "S", "app.subject(-1)", "subject before", "The one before it", footer=False),
    Key("dashboard", "space", "app.pause", "pause", "Freeze the picture; the recording goes on", display="␣"),
    Key("dashboard", "m", "app.mark", "mark", "Leave a mark with a note in the recording"),
    Key("dashboard", "o", "app.offline", "offline", "Take the selected tab offline or back (asks first)"),
    Key("dashboard", "r", "app.reload", "reload", "Reload the selected tab (asks first)"),
    Key("dashboard", "e", "app.export", "export", "Export what the filter lets through to a file"),
    Key("dashboard", "t", "app.times", "times", "Times of day, or since the recording began", footer=False),
    Key("anywhere", "T", "app.themes", "theme", "Choose a theme; the choice is kept", footer=False),
    Key("dashboard", "1", "app.screen('live')", "live", "Live: tabs, sync, timeline, messages", footer=False),
    Key("dashboard", "2", "app.screen('writes')", "writes", "Writes: who saw each write, when and through what",
        footer=False),
    Key("dashboard", "3", "app.screen('formats')", "formats", "Formats: types of messages, their fields and triggers",
        footer=False),
    Key("dashboard", "4", "app.screen('channels')", "channels", "Channels: sockets, streams, pushes and polls",
        footer=False),
    Key("dashboard", "5", "app.screen('report')", "report", "Report: the comparison document, as it stands",
        footer=False),
    Key("dashboard", "tab", "app.focus_next", "next pane", "The next pane", footer=False, display="Tab"),
    Key("dashboard", "shift+tab", "app.focus_previous", "previous pane", "The pane before this one", footer=False,
        display="Shift+Tab"),
    Key("list", "j,down", "move(1)", "down", "Down", footer=False, display="j ↓"),
    Key("list", "k,up", "move(-1)", "up", "Up; in the messages this stops following", footer=False, display="k ↑"),
    Key("list", "pagedown,ctrl+d", "page(1)", "page down", "A page down", footer=False, display="PgDn"),
    Key("list", "pageup,ctrl+u", "page(-1)", "page up", "A page up", footer=False, display="PgUp"),
    Key("list", "g,home", "top", "first", "The first line", footer=False, display="g Home"),
    Key("list", "G,end", "bottom", "last", "The last line", footer=False, display="G End"),
    Key("list", "h,left", "aside(-8)", "left", "To the left, where lines are wider than the pane", footer=False,
        display="h ←"),
    Key("list", "l,right", "aside(8)", "right", "To the right", footer=False, display="l →"),
    Key("full", "escape", "app.step_back", "back", "Back to the list", display="Esc"),
    Key("full", "n,right_square_bracket", "turn(1)", "next", "The next message", display="n ]"),
    Key("full", "N,left_square_bracket", "turn(-1)", "previous", "The message before this one", display="N ["),
    Key("full", "1", "part('tree')", "tree", "The decoded tree", footer=False, display="1"),
    Key("full", "2", "part('raw')", "text", "The text as it was on the wire", footer=False, display="2"),
    Key("full", "3", "part('hex')", "bytes", "The bytes as they were on the wire", footer=False, display="3"),
    Key("full", "4", "part('before')", "before", "What came just before it", footer=False, display="4"),
    Key("anywhere", "question_mark", "app.help", "help", "All keys and what they do", display="?"),
    Key("anywhere", "ctrl+p", "app.command_palette", "palette", "Every action by name", footer=False, display="^p"),
    Key("anywhere", "escape", "app.step_back", "back", "Back: from a screen, a dialog, a filter", footer=False,
        display="Esc"),
    Key("anywhere", "q", "app.leave", "quit", "Back; from the first screen, quit"),
    Key("anywhere", "ctrl+q,ctrl+c", "app.quit", "quit", "Quit; a recording started here ends too", footer=False,
        display="^q"),
)  # fmt: skip

PROMPT_KEYS = [
    Binding("enter", "take", "take it", key_display="⏎"),
    Binding("escape", "leave", "leave it as it was", key_display="Esc"),
]


def bindings(*places: Where, quiet: Collection[Where] = ()) -> list[BindingType]:
    """Textual's bindings of those places; those of `quiet` work, and are left out of the footer."""
    return [
        Binding(key.keys, key.action, key.label, show=key.footer and key.where not in quiet, key_display=key.display,
                tooltip=key.help)
        for key in KEYS if key.where in places or key.where in quiet
    ]  # fmt: skip


def shown(key: Key) -> str:
    """The key as a person writes it."""
    return key.display or {"enter": "Enter"}.get(key.keys, key.keys.split(",")[0])
