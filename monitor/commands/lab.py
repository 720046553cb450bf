"""`syncmon lab`: the lab's servers alone."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING, Any

import click

from monitor.errors import AttachError, UsageError

if TYPE_CHECKING:
    from types import ModuleType

MISSING = "The lab needs a few more packages: pip install 'syncmon[lab]'."


@click.command("lab")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on loopback; 0 takes a free one.")
@click.option("--sync", multiple=True, metavar="SITE=MODE", help="How its tabs hear of each other, say claude=push.")
@click.option(
    "--list", "lists", multiple=True, metavar="SITE=MODE", help="How its lists of conversations do, likewise."
)
@click.option("--answer", "answer_s", type=float, default=1.0, show_default=True, help="Seconds an answer streams for.")
@click.option("--poll", "poll_s", type=float, default=2.0, show_default=True, help="Seconds between polls.")
@click.option("--handoff", is_flag=True, help="Hand answers over to the socket halfway.")
@click.option(
    "--clock", "clock_s", type=float, default=0.0, metavar="S", help="Seconds its clocks are ahead, say +2.5."
)
def command(
    port: int, sync: tuple[str, ...], lists: tuple[str, ...], answer_s: float, poll_s: float, handoff: bool,
    clock_s: float,
) -> None:  # fmt: skip
    """The lab's servers alone, and what to type to see them. Ends on SIGINT."""
    load_lab("run")
    from monitor.browser.launch import has_display, is_root
    from monitor.lab.run import run_lab

    asyncio.run(
        run_lab(
            modes(sync), lists=modes(lists, "--list"), answer_s=answer_s, poll_s=poll_s, handoff=handoff,
            clock_s=clock_s, port=port, firebase="fetch", browser=_browser(), root=is_root(), windows=has_display(),
            out=click.echo,
        )
    )  # fmt: skip


def _browser() -> str:
    """The installed browser as it is typed: by its name where that is enough."""
    from monitor.browser.launch import find_browser

    try:
        path = find_browser()
    except AttachError:
        return "chromium"
    name = os.path.basename(path)
    return name if shutil.which(name) == path else path


def modes(words: tuple[str, ...], option: str = "--sync") -> Any:
    """`("chatgpt=socket", …)` as the lab takes it."""
    from monitor.lab.stage import LIST_MODES, MODES_OF

    switches = LIST_MODES if option == "--list" else MODES_OF
    known = {str(site): [str(mode) for mode in of] for site, of in switches.items()}
    found = {}
    for word in words:
        site, _, mode = word.partition("=")
        if mode not in known.get(site, ()):
            listed = "; ".join(f"{name} has the modes: {', '.join(of)}" for name, of in known.items())
            raise UsageError(f"{option} {word}: write SITE=MODE; {listed}.")
        found[site] = mode
    return found or None


def load_lab(module: str) -> ModuleType:
    """A module of the lab; UsageError where its packages are not installed."""
    import importlib

    try:
        return importlib.import_module(f"monitor.lab.{module}")
    except ModuleNotFoundError as error:
        raise UsageError(MISSING) from error
