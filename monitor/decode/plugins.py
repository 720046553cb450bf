"""The user's own decoders: Python files in a folder, or packages with an entry point of the group `syncmon.decoders`.

A decoder has the form of those in this package: a module with a `PROTOCOL`, or an entry point that names one. A file
`~/.config/syncmon/decoders/chat.py` could be

    from monitor.decode.protocol import Facts, Item, Stateless
    from monitor.model import Decoded, Message

    class Chat(Stateless):
        name = "chat"

        def score(self, facts: Facts, item: Item) -> int:      # 0–100; from 50 on it takes the connection
            return 80 if item.text and item.text.startswith("CHAT ") else 0

        def read(self, item: Item) -> Decoded | None:          # None: not mine, read it generically
            if not item.text:
                return None
            _, kind, text = item.text.split(" ", 2)
            return Decoded(layers=("chat",), messages=(Message(protocol="chat", type=kind, value=text),))

    PROTOCOL = Chat()

`Item` has the text or bytes with their layers off, the parsed value, and what came over the wire; a protocol that keeps
state between items is a `Protocol` whose `open` makes a `Session` for each connection. One of the same name replaces
ours. The code runs with all rights of the command: it is the user's own.

What goes wrong in it never ends the analysis: a file that cannot be imported is reported and skipped, a `read` that
raises is named in `Decoded.error`, one whose `score` raises, or that takes longer than LIMIT_S for one call, is
reported and not asked again. The limit interrupts Python code; a C function that never returns cannot be interrupted.
"""

from __future__ import annotations

import ctypes
import importlib.util
import queue
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from monitor.decode.protocol import Facts, Item, Protocol, Session
from monitor.errors import SettingsError
from monitor.model import Decoded, Message

GROUP = "syncmon.decoders"
LIMIT_S = 1.0
"""Seconds that one call of a user's decoder may take."""
IMPORT_S = 10.0

Report = Callable[[str], object]


class Hung(TimeoutError):
    """A call took too long and was given up."""


def load(
    folder: Path | None, report: Report = lambda reason: None
) -> tuple[tuple[Protocol, ...], tuple[SettingsError, ...]]:
    """The user's decoders, guarded, and what was wrong with those left out. report: told why one is given up later."""
    found: list[Protocol] = []
    problems: list[SettingsError] = []
    for origin, get in _candidates(folder):
        try:
            found.append(Guarded(_protocol(Worker().call(get, limit=IMPORT_S)), origin, report))
        except BaseException as error:  # code of the user's: whatever it raises, even SystemExit, only it is left out
            if isinstance(error, KeyboardInterrupt):
                raise
            problems.append(SettingsError(origin, "", f"{type(error).__name__}: {error}"[:300]))
    return tuple(found), tuple(problems)


def _candidates(folder: Path | None) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Where each decoder comes from, and what gets it."""
    for point in sorted(entry_points(group=GROUP), key=lambda one: one.name):
        yield f"entry point {point.name}", _loader(point)
    for path in sorted(folder.glob("*.py")) if folder is not None and folder.is_dir() else ():
        if not path.name.startswith("_"):
            yield str(path), _importer(path)


def _loader(point: EntryPoint) -> Callable[[], Any]:
    return point.load


def _importer(path: Path) -> Callable[[], Any]:
    def imported() -> Any:
        spec = importlib.util.spec_from_file_location(f"syncmon_decoder_{path.stem}", path)
        if spec is None or spec.loader is None:
            raise ImportError("no Python module")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return imported


def _protocol(found: Any) -> Protocol:
    """The protocol of a module, or the one that an entry point named."""
    protocol = found if isinstance(found, Protocol) else getattr(found, "PROTOCOL", None)
    if not isinstance(protocol, Protocol):
        raise TypeError("it has no PROTOCOL that is a monitor.decode.protocol.Protocol")
    if not isinstance(getattr(protocol, "name", None), str) or not protocol.name:
        raise TypeError("its PROTOCOL has no name")
    return protocol


class Worker:
    """A thread that makes one call at a time, and is given up where a call does not end."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...], queue.SimpleQueue[Any]]] | None = None
        self._thread: threading.Thread | None = None

    def call(self, function: Callable[..., Any], *arguments: Any, limit: float | None = None) -> Any:
        """What the function returns or raises; Hung where it does neither in time, LIMIT_S by default."""
        limit = LIMIT_S if limit is None else limit
        if self._jobs is None:
            self._jobs = queue.SimpleQueue()
            self._thread = threading.Thread(target=_work, args=(self._jobs,), daemon=True, name="syncmon decoder")
            self._thread.start()
        answer: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._jobs.put((function, arguments, answer))
        try:
            raised, value = answer.get(timeout=limit)
        except queue.Empty:
            self._give_up()
            raise Hung(f"no answer within {limit:g} s") from None
        if raised is not None:
            raise raised
        return value

    def _give_up(self) -> None:
        """Ask the thread's Python code to end, and make a new thread for the next call."""
        if self._thread is not None and self._thread.ident is not None:
            ident = ctypes.c_ulong(self._thread.ident)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(SystemExit))
        self._jobs = self._thread = None


def _work(jobs: queue.SimpleQueue[Any]) -> None:
    """Make the calls that come; one that was given up has asked this thread to end."""
    while True:
        function, arguments, answer = jobs.get()
        try:
            answer.put((None, function(*arguments)))
        except SystemExit as error:
            answer.put((error, None))
            return
        except BaseException as error:  # it is raised where the call was made
            answer.put((error, None))


class Guarded(Protocol):
    """A protocol of the user's, which can neither raise while it scores nor take for ever."""

    def __init__(self, inner: Protocol, origin: str, report: Report) -> None:
        self.name = inner.name
        self.origin = origin
        self.given_up: str | None = None
        self._inner = inner
        self._report = report
        self._worker = Worker()

    def score(self, facts: Facts, item: Item) -> int:
        """What it says, 0 once it is given up."""
        if self.given_up:
            return 0
        try:
            score = self.call(self._inner.score, facts, item)
        except Exception as error:
            self._give_up(error)
            return 0
        return min(max(score, 0), 100) if type(score) is int else 0

    def open(self, facts: Facts) -> Session:
        """A session of it, guarded too."""
        try:
            return GuardedSession(self, self.call(self._inner.open, facts))
        except Exception as error:
            self._give_up(error)
            return Session()

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function of it within the limit; one that hangs is given up, and raises that too."""
        try:
            return self._worker.call(function, *arguments)
        except SystemExit as error:
            raise RuntimeError("it called sys.exit") from error
        except Hung as error:
            self._give_up(error)
            raise

    def _give_up(self, error: Exception) -> None:
        if self.given_up is None:
            self.given_up = f"{self.origin}: {type(error).__name__}: {error}"[:300]
            self._report(self.given_up)


class GuardedSession(Session):
    """One connection of a user's protocol."""

    def __init__(self, guard: Guarded, inner: Session) -> None:
        self._guard = guard
        self._inner = inner

    def read(self, item: Item) -> Decoded | None:
        """What it reads; what it raises is for the caller to name. None once it is given up."""
        found = None if self._guard.given_up else self._guard.call(self._inner.read, item)
        if found is not None and not isinstance(found, Decoded):
            raise TypeError(f"read returned {type(found).__name__}, not Decoded or None")
        return found

    def settle(self) -> None:
        """A payload is through."""
        self._quietly(self._inner.settle)

    def lost(self, reason: str) -> None:
        """Something is missing before the next item."""
        self._quietly(self._inner.lost, reason)

    def inherit(self, former: Session) -> None:
        """The tab's earlier connection of this protocol."""
        if isinstance(former, GuardedSession):
            self._quietly(self._inner.inherit, former._inner)

    def end(self) -> list[Message]:
        """What it has to say at the end."""
        found = self._quietly(self._inner.end)
        return [one for one in found if isinstance(one, Message)] if isinstance(found, list) else []

    def _quietly(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call what has no way to tell of an error; the protocol is given up then."""
        if self._guard.given_up:
            return None
        try:
            return self._guard.call(function, *arguments)
        except Exception as error:
            self._guard._give_up(error)
            return None
