"""The command `syncmon`: what `main` returns is the exit code, and every error is one sentence on standard error.

0 done, 1 an asserted condition failed, 2 usage, 3 cannot attach, 4 the file cannot be read, 130 interrupted. Commands
live in `monitor.commands`, one module each, and are imported when they are called; rich is imported for help only.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from monitor.errors import FilterError, SyncmonError, UsageError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code."""
    given = _without_colour(list(arguments))
    try:
        return _called(given)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # Whoever read us has left, as `head` does. Nothing may be written any more, not even while exiting.
        _silence()
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            raise
        _silence()
        full = UsageError(f"standard output cannot be written: {error.strerror}. Make room, or write it elsewhere.")
        _tell(full)
        return full.exit_code
    except SyncmonError as error:
        _tell(error)
        return error.exit_code


def _silence() -> None:
    """What is still to be written goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _called(arguments: list[str]) -> int:
    if {"--help", "-h"} & set(arguments):
        from rich_click.patch import patch

        patch()
    from monitor.commands.group import make_group

    group = make_group()
    with group.make_context("syncmon", arguments) as context:
        result = group.invoke(context)
    sys.stdout.flush()
    return result if isinstance(result, int) else 0


def _without_colour(arguments: list[str]) -> list[str]:
    """The arguments without `--no-color`, which may stand anywhere and counts as NO_COLOR."""
    if "--no-color" not in arguments:
        return arguments
    os.environ["NO_COLOR"] = "1"
    return [argument for argument in arguments if argument != "--no-color"]


def _tell(error: SyncmonError) -> None:
    from monitor.commands.console import complain

    complain(str(error))
    if isinstance(error, FilterError) and error.text:
        complain(f"  {error.text}", plain=True)
        complain(f"  {' ' * error.position}^", plain=True)
