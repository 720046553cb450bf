"""The parts that keep what one browser told, and what concerns several: a loss, an answer, time, an end; pure.

Each part has its own rule in a file of its own; `dispatch_*` say which message goes to which.
"""

from __future__ import annotations

from monitor.browser import wire
from monitor.browser.clock import Clock
from monitor.browser.deep import Deep
from monitor.browser.heap import Found, Heap
from monitor.browser.lateness import Lateness
from monitor.browser.names import Labels, Names
from monitor.browser.offline import Offline
from monitor.browser.output import Origin, Output
from monitor.browser.pages import Pages
from monitor.browser.push import Pushes
from monitor.browser.push_log import Memory
from monitor.browser.requests import Requests
from monitor.browser.scouts import Scouts
from monitor.browser.sessions import WORKERS, Session, Sessions
from monitor.browser.setup import Setup
from monitor.browser.sockets import Sockets
from monitor.browser.targets import Targets
from monitor.model import SitePlan


class Parts:
    """Those of one browser; `Translator` says what they are made of. pushes: None where push messages are left out."""

    def __init__(
        self, clock: Clock, labels: Labels, names: Names, plan: tuple[SitePlan, ...], world: str,
        memory: Memory | None, deep: set[str],
    ) -> None:  # fmt: skip
        self.clock = clock
        self.out = Output(clock)
        self.lateness = Lateness(self.out, self._lost)
        self.heap = Heap(self.out)
        self.sessions = Sessions()
        self.pages = Pages(self.out, self.heap, self.sessions, plan, world, memory is not None)
        self.deep = Deep(self.out, self.sessions, deep, world)
        self.offline = Offline(self.out, self.sessions)
        self.setup = Setup(self.out, self.offline, self.pages.setup(), self.deep.setup)
        self.targets = Targets(self.out, labels, self.sessions, self.setup)
        self.sockets = Sockets(self.out, self.heap, names.sockets)
        self.requests = Requests(self.out, names.requests)
        self.scouts = Scouts(self.out, self.sessions, self.setup, self.targets.tabs, self.requests.exchanges)
        self.pushes = Pushes(self.out, memory) if memory is not None else None

    @property
    def settled(self) -> bool:
        """Whether all that was there is set up."""
        return self.targets.begun and self.targets.ready and (self.pushes is None or self.pushes.settled)

    def _lost(self) -> None:
        if self.pushes is not None:
            self.pushes.again()

    # ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def reply(self, token: tuple[str, ...], reply: wire.Reply, one: Session | None, mono: float) -> None:
        """Hand an answer to the part that the token names. Raises ValueError, KeyError or TypeError for an odd one."""
        if token[0] == "targets":
            self.targets.reply(token, reply, mono)
        elif token[0] == "heap":
            if (found := self.heap.reply(token, reply)) is not None:
                self._found(one, found, mono)
        elif token[0] == "requests":
            self.requests.reply(token, reply, mono)
        elif token[0] == "push" and self.pushes is not None:
            self.pushes.reply(token, reply, mono)
        elif token[0] == "pages" and one is not None:
            if self.pages.reply(one, token, reply, mono):
                self.targets.ran(one, mono)
            if self.scouts.cut(one.session, mono) and (there := self.pages.documents.main(one.session or "")):
                self.requests.begun_unseen(one, there.loader, there.url, mono)

    def _found(self, one: Origin | None, found: Found, mono: float) -> None:
        if found.token[0] == "sockets":
            self.sockets.found(found.token, found.value, mono)
        elif one is not None:
            self.pages.broadcasts.found(one, found, mono)

    # ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def tick(self, arrival: float) -> None:
        """Time passes: what was held for a moment is decided."""
        mono = self.clock.arrived("", arrival)
        self.sockets.tick(mono)
        self.requests.tick(mono)
        self.scouts.tick(mono)
        self.pages.broadcasts.tick(mono)
        self.pages.storage.tick(arrival)
        if self.pushes is not None:
            self.pushes.tick(mono)

    # ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def stopped(self, one: Session, mono: float) -> None:
        """A renderer died, or a worker stopped; the session stays."""
        self.targets.crashed(one.session, mono)
        because = f"the {_plain(one)} stopped" if one.type in WORKERS else "the renderer crashed"
        self._nothing_more(one, mono, because)
        self.deep.stopped(one)

    def detached(self, session: str, mono: float, because: str = "detached") -> None:
        """A session ended, and with it those below."""
        self.scouts.detached(session)
        for gone in self.targets.detached(session, mono):
            moves = gone.type == "iframe" and (gone.parent or "") in self.sessions.live
            self._nothing_more(gone, mono, f"the {_plain(gone)} is gone" if because == "detached" else because, moves)
            self.pages.end(gone.session or "")
            self.deep.end(gone.session or "")
            self.clock.forget(gone.session or "")
            if self.pushes is not None:
                self.pushes.detached(gone.session or "", mono)
            self.targets.gone(gone, mono, because)
        self.scouts.look()

    def _nothing_more(self, one: Session, mono: float, because: str, moves: bool = False) -> None:
        self.sockets.end(one.session, mono, because)
        self.requests.end(one.session, mono, because, moves)

    def lost(self, mono: float, because: str) -> None:
        """The browser's connection ended: nothing that was open is known to live."""
        self.lateness.settle(mono)
        self.pages.storage.flush()
        for session in [*self.targets.tabs.sessions(), *self.sessions.live]:
            self.detached(session, mono, because)

    def farewell(self, arrival: float) -> None:
        """The recording ends: tell what is still held, and stop what runs in the pages."""
        self.lateness.settle(self.clock.arrived(None, arrival))
        self.pages.storage.flush()
        self.sockets.flush()
        self.requests.decide(arrival + 1)
        self.pages.farewell()
        self.deep.farewell()


def _plain(one: Session) -> str:
    return one.type.replace("_", " ")
