"""`syncmon captures`: which captures there are, and `prune`, which removes old ones."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from monitor.commands.console import complain, say
from monitor.commands.options import Duration, Size, json_option, state_folder
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.capture.shelf import Held

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Look there; else in the state folder.",
)


@click.group("captures", invoke_without_command=True)
@folder_option
@json_option
@click.pass_context
def command(context: click.Context, folder: Path | None, as_json: bool) -> None:
    """Which captures there are: when, how long, how large, what of. `captures prune` removes old ones."""
    context.obj = folder = (folder or state_folder()).expanduser()
    if context.invoked_subcommand is None:
        _list(folder, as_json)


def _list(folder: Path, as_json: bool) -> None:
    held = _shelf(folder)
    if as_json:
        for line in msgspec.json.format(msgspec.json.encode([_plain(one) for one in held])).decode().splitlines():
            say(line)
        return
    if not held:
        complain(f"no captures in {folder}")
        return
    for line in table(held):
        say(line)
    from monitor.tui.words import count, size

    say(f"{count(len(held), 'capture')}, {size(sum(one.size for one in held))}, in {folder}")


@command.command("prune")
@click.option("--older", type=Duration(), metavar="7d", help="Remove what ended longer ago than this.")
@click.option("--larger", type=Size(), metavar="5G", help="Remove the oldest until no more than this is left.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def prune(folder: Path, older: float | None, larger: int | None, yes: bool) -> None:
    """Remove old captures; what may still be recorded stays. Asks first."""
    from monitor.capture.shelf import throw_away, to_prune

    if older is None and larger is None:
        raise UsageError("Say which: --older 7d, --larger 5G, or both.")
    going = to_prune(_shelf(folder), older, larger)
    if not going:
        complain("nothing to remove")
        return
    for line in table(going):
        say(line)
    if not yes and not _agreed(going):
        raise click.Abort
    for one in going:
        throw_away(one)
    from monitor.tui.words import count, size

    complain(f"removed {count(len(going), 'capture')}, {size(sum(one.size for one in going))}")


def _agreed(going: Sequence[Held]) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Nobody is there to be asked: give --yes to remove them.")
    return click.confirm(f"Remove {'it' if len(going) == 1 else f'these {len(going)}'}?", err=True)


def _shelf(folder: Path) -> list[Held]:
    from monitor.capture.shelf import shelf

    if not folder.is_dir():
        return []
    return shelf(folder)


HEAD = ("name", "when", "length", "size", "events", "tabs", "gaps", "sites")
RIGHT = (3, 4, 5, 6)


def table(held: Sequence[Held]) -> list[str]:
    """The captures as lines under a head, straight on a terminal."""
    rows = [HEAD, *map(_row, held)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD) - 1)]
    return [
        "  ".join(
            [*(_cell(cell, width, n) for n, (cell, width) in enumerate(zip(row, widths, strict=False))), row[-1]]
        ).rstrip()
        for row in rows
    ]


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column in RIGHT else text.ljust(width)


def _row(held: Held) -> tuple[str, ...]:
    from monitor.tui.words import duration, size

    name = held.path.name if len(held.files) == 1 else f"{held.path.name} +{len(held.files) - 1}"
    when = datetime.fromtimestamp(held.began or held.touched).strftime("%Y-%m-%d %H:%M")
    if held.problem is not None:
        return name, when, "-", size(held.size), "-", "-", "-", held.problem
    length = duration((held.ended or 0.0) - (held.began or 0.0)) + ("" if held.closed else "…")
    return (
        name, when, length, size(held.size), f"{held.events:,}", str(held.tabs), str(held.gaps),
        " ".join(held.sites[:3]) + (f" +{len(held.sites) - 3}" if len(held.sites) > 3 else ""),
    )  # fmt: skip


def _plain(held: Held) -> dict[str, object]:
    return {**msgspec.structs.asdict(held), "name": held.path.name, "files": [str(path) for path in held.files]}
