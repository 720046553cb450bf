"""A tab that is cut off from the network takes along what serves it, and what will yet be started for it; pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.browser.output import Output
from monitor.browser.sessions import Session, Sessions, origin_of

OFFLINE = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}


class Offline:
    """The tabs of one browser that are cut off, by their labels."""

    def __init__(self, out: Output, sessions: Sessions) -> None:
        self._out = out
        self._sessions = sessions
        self.tabs: set[str] = set()

    def workers_of(self, page: Session) -> Iterator[Session]:
        """The tab's dedicated workers and out-of-process frames, and the service and shared workers of its origin."""
        for one in self._sessions.live.values():
            if one is not page and (
                one.tab == page.tab or (one.tab is None and origin_of(one.url) == origin_of(page.url))
            ):
                yield one

    def _covers(self, one: Session) -> bool:
        """Whether it belongs to a tab that is cut off, or serves one."""
        if one.tab is not None:
            return one.tab in self.tabs
        pages = self._sessions.pages()
        return any(page.tab in self.tabs and origin_of(page.url) == origin_of(one.url) for page in pages)

    def cut(self, one: Session) -> None:
        """Take what belongs to a tab that is cut off from the network. A worker that starts may take it only later."""
        if one.recorded and self._covers(one):
            self._out.send(one.session, "Network.emulateNetworkConditions", {"offline": True, **OFFLINE})
