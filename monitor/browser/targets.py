"""Which targets exist, which one session speaks for each, and what every new session is sent; pure.

    browser session ── tab ── page ── iframe (other process), dedicated worker ── nested worker …
                    ├─ service worker, shared worker: once by target id, of no tab
A tab is the `tab` target: its label stays when the page inside is swapped or taken over by a prerender. Of a tab that
is discarded to save memory both targets are new, and being attached to loads it again: there is no way to leave it be.
No set-up command is awaited before the next, and `Runtime.runIfWaitingForDebugger` is the last, or targets hang. Only a
tab is resumed on the answer to its auto-attach, which comes after the page in it: else the page runs before we listen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from monitor.browser.output import Origin, Output
from monitor.browser.wire import AttachedToTarget, TargetInfo
from monitor.model import TargetAttached, TargetChanged, TargetCrashed, TargetGone, TargetType, label

TOP_FILTER = [{"type": "tab"}, {"type": "service_worker"}, {"type": "shared_worker"}, {"exclude": True}]
CHILD_FILTER = [
    {"type": "service_worker", "exclude": True},
    {"type": "tab", "exclude": True},
    {"type": "browser", "exclude": True},
    {},
]
AUTO_ATTACH = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
# Pages that a recorder makes for itself begin so, that no recorder takes them for a tab.
OURS = "about:blank#syncmon"
HIDDEN = (
    OURS,
    "devtools://",
    "chrome-extension://",
    "chrome-untrusted://",
    "chrome://print/",
    "chrome://omnibox",
)
PAGES = ("page", "iframe")
WORKERS = ("worker", "shared_worker", "service_worker")
OFFLINE = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
# How long after its page went a discarded tab comes back as another target.
DISCARDED_S = 1.0
# Not with `Network.configureDurableMessages`: with it a stream that was asked for late has no beginning, and what a
# service worker made has no body.
BUFFERS = {"maxTotalBufferSize": 128 << 20, "maxResourceBufferSize": 32 << 20, "maxPostDataSize": 1 << 20}

# One command of a set-up: method and parameters.
Command = tuple[str, Mapping[str, Any]]


class Strip(msgspec.Struct, frozen=True):
    """What the browser around Chrome's core knows of a tab: its place from the left."""

    tabStripIndex: int = 1 << 20  # noqa: N815 - the wire's name


class Found(msgspec.Struct, frozen=True, rename="camel"):
    """A target as it is listed before we are attached to any."""

    target_id: str
    type: str = "other"
    url: str = ""
    embedder_data: Strip = Strip()


class Created(msgspec.Struct, frozen=True, rename="camel"):
    """Target.targetCreated."""

    target_info: Found


class Tab(msgspec.Struct):
    """A `tab` target: what keeps a label while pages come and go in it."""

    target: str
    session: str
    label: str | None = None
    ready: bool = False


class Session(Origin):
    """A session that speaks for one target.

    parent: the session it came through. recorded: set-up was sent. ready: the set-up's last command was answered.
    """

    parent: str | None = None
    tab_target: str | None = None
    url: str = ""
    title: str = ""
    subtype: str | None = None
    context: str | None = None
    recorded: bool = False
    ready: bool = False
    early: bool = False
    attached_at: float = 0.0


class Labels:
    """Hands out tab labels A, B, C … across all browsers of one recording; a tab that is met again has its old one."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}
        self._count = 0

    def take(self, tab_target: str) -> str:
        """The label of a `tab` target."""
        if tab_target not in self._taken:
            self._taken[tab_target] = label(self._count)
            self._count += 1
        return self._taken[tab_target]

    def know(self, tab_targets: Iterable[str]) -> None:
        """Hand out labels in this order."""
        for target in tab_targets:
            self.take(target)

    def pass_on(self, name: str, tab_target: str) -> str:
        """The same tab goes on as another target; returns its label."""
        self._taken[tab_target] = name
        return name


class Left(msgspec.Struct, frozen=True):
    """A tab whose page has just gone: its label, what the page was, and when it went."""

    label: str
    url: str
    title: str
    mono: float


class Targets:
    """The targets of one browser.

    page_setup, worker_setup: what pages and workers are sent besides what every target is.
    """

    def __init__(
        self, out: Output, labels: Labels, page_setup: tuple[Command, ...] = (),
        worker_setup: Callable[[Session], tuple[Command, ...]] = lambda one: (),
    ) -> None:  # fmt: skip
        self._out = out
        self._labels = labels
        self._page_setup = page_setup
        self._worker_setup = worker_setup
        self._tabs: dict[str, Tab] = {}
        self._tab_of: dict[str, str] = {}
        self.sessions: dict[str, Session] = {}
        self.offline: set[str] = set()  # the labels of tabs that are cut off, with what will yet be started for them
        self._speaks: dict[str, str] = {}
        self._left: list[Left] = []
        # The tabs that are there when we come; None once they have their labels.
        self._found: list[Found] | None = []

    def begin(self) -> None:
        """Ask for everything there is and will be."""
        self._out.send(
            None, "Target.setDiscoverTargets", {"discover": True, "filter": [{"type": "browser", "exclude": True}, {}]}
        )
        self._out.send(None, "Target.setAutoAttach", {**AUTO_ATTACH, "filter": TOP_FILTER}, ("targets", "", "begun"))

    def tab_sessions(self) -> set[str]:
        """The sessions of `tab` targets."""
        return set(self._tab_of)

    def tabs(self) -> set[str]:
        """The `tab` targets that are known."""
        return set(self._tabs)

    def pages(self) -> Iterator[Session]:
        """The sessions of tabs' pages that are being recorded."""
        return (s for s in self.sessions.values() if s.type == "page" and s.recorded and s.tab is not None)

    def page_of(self, tab: str) -> Session | None:
        """The page that a label stands for now."""
        return next((s for s in self.pages() if s.tab == tab and s.subtype is None), None)

    def speaker(self, target: str) -> Session | None:
        """The session that speaks for a target."""
        return self.sessions.get(self._speaks.get(target, ""))

    def workers_of(self, page: Session) -> Iterator[Session]:
        """The tab's dedicated workers and out-of-process frames, and the service and shared workers of its origin."""
        for one in self.sessions.values():
            if one is not page and (
                one.tab == page.tab or (one.tab is None and origin_of(one.url) == origin_of(page.url))
            ):
                yield one

    def _is_offline(self, one: Session) -> bool:
        """Whether it belongs to a tab that is cut off, or serves one."""
        if one.tab is not None:
            return one.tab in self.offline
        return any(page.tab in self.offline and origin_of(page.url) == origin_of(one.url) for page in self.pages())

    def found(self, info: Found) -> None:
        """The browser lists a target: before it attaches us to any, those that there are."""
        if self._found is not None and info.type == "tab" and not info.url.startswith(HIDDEN):
            self._found.append(info)

    def _label_found(self) -> None:
        """The tabs that were there have their labels from left to right: Chrome attaches in an order of its own.

        It tells no windows apart: of tabs in the same place in theirs, the order is its own too.
        """
        if self._found is not None:
            found, self._found = self._found, None
            self._labels.know(one.target_id for one in sorted(found, key=lambda one: one.embedder_data.tabStripIndex))

    # ── coming ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def attached(self, parent: str | None, params: AttachedToTarget, mono: float) -> None:
        """A session began: set it up, or let it go if another speaks for its target already."""
        info, session = params.target_info, params.session_id
        if info.type == "tab":
            self._attach_tab(session, info)
        elif info.target_id in self._speaks or info.type in ("browser_ui", "browser", "webview"):
            self._let_go(parent, session)
        else:
            self._attach_target(parent, session, info, params.waiting_for_debugger, mono)

    def _attach_tab(self, session: str, info: TargetInfo) -> None:
        self._label_found()
        self._tabs[info.target_id] = Tab(info.target_id, session)
        self._tab_of[session] = info.target_id
        self._out.send(
            session, "Target.setAutoAttach", {**AUTO_ATTACH, "filter": CHILD_FILTER}, ("targets", session, "tab")
        )

    def _let_go(self, parent: str | None, session: str) -> None:
        self._out.send(session, "Runtime.runIfWaitingForDebugger")
        self._out.send(parent, "Target.detachFromTarget", {"sessionId": session})

    def _attach_target(self, parent: str | None, session: str, info: TargetInfo, early: bool, mono: float) -> None:
        above = self.sessions.get(parent or "")
        one = Session(
            session, info.target_id, above.tab if above else None, info.type,
            parent=parent, tab_target=self._tab_of.get(parent or ""), url=info.url, title=info.title,
            subtype=info.subtype or None, context=info.browser_context_id, early=early, attached_at=mono,
        )  # fmt: skip
        self.sessions[session] = one
        self._speaks[info.target_id] = session
        if one.type in ("page", "other") and info.url.startswith(HIDDEN):
            # Nothing of it is recorded, but it may yet navigate to a site.
            self._out.send(session, "Runtime.runIfWaitingForDebugger")
            return
        self._record(one, info.opener_id, mono)

    def _record(self, one: Session, opener: str | None, mono: float) -> None:
        one.recorded = True
        self._label(one, mono)
        parent = self.sessions.get(one.parent or "")
        self._out.emit(
            TargetAttached(
                **one.unstamped(self._out.clock, mono),
                type=_type(one.type),
                url=one.url,
                title=one.title,
                early=one.early,
                opener=opener,
                parent=parent.target if parent else None,
                subtype=one.subtype,
                context=one.context,
            )
        )
        self.set_up(one)

    def _label(self, one: Session, mono: float) -> None:
        tab = self._tabs.get(one.tab_target or "")
        if one.type != "page" or tab is None or one.subtype == "prerender":
            return
        if tab.label is None and (name := self._discarded(one, mono)) is not None:
            tab.label = self._labels.pass_on(name, tab.target)
        elif tab.label is None:
            tab.label = self._labels.take(tab.target)
        one.tab = tab.label

    def _discarded(self, one: Session, mono: float) -> str | None:
        """The label of the tab that was discarded and goes on as this one.

        Its page comes right after the old one went, with address and title; one that is new has no title at first.
        """
        live = {tab.label for tab in self._tabs.values()}
        for left in self._left:
            same = (left.url, left.title) == (one.url, one.title) and mono - left.mono < DISCARDED_S
            if same and one.title and left.label not in live:
                return left.label
        return None

    def set_up(self, one: Session) -> None:
        """Send everything a target needs, in one go."""
        session = one.session
        assert session is not None
        self._out.send(session, "Network.enable", BUFFERS)
        self.cut(one)
        if one.type in PAGES:
            for method, params in self._page_setup:
                self._out.send(session, method, params)
            self._out.send(session, "Page.getFrameTree", {}, ("pages", session, "tree"))
        else:
            self._out.send(session, "Inspector.enable")
            for method, params in self._worker_setup(one):
                self._out.send(session, method, params)
        self._out.send(session, "Target.setAutoAttach", {**AUTO_ATTACH, "filter": CHILD_FILTER})
        self._out.send(session, "Runtime.runIfWaitingForDebugger", {}, ("targets", session, "ready"))

    def cut(self, one: Session) -> None:
        """Take what belongs to a tab that is cut off from the network. A worker that starts may take it only later."""
        if one.recorded and self._is_offline(one):
            self._out.send(one.session, "Network.emulateNetworkConditions", {"offline": True, **OFFLINE})

    def reply(self, token: tuple[str, ...]) -> None:
        """The last command of a set-up was answered, well or not."""
        if token[2] == "tab":
            # A paused tab holds its page back. By now that page was attached and sent its set-up.
            self._out.send(token[1], "Runtime.runIfWaitingForDebugger")
        if (one := self.sessions.get(token[1])) is not None:
            one.ready = True
        if (tab := self._tabs.get(self._tab_of.get(token[1], ""))) is not None:
            tab.ready = True

    @property
    def ready(self) -> bool:
        """Whether everything that is known is set up."""
        return all(t.ready for t in self._tabs.values()) and all(
            s.ready or not s.recorded for s in self.sessions.values()
        )

    # ── changing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def changed(self, info: TargetInfo, mono: float) -> Session | None:
        """A target's description changed; returns the session when a prerendered page just took its tab over."""
        one = self.sessions.get(self._speaks.get(info.target_id, ""))
        if one is None:
            return None
        moved = (info.url, info.title) != (one.url, one.title)
        one.url, one.title = info.url, info.title
        activated = one.subtype == "prerender" and not info.subtype
        if activated:
            one.subtype = None
            self._label(one, mono)
        if not one.recorded and one.type == "page" and not info.url.startswith(HIDDEN):
            self._record(one, info.opener_id, mono)
        elif one.recorded and (moved or activated):
            self._out.emit(TargetChanged(**one.unstamped(self._out.clock, mono), url=info.url, title=info.title))
        return one if activated else None

    def crashed(self, session: str | None, mono: float) -> Session | None:
        """A renderer died, or a worker stopped: a service worker when idle, a shared one with its last page."""
        one = self.sessions.get(session or "")
        if one is not None and one.recorded:
            reason = "stopped" if one.type in WORKERS else "crashed"
            self._out.emit(TargetCrashed(**one.unstamped(self._out.clock, mono), reason=reason))
        return one

    def revived(self, session: str | None) -> None:
        """A crashed target runs again on the same session, paused as at its first start."""
        one = self.sessions.get(session or "")
        if one is not None and one.recorded:
            self.set_up(one)
        else:
            self._out.send(session, "Runtime.runIfWaitingForDebugger")

    # ── going ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def detached(self, session: str, mono: float, reason: str = "detached") -> list[Session]:
        """A session ended, and with it those below; returns them, deepest first."""
        self._tabs.pop(self._tab_of.pop(session, ""), None)
        gone: list[Session] = []
        for child in [s.session for s in self.sessions.values() if s.parent == session]:
            gone += self.detached(child or "", mono, reason)
        one = self.sessions.pop(session, None)
        if one is None:
            return gone
        if self._speaks.get(one.target or "") == session:
            del self._speaks[one.target or ""]
        if one.type == "page" and one.tab is not None:
            self._left = [*self._left[-9:], Left(one.tab, one.url, one.title, mono)]
        return [*gone, one]

    def gone(self, one: Session, mono: float, reason: str) -> None:
        """Record the end of a target."""
        if one.recorded:
            self._out.emit(TargetGone(**one.unstamped(self._out.clock, mono), type=_type(one.type), reason=reason))


def _type(name: str) -> TargetType:
    known: dict[str, TargetType] = {
        "page": "page",
        "iframe": "iframe",
        "worker": "worker",
        "shared_worker": "shared_worker",
        "service_worker": "service_worker",
    }
    return known.get(name, "other")


def origin_of(url: str) -> str:
    """Scheme and host of an address."""
    return "/".join(url.removeprefix("blob:").split("/", 3)[:3])
