"""The messages of one browser as events; pure: feed messages, replies and time, drain events and commands.

    feed(session, method, params, arrival) ┐              ┌ events → the capture file
    reply(command, answer, arrival)        ├─ Translator ─┤
    tick(arrival)                          ┘              └ sends  → the connection
This file only finds the part that a message belongs to; the rules are in targets, sockets, requests, pages and storage.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from monitor.browser import unseen, wire, wire_network, wire_page, wire_worker
from monitor.browser.backlog import LIMIT, Backlog
from monitor.browser.clock import Clock
from monitor.browser.deep import Deep
from monitor.browser.heap import Found, Heap
from monitor.browser.output import Origin, Output, decode
from monitor.browser.page_observer import WORLD
from monitor.browser.pages import Pages
from monitor.browser.push import Pushes
from monitor.browser.push_log import Memory
from monitor.browser.requests import Requests
from monitor.browser.sockets import Sockets
from monitor.browser.targets import OURS, WORKERS, Created, Labels, Session, Targets
from monitor.model import Event, Fault, Frame, Gap, SitePlan

LAG_S = 2.0
LAG_PAUSE_S = 10.0

FRAME_IN = "Network.webSocketFrameReceived"
FRAME_OUT = "Network.webSocketFrameSent"

_read_frame = msgspec.json.Decoder(wire_network.FrameMessage).decode

# What a stamped message of the Network domain is read as, and the method of the part that takes it.
_SOCKETS: dict[str, tuple[type, str]] = {
    "Network.webSocketWillSendHandshakeRequest": (wire_network.WebSocketHandshake, "handshake"),
    "Network.webSocketHandshakeResponseReceived": (wire_network.WebSocketHandshake, "handshake"),
    "Network.webSocketFrameError": (wire_network.WebSocketError, "error"),
    "Network.webSocketClosed": (wire_network.WebSocketClosed, "closed"),
}
_REQUESTS: dict[str, tuple[type, str]] = {
    "Network.requestWillBeSent": (wire_network.RequestWillBeSent, "sent"),
    "Network.responseReceived": (wire_network.ResponseReceived, "response"),
    "Network.dataReceived": (wire_network.DataReceived, "data"),
    "Network.loadingFinished": (wire_network.LoadingFinished, "finished"),
    "Network.loadingFailed": (wire_network.LoadingFailed, "failed"),
    "Network.eventSourceMessageReceived": (wire_network.EventSourceMessage, "sse"),
}
_STORAGE = {
    "DOMStorage.domStorageItemAdded": "set",
    "DOMStorage.domStorageItemUpdated": "set",
    "DOMStorage.domStorageItemRemoved": "remove",
    "DOMStorage.domStorageItemsCleared": "clear",
}

Handler = Callable[[Session, msgspec.Raw, float], None]


class Names:
    """Counts connection names across all browsers of one recording, so that w1 is one socket of the capture."""

    def __init__(self) -> None:
        self.sockets: Iterator[int] = itertools.count(1)
        self.requests: Iterator[int] = itertools.count(1)
        self.wires: Iterator[int] = itertools.count(1)


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
        self.out = Output(clock)
        self.heap = Heap(self.out)
        self.pages = Pages(self.out, self.heap, plan, world, memory is not None)
        self.deep = Deep(self.out, set() if deep is None else deep, world)
        self.targets = Targets(self.out, labels, self.pages.setup(), self.deep.setup)
        self.sockets = Sockets(self.out, self.heap, names.sockets)
        self.requests = Requests(self.out, names.requests)
        self.backlog = Backlog()
        self.losses = 0
        self.pushes = Pushes(self.out, memory) if memory is not None else None
        self.begun = False
        self._tabs: dict[str, str | None] = {}
        self.pages.know(self._tabs)
        self._told_lag = 0.0
        self._handlers: dict[str, Handler] = self._table()

    # ── in ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, arrival: float) -> list[wire.Send]:
        """What to send first."""
        self.targets.begin()
        if self.pushes is not None:
            self.pushes.begin(arrival)
        return self.out.drain_sends()

    def feed(self, session: str | None, method: str, params: msgspec.Raw, arrival: float) -> list[Event]:
        """Take one message; returns its events. A message that cannot be understood becomes a gap, never an error."""
        handler = self._handlers.get(method)
        if handler is not None and (one := self._session(session)) is not None:
            try:
                handler(one, params, arrival)
            except (ValueError, KeyError, TypeError) as error:
                self.odd(f"{method} could not be understood: {error}", one, arrival)
        return self.out.drain_events()

    def frame(self, raw: bytes, arrival: float) -> Frame | None:
        """The same for the undecoded message of a frame: the hot path; None where it is none for a shortcut."""
        try:
            said = _read_frame(raw)
            params = said.params
            socket = self.sockets.find(said.session, params.request_id)
            if socket is None:
                return None
            mono = self._mono(socket.origin, params.timestamp, arrival)
            return self.sockets.whole(socket, params.response, mono, "in" if said.method == FRAME_IN else "out")
        except (ValueError, RecursionError):
            return None

    def read(self, size: int, arrival: float) -> None:
        """Messages of that many bytes have been fed since the last call."""
        self.backlog.read(size, self.clock.read(arrival))
        stamp = self.clock.fresh()
        if stamp is None:
            return
        was_full = self.backlog.full_since is not None
        span = self.backlog.reached(stamp)
        if span is not None:
            self._dropped(*span)
        elif self.backlog.full_since is not None and not was_full:
            message = f"The browser's buffer for us is full ({LIMIT >> 20} MiB): it drops messages."
            hint = "The recorder was stopped or the machine is overloaded. A gap tells from when to when."
            self.out.emit(Fault(time=self.clock.wall(stamp), mono=stamp, what="loss", message=message, hint=hint))

    def _dropped(self, since: float, until: float) -> None:
        reason = f"the browser dropped messages: its buffer for us was full ({LIMIT >> 20} MiB)"
        self.losses += 1
        if self.pushes is not None:
            self.pushes.again()
        self.out.emit(Gap(time=self.clock.wall(until), mono=until, reason=reason, since=self.clock.wall(since)))

    def reply(self, send: wire.Send, reply: wire.Reply, arrival: float) -> list[Event]:
        """Take the answer to a command that had a token."""
        token = send.token or ("",)
        one = self._session(token[1] or None) if len(token) > 1 else None
        mono = self.clock.arrived(send.session, arrival)
        try:
            if token[0] == "targets":
                self.begun = self.begun or token[2] == "begun"
                self.targets.reply(token)
            elif token[0] == "heap":
                if (found := self.heap.reply(token, reply)) is not None:
                    self._found(one, found, mono)
            elif token[0] == "requests":
                self.requests.reply(token, reply, mono)
            elif token[0] == "push" and self.pushes is not None:
                self.pushes.reply(token, reply, mono)
            elif token[0] == "pages" and one is not None:
                self.pages.reply(one, token, reply, mono)
        except (ValueError, KeyError, TypeError) as error:
            self.odd(f"the answer to {send.method} could not be understood: {error}", one, arrival)
        return self.out.drain_events()

    def _found(self, one: Origin | None, found: Found, mono: float) -> None:
        if found.token[0] == "sockets":
            self.sockets.found(found.token, found.value, mono)
        elif one is not None:
            self.pages.found(one, found, mono)

    def tick(self, arrival: float) -> list[Event]:
        """Time passes: what was held for a moment is decided."""
        mono = self.clock.arrived("", arrival)
        self.sockets.tick(mono)
        self.requests.tick(mono)
        self.pages.tick(mono)
        self.pages.storage.tick(arrival)
        if self.pushes is not None:
            self.pushes.tick(mono)
        return self.out.drain_events()

    def sends(self) -> list[wire.Send]:
        """The commands to send now."""
        return self.out.drain_sends()

    def known(self) -> set[str]:
        """The sessions that live."""
        return {*self.targets.sessions, *self.targets.tab_sessions()}

    def take_for_page(self, session: str, arrival: float) -> list[Event]:
        """What speaks over a session that was never announced is a page in a tab of its own; for logs of others."""
        mono = self.clock.arrived(None, arrival)
        for parent, child, kind in ((None, f"tab of {session}", "tab"), (f"tab of {session}", session, "page")):
            info = wire.TargetInfo(target_id=child, type=kind)
            self.targets.attached(parent, wire.AttachedToTarget(session_id=child, target_info=info), mono)
        self._know()
        return self.out.drain_events()

    def farewell(self, arrival: float) -> list[Event]:
        """The recording ends: tell what is still held, and stop what runs in the pages."""
        self.settle(self.clock.arrived(None, arrival))
        self.pages.storage.flush()
        self.sockets.flush()
        self.requests.decide(arrival + 1)
        self.pages.farewell()
        self.deep.farewell()
        return self.out.drain_events()

    def settle(self, mono: float) -> None:
        """Tell of a loss that is not over."""
        if (span := self.backlog.over(mono)) is not None:
            self._dropped(*span)

    def end(self, arrival: float, because: str) -> list[Event]:
        """The browser's connection ended: nothing that was open is known to live."""
        mono = self.clock.arrived(None, arrival)
        self.settle(mono)
        self.pages.storage.flush()
        roots = [*self.targets.tab_sessions(), *self.targets.sessions]
        for session in roots:
            self._detach(session, mono, because)
        return self.out.drain_events()

    def odd(self, reason: str, one: Session | None, arrival: float) -> None:
        """Record that a message was lost on us."""
        mono = self.clock.arrived(one.session if one else None, arrival)
        of = one or Session(None)
        self.out.emit(Gap(**of.unstamped(self.clock, mono), reason=reason[:300], count=1))

    def _session(self, session: str | None) -> Session | None:
        if session is None:
            return Session(None)
        # Tab sessions speak only of the targets in them.
        return self.targets.sessions.get(session) or Session(session, type="tab")

    # ── the table ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _table(self) -> dict[str, Handler]:
        table: dict[str, Handler] = {
            FRAME_IN: self._frame_in,
            FRAME_OUT: self._frame_out,
            "Network.webSocketCreated": self._socket_created,
            "Network.requestServedFromCache": self._from_cache,
            "Network.requestWillBeSentExtraInfo": self._headed,
            "Network.responseReceivedExtraInfo": self._extra,
            "Storage.indexedDBContentUpdated": self._database,
            "Storage.indexedDBListUpdated": self._database_list,
            "Debugger.scriptParsed": lambda one, raw, at: self.heap.parsed(
                one.session, decode(raw, wire_page.ScriptParsed)
            ),
            "Target.targetCreated": lambda one, raw, at: self.targets.found(decode(raw, Created).target_info),
            "Target.attachedToTarget": self._attached,
            "Target.detachedFromTarget": self._detached,
            "Target.targetInfoChanged": self._changed,
            "Inspector.targetCrashed": self._crashed,
            "Inspector.targetReloadedAfterCrash": lambda one, raw, at: self.targets.revived(one.session),
            "Inspector.workerScriptLoaded": lambda one, raw, at: self.targets.cut(one),
            "Page.frameStartedNavigating": self._starting,
            "Page.frameNavigated": self._navigated,
            "Page.navigatedWithinDocument": self._within,
            "Page.frameDetached": self._frame_gone,
            "Page.lifecycleEvent": self._lifecycle,
            "Runtime.executionContextCreated": self._world,
            "Runtime.executionContextsCleared": lambda one, raw, at: self.pages.worlds_cleared(one),
            "Runtime.bindingCalled": self._said,
            "Runtime.exceptionThrown": self._threw,
        }
        for part, methods in ((self.sockets, _SOCKETS), (self.requests, _REQUESTS)):
            for method, (struct, name) in methods.items():
                table[method] = self._stamped(struct, getattr(part, name))
        for method in unseen.REASONS:
            table[method] = self._unseen(method)
        for method, op in _STORAGE.items():
            table[method] = self._stored(op)
        if self.pushes is not None:
            table |= self._push_table(self.pushes)
        return table

    def _push_table(self, pushes: Pushes) -> dict[str, Handler]:
        def stated(one: Session, raw: msgspec.Raw, arrival: float) -> None:
            mono = self.clock.arrived(one.session, arrival)
            pushes.state(decode(raw, wire_worker.RecordingState), one.session, mono)

        def logged(one: Session, raw: msgspec.Raw, arrival: float) -> None:
            pushes.event(decode(raw, wire_worker.BackgroundEventReceived), one.session, arrival)

        def versions(one: Session, raw: msgspec.Raw, arrival: float) -> None:
            params = decode(raw, wire_worker.WorkerVersionUpdated)
            pushes.workers(params, one.session)
            self.deep.versions(params.versions, self.targets, self.clock.arrived(one.session, arrival))

        return {
            "BackgroundService.recordingStateChanged": stated,
            "BackgroundService.backgroundServiceEventReceived": logged,
            "ServiceWorker.workerVersionUpdated": versions,
        }

    def _stamped(self, struct: type, take: Callable[[Session, Any, float], None]) -> Handler:
        def handler(one: Session, raw: msgspec.Raw, arrival: float) -> None:
            params: Any = decode(raw, struct)
            mono = self._mono(one, params.timestamp, arrival)
            if (wall := getattr(params, "wall_time", None)) is not None:
                self.clock.learn(wall, params.timestamp)
            take(one, params, mono)

        return handler

    def _mono(self, one: Origin, stamp: float, arrival: float) -> float:
        mono = self.clock.stamped(one.session, stamp, arrival)
        if arrival - mono > LAG_S and arrival - self._told_lag > LAG_PAUSE_S:
            self._check_lag(arrival)
        return mono

    def _check_lag(self, arrival: float) -> None:
        lag = self.clock.lag(arrival)
        if lag <= LAG_S:
            return
        self._told_lag = arrival
        mono = self.clock.arrived(None, arrival) + lag
        message = f"Messages arrive {lag:.1f} s after they happened."
        hint = "The machine or the recorder is overloaded; if this grows, the browser will drop messages."
        self.out.emit(Fault(time=self.clock.wall(mono), mono=mono, what="lag", message=message, hint=hint))

    # ── sockets and requests ──────────────────────────────────────────────────────────────────────────────────────────

    def _frame_in(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params = decode(raw, wire_network.WebSocketFrame)
        self.sockets.frame(one, params, self._mono(one, params.timestamp, arrival), "in")

    def _frame_out(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params = decode(raw, wire_network.WebSocketFrame)
        self.sockets.frame(one, params, self._mono(one, params.timestamp, arrival), "out")

    def _socket_created(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        self.sockets.created(one, decode(raw, wire_network.WebSocketCreated), self.clock.arrived(one.session, arrival))

    def _from_cache(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        self.requests.from_cache(one, decode(raw, wire_network.RequestServedFromCache).request_id)

    def _headed(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        # The same: one comes with every request.
        if self.requests.posted.bodiless:
            self.requests.posted.headed(
                one, decode(raw, wire_network.ResponseExtraInfo), self.clock.arrived(one.session, arrival)
            )

    def _extra(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        # One comes with every response, and few have anything to say.
        if b"et-cookie" in bytes(raw).lower():
            params = decode(raw, wire_network.ResponseExtraInfo)
            name = self.requests.name_of(one, params.request_id)
            self.pages.databases.answered(one, params, name, self.clock.arrived(one.session, arrival))

    def _database(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        mono = self.clock.arrived(one.session, arrival)
        self.pages.databases.content(one, decode(raw, wire_page.IndexedDbChange), mono)

    def _database_list(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        mono = self.clock.arrived(one.session, arrival)
        self.pages.databases.listed(one, decode(raw, wire_page.IndexedDbChange), mono)

    def _unseen(self, method: str) -> Handler:
        def handler(one: Session, raw: msgspec.Raw, arrival: float) -> None:
            params = decode(raw, unseen.Unseen)
            stamped = params.timestamp > 0
            mono = self._mono(one, params.timestamp, arrival) if stamped else self.clock.arrived(one.session, arrival)
            unseen.tell(self.out, one, method, params, mono)

        return handler

    # ── targets ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _attached(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params, mono = decode(raw, wire.AttachedToTarget), self.clock.arrived(one.session, arrival)
        self.targets.attached(one.session, params, mono)
        if self.pushes is not None and params.target_info.type != "tab" and params.target_info.url.startswith(OURS):
            self.pushes.attached(params.session_id, params.target_info, mono)
        self._know()

    def _know(self) -> None:
        self._tabs.clear()
        self._tabs.update({key: one.tab for key, one in self.targets.sessions.items()})

    def _detached(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params = decode(raw, wire.DetachedFromTarget)
        self._detach(params.session_id, self.clock.arrived(one.session, arrival), "detached")

    def _detach(self, session: str, mono: float, because: str) -> None:
        for gone in self.targets.detached(session, mono):
            self._end_session(
                gone, mono, f"the {gone.type.replace('_', ' ')} is gone" if because == "detached" else because
            )
            self.pages.end(gone.session or "")
            self.deep.end(gone.session or "")
            self.clock.forget(gone.session or "")
            if self.pushes is not None:
                self.pushes.detached(gone.session or "", mono)
            self.targets.gone(gone, mono, because)
        self._know()

    def _end_session(self, one: Session, mono: float, because: str) -> None:
        self.sockets.end(one.session, mono, because)
        self.requests.end(one.session, mono, because)

    def _changed(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        mono = self.clock.arrived(one.session, arrival)
        info = decode(raw, wire.TargetInfoChanged).target_info
        if self.pushes is not None and info.url.startswith(OURS):
            self.pushes.told(info)
        activated = self.targets.changed(info, mono)
        self._know()
        if activated is not None:
            self.pages.took_over(activated, mono)

    def _crashed(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        mono = self.clock.arrived(one.session, arrival)
        self.targets.crashed(one.session, mono)
        self._end_session(
            one, mono, f"the {one.type.replace('_', ' ')} stopped" if one.type in WORKERS else "the renderer crashed"
        )
        self.deep.stopped(one)

    # ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _starting(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        self.pages.starting(one, decode(raw, wire_page.FrameStartedNavigating))

    def _navigated(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        mono = self.clock.arrived(one.session, arrival)
        document = self.pages.navigated(one, decode(raw, wire_page.FrameNavigated), mono)
        if document.url.startswith("about:"):
            self.requests.without(one, document.loader)
        if document.main:
            answered = self.requests.answered_at(one.session, document.loader)
            self.sockets.end(one.session, mono, "navigation", answered)
            self.requests.leave(one.session, document.loader, mono)

    def _within(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        self.pages.within(one, decode(raw, wire_page.NavigatedWithinDocument), self.clock.arrived(one.session, arrival))

    def _frame_gone(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        self.pages.frame_gone(one, decode(raw, wire_page.FrameDetached), self.clock.arrived(one.session, arrival))

    def _lifecycle(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        mono = self.clock.arrived(one.session, arrival)
        self.pages.lifecycle(one, decode(raw, wire_page.LifecycleEvent), one.attached_at, mono)

    def _world(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        self.pages.world(one, decode(raw, wire_page.ExecutionContextCreated))

    def _said(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        params, mono = decode(raw, wire_page.BindingCalled), self.clock.arrived(one.session, arrival)
        if not self.deep.said(one, params.name, params.payload, arrival):
            self.pages.said(one, params, mono, arrival)

    def _threw(self, one: Session, raw: msgspec.Raw, arrival: float) -> None:
        self.deep.threw(one, decode(raw, wire_page.ExceptionThrown), arrival)

    def _stored(self, op: Any) -> Handler:
        def handler(one: Session, raw: msgspec.Raw, arrival: float) -> None:
            mono = self.clock.arrived(one.session, arrival)
            self.pages.storage.changed(one, op, decode(raw, wire_page.DomStorageChange), mono, arrival)

        return handler
