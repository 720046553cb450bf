"""An experiment's script: one TOML file that says what is done to which tab, in which order.

    title = "Does what one tab writes reach the other?"
    answers = ["results", "consistency"]    parts of the report that it is about (see `Part`)

    [[step]]
    do = "write"                            what is done: see `Do`
    tab = "writer"                          to which tab: `writer` or `other`
    say = "Write something in {writer}."    what the user is told; {writer} and {other} are the tabs' letters
    within = 120                            seconds after which it is given up; of a `wait`, how long it takes
    unless = "shown"                        left out where the other tab shows all that was written; `socketless`: where
                                            there is no WebSocket to `cut`, and what belongs to that

`write` waits until the tab was seen to write (in the lab a driver does it), `send` until it sent what it writes, which
may be unanswered yet, `ask` until the user presses Enter, `watch` until the other tab shows all that was written, and
for longer where the tab asks on a period that has not ended yet, `wait` for its time, `rest` for its time, and for
longer where a request brought what was written and may be asked on a period that does not show yet. `reload`,
`offline`, `online`, `hide`, `show`, `focus`, `cut` (its page's sockets are closed), `cut-off` (that, and it is taken
off the network at once), `hold` (what comes to it is held back, as on a slow line; what it sends goes out) and
`release` are done to the tab; each of them is asked for first.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Literal, get_args

import msgspec

from monitor.errors import SettingsError
from monitor.settings import read_toml

Do = Literal[
    "write", "send", "ask", "watch", "wait", "reload", "offline", "online", "hide", "show", "focus", "cut", "cut-off",
    "hold", "release", "rest",
]  # fmt: skip
Part = Literal["results", "behaviour", "consistency", "recovery", "conflicts", "triggers", "formats", "reconnects"]
ACTIVE: frozenset[str] = frozenset(get_args(Do)) - {"write", "send", "ask", "watch", "wait", "rest"}
"""What is done to a tab, and so asked for first."""
ALL = ("multi-tab", "background", "offline", "reconnect", "conflict", "triggers")
"""All that come with syncmon, in the order in which each leaves the tabs as the next one can take them."""
_PLACES = {"writer": "", "other": ""}


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step; see the module's docstring."""

    do: Do
    say: str
    tab: Literal["writer", "other"] = "writer"
    within: float = 60.0
    unless: Literal["shown", "socketless"] | None = None

    @property
    def active(self) -> bool:
        """Whether it changes something in the browser."""
        return self.do in ACTIVE


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One experiment. name: the file's."""

    title: str
    answers: tuple[Part, ...] = ("results",)
    step: tuple[Step, ...] = ()
    name: str = ""


def parse(text: str, file: str) -> Script:
    """A script from TOML. Raises SettingsError with file, key and reason."""
    script = read_toml(text, file, Script)
    if not script.step:
        raise SettingsError(file, "step", "has no steps: nothing would be done")
    for number, step in enumerate(script.step, 1):
        _check(step, f"step[{number}]", file)
    return msgspec.structs.replace(script, name=script.name or Path(file).stem)


def _check(step: Step, key: str, file: str) -> None:
    try:
        step.say.format(**_PLACES)
    except (KeyError, IndexError, ValueError) as error:
        raise SettingsError(file, f"{key}.say", f"{error} is no tab: there are {{writer}} and {{other}}") from None
    if not 0 < step.within <= 86_400:
        raise SettingsError(file, f"{key}.within", "must be more than 0 and at most a day, in seconds")


def names() -> tuple[str, ...]:
    """The experiments that come with syncmon."""
    return tuple(sorted(path.name.removesuffix(".toml") for path in _folder() if path.name.endswith(".toml")))


def shipped(name: str) -> Script:
    """One of them; KeyError where there is none of that name."""
    for path in _folder():
        if path.name == f"{name}.toml":
            return parse(path.read_text("utf-8"), path.name)
    raise KeyError(name)


def load(path: Path) -> Script:
    """A script of the user's. Raises SettingsError."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), "", f"cannot be read: {error}") from None
    return parse(text, str(path))


def _folder() -> list[resources.abc.Traversable]:
    return list(resources.files("monitor.experiments").iterdir())
