"""Where the page observer runs: what a page is sent for it, in which documents it speaks, and when it is asked; pure.

A window that goes from its first empty document to one of the same origin keeps its worlds, so the observer is started
by hand where it did not report from a new document.
"""

from __future__ import annotations

from typing import Literal

from monitor.browser import page_observer as observer
from monitor.browser.broadcasts import Broadcasts
from monitor.browser.databases import Databases
from monitor.browser.documents import Document, Documents
from monitor.browser.heap import Heap
from monitor.browser.observed import Observed
from monitor.browser.output import Origin, Output, decode
from monitor.browser.page_clock import PageClock
from monitor.browser.sessions import Sessions
from monitor.browser.setup import Command
from monitor.browser.storage import StorageChanges
from monitor.browser.wire import Reply
from monitor.browser.wire_page import BindingCalled, FrameDetached, FrameTreeReply, LifecycleEvent
from monitor.model import Lifecycle, SitePlan

LIFECYCLE: dict[str, Literal["dom", "load"]] = {"DOMContentLoaded": "dom", "load": "load"}


class Pages:
    """The pages of one browser. plan: what the observer looks for. push: whether it looks for subscriptions."""

    def __init__(
        self, out: Output, heap: Heap, sessions: Sessions, plan: tuple[SitePlan, ...], world: str = observer.WORLD,
        push: bool = False,
    ) -> None:  # fmt: skip
        self._out = out
        self._world = world
        self._binding = observer.binding(world)
        self._source = observer.script(plan, world, push)
        self._clock = PageClock(out.clock)
        self.documents = Documents(out, sessions, world)
        self.broadcasts = Broadcasts(out, heap, self.documents)
        self.storage = StorageChanges(out, self.documents.observed)
        self.databases = Databases(out)
        self.observed = Observed(out, self.documents, self.storage)

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

    # ── what the browser says ─────────────────────────────────────────────────────────────────────────────────────────

    def reply(self, origin: Origin, token: tuple[str, ...], reply: Reply, mono: float) -> bool:
        """The answer to a command of this part: the frames at the attach; whether a page's own document was there."""
        ran = False
        if token[2] == "tree" and reply.error is None:
            for one in self.documents.there(origin, decode(reply.result, FrameTreeReply).frame_tree, mono):
                self.broadcasts.look(one, mono)
                ran = ran or one.main
        return ran

    def lifecycle(self, origin: Origin, params: LifecycleEvent, since: float, mono: float) -> None:
        """Page.lifecycleEvent; those from before the attach (`since`) are repeated by the browser and left out."""
        if params.name not in LIFECYCLE or params.timestamp < since:
            return
        one = self.documents.frame(origin.session or "", params.frame_id)
        if one.main:
            stamp, name = origin.stamp(self._out.clock, params.timestamp), LIFECYCLE[params.name]
            self._out.emit(Lifecycle(**stamp, name=name, loader=params.loader_id or None))
        if one.observed is None:
            self.documents.evaluate(one, self._source)
        if params.name == "load":
            self.broadcasts.look(one, mono)

    def frame_gone(self, origin: Origin, params: FrameDetached, mono: float) -> None:
        """Page.frameDetached: what the frame showed is shown no longer."""
        if (one := self.documents.gone(origin.session or "", params.frame_id)) is not None:
            self.observed.gone(origin, one, mono)

    def took_over(self, origin: Origin, mono: float) -> None:
        """A prerendered page became the tab's page: it is asked to say again what it shows."""
        for one in self.documents.of(origin.session or ""):
            if one.main:
                self.documents.tell(origin, mono, one, "prerender")
        self.repeat(origin.session or "")

    def end(self, session: str) -> None:
        """Forget a session."""
        self.documents.end(session)
        self.broadcasts.end(session)
        self.databases.end(session)
        self.observed.end(session)
        self._clock.end(session)

    # ── what the observer says, and is told ───────────────────────────────────────────────────────────────────────────

    def said(self, origin: Origin, params: BindingCalled, arrival: float) -> None:
        """Runtime.bindingCalled."""
        if params.name != self._binding:
            return
        session = origin.session or ""
        one = self.documents.in_world(session, params.execution_context_id)
        message = observer.understand(params.payload)
        when = self._clock.when(session, message, arrival)
        if isinstance(message, observer.Hello):
            self._hello(one, message)
        else:
            self.observed.say(origin, one, message, when, arrival)

    def _hello(self, one: Document | None, message: observer.Hello) -> None:
        if one is not None:
            one.observed, one.origin = message.document, message.origin
            self.databases.seen(one.session, one.origin)
            self.broadcasts.again(one)

    def repeat(self, session: str) -> None:
        """Ask every frame of a session to say again, in full, what it shows."""
        for one in self.documents.of(session):
            self.documents.evaluate(one, observer.REPEAT)

    def farewell(self) -> None:
        """Stop the observer in every frame: it would go on working for nobody."""
        for one in self.documents.all():
            self.documents.evaluate(one, observer.STOP)
