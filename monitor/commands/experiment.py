"""`syncmon experiment`: do what tells how an application syncs, step by step, and say what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.commands.console import complain, is_terminal, say
from monitor.commands.lab import load_lab, modes
from monitor.commands.options import Attach, attach_options, json_option, new_capture, output_option
from monitor.commands.recorder_child import RecorderChild
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.commands.hands import LabHands
    from monitor.experiments.script import Script, Step
    from monitor.sync.snapshot import Snapshot, TabView

LOOK_S = 0.1
FIND_S = 8.0  # how long two tabs of one thing are waited for
LATE_S = 0.5  # events of a moment are in the capture by this much later
SETTLE_S = 1.5
_CUT: dict[str, Any] = {"do": "cut"}
_OFFLINE: dict[str, Any] = {"do": "offline", "on": True}
_ACTIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "offline": (_OFFLINE,),
    "online": ({"do": "offline", "on": False},),
    "cut-off": (_CUT, _OFFLINE),
}


@click.command("experiment")
@click.argument("name", required=False, metavar="NAME")
@click.option("--script", type=click.Path(path_type=Path), metavar="FILE", help="A script of your own (TOML).")
@click.option(
    "--tabs", metavar="A,B", help="Which tab writes, and which is watched.  [default: two that show the same]"
)
@click.option("--yes", is_flag=True, help="Do not ask before each step that changes something in the browser.")
@click.option("--lab", "site", type=click.Choice(["chatgpt", "claude"]), help="On the lab, where a driver writes.")
@click.option("--sync", multiple=True, metavar="SITE=MODE", help="With --lab: how its tabs hear of each other.")
@output_option
@json_option
@attach_options
def command(
    name: str | None, script: Path | None, tabs: str | None, yes: bool, site: str | None, sync: tuple[str, ...],
    output: Path | None, as_json: bool, attach: Attach,
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
        found = _run(chosen, path, attach, tabs, hands, ask=not (yes or site))
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


# ── the run ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _run(
    script: Script, path: Path, attach: Attach, tabs: str | None, hands: LabHands | None, *, ask: bool
) -> tuple[str, ...]:
    """Carry the script out; the tabs it was done to."""
    from monitor.commands.live import start

    child = start(path, attach, patient=False)
    complain(f"recording to {path}")
    try:
        run = Run(script, child, path, hands, ask=ask)
        run.choose(tabs)
        run.all()
        return run.tabs
    finally:
        child.stop()


class Run:
    """One experiment under way: follows the capture, and acts through the recorder."""

    def __init__(self, script: Script, child: RecorderChild, path: Path, hands: LabHands | None, *, ask: bool) -> None:
        from monitor.capture.reader import Capture
        from monitor.commands.analyse import new_analysis

        self._script, self._child, self._hands, self._ask = script, child, hands, ask
        self._capture, self._analysis, self._read = Capture(path), new_analysis(), 0
        self._began = time.time()
        self.tabs: tuple[str, ...] = ()

    # ── the tabs ──

    def choose(self, named: str | None) -> None:
        """The tabs that were named, or the first two that show the same thing."""
        wanted = [label.strip().upper() for label in named.split(",")] if named else []
        if named and (len(wanted) != 2 or wanted[0] == wanted[1]):
            raise UsageError(
                f"--tabs {named}: name two tabs, such as A,B: the one that writes, the one that is watched."
            )
        self._until(lambda found: bool(_pair(found, wanted)), FIND_S)
        found = _pair(self._look(), wanted)
        if not found:
            there = ", ".join(f"{tab.label} {tab.url}" for tab in self._look().tabs) or "none"
            raise UsageError(f"Two tabs that show the same thing are needed; there are: {there}. Open it twice.")
        self.tabs = found

    def all(self) -> None:
        """Every step, in order."""
        steps = self._script.step
        for number, step in enumerate(steps, 1):
            if step.unless == "shown" and self._whole(self._look()):
                continue
            text = self._told(step)
            if (
                step.active
                and self._ask
                and not click.confirm(f"[{number}/{len(steps)}] {text}?", default=True, err=True)
            ):
                self._mark(f"left out: {text}")
                continue
            if not (step.active and self._ask):
                complain(f"[{number}/{len(steps)}] {text}")
            self._mark(text)
            self._do(step)
        self._until(lambda found: False, SETTLE_S)

    # ── the steps ──

    def _told(self, step: Step) -> str:
        """What the user is told: of what a driver does, that it does it."""
        if self._hands is not None and step.do in ("write", "ask"):
            return f"{'Writing' if step.do == 'write' else 'Typing, without sending it,'} in tab {self._label(step)}."
        return step.say.format(writer=self.tabs[0], other=self.tabs[1])

    def _label(self, step: Step) -> str:
        return self.tabs[0 if step.tab == "writer" else 1]

    def _target(self, label: str) -> str:
        return next(tab.target for tab in self._look().tabs if tab.label == label)

    def _do(self, step: Step) -> None:
        label = self._label(step)
        if step.do == "write":
            self._write(label, step.within)
        elif step.do == "ask":
            if self._hands is None:
                click.pause("Then press any key.", err=True)
            else:
                self._hands.type(self._target(label))
            self._until(lambda found: False, 1.0)
        elif step.do == "watch":
            if not self._until(self._whole, step.within):
                complain(f"tab {self.tabs[1]} does not show it after {step.within:.0f} s")
        elif step.do == "wait":
            self._until(lambda found: False, step.within)
        else:
            for action in _ACTIONS.get(step.do, ({"do": step.do},)):
                self._child.do({**action, "tab": label})
            self._until(lambda found: False, 1.0)

    def _write(self, label: str, within: float) -> None:
        """Have a tab write, and wait until it was seen to."""
        before = self._writes(self._look(), label)
        if self._hands is not None:
            self._hands.write(self._target(label))
        if not self._until(lambda found: self._writes(found, label) > before, within):
            complain(f"nothing that tab {label} wrote was seen within {within:.0f} s; going on")
        self._until(lambda found: False, 0.5)

    def _writes(self, found: Snapshot, label: str) -> int:
        return sum(write.tab == label for subject in found.subjects for write in subject.writes)

    def _whole(self, found: Snapshot) -> bool:
        """Whether both tabs show all that was written since the experiment began."""
        seen = [
            one
            for subject in found.subjects
            for write in subject.writes
            if write.at >= self._began
            for one in write.seen
            if one.tab in self.tabs
        ]
        growing = any(
            cell.state == "streaming" for subject in found.subjects for item in subject.items
            for label, cell in item.cells.items() if label in self.tabs
        )  # fmt: skip
        return bool(seen) and not growing and all(not one.censored for one in seen)

    # ── what is seen ──

    def _mark(self, text: str) -> None:
        self._child.do({"do": "mark", "text": f"experiment {self._script.name}: {text}"})

    def _until(self, condition: Callable[[Snapshot], bool], seconds: float) -> bool:
        """Follow the capture until something is so, or the time is up; whether it is so."""
        deadline = time.monotonic() + seconds
        while not condition(self._look()):
            if time.monotonic() >= deadline:
                return False
            if not self._child.alive:
                raise UsageError("The recording ended before the experiment did: is the browser still there?")
            time.sleep(min(LOOK_S, max(0.0, deadline - time.monotonic())))
        return True

    def _look(self) -> Snapshot:
        while events := self._capture.read_after(self._read, 5_000):
            for event in events:
                self._analysis.feed(event)
            self._read = events[-1].seq
        self._analysis.tick(time.time() - LATE_S)
        return self._analysis.snapshot()


def _pair(found: Snapshot, wanted: list[str]) -> tuple[str, ...]:
    """Two tabs that show the same thing, those that were asked for if any were; nothing where there are none."""
    alive = [tab for tab in found.tabs if tab.state not in ("gone", "crashed", "loading") and tab.subject]
    if wanted:
        return tuple(wanted) if set(wanted) <= {tab.label for tab in alive} else ()
    things: dict[tuple[str, str], list[TabView]] = {}
    for tab in alive:
        same = things.setdefault((tab.site, tab.subject), [])
        same.append(tab)
        if len(same) == 2:
            return tuple(one.label for one in same)
    return ()
