"""`syncmon experiment`: do what tells how an application syncs, step by step, and say what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.console import complain, is_terminal, say
from monitor.commands.lab import load_lab, modes
from monitor.commands.options import Attach, Duration, attach_options, json_option, new_capture, output_option
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.commands.hands import LabHands
    from monitor.experiments.script import Script


@click.command("experiment")
@click.argument("name", required=False, metavar="NAME")
@click.option("--script", type=click.Path(path_type=Path), metavar="FILE", help="A script of your own (TOML).")
@click.option(
    "--tabs", metavar="A,B", help="Which tab writes, and which is watched.  [default: two that show the same]"
)
@click.option("--yes", is_flag=True, help="Do not ask before each step that changes something in the browser.")
@click.option("--lab", "site", type=click.Choice(["chatgpt", "claude"]), help="On the lab, where a driver writes.")
@click.option("--sync", multiple=True, metavar="SITE=MODE", help="With --lab: how its tabs hear of each other.")
@click.option(
    "--patience",
    type=Duration(),
    default="60s",
    show_default=True,
    metavar="TIME",
    help="How long a tab is watched that asks on a long period.",
)
@output_option
@json_option
@attach_options
def command(
    name: str | None, script: Path | None, tabs: str | None, yes: bool, site: str | None, sync: tuple[str, ...],
    patience: float, output: Path | None, as_json: bool, attach: Attach,
) -> None:  # fmt: skip
    """Do what tells how an application syncs, and say what came of it. Without a name: which there are.

    Open the same page in two tabs first. What has to be typed, you type; before anything is done to a tab you are
    asked. Every step is a mark in the capture.
    """
    chosen = _script(name, script)
    if chosen is None:
        _list()
        return
    if not (yes or site or is_terminal()) and any(step.active for step in chosen.step):
        raise UsageError(
            "This experiment reloads tabs or takes them off the network: say --yes, as nobody can be asked."
        )
    path = new_capture(output)
    hands = _lab(site, sync) if site is not None else None
    try:
        if hands is not None:
            attach = Attach(address=None, endpoints=(hands.open(),), reattach_s=3.0)
        found = _run(chosen, path, attach, tabs, hands, ask=not (yes or site), patience_s=patience)
    finally:
        if hands is not None:
            hands.close()
    from monitor.commands.outcome import tell

    tell(chosen, path, found, as_json=as_json)


def _script(name: str | None, file: Path | None) -> Script | None:
    from monitor.experiments.script import load, names, shipped

    if file is not None:
        return load(file)
    if name is None:
        return None
    try:
        return shipped(name)
    except KeyError:
        raise UsageError(f"There is no experiment {name!r}; there are {', '.join(names())}.") from None


def _list() -> None:
    from monitor.experiments.script import names, shipped

    for name in names():
        say(f"{name:<12} {shipped(name).title}")


def _lab(site: str, sync: tuple[str, ...]) -> LabHands:
    load_lab("server")
    from monitor.commands.hands import LabHands

    return LabHands(site, {"sync": modes(sync)})


def _run(
    script: Script,
    path: Path,
    attach: Attach,
    tabs: str | None,
    hands: LabHands | None,
    *,
    ask: bool,
    patience_s: float,
) -> tuple[str, ...]:
    """Carry the script out; the tabs it was done to."""
    from monitor.commands.live import start
    from monitor.commands.trial import Trial

    child = start(path, attach, patient=False)
    complain(f"recording to {path}")
    try:
        with Trial(script, child, path, hands, ask=ask, patience_s=patience_s) as trial:
            trial.choose(tabs)
            trial.all()
            return trial.tabs
    finally:
        child.stop()
