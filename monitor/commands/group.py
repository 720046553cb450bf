"""The commands there are; the one that is called is imported, `watch` where none is named, `open` where a file is."""

from __future__ import annotations

import importlib
from keyword import iskeyword
from pathlib import Path

import click

from monitor import __version__

# name → what `syncmon --help` says of it; the module has the same name, and a `_` where that is a word of Python.
COMMANDS = {
    "watch": "Attach and open the dashboard (what `syncmon` alone does).",
    "record": "Attach and record, with no screen.",
    "open": "Open the dashboard on a capture.",
    "tail": "One line an event, of a capture or live.",
    "divergence": "Which tab shows what the others don't, since when, and what healed it.",
    "formats": "The types of messages: their fields, periods and triggers.",
    "experiment": "Do what tells how an application syncs, step by step, and say what came of it.",
    "report": "How the recorded applications sync: the comparison document.",
    "diff": "What is new, gone or changed in the formats of another capture.",
    "export": "Write a capture in another format, without its secrets.",
    "import": "Make a capture of another program's log, or of an export.",
    "captures": "Which captures there are; `captures prune` removes old ones.",
    "doctor": "What is reachable, what is missing, and what to type.",
    "demo": "The lab, a browser and the dashboard: nothing else needed.",
    "lab": "The lab's servers alone.",
}


def module_of(name: str) -> str:
    """The module of a command."""
    return f"{name}_" if iskeyword(name) else name


def make_group() -> click.Group:
    """The group of all commands, of the class that click has now (rich-click may have put its own there)."""

    class Commands(click.Group):
        def list_commands(self, context: click.Context) -> list[str]:
            return list(COMMANDS)

        def get_command(self, context: click.Context, name: str) -> click.Command | None:
            if name not in COMMANDS:
                return None
            found: click.Command = importlib.import_module(f"monitor.commands.{module_of(name)}").command
            found.short_help = COMMANDS[name]
            return found

        def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
            own = {"--help", "-h", "--version"}
            if not arguments or (arguments[0].startswith("-") and arguments[0] not in own):
                arguments = ["watch", *arguments]
            elif arguments[0] not in COMMANDS and Path(arguments[0]).is_file():
                arguments = ["open", *arguments]
            return super().parse_args(context, arguments)

    @click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
    @click.option("--no-color", is_flag=True, help="No colours, as with NO_COLOR; may stand anywhere.")
    @click.version_option(__version__, prog_name="syncmon", message="%(prog)s %(version)s")
    def syncmon(no_color: bool) -> None:
        """A flight recorder and sync monitor for the tabs of a browser."""

    return syncmon
