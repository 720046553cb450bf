"""The document in each frame of one browser's pages, the worlds it has, and how it came there; pure.

How a navigation came about is told by `Page.frameStartedNavigating`; a commit that brings back another loader than the
one announced is a page out of the back/forward cache.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from monitor.browser.output import Origin, Output
from monitor.browser.sessions import Sessions
from monitor.browser.wire_page import (
    ExecutionContextCreated,
    FrameNavigated,
    FrameStartedNavigating,
    FrameTree,
    NavigatedWithinDocument,
    WireFrame,
)
from monitor.model import Navigation

HOW = {
    "reload": "reload",
    "reloadBypassingCache": "reload",
    "historySameDocument": "same-document",
    "historyDifferentDocument": "history",
}


class Document(msgspec.Struct):
    """What is known of the document in a frame.

    observed: its own id, once the observer spoke from it. world: the context that the observer runs in.
    default: the context of the page's own scripts.
    """

    frame: str
    session: str
    main: bool
    loader: str = ""
    url: str = ""
    origin: str = ""
    observed: str | None = None
    world: int | None = None
    default: int | None = None


class Documents:
    """Those of all frames. world: the name of the observer's world."""

    def __init__(self, out: Output, sessions: Sessions, world: str) -> None:
        self._out = out
        self._sessions = sessions
        self._world = world
        self._frames: dict[tuple[str, str], Document] = {}
        self._started: dict[tuple[str, str], tuple[str, str]] = {}
        self._worlds: dict[tuple[str, int], str] = {}

    # ── which there are ───────────────────────────────────────────────────────────────────────────────────────────────

    def frame(self, session: str, frame: str) -> Document:
        """The document in a frame; made known where it was not."""
        key = (session, frame)
        if key not in self._frames:
            self._frames[key] = Document(frame, session, False)
        return self._frames[key]

    def find(self, session: str, frame: str) -> Document | None:
        """The document in a frame, if that is known."""
        return self._frames.get((session, frame))

    def of(self, session: str) -> Iterator[Document]:
        """Those of a session."""
        return (one for one in self._frames.values() if one.session == session)

    def main(self, session: str) -> Document | None:
        """The page's own document."""
        return next((one for one in self.of(session) if one.main), None)

    def in_world(self, session: str, context: int) -> Document | None:
        """The document whose observer runs in that context."""
        frame = self._worlds.get((session, context))
        return self._frames.get((session, frame)) if frame else None

    def observed(self, tab: str | None, origin: str) -> int:
        """How many documents of an origin are observed in a tab."""
        return sum(
            1
            for one in self._frames.values()
            if one.origin == origin and one.observed and self._sessions.tab_of(one.session) == tab
        )

    def alive(self) -> set[str]:
        """The ids of all that are observed."""
        return {one.observed for one in self._frames.values() if one.observed is not None}

    def all(self) -> Iterator[Document]:
        """Every one."""
        return iter(self._frames.values())

    # ── how they come and go ──────────────────────────────────────────────────────────────────────────────────────────

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
        one = self.frame(origin.session or "", frame.id)
        one.main = origin.type == "page" and frame.parent_id is None
        one.loader, one.url = frame.loader_id, frame.url + (frame.url_fragment or "")
        one.observed = None
        self.tell(origin, mono, one, how)
        return one

    def within(self, origin: Origin, params: NavigatedWithinDocument, mono: float) -> None:
        """Page.navigatedWithinDocument: pushState, a fragment, or going back over one of them."""
        session = origin.session or ""
        self._started.pop((session, params.frame_id), None)
        one = self.frame(session, params.frame_id)
        one.url = params.url
        self.tell(origin, mono, one, "same-document")

    def there(self, origin: Origin, tree: FrameTree, mono: float) -> Iterator[Document]:
        """The frames at the attach: those whose commit was not seen are told as navigations, and returned."""
        known = self.find(origin.session or "", tree.frame.id)
        nothing = tree.frame.url in ("", ":")
        empty = nothing or tree.frame.url == "about:blank"
        if known is None or not known.loader:
            observed = known.observed if known else None
            one = self.frame(origin.session or "", tree.frame.id)
            one.main = origin.type == "page" and tree.frame.parent_id is None
            if not (nothing or (empty and one.main)):
                yield self._committed(origin, tree.frame, "load", mono)
            one.observed = observed
        for child in tree.child_frames or ():
            yield from self.there(origin, child, mono)

    def tell(self, origin: Origin, mono: float, one: Document, how: str) -> None:
        """A frame has another document, or the same at another address."""
        stamp = origin.unstamped(self._out.clock, mono)
        loader = one.loader or None
        self._out.emit(Navigation(**stamp, url=one.url, how=how, main=one.main, frame=one.frame, loader=loader))  # type: ignore[arg-type]

    def gone(self, session: str, frame: str) -> Document | None:
        """A frame went; returns the document that was in it."""
        return self._frames.pop((session, frame), None)

    def end(self, session: str) -> None:
        """Forget a session."""
        self._frames = {k: v for k, v in self._frames.items() if k[0] != session}
        self._worlds = {k: v for k, v in self._worlds.items() if k[0] != session}
        self._started = {k: v for k, v in self._started.items() if k[0] != session}

    # ── worlds ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def world(self, origin: Origin, params: ExecutionContextCreated) -> None:
        """Runtime.executionContextCreated."""
        context, session = params.context, origin.session or ""
        if context.aux_data is None or not context.aux_data.frame_id:
            return
        one = self.frame(session, context.aux_data.frame_id)
        if context.aux_data.is_default:
            one.default = context.id
        elif context.name == self._world:
            one.world = context.id
            self._worlds[session, context.id] = one.frame

    def worlds_cleared(self, origin: Origin) -> None:
        """Runtime.executionContextsCleared."""
        self._worlds = {k: v for k, v in self._worlds.items() if k[0] != origin.session}
        for one in self.of(origin.session or ""):
            one.world = one.default = None

    def evaluate(self, one: Document, expression: str) -> None:
        """Have the observer's world of a document do something, where it has one."""
        if one.world is not None:
            params = {"expression": expression, "contextId": one.world, "silent": True, "returnByValue": False}
            self._out.send(one.session, "Runtime.evaluate", params)
