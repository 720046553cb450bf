"""`syncmon experiment`: do what tells how an application syncs, step by step, and say what came of it.

Several, or `all`, are done one after the other to the same two tabs, in one recording: so one report answers them all.
"""

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
@click.argument("names", nargs=-1, metavar="NAME…")
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
    names: tuple[str, ...], script: Path | None, tabs: str | None, yes: bool, site: str | None, sync: tuple[str, ...],
    patience: float, output: Path | None, as_json: bool, attach: Attach,
) -> None:  # fmt: skip
    """Do what tells how an application syncs, and say what came of it. Without a name: which there are.

    Open the same page in two tabs first. What has to be typed, you type; before anything is done to a tab you are
    asked. Every step is a mark in the capture. Several names, or `all`, make one capture: so one report has it all.
    """
    chosen = _scripts(names, script)
    if not chosen:
        _list()
        return
    if not (yes or site or is_terminal()) and any(step.active for one in chosen for step in one.step):
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


def _scripts(named: tuple[str, ...], file: Path | None) -> tuple[Script, ...]:
    """Those that were asked for, each once, and last the user's own."""
    from monitor.experiments.script import ALL, load, names, shipped

    wanted = dict.fromkeys(one for name in named for one in (ALL if name == "all" else (name,)))
    found: list[Script] = []
    for name in wanted:
        try:
            found.append(shipped(name))
        except KeyError:
            raise UsageError(f"There is no experiment {name!r}; there are {', '.join(names())}, and all.") from None
    return (*found, load(file)) if file is not None else tuple(found)


def _list() -> None:
    from monitor.experiments.script import names, shipped

    for name in names():
        say(f"{name:<12} {shipped(name).title}")


def _lab(site: str, sync: tuple[str, ...]) -> LabHands:
    load_lab("server")
    from monitor.commands.hands import LabHands

    return LabHands(site, {"sync": modes(sync)})


def _run(
    scripts: tuple[Script, ...],
    path: Path,
    attach: Attach,
    tabs: str | None,
    hands: LabHands | None,
    *,
    ask: bool,
    patience_s: float,
) -> tuple[str, ...]:
    """Carry the scripts out, all on the same two tabs; the tabs that they were done to."""
    from monitor.commands.live import start
    from monitor.commands.trial import Trial

    child = start(path, attach, patient=False)
    complain(f"recording to {path}")
    done: tuple[str, ...] = ()
    try:
        for number, script in enumerate(scripts, 1):
            if len(scripts) > 1:
                complain(f"experiment {number} of {len(scripts)}, {script.name}: {script.title}")
            with Trial(script, child, path, hands, ask=ask, patience_s=patience_s) as trial:
                trial.choose(",".join(done) or tabs)
                trial.all()
                done = trial.tabs
    finally:
        child.stop()
    return done
