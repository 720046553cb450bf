"""The messages of one browser as events; pure: feed messages, replies and time, drain events and commands.

    feed(session, method, params, arrival) ┐              ┌ events → the capture file
    reply(command, answer, arrival)        ├─ Translator ─┤
    tick(arrival)                          ┘              └ sends  → the connection
What cannot be understood is a gap, never an error. Which part takes a message is in `dispatch_*`, the rules are in the
parts.
"""

from __future__ import annotations

import msgspec

from monitor.browser import wire, wire_network
from monitor.browser.clock import Clock
from monitor.browser.dispatch import Handler
from monitor.browser.dispatch_network import FRAME_IN, network
from monitor.browser.dispatch_page import pages
from monitor.browser.dispatch_target import targets
from monitor.browser.dispatch_worker import workers
from monitor.browser.names import Labels, Names
from monitor.browser.page_observer import WORLD
from monitor.browser.parts import Parts
from monitor.browser.push_log import Memory
from monitor.browser.sessions import Session
from monitor.model import Event, Fault, Frame, Gap, SitePlan

LEAP_S = 1.0

_read_frame = msgspec.json.Decoder(wire_network.FrameMessage).decode


class Translator:
    """One browser's messages as events.

    labels, names: shared by all browsers of a recording. plan: what the page observer looks for. world: the name of the
    isolated world that it runs in. memory: of the push messages told so far; None where they are left out.
    deep: the origins whose service workers are recorded from inside.
    """

    def __init__(
        self, clock: Clock, labels: Labels, names: Names, plan: tuple[SitePlan, ...] = (), world: str = WORLD,
        memory: Memory | None = None, deep: set[str] | None = None,
    ) -> None:  # fmt: skip
        self.clock = clock
        self.parts = parts = Parts(clock, labels, names, plan, world, memory, set() if deep is None else deep)
        self.out = parts.out
        self._find_socket, self._whole = parts.sockets.find, parts.sockets.whole
        self._stamped = parts.lateness.stamped
        self._scouts = parts.scouts
        self._handlers: dict[str, Handler] = network(parts) | targets(parts) | pages(parts) | workers(parts)

    # ── in ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, arrival: float) -> list[wire.Send]:
        """What to send first."""
        self.parts.setup.begin()
        self._scouts.begin()
        if self.parts.pushes is not None:
            self.parts.pushes.begin(arrival)
        return self.out.drain_sends()

    def feed(self, session: str | None, method: str, params: msgspec.Raw, arrival: float) -> list[Event]:
        """Take one message; returns its events."""
        if not self._scouts.busy:
            self._take(session, method, params, arrival)
        elif (said := self._scouts.sort((session, method, params, arrival))) is not None:
            self._take(*said)
            for held in self._scouts.joined():
                self._take(*held)
        return self.out.drain_events()

    def _take(self, session: str | None, method: str, params: msgspec.Raw, arrival: float) -> None:
        handler = self._handlers.get(method)
        if handler is not None:
            one = self.parts.sessions.of(session)
            try:
                handler(one, params, arrival)
            except (ValueError, KeyError, TypeError) as error:
                self.odd(f"{method} could not be understood: {error}", one, arrival)

    def frame(self, raw: bytes, arrival: float) -> Frame | None:
        """The same for the undecoded message of a frame: the hot path; None where it is none for a shortcut."""
        try:
            said = _read_frame(raw)
            params = said.params
            socket = self._find_socket(said.session, params.request_id)
            if socket is None or said.session in self._scouts.muted:
                return None
            mono = self._stamped(socket.origin.session, params.timestamp, arrival)
            return self._whole(socket, params.response, mono, "in" if said.method == FRAME_IN else "out")
        except (ValueError, RecursionError):
            return None

    def read(self, size: int, arrival: float) -> None:
        """Messages of that many bytes have been fed since the last call."""
        self.parts.lateness.read(size, arrival)

    def reply(self, send: wire.Send, reply: wire.Reply, arrival: float) -> list[Event]:
        """Take the answer to a command that had a token."""
        token = send.token or ("",)
        one = self.parts.sessions.of(token[1]) if len(token) > 1 and token[1] else None
        mono = self.clock.arrived(send.session, arrival)
        try:
            self.parts.reply(token, reply, one, mono)
        except (ValueError, KeyError, TypeError) as error:
            self.odd(f"the answer to {send.method} could not be understood: {error}", one, arrival)
        return self.out.drain_events()

    def tick(self, arrival: float) -> list[Event]:
        """Time passes: what was held for a moment is decided."""
        self.parts.tick(arrival)
        return self.out.drain_events()

    def clocks(self, wall: float, arrival: float) -> list[Event]:
        """What both clocks of this machine say at one moment: from here on times are by that, and a leap is told."""
        by = self.clock.moved(wall, arrival)
        self.clock.offset += by
        if abs(by) >= LEAP_S:
            message = f"The system's clock moved by {by:+.2f} s against the time that went by."
            hint = "The machine slept, or its clock was set. Times before and after are as the clock had them."
            self.out.emit(Fault(time=wall, mono=arrival, what="clock", message=message, hint=hint))
        return self.out.drain_events()

    def sends(self) -> list[wire.Send]:
        """The commands to send now."""
        return self.out.drain_sends()

    def known(self) -> set[str]:
        """The sessions that live."""
        return self.parts.targets.known() | self._scouts.known()

    def take_for_page(self, session: str, arrival: float) -> list[Event]:
        """What speaks over a session that was never announced is a page in a tab of its own; for logs of others."""
        mono = self.clock.arrived(None, arrival)
        for parent, child, kind in ((None, f"tab of {session}", "tab"), (f"tab of {session}", session, "page")):
            info = wire.TargetInfo(target_id=child, type=kind)
            self.parts.targets.attached(parent, wire.AttachedToTarget(session_id=child, target_info=info), mono)
        return self.out.drain_events()

    # ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def farewell(self, arrival: float) -> list[Event]:
        """The recording ends: tell what is still held, and stop what runs in the pages."""
        self.parts.farewell(arrival)
        return self.out.drain_events()

    def end(self, arrival: float, because: str) -> list[Event]:
        """The browser's connection ended: nothing that was open is known to live."""
        self.parts.lost(self.clock.arrived(None, arrival), because)
        return self.out.drain_events()

    def odd(self, reason: str, one: Session | None, arrival: float) -> None:
        """Record that a message was lost on us."""
        of = one or Session(None)
        mono = self.clock.arrived(of.session, arrival)
        self.out.emit(Gap(**of.unstamped(self.clock, mono), reason=reason[:300], count=1))
