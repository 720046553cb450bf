"""`syncmon import`: a log of another program, or an export, as a capture."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.console import complain
from monitor.errors import CaptureError, UsageError

if TYPE_CHECKING:
    from monitor.imports.registry import Format
    from monitor.imports.source import Source


@click.command("import")
@click.argument("words", nargs=-1, required=True, metavar="[FORMAT] FILE")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT", help="The capture; else beside FILE.")
@click.option(
    "--profile-dir", type=click.Path(path_type=Path), metavar="DIR",
    help="With netlog: the browser's profile, whose keys decrypt the pushes.",
)  # fmt: skip
def command(words: tuple[str, ...], output: Path | None, profile_dir: Path | None) -> None:
    """Make a capture of a file: jsonl, netlog, …; without FORMAT it is told from the content. `list` lists them."""
    from monitor.imports.registry import find, formats, guess
    from monitor.imports.source import Source
    from monitor.tui.words import count as counted

    if words == ("list",) and not Path("list").exists():
        for form in formats().values():
            click.echo(f"{form.name:14} {form.about}")
        return
    if len(words) > 2:
        raise UsageError(f"One FILE at a time, with its FORMAT before it, and not {len(words)} words.")
    named = find(words[0]) if len(words) == 2 else None
    source = Source(Path(words[-1]).expanduser(), profile_dir)
    form = named or guess(source)
    path = (output or _beside(source.path)).expanduser().absolute()
    count = _import(source, form, path)
    for note in source.notes:
        complain(note)
    complain(f"{counted(count, 'event')} of {form.name} in {path}")


def _beside(path: Path) -> Path:
    """The same name with our suffix."""
    stem = path.with_suffix("") if path.suffix == ".gz" else path
    return stem.with_suffix(".syncmon")


def _import(source: Source, form: Format, path: Path) -> int:
    """Write the capture; one that fails is removed again."""
    from monitor.capture.writer import CaptureWriter
    from monitor.imports.load import load

    writer = CaptureWriter(path, keep_order=form.keeps_order)
    try:
        count = load(source, form, writer)
        writer.close()
    except BaseException:
        with contextlib.suppress(CaptureError):
            writer.close()
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        raise
    return count
