"""Documents, and what the page observer says of them, as events.

How a navigation came about is told by `Page.frameStartedNavigating`; a commit that brings back another loader than the
one announced is a page out of the back/forward cache. A window that goes from its first empty document to one of the
same origin keeps its worlds, so the observer is started by hand where it did not report from a new document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from monitor.browser import page_observer as observer
from monitor.browser.databases import Databases
from monitor.browser.heap import LARGE, SMALL, Ask, Found, Heap
from monitor.browser.output import Origin, Output, decode
from monitor.browser.storage import StorageChanges
from monitor.browser.targets import Command
from monitor.browser.wire import Reply
from monitor.browser.wire_page import (
    BindingCalled,
    ExecutionContextCreated,
    FrameDetached,
    FrameNavigated,
    FrameStartedNavigating,
    FrameTree,
    FrameTreeReply,
    LifecycleEvent,
    NavigatedWithinDocument,
    WireFrame,
)
from monitor.model import (
    Broadcast,
    CookieChange,
    Event,
    Gap,
    Lifecycle,
    Navigation,
    PushState,
    Shown,
    SitePlan,
    UserInput,
    Visibility,
    WorkerMessage,
)

HOW = {
    "reload": "reload",
    "reloadBypassingCache": "reload",
    "historySameDocument": "same-document",
    "historyDifferentDocument": "history",
}
LIFECYCLE = {"DOMContentLoaded": "dom", "load": "load"}
TOO_LARGE = "the page is too large to be asked for its BroadcastChannels without a long halt: they are not heard"
UNSAFE = "the page has WebAssembly, and Chrome could crash if asked for its BroadcastChannels: they are not heard"
LIST_CHANNELS = "function(){return [...new Set(this.map(c=>c.name))].slice(0,64)}"
# Seconds after the load at which BroadcastChannels are looked for: each look walks the page's heap.
LOOK_AFTER = (0.05, 0.5, 2.0, 10.0, 30.0)
# Of these, the one for which a page with a large heap may stand still; once, since its next document is told what was
# found.
LOOK_ONCE = 2.0
# How far a page's clock may be off unmended, and how long the estimate of that is kept.
CLOCK_NOISE_S = 0.01
CLOCK_WINDOW_S = 10.0


class Document(msgspec.Struct):
    """What is known of the document in a frame."""

    frame: str
    session: str
    main: bool
    loader: str = ""
    url: str = ""
    origin: str = ""
    observed: str | None = None
    world: int | None = None
    default: int | None = None


class Pages:
    """All frames of one browser's pages."""

    def __init__(
        self, out: Output, heap: Heap, plan: tuple[SitePlan, ...], world: str = observer.WORLD, push: bool = False
    ) -> None:
        self._out = out
        self._heap = heap
        self._world = world
        self._binding = observer.binding(world)
        self._source = observer.script(plan, world, push)
        self._frames: dict[tuple[str, str], Document] = {}
        self._started: dict[tuple[str, str], tuple[str, str]] = {}
        self._worlds: dict[tuple[str, int], str] = {}
        self._looks: list[tuple[float, str, str, str, bool]] = []
        self._gone_through: set[tuple[str, str]] = set()  # (frame, origin) with a large heap that were
        self._channels: dict[tuple[str, str], set[str]] = {}  # (frame, origin) → the names its page listens on
        self.storage = StorageChanges(out, self._documents)
        self.databases = Databases(out)
        self._off: dict[str, tuple[float, float, float]] = {}  # since when, the least delay since, and before
        self._told: dict[str, float] = {}  # the stamp of what a session's page showed last
        self._dropped: dict[tuple[str, str], int] = {}
        self._visible: dict[str, tuple[bool, bool | None]] = {}
        self._unheard: set[tuple[str | None, str]] = set()  # the tabs and origins of which that was told
        self._pushed: dict[str, tuple[object, ...]] = {}
        self.shown: set[str] = set()

    def setup(self) -> tuple[Command, ...]:
        """What a page is sent at attach."""
        script = {"source": self._source, "worldName": self._world, "runImmediately": True}
        return (
            ("Page.enable", {}),
            ("Page.setLifecycleEventsEnabled", {"enabled": True}),
            ("Runtime.enable", {}),
            ("Inspector.enable", {}),
            ("DOMStorage.enable", {}),
            ("Runtime.addBinding", {"name": self._binding, "executionContextName": self._world}),
            ("Page.addScriptToEvaluateOnNewDocument", script),
        )

    def _frame(self, session: str, frame: str, main: bool | None = None) -> Document:
        key = (session, frame)
        if key not in self._frames:
            self._frames[key] = Document(frame, session, False)
        if main is not None:
            self._frames[key].main = main
        return self._frames[key]

    def _documents(self, tab: str | None, origin: str) -> int:
        return sum(
            1 for d in self._frames.values() if d.origin == origin and self._tabs.get(d.session) == tab and d.observed
        )

    _tabs: dict[str, str | None]

    def know(self, tabs: dict[str, str | None]) -> None:
        """Which tab each session belongs to: a view that the owner keeps current."""
        self._tabs = tabs

    # ── navigation ────────────────────────────────────────────────────────────────────────────────────────────────────

    def starting(self, origin: Origin, params: FrameStartedNavigating) -> None:
        """Page.frameStartedNavigating: remember what kind it is."""
        self._started[origin.session or "", params.frame_id] = (params.loader_id, params.navigation_type)

    def navigated(self, origin: Origin, params: FrameNavigated, mono: float) -> Document:
        """Page.frameNavigated: a frame committed a document."""
        loader, kind = self._started.pop((origin.session or "", params.frame.id), ("", ""))
        how = HOW.get(kind, "load")
        if params.type == "BackForwardCacheRestore" or (
            kind.startswith("history") and loader != params.frame.loader_id
        ):
            how = "history"
        return self._committed(origin, params.frame, how, mono)

    def _committed(self, origin: Origin, frame: WireFrame, how: str, mono: float) -> Document:
        main = origin.type == "page" and frame.parent_id is None
        one = self._frame(origin.session or "", frame.id, main)
        one.loader, one.url = frame.loader_id, frame.url + (frame.url_fragment or "")
        one.observed = None
        self._commit(origin, mono, one, how)
        return one

    def within(self, origin: Origin, params: NavigatedWithinDocument, mono: float) -> None:
        """Page.navigatedWithinDocument: pushState, a fragment, or going back over one of them."""
        session = origin.session or ""
        self._started.pop((session, params.frame_id), None)
        one = self._frame(session, params.frame_id)
        one.url = params.url
        self._commit(origin, mono, one, "same-document")

    def tree(self, origin: Origin, reply: Reply, mono: float) -> None:
        """The frames at the attach: those whose commit was not seen are told as navigations."""
        if reply.error is None:
            self._branch(origin, decode(reply.result, FrameTreeReply).frame_tree, mono)

    def _branch(self, origin: Origin, tree: FrameTree, mono: float) -> None:
        known = self._frames.get((origin.session or "", tree.frame.id))
        nothing = tree.frame.url in ("", ":")
        empty = nothing or tree.frame.url == "about:blank"
        if known is None or not known.loader:
            observed = known.observed if known else None
            one = self._frame(origin.session or "", tree.frame.id)
            one.main = origin.type == "page" and tree.frame.parent_id is None
            if not (nothing or (empty and one.main)):
                one = self._committed(origin, tree.frame, "load", mono)
                self._look_for_channels(one, mono)
            one.observed = observed
        for child in tree.child_frames or ():
            self._branch(origin, child, mono)

    def took_over(self, origin: Origin, mono: float) -> None:
        """A prerendered page became the tab's page: it is asked to say again what it shows."""
        for one in self._frames.values():
            if one.session == origin.session and one.main:
                self._commit(origin, mono, one, "prerender")
        self.repeat(origin.session or "")

    def repeat(self, session: str) -> None:
        """Ask every frame of a session to say again, in full, what it shows."""
        for one in self._frames.values():
            if one.session == session and one.world is not None:
                self._evaluate(session, one.world, observer.REPEAT)

    def farewell(self) -> None:
        """Stop the observer in every frame: it would go on working for nobody."""
        for one in self._frames.values():
            if one.world is not None:
                self._evaluate(one.session, one.world, observer.STOP)

    def frame_gone(self, origin: Origin, params: FrameDetached, mono: float) -> None:
        """Page.frameDetached: what the frame showed is shown no longer."""
        one = self._frames.pop((origin.session or "", params.frame_id), None)
        if one is not None and one.observed is not None:
            self._emit(
                Shown, origin, mono, document=one.observed, frame=one.frame, main=one.main, url=one.url, full=True
            )

    def lifecycle(self, origin: Origin, params: LifecycleEvent, since: float, mono: float) -> None:
        """Page.lifecycleEvent; those from before the attach (`since`) are repeated by the browser and left out."""
        if params.name not in LIFECYCLE or params.timestamp < since:
            return
        session = origin.session or ""
        one = self._frame(session, params.frame_id)
        if one.main:
            self._emit(
                Lifecycle, origin, params.timestamp, name=LIFECYCLE[params.name], loader=params.loader_id or None
            )
        if one.observed is None and one.world is not None:
            self._evaluate(session, one.world, self._source)
        if params.name == "load":
            self._look_for_channels(one, mono)

    def end(self, session: str) -> None:
        """Forget a session."""
        self._frames = {k: v for k, v in self._frames.items() if k[0] != session}
        self._worlds = {k: v for k, v in self._worlds.items() if k[0] != session}
        self._started = {k: v for k, v in self._started.items() if k[0] != session}
        self.databases.end(session)
        self._off.pop(session, None)
        self._told.pop(session, None)
        self._visible.pop(session, None)
        self._pushed.pop(session, None)
        self.shown.discard(session)

    # ── worlds ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def world(self, origin: Origin, params: ExecutionContextCreated) -> None:
        """Runtime.executionContextCreated."""
        context, session = params.context, origin.session or ""
        if context.aux_data is None or not context.aux_data.frame_id:
            return
        one = self._frame(session, context.aux_data.frame_id)
        if context.aux_data.is_default:
            one.default = context.id
        elif context.name == self._world:
            one.world = context.id
            self._worlds[session, context.id] = one.frame

    def worlds_cleared(self, origin: Origin) -> None:
        """Runtime.executionContextsCleared."""
        self._worlds = {k: v for k, v in self._worlds.items() if k[0] != origin.session}
        for one in self._frames.values():
            if one.session == origin.session:
                one.world = one.default = None

    def _evaluate(self, session: str, world: int, expression: str) -> None:
        params = {"expression": expression, "contextId": world, "silent": True, "returnByValue": False}
        self._out.send(session, "Runtime.evaluate", params)

    # ── what the observer says ────────────────────────────────────────────────────────────────────────────────────────

    def said(self, origin: Origin, params: BindingCalled, mono: float, arrival: float) -> None:
        """Runtime.bindingCalled."""
        if params.name != self._binding:
            return
        session = origin.session or ""
        frame = self._worlds.get((session, params.execution_context_id))
        one = self._frames.get((session, frame)) if frame else None
        message = observer.understand(params.payload)
        self._say(origin, one, message, self._when(session, message, arrival), arrival)

    def _when(self, session: str, message: observer.Said, arrival: float) -> float:
        """The stamp of a fact by the page's clock, mended where that clock is off.

        A message takes no negative time, and some of the last took next to none: the least delay is how far it is off.
        """
        clock = self._out.clock
        off = clock.read(arrival) - clock.mono_of(message.n / 1000)
        since, now, before = self._off.get(session, (arrival, off, off))
        if arrival - since > CLOCK_WINDOW_S:
            since, now, before = arrival, off, now
        now = min(now, off)
        self._off[session] = (since, now, before)
        best = min(now, before)
        when = clock.mono_of(message.t / 1000)
        return min(when + best if abs(best) > CLOCK_NOISE_S else when, clock.read(arrival))

    def _say(self, origin: Origin, one: Document | None, message: observer.Spoken, when: float, arrival: float) -> None:
        match message:
            case observer.Hello():
                self._hello(one, message)
            case observer.ShownNow():
                self._shown(origin, one, message, when)
            case observer.VisibleNow():
                if self._visible.get(origin.session or "") == (message.visible, message.focused):
                    return
                self._visible[origin.session or ""] = (message.visible, message.focused)
                self._emit(Visibility, origin, when, visible=message.visible, focused=message.focused)
            case observer.InputSeen():
                self._emit(UserInput, origin, when, input=message.input)
            case observer.StorageHeard():
                self.storage.heard(origin, message.origin, message.local, message.key, message.value, arrival, when)
            case observer.CookiesHeard():
                self._emit(CookieChange, origin, when, how="heard", names=message.changed, removed=message.deleted)
            case observer.BroadcastHeard():
                size = len(message.text.encode())
                self._emit(Broadcast, origin, when, name=message.name, size=size, text=message.text)
            case observer.WorkerHeard():
                size = len(message.text.encode())
                self._emit(WorkerMessage, origin, when, worker=message.worker, size=size, text=message.text)
            case observer.PushNow():
                self._subscribed(origin, message, when)

    def _subscribed(self, origin: Origin, message: observer.PushNow, when: float) -> None:
        """Whether the site pushes: told once, not by every document that says the same."""
        known = (message.origin, message.permission, message.found)
        if self._pushed.get(origin.session or "") == known:
            return
        self._pushed[origin.session or ""] = known
        common = {**origin.stamp(self._out.clock, when), "origin": message.origin, "permission": message.permission}
        if message.permission == "denied" or not message.found:
            blocked = message.permission == "denied"
            self._out.emit(PushState(**common, state="blocked" if blocked else "none"))
            return
        for one in message.found:
            self._out.emit(PushState(**common, state="registered", **msgspec.structs.asdict(one)))

    def _hello(self, one: Document | None, message: observer.Hello) -> None:
        if one is None:
            return
        one.observed, one.origin = message.document, message.origin
        self.databases.seen(one.session, one.origin)
        names = self._channels.get((one.frame, one.origin))
        if names and one.world is not None:
            self._evaluate(one.session, one.world, observer.listening(tuple(sorted(names))))

    def _shown(self, origin: Origin, one: Document | None, message: observer.ShownNow, when: float) -> None:
        if message.rule == "text" and message.main:
            self.shown.add(origin.session or "")
        # Each tells what changed since the last: the mending of a clock must not put one before the other.
        when = self._told[origin.session or ""] = max(when, self._told.get(origin.session or "", when))
        self._emit(
            Shown, origin, when, rule=message.rule, document=message.document, frame=one.frame if one else None,
            main=message.main and origin.type == "page", url=message.url, full=message.full, blocks=message.blocks,
            gone=message.gone, order=message.order, dropped=message.dropped,
        )  # fmt: skip
        if message.dropped != self._dropped.get((message.document, message.rule), 0):
            self._dropped = {k: n for k, n in self._dropped.items() if k[0] in self._alive()}
            self._dropped[message.document, message.rule] = message.dropped
            reason = "the page shows more blocks than are kept"
            self._emit(Gap, origin, when, reason=reason, count=message.dropped)

    def _alive(self) -> set[str]:
        return {one.observed for one in self._frames.values() if one.observed is not None}

    # ── BroadcastChannels ─────────────────────────────────────────────────────────────────────────────────────────────

    def _look_for_channels(self, one: Document, mono: float) -> None:
        self._looks += [(mono + after, one.session, one.frame, one.loader, after == LOOK_ONCE) for after in LOOK_AFTER]

    def tick(self, mono: float) -> None:
        """Look for the names of BroadcastChannels where it is time to."""
        due = [look for look in self._looks if look[0] <= mono]
        if not due:
            return
        self._looks = [look for look in self._looks if look[0] > mono]
        for _, session, frame, loader, large in due:
            one = self._frames.get((session, frame))
            if one is not None and one.loader == loader and one.default is not None and one.origin not in ("", "null"):
                token = ("pages", session, frame, loader, "large" if large else "small")
                limit = LARGE if large and (frame, one.origin) not in self._gone_through else SMALL
                self._heap.ask(Ask(session, "BroadcastChannel", LIST_CHANNELS, token, limit, one.default))

    def reply(self, origin: Origin, token: tuple[str, ...], reply: Reply, mono: float) -> None:
        """The answer to a command of this part."""
        if token[2] == "tree":
            self.tree(origin, reply, mono)

    def found(self, origin: Origin, found: Found, mono: float) -> None:
        """The names of the channels that a page has."""
        _, session, frame, loader, how = found.token
        one = self._frames.get((session, frame))
        if one is None:
            return
        if not found.refused:
            self._gone_through |= {(frame, one.origin)} if how == "large" else set()
            self._heard_of(session, one, found.value)
        elif found.refused == "webassembly":
            self._looks = [look for look in self._looks if look[1:4] != (session, frame, loader)]
            self._leave_unheard(origin, one, UNSAFE, mono)
        elif how == "large" and (frame, one.origin) not in self._gone_through:
            self._leave_unheard(origin, one, TOO_LARGE, mono)

    def _leave_unheard(self, origin: Origin, one: Document, reason: str, mono: float) -> None:
        if (origin.tab, one.origin) not in self._unheard:
            self._unheard.add((origin.tab, one.origin))
            self._emit(Gap, origin, mono, reason=reason)

    def _heard_of(self, session: str, one: Document, names: object) -> None:
        """A page has channels: listen beside it, and only beside it, or a tab would hear what its page does not."""
        if one.world is None or not isinstance(names, list):
            return
        known = self._channels.setdefault((one.frame, one.origin), set())
        fresh = {str(name) for name in names} - known
        known |= fresh
        if fresh:
            self._evaluate(session, one.world, observer.listening(tuple(sorted(fresh))))

    def _commit(self, origin: Origin, mono: float, one: Document, how: str) -> None:
        stamp = origin.unstamped(self._out.clock, mono)
        loader = one.loader or None
        self._out.emit(Navigation(**stamp, url=one.url, how=how, main=one.main, frame=one.frame, loader=loader))  # type: ignore[arg-type]

    def _emit(self, kind: Callable[..., Event], origin: Origin, mono: float, **fields: Any) -> None:
        self._out.emit(kind(**origin.stamp(self._out.clock, mono), **fields))
