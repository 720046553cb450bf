"""An experiment under way: each step of its script is told, marked in the capture, done, and waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from monitor.capture.reader import Capture
from monitor.commands import held
from monitor.commands.analyse import new_analysis
from monitor.commands.console import complain, is_terminal
from monitor.commands.patience import next_turn
from monitor.commands.recorder_child import RecorderChild
from monitor.errors import UsageError
from monitor.model import Action

if TYPE_CHECKING:
    from monitor.commands.hands import LabHands
    from monitor.experiments.script import Script, Step
    from monitor.sync.snapshot import SeenView, Snapshot, TabView

LOOK_S = 0.1
FIND_S = 8.0  # how long two tabs of one thing are waited for
LATE_S = 0.5  # events of a moment are in the capture by this much later
SETTLE_S = 1.5
ACT_S = 12.0  # the recorder gives a command up before
LOAD_S = 3.0
DONE_S = 1.0  # so long what was done is left to work
SENT_S = 2.0  # what is sent in several requests is sent within this
_CUT: dict[str, Any] = {"do": "cut"}
_OFFLINE: dict[str, Any] = {"do": "offline", "on": True}
_ACTIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "offline": (_OFFLINE,),
    "online": ({"do": "offline", "on": False},),
    "cut-off": (_CUT, _OFFLINE),
    "release": ({"do": "hold", "on": False},),
}


class Trial:
    """One experiment under way: follows the capture, and acts through the recorder."""

    def __init__(
        self, script: Script, child: RecorderChild, path: Path, hands: LabHands | None, *, ask: bool, patience_s: float
    ) -> None:
        self._script, self._child, self._hands, self._ask = script, child, hands, ask
        self._patience_s, self._wrote = patience_s, 0.0
        self._capture, self._analysis, self._read = Capture(path), new_analysis(), 0
        self._began = time.time()
        self._acts: list[Action] = []
        self.tabs: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._capture.close()

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
        steps, why = self._script.step, ""  # why the last closing of sockets was left out
        for number, step in enumerate(steps, 1):
            if step.unless == "shown" and self._whole(self._look()):
                continue
            text = self._told(step)
            if step.do == "cut":
                why = self._socketless(self._label(step)) if step.unless == "socketless" else ""
            if step.unless == "socketless" and why:
                complain(f"[{number}/{len(steps)}] left out, as {why}: {text}")
                self._mark(f"left out: {text}")
                continue
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
        if self._hands is not None and step.do in ("write", "send", "ask"):
            return f"{'Typing, without sending it,' if step.do == 'ask' else 'Writing'} in tab {self._label(step)}."
        return step.say.format(writer=self.tabs[0], other=self.tabs[1])

    def _label(self, step: Step) -> str:
        return self.tabs[0 if step.tab == "writer" else 1]

    def _target(self, label: str) -> str:
        return next(tab.target for tab in self._look().tabs if tab.label == label)

    def _do(self, step: Step) -> None:
        label = self._label(step)
        if step.do == "write":
            self._write(label, step.within)
        elif step.do == "send":
            self._send(label, step.within)
        elif step.do == "ask":
            if self._hands is None:
                click.pause("Then press any key.", err=True)
            else:
                self._hands.type(self._target(label))
            self._until(lambda found: False, DONE_S)
        elif step.do == "watch":
            self._watch(step.within)
        elif step.do == "wait":
            self._until(lambda found: False, step.within)
        elif step.do == "rest":
            self._rest(step.within)
        elif step.do == "hold":
            self._hold(label)
        elif step.do == "focus":
            self._turn_to(label)
        else:
            for action in _ACTIONS.get(step.do, ({"do": step.do},)):
                self._act(action, label)
            self._until(lambda found: False, DONE_S)

    def _act(self, action: dict[str, Any], label: str) -> None:
        """Have something done to a tab, and say so where it could not be."""
        before = len(self._acts)
        self._child.do({**action, "tab": label})
        self._until(lambda found: len(self._acts) > before, ACT_S)
        problem = next((one.error for one in self._acts[before:] if not one.ok), None)
        if len(self._acts) == before or problem is not None:
            complain(f"that could not be done: {problem or 'the browser did not answer'}; going on without it")

    def _hold(self, label: str) -> None:
        """Hold back what comes to a tab. A stream that is open goes on, so its page is loaded again without it."""
        network = self._analysis.state.network
        if streams := held.streams(network, label):
            self._act({"do": "hold", "on": True, "urls": streams}, label)
            complain(f"an EventSource that is open cannot be held back: tab {label} is loaded again, without it")
            self._act({"do": "reload"}, label)
            self._until(lambda found: False, LOAD_S)
        else:
            self._act({"do": "hold", "on": True, "urls": held.asked(network, label)}, label)

    def _turn_to(self, label: str) -> None:
        """Bring a tab to the front, from the other one: a page that is there already hears nothing."""
        self._look()
        away = [tab for tab in self.tabs if tab != label and self._analysis.state.network.turned.in_front(label)]
        for tab in (*away, label):
            self._act({"do": "focus"}, tab)
            self._until(lambda found: False, DONE_S)

    def _write(self, label: str, within: float) -> None:
        """Have a tab write, and wait until it was seen to."""
        before, self._wrote = self._writes(self._look(), label), time.time()
        if self._hands is not None:
            self._hands.write(self._target(label))
        other = next(tab for tab in self.tabs if tab != label)
        others = self._writes(self._look(), other)

        def wrote(found: Snapshot) -> bool:
            return self._writes(found, label) > before or (
                not self._acts and self._hands is None and self._writes(found, other) > others
            )

        if self._until(wrote, within):
            if self._writes(self._look(), label) == before:  # nothing was done yet that tells one from the other
                self.tabs = self.tabs[::-1]
                complain(f"it was tab {self.tabs[0]} that wrote: tab {self.tabs[1]} is the one that is watched")
        else:
            complain(f"nothing that tab {label} wrote was seen within {within:.0f} s; going on")
        self._until(lambda found: False, 0.5)

    def _send(self, label: str, within: float) -> None:
        """Have a tab send what it writes; the answer may be held back."""
        self._look()
        since = time.time()
        if self._hands is not None:
            self._hands.write(self._target(label))
        elif is_terminal():
            click.pause("Then press any key.", err=True)
        network = self._analysis.state.network
        if not self._until(lambda found: held.sent(network, label, since), within if self._hands is None else 5.0):
            complain(f"nothing that tab {label} sent was seen within {within:.0f} s; going on")
        self._until(lambda found: False, SENT_S)

    def _watch(self, within: float) -> None:
        """Watch until the other tab shows all; where it asks on a period, until it has asked once more at least."""
        other, began = self.tabs[1], time.time()
        if self._until(self._whole, within):
            return
        turn = next_turn(self._analysis.state.network, other, self._wrote)
        if turn is not None and turn.at > time.time():
            told = f"tab {other} asks {turn.endpoint} every {turn.period_s:.0f} s"
            if turn.at > began + self._patience_s:
                complain(f"{told}: that is not waited for, as --patience is {self._patience_s:.0f} s")
            else:
                complain(f"{told}: watching for {turn.at - time.time():.0f} s more, until it has")
                if self._until(self._whole, turn.at - time.time()):
                    return
        complain(f"tab {other} does not show it after {time.time() - began:.0f} s")

    def _rest(self, within: float) -> None:
        """Watch what is asked by itself, until it is seen whether what brought a write is asked on a period."""
        self._until(lambda found: False, within)
        if self._unprompted(self._look()):
            told = f"watching for up to {self._patience_s:.0f} s whether it is asked on a period"
            complain(f"nothing prompted the request that brought it: {told}")
            self._until(lambda found: not self._unprompted(found), self._patience_s)

    def _socketless(self, label: str) -> str:
        """Why there is nothing to close in a tab; empty where a socket of it is known."""
        network = self._analysis.state.network
        if held.sockets(network, label):
            return ""
        no_socket = f"tab {label} holds no WebSocket"
        return f"{no_socket}, and an EventSource cannot be closed" if held.streams(network, label) else no_socket

    def _writes(self, found: Snapshot, label: str) -> int:
        return sum(write.tab == label for subject in found.subjects for write in subject.writes)

    def _seen(self, found: Snapshot) -> list[SeenView]:
        """How both tabs fared with what was written since the experiment began."""
        writes = (write for subject in found.subjects for write in subject.writes if write.at >= self._began)
        return [one for write in writes for one in write.seen if one.tab in self.tabs]

    def _unprompted(self, found: Snapshot) -> bool:
        """Whether requests brought what was written, and nothing tells yet why they were asked."""
        return any(one.via == "refetch" and one.prompted_by is None for one in self._seen(found))

    def _whole(self, found: Snapshot) -> bool:
        """Whether both tabs show all that was written since the experiment began."""
        seen = self._seen(found)
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
                if isinstance(event, Action):
                    self._acts.append(event)
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
