"""What every new session is sent, in the order that does not hang; pure.

No set-up command is awaited before the next, and `Runtime.runIfWaitingForDebugger` is the last, or targets hang. Only a
tab is resumed on the answer to its auto-attach, which comes after the page in it: else the page runs before we listen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from monitor.browser.offline import Offline
from monitor.browser.output import Output
from monitor.browser.sessions import PAGES, Session

TOP_FILTER = [{"type": "tab"}, {"type": "service_worker"}, {"type": "shared_worker"}, {"exclude": True}]
CHILD_FILTER = [
    {"type": "service_worker", "exclude": True},
    {"type": "tab", "exclude": True},
    {"type": "browser", "exclude": True},
    {},
]
AUTO_ATTACH = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
# A page with a dialog, or a script that runs on, answers when that is over: which frames it has is told even then.
PATIENCE_S = 86_400.0
# Not with `Network.configureDurableMessages`: with it a stream that was asked for late has no beginning, and what a
# service worker made has no body.
BUFFERS = {"maxTotalBufferSize": 128 << 20, "maxResourceBufferSize": 32 << 20, "maxPostDataSize": 1 << 20}

# One command of a set-up: method and parameters.
Command = tuple[str, Mapping[str, Any]]


class Setup:
    """Sends the set-ups of one browser.

    page, worker: what pages and workers are sent besides what every target is.
    """

    def __init__(
        self, out: Output, offline: Offline, page: tuple[Command, ...] = (),
        worker: Callable[[Session], tuple[Command, ...]] = lambda one: (),
    ) -> None:  # fmt: skip
        self._out = out
        self._offline = offline
        self._page = page
        self._worker = worker

    def begin(self) -> None:
        """Ask for everything there is and will be."""
        self._out.send(
            None, "Target.setDiscoverTargets", {"discover": True, "filter": [{"type": "browser", "exclude": True}, {}]}
        )
        self._out.send(None, "Target.setAutoAttach", {**AUTO_ATTACH, "filter": TOP_FILTER}, ("targets", "", "begun"))

    def tab(self, session: str) -> None:
        """Ask for what is in a tab; the answer is its turn to be resumed."""
        self._out.send(
            session, "Target.setAutoAttach", {**AUTO_ATTACH, "filter": CHILD_FILTER}, ("targets", session, "tab")
        )

    def target(self, one: Session) -> None:
        """Send everything a target needs, in one go."""
        session = one.session
        assert session is not None
        self._out.send(session, "Network.enable", BUFFERS)
        self._offline.cut(one)
        if one.type in PAGES:
            for method, params in self._page:
                self._out.send(session, method, params)
            self._out.send(session, "Page.getFrameTree", {}, ("pages", session, "tree"), PATIENCE_S)
        else:
            self._out.send(session, "Inspector.enable")
            for method, params in self._worker(one):
                self._out.send(session, method, params)
        self._out.send(session, "Target.setAutoAttach", {**AUTO_ATTACH, "filter": CHILD_FILTER})
        self._out.send(session, "Runtime.runIfWaitingForDebugger", {}, ("targets", session, "ready"))

    def resume(self, session: str | None) -> None:
        """Let what waits for us run."""
        self._out.send(session, "Runtime.runIfWaitingForDebugger")

    def let_go(self, parent: str | None, session: str) -> None:
        """Leave a target that is none of ours, or that another session speaks for."""
        self.resume(session)
        self._out.send(parent, "Target.detachFromTarget", {"sessionId": session})
