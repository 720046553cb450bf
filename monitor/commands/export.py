"""`syncmon export`: a capture in another format."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from monitor.commands.console import complain
from monitor.commands.decoding import decoding_option
from monitor.commands.options import file_argument, filter_option, query, redact_option
from monitor.errors import UsageError


def _listed(context: click.Context, option: click.Parameter, name: str) -> str:
    """`list` is answered at once: it needs no capture."""
    if name != "list":
        return name
    from monitor import export

    for one in export.names():
        click.echo(f"{one:14} {export.find(one).about}")
    return context.exit()


@click.command("export")
@file_argument
@decoding_option
@click.option(
    "--format", "form", default="jsonl", metavar="F", show_default=True, callback=_listed, is_eager=True,
    help="jsonl, csv, har, …; `list` lists them.",
)  # fmt: skip
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="A new file; else, or for -, standard output.",
)
@filter_option
@redact_option
def command(file: Path, form: str, output: Path | None, text: str, redact: bool) -> None:
    """Write a capture in another format. Tokens, cookies and keys are hidden, equal ones alike, unless --no-redact."""
    from monitor import export

    output = None if output == Path("-") else output
    found, wanted = export.find(form), query(text)
    if not redact:
        complain("--no-redact: what is written may hold tokens, cookies, passwords and push keys. Keep it to yourself.")
    from monitor.capture.reader import Capture
    from monitor.decode import Decoder
    from monitor.export.passages import bound

    with Capture(file, Decoder) as capture:
        wanted = bound(capture, wanted)
        if found.export_folder is not None and output is not None:
            with _folder(output):
                count = found.export_folder(capture, wanted, output, redact)
        else:
            with _out(output) as out:
                count = found.export(capture, wanted, out, redact)
    complain(f"{count} events" + (f" to {output}" if output else ""))


@contextlib.contextmanager
def _out(path: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a new private file, which is removed again if the export fails."""
    if path is None:
        yield from _standard_output()
        return
    try:
        number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{path} exists already. Choose another name.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be made: {error.strerror}.") from error
    try:
        with open(number, "w", encoding="utf-8", newline="") as out:
            yield out
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
        raise


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[None]:
    """A new private folder, which is removed again, with what is in it, if the export fails."""
    import shutil

    try:
        path.mkdir(mode=0o700)
    except FileExistsError as error:
        raise UsageError(f"{path} exists already. Choose another name.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be made: {error.strerror}.") from error
    try:
        yield
    except BaseException as error:
        shutil.rmtree(path, ignore_errors=True)
        if isinstance(error, OSError):
            raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
        raise


def _standard_output() -> Iterator[IO[str]]:
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="")
    yield sys.stdout
    sys.stdout.flush()
